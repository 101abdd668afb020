"""Patterns that people's input is held against, whether it was typed or imported."""

import re

# All control characters but tab, line feed and carriage return; PostgreSQL takes no NUL at all.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
EMAIL = re.compile(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+$")
SLUG = re.compile(r"^[a-z0-9][a-z0-9_]{0,62}$")
