"""Calls per second, step by step upwards until more than one in a hundred fails; and what each step's calls cost."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.crowd import Crowd, Fate
from tests.bench.figures import Spread, spread
from tests.bench.office import Office
from tests.bench.processes import Cost, cost, family, program

MAY_FAIL = 0.01
FIRST_PER_S = 5.0
FACTOR = 1.3
TALK_S = 2.0
# 8 kHz, two channels of 16 bits. A caller hangs up TALK_S after the phone has answered: of a talk that begins late the
# recording is short.
BYTES_PER_S = 32_000
WHOLE = 0.75
# An Ogg page is at most this long (RFC 3533, 6).
LAST_PAGE = 65_307


@dataclass(frozen=True, slots=True)
class Files:
    """Recordings with any sound, and those of about the talk's length."""

    any_length: int
    whole: int


@dataclass(frozen=True, slots=True)
class Step:
    """Per call: Callroom's processes, what they started and waited for (ffmpeg), Asterisk's.

    Of `talks` so many recordings are `missing`, so many more `short`.
    """

    per_s: float
    calls: int
    failed: int
    joined: Spread | None
    callroom_ms: float
    encoder_ms: float
    asterisk_ms: float
    talks: int = 0
    missing: int = 0
    short: int = 0

    @property
    def holds(self) -> bool:
        return self.failed <= MAY_FAIL * self.calls


@dataclass(frozen=True, slots=True)
class Climb:
    """All steps of one way."""

    steps: list[Step]
    faults: dict[str, int]

    @property
    def best(self) -> float:
        """The highest rate that held, 0 for none."""
        return max((step.per_s for step in self.steps if step.holds), default=0.0)

    def recordings(self, *, held: bool) -> str:
        """How many are missing, and how many short, of the steps that held, or of those beyond."""
        steps = [step for step in self.steps if step.holds is held]
        missing, short = sum(step.missing for step in steps), sum(step.short for step in steps)
        return f"{missing} missing and {short} short of {sum(step.talks for step in steps)}"


def door(here: Office) -> list[int]:
    """The process that agents' SIP goes through."""
    return [pid for pid in family(here.place.installation.pid) if " agent_ui.phones" in program(pid)]


def pids(here: Office) -> tuple[list[int], list[int]]:
    """Callroom's processes, and Asterisk's."""
    ours = [pid for pid in family(here.place.installation.pid) if "/asterisk " not in f"{program(pid)} "]
    asterisk = here.place.instance.status().pid
    return ours, [] if asterisk is None else [asterisk]


async def climb(here: Office, crowd: Crowd, hold_s: float, most_per_s: float, count: Callable[[], Files]) -> Climb:
    """Climb, then try once between the last that held and the first that did not; `count` counts recordings."""
    steps: list[Step] = []
    per_s = FIRST_PER_S
    while per_s <= most_per_s:
        steps.append(await _recorded_step(here, crowd, per_s, hold_s, count))
        if not steps[-1].holds:
            break
        per_s *= FACTOR
    if not steps[-1].holds and len(steps) > 1:
        steps.append(await _recorded_step(here, crowd, (steps[-1].per_s + steps[-2].per_s) / 2, hold_s, count))
    faults: dict[str, int] = {}
    for fate in crowd.fates:
        if fate.fault:
            faults[fate.fault] = faults.get(fate.fault, 0) + 1
    return Climb(steps, faults)


async def _recorded_step(here: Office, crowd: Crowd, per_s: float, hold_s: float, count: Callable[[], Files]) -> Step:
    before, first = count(), len(crowd.fates)
    step = await one_step(here, crowd, per_s, hold_s)
    talks = sum(fate.joined_s is not None and not fate.fault for fate in crowd.fates[first:])
    after = count()
    there, whole = after.any_length - before.any_length, after.whole - before.whole
    return replace(step, talks=talks, missing=max(0, talks - there), short=max(0, min(there, talks) - whole))


async def one_step(here: Office, crowd: Crowd, per_s: float, hold_s: float) -> Step:
    """Hold this rate for a while; the next step begins when all is quiet again."""
    before, first = _costs(here), len(crowd.fates)
    await crowd.pour(per_s, round(per_s * hold_s), TALK_S)
    await asyncio.sleep(2.0)
    after, fates = _costs(here), crowd.fates[first:]
    return _step(per_s, fates, before, after)


def _costs(here: Office) -> tuple[Cost, Cost]:
    ours, asterisk = pids(here)
    return cost(ours), cost(asterisk)


def _step(per_s: float, fates: list[Fate], before: tuple[Cost, Cost], after: tuple[Cost, Cost]) -> Step:
    joined = [fate.joined_s * 1000 for fate in fates if fate.joined_s is not None]
    share = 1000 / len(fates)
    return Step(
        per_s,
        len(fates),
        sum(bool(fate.fault) for fate in fates),
        spread(joined) if joined else None,
        (after[0].cpu_s - before[0].cpu_s) * share,
        (after[0].ended_children_s - before[0].ended_children_s) * share,
        (after[1].cpu_s - before[1].cpu_s) * share,
    )


def files(folder: Path, talk_s: float) -> Files:
    """Count what is published, and raw recordings by their length."""
    if not folder.exists():
        return Files(0, 0)
    raw = {path.stem: _size(path) for path in folder.rglob("*.raw")}
    # Published while we count: one recording under two names, or under none that was listed before.
    published = {path.stem: _length_s(path) for path in folder.rglob("*.ogg")}
    lengths_s = {stem: size / BYTES_PER_S for stem, size in raw.items() if size} | published
    return Files(len(lengths_s), sum(length_s >= WHOLE * talk_s for length_s in lengths_s.values()))


def _length_s(path: Path) -> float:
    """Read the last page's granule position: 48 kHz whatever the input (RFC 7845, 4; RFC 3533, 6)."""
    last = path.read_bytes()[-LAST_PAGE:]
    at = last.rfind(b"OggS")
    return 0.0 if at < 0 else int.from_bytes(last[at + 6 : at + 14], "little") / 48_000


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # the encoder was faster
        return 0
