"""Decisions of the telephone menu: what a flow is, when it is open, what a caller gets next."""
