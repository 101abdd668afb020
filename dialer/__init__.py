"""Outbound campaigns: which number is dialed when, and what came of it."""
