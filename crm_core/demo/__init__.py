"""Invented people, queues and customers to try an empty installation with."""
