"""Decisions about recordings: what is sound, what may be kept, what is deleted; touching nothing."""
