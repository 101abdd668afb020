"""The memory: the only package that speaks SQL."""
