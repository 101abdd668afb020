"""Decisions about campaigns and attempts: told the time, touching nothing."""
