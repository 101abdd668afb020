"""Customers from a table file."""
