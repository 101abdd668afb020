"""Alembic revisions, the oldest first."""
