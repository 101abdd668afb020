"""Callbacks that a customer asks for on a page: links that open the form, how often, and the promise."""
