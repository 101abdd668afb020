"""What is different between two texts, line by line, as somebody reads it who decides which of them to keep."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile

# Comparing costs the square of the lines: so many of each text are compared, beyond it all is taken out and put in.
MOST_COMPARED = 1000
AROUND = 2


class Kind(StrEnum):
    """A line that stands in both, was taken out, or was put in; a gap stands for lines that are in both."""

    SAME = "same"
    OUT = "out"
    IN = "in"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line; the text of a gap is ""."""

    kind: Kind
    text: str = ""


def line_changes(before: str, after: str) -> tuple[LineChange, ...]:
    """Give every line that differs, with those around it; nothing if the texts are the same."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return ()
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    same = (LineChange(Kind.SAME, line) for line in old[:head])
    middle = _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    rest = (LineChange(Kind.SAME, line) for line in old[len(old) - tail :])
    return tuple(_near([*same, *middle, *rest]))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[LineChange]:
    if max(len(old), len(new)) > MOST_COMPARED:
        yield from (LineChange(Kind.OUT, line) for line in old)
        yield from (LineChange(Kind.IN, line) for line in new)
        return
    for what, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield from (LineChange(Kind.SAME, line) for line in old[a:b])
        else:
            yield from (LineChange(Kind.OUT, line) for line in old[a:b])
            yield from (LineChange(Kind.IN, line) for line in new[c:d])


def _near(lines: Sequence[LineChange]) -> Iterator[LineChange]:
    changed = [place for place, line in enumerate(lines) if line.kind is not Kind.SAME]
    shown = {place for at in changed for place in range(at - AROUND, at + AROUND + 1)}
    is_gap = False
    for place, line in enumerate(lines):
        if place in shown:
            yield line
        elif not is_gap:
            yield LineChange(Kind.GAP)
        is_gap = place not in shown
