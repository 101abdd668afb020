"""The JSON API: one module per resource, one route table."""
