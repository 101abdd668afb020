"""Reads the fields of one node of a JSON document and notes every fault instead of stopping at the first."""

from collections.abc import Mapping
from typing import TypeVar

from ivr.errors import Problem

# Drawing tools keep these on a node; they mean nothing to a call.
ORNAMENTS = frozenset({"type", "label", "position"})
_V = TypeVar("_V")


class Fields:
    """One node's fields. A faulty field yields a harmless value: the document is refused anyway."""

    def __init__(self, node: str, data: Mapping[str, object], problems: list[Problem]) -> None:
        self.node = node
        self._data = data
        self._problems = problems
        self._asked: set[str] = set()

    def report(self, field: str, code: str, detail: str) -> None:
        """Note a fault of this node."""
        self._problems.append(Problem(self.node, field, code, detail))

    def has(self, field: str) -> bool:
        """Whether the field is there and not null."""
        return self._data.get(field) is not None

    def raw(self, field: str) -> object:
        """Return the field as it is, None when missing."""
        self._asked.add(field)
        return self._data.get(field)

    def text(self, field: str, default: str | None = None) -> str:
        """Return a text that is not blank."""
        value = self.raw(field)
        if value is None:
            return self._missing(field, default, "")
        if not isinstance(value, str) or not value.strip():
            self.report(field, "not_text", "must be a text that is not empty")
            return ""
        return value

    def number(self, field: str, default: float | None, low: float, high: float) -> float:
        """Return a number between `low` and `high`."""
        value = self.raw(field)
        if value is None:
            return self._missing(field, default, low)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.report(field, "not_number", "must be a number")
            return low
        if not low <= value <= high:
            self.report(field, "out_of_range", f"must be from {low:g} to {high:g}")
            return low
        return float(value)

    def whole(self, field: str, default: int | None, low: int, high: int) -> int:
        """Return a whole number between `low` and `high`."""
        value = self.number(field, default, low, high)
        if value != int(value):
            self.report(field, "not_whole", "must be a whole number")
        return int(value)

    def table(self, field: str, required: bool = True) -> Mapping[str, object]:
        """Return an object with fields of its own."""
        value = self.raw(field)
        if value is None:
            return {} if not required else self._missing(field, None, {})
        if not isinstance(value, dict):
            self.report(field, "not_object", "must be an object")
            return {}
        return value

    def row(self, field: str) -> list[object]:
        """Return a list; a missing one is empty."""
        value = self.raw(field)
        if value is None:
            return []
        if not isinstance(value, list):
            self.report(field, "not_list", "must be a list")
            return []
        return value

    def finish(self) -> None:
        """Note fields that nobody asked for: a misspelt one would be lost in silence."""
        for field in self._data:
            if field not in self._asked and field not in ORNAMENTS:
                self.report(str(field), "unknown_field", "is not a field of this kind of node")

    def _missing(self, field: str, default: _V | None, harmless: _V) -> _V:
        if default is not None:
            return default
        self.report(field, "missing", "is missing")
        return harmless
