"""Asterisk is killed in mid-call: nobody hung up, and everybody is told so."""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from tests.asterisk.pair import eventually
from tests.bench.seat import Seat, seat
from tests.faults.crew import Manners, crew
from tests.faults.invariants import call_log, until_sound
from tests.faults.listener import carrier_of, listening
from tests.faults.town import STRAIGHT, Town, until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

ROUNDS = 3
# On a busy machine Asterisk itself takes long to boot: agents have ten seconds from then on.
BOOT_S, USABLE_S = 60, 10


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_asterisk_killed_in_mid_call(town: Town, seed: int) -> None:
    await town.let_phones_be_mute()
    dice = random.Random(seed)
    began_at = datetime.now(UTC)  # noqa: TID251
    numbers = [f"+86137{seed}{dice.randrange(10**6):06d}{n}" for n in range(3)]
    manners = Manners(talks_s=(13.0, 13.0), hangs_up=0.0)
    async with AsyncExitStack() as stack:
        agents = await stack.enter_async_context(crew(town.installation, town.passwords_of(2), seed, manners))
        carrier = await stack.enter_async_context(carrier_of(town.installation.base_port + 4))
        for number in numbers:  # two talk, one waits
            await stack.enter_async_context(listening(carrier, STRAIGHT, number))
        await until(lambda: all(agent.me.get("state") == "talking" for agent in agents), 30, "two talks")
        await until_sound(town.installation, 20)
        talks = {agent.login: agent.me["call_id"] for agent in agents}
        await asyncio.sleep(5)  # two seconds of sound may be on their way to the disk
        for agent in agents:
            agent.history.clear()
        old = await town.kill_asterisk()
        await until(lambda: agents[0].system.get("stale_since"), 15, "the screen says that the switch is away")
        boots = await _boots(town, old)
        began_s = time.monotonic()
        for agent in agents:
            call = ("wrap_up", talks[agent.login])
            await until(lambda agent=agent, call=call: call in agent.history, 20, "wrap-up of the lost call")  # type: ignore[misc]
            await until(lambda agent=agent: agent.me.get("state") == "ready", 20, "ready again")  # type: ignore[misc]
        usable_s = time.monotonic() - began_s
        print(f"seed {seed}: booted after {boots:.1f} s, agents usable {usable_s:.1f} s later")
        assert usable_s <= USABLE_S
        async with listening(carrier, STRAIGHT, f"+86136{dice.randrange(10**8):08d}"):
            await until(lambda: any(agent.me.get("state") == "talking" for agent in agents), 20, "a new talk")
    await town.quiet()
    async with seat(town.installation, "supervisor") as admin:
        await eventually(lambda: _all_lost(admin, began_at, numbers), 30, "rows that say lost_switch")
        for row in await _rows(admin, began_at, numbers):
            if row["talked_s"] > 0:
                await eventually(lambda row=row: _is_repaired(admin, row["id"]), 40, "the repaired recording")  # type: ignore[misc]
                detail = await admin.ask("GET", f"/calls/{row['id']}")
                assert detail["disposition"] == "resolved", "the agent could say what it was"
    await until_sound(town.installation, 20)


async def _boots(town: Town, old: int) -> float:
    async def new_one() -> bool:
        pid = town.switch.status().pid
        return pid not in (None, old) and "fully booted" in await town.switch.command("core waitfullybooted")

    return await eventually(new_one, BOOT_S, "callroom up starts it again")


async def _rows(admin: Seat, since: datetime, numbers: list[str]) -> list[dict[str, object]]:
    rows = await call_log(admin, since)
    return [row for row in rows if "".join(c for c in row["number"] or "" if c.isdigit())[-11:] in _short(numbers)]


async def _all_lost(admin: Seat, since: datetime, numbers: list[str]) -> bool:
    rows = await _rows(admin, since, numbers)
    print([(row["number"], row["end_reason"], row["talked_s"]) for row in rows])
    states = [row["end_reason"] for row in rows]
    recorded = [row["recording"] for row in rows if row["talked_s"]]
    return states == ["lost_switch"] * len(numbers) and all(recorded)


async def _is_repaired(admin: Seat, call_id: str) -> bool:
    detail = await admin.ask("GET", f"/calls/{call_id}")
    return [recording["state"] for recording in detail["recordings"]] == ["repaired"]


def _short(numbers: list[str]) -> set[str]:
    return {number[-11:] for number in numbers}
