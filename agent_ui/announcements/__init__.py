"""The library of announcements on a page: what is in it, and what was heard that has no label."""
