"""Callroom killed with -9 at seeded moments under load: used by the test-suite and by `make soak`."""

import asyncio
import random
import re
import shutil
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.seat import seat
from tests.faults.crew import Agent, crew
from tests.faults.crowd import crowd
from tests.faults.invariants import Outage, check_kept, check_log, story_of, until_sound
from tests.faults.reading import Reading, read_switch
from tests.faults.town import Town

_WARM_UP_S = 12.0
_BETWEEN_S = (0.3, 2.5)
# How crew.Handset names a call.
_OFFERED = re.compile(r"([0-9a-f-]{36}) \(")


@dataclass
class Killings:
    """What came out; seconds are of the wall clock."""

    seed: int
    back_s: list[float] = field(default_factory=list)
    sound_s: list[float] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    talks_over_a_kill: int = 0
    calls: int = 0


async def kill_again_and_again(
    town: Town, folder: Path, result: Killings, times: int, sound_within_s: float, say: Callable[[str], None] = print
) -> None:
    """Raise AssertionError on the first invariant that does not hold; the log is compared at the end."""
    seed = result.seed
    dice = random.Random(seed)
    outages: list[Outage] = []
    say(f"kills: seed {seed}")
    async with AsyncExitStack() as stack:
        agents = await stack.enter_async_context(crew(town.installation, town.passwords_of(3), seed))
        callers = await stack.enter_async_context(crowd(town, folder, seed))
        await town.let_phones_be_mute()
        await asyncio.sleep(_WARM_UP_S)
        for number in range(times):
            await asyncio.sleep(dice.uniform(*_BETWEEN_S))
            await _kill_once(town, agents, outages, result)
            result.sound_s.append(await until_sound(town.installation, sound_within_s))
            say(f"kill {number + 1}: {result.moments[-1]}; back {result.back_s[-1]:.1f} s, "
                f"sound {result.sound_s[-1]:.1f} s later")  # fmt: skip
        await callers.stop()
        visits = callers.visits()
        result.calls = len(visits)
        async with seat(town.installation, "supervisor") as admin:
            await check_log(admin, visits, outages, patience_s=40.0)
            for agent in agents:
                await check_kept(admin, agent.acknowledged)
            collisions = [line for agent in agents for line in agent.collisions]
            if collisions:
                told = [await story_of(admin, call_id) for call_id in _OFFERED.findall(" ".join(collisions))]
                kept = await asyncio.to_thread(shutil.copy, town.installation.log, f"{folder}-collision.log")
                raise AssertionError("\n".join([*collisions, *told, f"the program's log is {kept}"]))


async def _kill_once(town: Town, agents: list[Agent], outages: list[Outage], result: Killings) -> None:
    before = await read_switch(town.switch)
    states = sorted(agent.me.get("state", "?") for agent in agents)
    began_s = time.monotonic()
    returning = asyncio.ensure_future(town.kill_callroom())
    await asyncio.sleep(0.5)
    after = await read_switch(town.switch)
    outages.append(await returning)
    result.back_s.append(time.monotonic() - began_s)
    await town.let_phones_be_mute()
    applications = sorted(channel.application for channel in before.channels)
    result.moments.append(f"{'/'.join(states)}, {' '.join(applications)}")
    result.talks_over_a_kill += _still_together(before, after)


def _still_together(before: Reading, after: Reading) -> int:
    """Two legs that were in one room, and are both there after as before, are in one room."""
    rooms = {channel.leg_id: channel.room_id for channel in after.channels}
    kept = 0
    for customer in before.customers.values():
        for phone in before.channels:
            if phone.extension is None or not customer.room_id or phone.room_id != customer.room_id:
                continue
            if customer.leg_id in rooms and phone.leg_id in rooms:
                assert rooms[customer.leg_id] == rooms[phone.leg_id] != "", (
                    f"the talk of {customer.call_id} was dropped"
                )
                kept += 1
    return kept
