"""Callroom killed with -9 at seeded moments under load: used by the test-suite and by `make soak`."""

import asyncio
import random
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.processes import cost
from tests.bench.seat import Seat, seat
from tests.faults.crew import Agent, crew
from tests.faults.crowd import Crowd, crowd
from tests.faults.invariants import Outage, check_kept, check_log, floor_views, story_of, until_sound
from tests.faults.phases import ALL, Lines, dropped, kept, longest_line, phases_of
from tests.faults.reading import Reading, read_switch
from tests.faults.town import Town, until

_WARM_UP_S = 12.0
_BETWEEN_S = (0.3, 2.5)
# Every third time there is a while in which calls end before Callroom's eyes.
_CALM_S, _CALM_EVERY = (3.0, 6.0), 3
_LOOKS_EVERY_S = 0.1
IN_LINE = "in line"
# So many that two of them still wait when Callroom is back.
_LONG_LINE = 4
_LINE_WITHIN_S = 10.0
# How crew.Handset names a call.
_OFFERED = re.compile(r"([0-9a-f-]{36}) \(")


@dataclass
class Killings:
    """What came out; seconds are of the wall clock, but for `start_cpu_s`.

    `phases` counts the kills that met each, `in_line` the pairs of callers who waited before and after a kill.
    `excused` calls have a row that says no more than that nobody watched their end.
    """

    seed: int
    back_s: list[float] = field(default_factory=list)
    start_cpu_s: list[float] = field(default_factory=list)
    sound_s: list[float] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    phases: Counter[str] = field(default_factory=Counter)
    talks_over_a_kill: int = 0
    in_line: int = 0
    calls: int = 0
    excused: int = 0

    @property
    def missed(self) -> list[str]:
        """The phases that no kill has met, and a line: two callers who waited before a kill and after it."""
        return sorted([*(ALL - self.phases.keys()), *([] if self.in_line else [IN_LINE])])


@dataclass
class _Scene:
    """Where it happens."""

    town: Town
    agents: list[Agent]
    callers: Crowd
    outages: list[Outage] = field(default_factory=list)

    @property
    def hung_up(self) -> dict[str, datetime]:
        """What the phones noted, by call."""
        return {call_id: at for agent in self.agents for call_id, at in agent.hung_up.items()}


async def kill_again_and_again(
    town: Town,
    folder: Path,
    result: Killings,
    times: int,
    sound_within_s: float,
    say: Callable[[str], None] = print,
    more: int = 0,
) -> None:
    """Raise AssertionError on the first invariant that does not hold; the log is compared at the end.

    Up to `more` kills follow as long as there is a phase in which none has met a call; where a line is missing, the
    moment is not only the dice's: how long lines are is the machine's speed.
    """
    seed = result.seed
    dice = random.Random(seed)
    say(f"kills: seed {seed}")
    async with AsyncExitStack() as stack:
        agents = await stack.enter_async_context(crew(town.installation, town.passwords_of(3), seed))
        callers = await stack.enter_async_context(crowd(town, folder, seed))
        scene = _Scene(town, agents, callers)
        await town.let_phones_be_mute()
        await asyncio.sleep(_WARM_UP_S)
        for number in range(times + more):
            if number >= times and not result.missed:
                break
            await asyncio.sleep(dice.uniform(*(_BETWEEN_S if number % _CALM_EVERY else _CALM_S)))
            if number >= times // 2 and IN_LINE in result.missed:
                await _look_for_a_line(town)
            await _kill_once(scene, result, sound_within_s)
            say(f"kill {number + 1}: {result.moments[-1]}; back {result.back_s[-1]:.1f} s, "
                f"sound {result.sound_s[-1]:.1f} s later")  # fmt: skip
        await callers.stop()
        async with seat(town.installation, "supervisor") as admin:
            await _compare_with_the_log(admin, scene, result)
            await _nobody_was_offered_two(admin, scene, folder)


async def _compare_with_the_log(admin: Seat, scene: _Scene, result: Killings) -> None:
    visits = scene.callers.visits()
    result.calls = len(visits)
    result.excused = await check_log(admin, visits, scene.outages, hung_up=scene.hung_up, patience_s=40.0)
    for agent in scene.agents:
        await check_kept(admin, agent.acknowledged)


async def _nobody_was_offered_two(admin: Seat, scene: _Scene, folder: Path) -> None:
    collisions = [line for agent in scene.agents for line in agent.collisions]
    if collisions:
        told = [await story_of(admin, call_id) for call_id in _OFFERED.findall(" ".join(collisions))]
        log = await asyncio.to_thread(shutil.copy, scene.town.installation.log, f"{folder}-collision.log")
        raise AssertionError("\n".join([*collisions, *told, f"the program's log is {log}"]))


async def _look_for_a_line(town: Town) -> None:
    """Return when one is long, or after a while: there are more kills."""
    until_s = time.monotonic() + _LINE_WITHIN_S
    async with seat(town.installation, "supervisor") as watcher:
        while longest_line(watcher.objects) < _LONG_LINE and time.monotonic() < until_s:
            await asyncio.sleep(_LOOKS_EVERY_S)


async def _kill_once(scene: _Scene, result: Killings, sound_within_s: float) -> None:
    town = scene.town
    views = await floor_views(town.installation)
    before = await read_switch(town.switch)
    met = phases_of(views, before)
    began_s = time.monotonic()
    returning = asyncio.ensure_future(town.kill_callroom())
    await asyncio.sleep(0.5)
    after = await read_switch(town.switch)
    cut_off = _cut_off(scene, before, after)
    outage = await returning
    result.back_s.append(time.monotonic() - began_s)
    result.start_cpu_s.append(cost([town.installation.pid]).cpu_s)
    lines = Lines(views)
    async with seat(town.installation, "supervisor") as watcher:
        await until(lambda: sees_the_switch(watcher), 30, "the switch is in sight again")
        scene.outages.append(replace(outage, ended_at=datetime.now(UTC)))  # noqa: TID251 - the story is real
        cut_off += _cut_off(scene, before, await read_switch(town.switch))
        assert not cut_off, "; ".join(cut_off)
        watching = asyncio.ensure_future(_watch_lines(watcher, lines))
        try:
            await town.let_phones_be_mute()
            result.sound_s.append(await until_sound(town.installation, sound_within_s))
        finally:
            watching.cancel()
    assert not lines.wrong, f"callers lost their place: {list(lines.wrong)}"
    result.in_line += len(lines.compared)
    result.phases.update(met)
    result.moments.append(", ".join(sorted(met)))
    result.talks_over_a_kill += kept(before, after)


def _cut_off(scene: _Scene, before: Reading, after: Reading) -> list[str]:
    """By what phones and callers have noted so far."""
    return dropped(before, after, scene.hung_up, scene.callers.left())


def sees_the_switch(watcher: Seat) -> bool:
    """Callroom has its link to each Asterisk."""
    system = watcher.objects.get("system", {})
    return bool(system.get("node_up")) and all(system["node_up"].values())


async def _watch_lines(watcher: Seat, lines: Lines) -> None:
    while True:
        lines.look(watcher.objects)
        await asyncio.sleep(_LOOKS_EVERY_S)
