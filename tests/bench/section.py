"""A part of BENCHMARKS.md that is measured, stamped and replaced alone."""

import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tests.bench.machine import Machine

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class How:
    """`is_quick`: only to see that it works, the figures are worth nothing."""

    is_quick: bool = False

    def pick(self, full: Thing, quick: Thing) -> Thing:
        """Choose by how long it may take."""
        return quick if self.is_quick else full


@dataclass(frozen=True, slots=True)
class Section:
    """`measure` returns Markdown that begins with `## `; `takes_min` is what the person at the terminal is told."""

    name: str
    takes_min: float
    measure: Callable[[How], Awaitable[str]]


def stamp(section: Section, machine: Machine, took_s: float) -> str:
    """Say where, of what and how long it was measured, and how to measure it again."""
    return (
        f"> `make bench ONLY={section.name}` · {machine.began_at:%Y-%m-%d %H:%M} UTC · commit `{machine.commit}` · "
        f"{took_s:.0f} s\n"
        f"> {machine.cores} cores of {machine.processor}, {machine.memory_gib:.0f} GiB, Linux {machine.kernel}, "
        f"Python {machine.python} · {machine.scheduling} · {machine.load:.1f} runnable tasks before the start"
    )


def stamped(text: str, mark: str) -> str:
    """Put the stamp below the heading."""
    heading, _, rest = text.strip().partition("\n")
    assert heading.startswith("## ")
    return f"{heading}\n\n{mark}\n\n{rest.strip()}"


def put(page: str, name: str, text: str, order: list[str]) -> str:
    """Replace this section of the page alone; a new one takes its place in the order, or the last if it has none."""
    head, parts, by_hand = _split(page)
    parts[name] = text.strip()
    known = [each for each in order if each in parts] + [each for each in parts if each not in order]
    marked = [f"{_begin(each)}\n{parts[each]}\n{_end(each)}" for each in known]
    return "\n\n".join([head, *marked, *by_hand]) + "\n"


def _begin(name: str) -> str:
    return f"<!-- {name} -->"


def _end(name: str) -> str:
    return f"<!-- /{name} -->"


def _split(page: str) -> tuple[str, dict[str, str], list[str]]:
    """Return the head, the marked sections, and what somebody wrote between or after them."""
    found = list(re.finditer(r"^<!-- (\w+) -->\n(.*?)\n<!-- /\1 -->$", page, re.MULTILINE | re.DOTALL))
    head = page[: found[0].start()] if found else page
    ends = [*(each.start() for each in found[1:]), len(page)]
    between = [page[each.end() : end].strip() for each, end in zip(found, ends, strict=True)] if found else []
    return head.strip(), {each[1]: each[2] for each in found}, [text for text in between if text]


def how_from_environment() -> How:
    """Read QUICK."""
    return How(is_quick=os.environ.get("QUICK", "") not in {"", "0"})
