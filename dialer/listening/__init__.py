"""Listening to a line: announcements, tones, who answered."""
