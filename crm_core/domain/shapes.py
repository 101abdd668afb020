"""Patterns that people's input is held against, whether it was typed or imported."""

import re
import unicodedata

# All control characters but tab, line feed and carriage return; PostgreSQL takes no NUL at all.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
EMAIL = re.compile(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+$")
SLUG = re.compile(r"^[a-z0-9][a-z0-9_]{0,62}$")


def is_blank(text: str) -> bool:
    """Whether nothing of a text is to be seen: a zero-width space is no reason and no name."""
    return all(character.isspace() or unicodedata.category(character) == "Cf" for character in text)
