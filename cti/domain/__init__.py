"""Decisions about calls, agents and queues: told the time, touching nothing."""
