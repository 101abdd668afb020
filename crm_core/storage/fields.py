"""Checks of single values, collected so that one answer names everything that is wrong."""

from collections.abc import Collection
from typing import NoReturn

from crm_core.domain.shapes import CONTROL, EMAIL, SLUG, is_blank
from crm_core.errors import FieldProblem, Invalid

LANGUAGES = ("zh", "en")


class Checks:
    """Remembers problems; `done` raises Invalid when there is one."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def add(self, path: str, code: str, message: str, named: str = "") -> None:
        """Remember one problem."""
        self.problems.append(FieldProblem(path, code, message, named))

    def trimmed(self, path: str, value: str, *, longest: int = 200, required: bool = False) -> str:
        """Trim a text, and check its length and characters."""
        trimmed = value.strip()
        if required and is_blank(trimmed):
            self.add(path, "missing", "must not be empty")
        if len(trimmed) > longest:
            self.add(path, "too_long", f"has {len(trimmed)} characters, at most {longest} fit")
        if CONTROL.search(trimmed):
            self.add(path, "control_character", "holds a control character")
        return trimmed

    def code(self, path: str, value: str) -> str:
        """Check a code that ends up in URLs and file names."""
        if not SLUG.match(value):
            self.add(path, "bad_code", "may hold a-z, 0-9 and _ only, up to 63 of them")
        return value

    def choice(self, path: str, value: str, allowed: Collection[str]) -> str:
        """Check that the value is one of a short list."""
        if value not in allowed:
            self.add(path, "unknown_choice", f"must be one of: {', '.join(allowed)}")
        return value

    def number(self, path: str, value: float, least: float, most: float) -> float:
        """Check a range; NaN is in none."""
        if not least <= value <= most:
            self.add(path, "out_of_range", f"must be from {least:g} to {most:g}")
        return value

    def email(self, path: str, value: str) -> str:
        """Check the shape of an address."""
        trimmed = self.trimmed(path, value, required=True)
        if trimmed and not EMAIL.match(trimmed):
            self.add(path, "not_an_email", "is not an e-mail address")
        return trimmed

    def done(self) -> None:
        """Raise everything at once."""
        if self.problems:
            raise Invalid(*self.problems)


def refuse(path: str, code: str, message: str, named: str = "") -> NoReturn:
    """Raise one problem at once."""
    raise Invalid(FieldProblem(path, code, message, named))


def clean(text: str, longest: int = 200) -> str:
    """Make a text from the wire storable: no control characters (PostgreSQL takes no NUL), no more than fits."""
    return CONTROL.sub("", text)[:longest]
