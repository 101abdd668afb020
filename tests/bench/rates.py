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
# 8 kHz, two channels of 16 bits: a recording shorter than this part of the talk counts as missing.
BYTES_PER_S = 32_000
WHOLE = 0.75


@dataclass(frozen=True, slots=True)
class Step:
    """Per call: Callroom's processes, what they started and waited for (ffmpeg), Asterisk's; `missing` of `talks`."""

    per_s: float
    calls: int
    failed: int
    joined: Spread | None
    callroom_ms: float
    encoder_ms: float
    asterisk_ms: float
    talks: int = 0
    missing: int = 0

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
        """How many are missing, or shorter than their talk, of the steps that held, or of those beyond."""
        steps = [step for step in self.steps if step.holds is held]
        return f"{sum(step.missing for step in steps)} of {sum(step.talks for step in steps)}"


def door(here: Office) -> list[int]:
    """The process that agents' SIP goes through."""
    return [pid for pid in family(here.place.installation.pid) if " agent_ui.phones" in program(pid)]


def pids(here: Office) -> tuple[list[int], list[int]]:
    """Callroom's processes, and Asterisk's."""
    ours = [pid for pid in family(here.place.installation.pid) if "/asterisk " not in f"{program(pid)} "]
    asterisk = here.place.instance.status().pid
    return ours, [] if asterisk is None else [asterisk]


async def climb(here: Office, crowd: Crowd, hold_s: float, most_per_s: float, count: Callable[[], int]) -> Climb:
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


async def _recorded_step(here: Office, crowd: Crowd, per_s: float, hold_s: float, count: Callable[[], int]) -> Step:
    before, first = count(), len(crowd.fates)
    step = await one_step(here, crowd, per_s, hold_s)
    talks = sum(fate.joined_s is not None and not fate.fault for fate in crowd.fates[first:])
    return replace(step, talks=talks, missing=max(0, talks - (count() - before)))


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


def whole_files(folder: Path, talk_s: float) -> int:
    """Count what is published, and raw recordings of about the talk's length."""
    if not folder.exists():
        return 0
    raw = {path.stem for path in folder.rglob("*.raw") if _size(path) >= WHOLE * talk_s * BYTES_PER_S}
    # Published while we count: one recording under two names, or under none that was listed before.
    return len(raw | {path.stem for path in folder.rglob("*.ogg")})


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # the encoder was faster
        return 0
