"""Which line of a file said it first: a million names and numbers in some thirty megabytes."""

from array import array
from collections.abc import Iterable

_FIRST_SIZE = 1 << 12


class Twins:
    """Remembers hashes and their lines, in two plain arrays: a dictionary of them takes four times the room."""

    def __init__(self, size: int = _FIRST_SIZE) -> None:
        self._count = 0
        self._clear(size)

    def first(self, hashes: Iterable[int]) -> int | None:
        """Give the line that had one of these; None if none did."""
        return next((line for each in hashes if (line := self._lines[self._place(each)])), None)

    def add(self, hashes: Iterable[int], line: int) -> None:
        """Remember them; lines count from 1."""
        for each in hashes:
            place = self._place(each)
            if not self._lines[place]:
                self._count += 1
            self._hashes[place], self._lines[place] = each, line
            if self._count * 3 > len(self._lines) * 2:
                self._grow()

    def _clear(self, size: int) -> None:
        self._mask = size - 1
        self._hashes = array("q", bytes(8 * size))
        self._lines = array("i", bytes(4 * size))

    def _place(self, each: int) -> int:
        place = each & self._mask
        while self._lines[place] and self._hashes[place] != each:
            place = (place + 1) & self._mask
        return place

    def _grow(self) -> None:
        hashes, lines = self._hashes, self._lines
        self._clear(2 * len(lines))
        for each, line in zip(hashes, lines, strict=True):
            if line:
                place = self._place(each)
                self._hashes[place], self._lines[place] = each, line
