"""Callroom stands still (SIGSTOP): callers of every phase reach the fallback in time, and nobody is lost afterwards."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from cti.asterisk.secrets import load_or_create, sip_password
from tests.asterisk.pair import eventually
from tests.asterisk.sip_phone import SipPhone
from tests.bench.seat import Seat, seat
from tests.browser.conftest import installation
from tests.faults.invariants import until_sound
from tests.faults.reading import read_switch, switch_of
from tests.installation import Installation

__all__ = ["installation"]
pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
LIMIT_S = 15.0
# One for each phase: said a prompt, rung for, in line behind
MENU, RINGING, WAITING = "+8613700137201", "+8613700137202", "+8613700137203"


@pytest_asyncio.fixture(loop_scope="session")
async def phone(installation: Installation) -> AsyncIterator[SipPhone]:
    """An agent's phone that rings and is not answered."""
    sip_key = load_or_create(installation.home / "secrets.toml").sip_key
    async with seat(installation, "agent") as agent:
        extension = (await agent.ask("GET", "/session"))["user"]["extension"]
    made = SipPhone(extension, sip_password(sip_key, extension), behaviour="ring")
    await made.open_ws(installation.base_port + 3)
    assert " 200 " in await made.register()
    yield made
    await made.aclose()


async def contexts(installation: Installation) -> dict[str, str]:
    """Where each caller is in the dialplan, by call id."""
    reading = await read_switch(switch_of(installation))
    return {call_id: channel.context for call_id, channel in reading.customers.items()}


async def calls_of(watcher: Seat) -> dict[str, str]:
    views = [view for key, view in watcher.objects.items() if key.startswith("call:")]
    return {view["caller"]["number"]: view["state"] for view in views if view["state"] != "ended"}


async def rows_of(admin: Seat) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {MENU: [], RINGING: [], WAITING: []}
    for row in (await admin.ask("GET", "/calls?limit=50"))["items"]:
        digits = re.sub("[^0-9]", "", str(row["number"]))
        for number, reasons in found.items():
            if digits.endswith(number[-11:]):
                reasons.append(row["end_reason"])
    return found


async def test_callers_of_a_frozen_callroom_reach_the_fallback_in_time(
    installation: Installation, phone: SipPhone
) -> None:
    async with seat(installation, "agent") as agent, seat(installation, "supervisor") as watcher:
        await agent.get_ready()
        await installation.call_in(RINGING, keys="1", stay_s=90)
        await eventually(lambda: _is(watcher, RINGING, "ringing"), 30, "it rings")
        await installation.call_in(WAITING, keys="1", stay_s=90)
        await eventually(lambda: _is(watcher, WAITING, "waiting"), 30, "in line")
        await installation.call_in(MENU, keys="", stay_s=90)
        await eventually(lambda: _is(watcher, MENU, "in_menu"), 10, "in the menu")
        rung = len(phone.invites)

        os.kill(installation.pid, signal.SIGSTOP)
        began_s = time.monotonic()
        reached: dict[str, float] = {}
        try:
            while len(reached) < 3:
                assert time.monotonic() - began_s < 40, (reached, await contexts(installation))
                for call_id, context in (await contexts(installation)).items():
                    if context == "fallback":
                        reached.setdefault(call_id, time.monotonic() - began_s)
                await asyncio.sleep(0.1)
            await asyncio.sleep(3)
        finally:
            os.kill(installation.pid, signal.SIGCONT)
        print(f"reached the fallback after {sorted(round(each, 1) for each in reached.values())} s")
        assert max(reached.values()) <= LIMIT_S

        async def back() -> bool:
            return set((await contexts(installation)).values()) == {"callroom-call"}

        await eventually(back, 10, "taken back")
        await eventually(lambda: _is(watcher, RINGING, "ringing", "waiting"), 10, "in line again")
        await until_sound(installation, within_s=10)
        assert agent.me["reason"] not in ("missed_call", "declined_call"), "no agent pays for a standstill"
        assert len(phone.invites) > rung, "the agent is rung for them again"
        await installation.everybody_hangs_up()
    async with seat(installation, "supervisor") as admin:

        async def all_ended() -> bool:
            rows = await rows_of(admin)
            return all(reasons and None not in reasons for reasons in rows.values())

        await eventually(all_ended, 20, "rows")
        rows = await rows_of(admin)
    assert {number: len(rows[number]) for number in (MENU, RINGING, WAITING)} == {MENU: 1, RINGING: 1, WAITING: 1}
    assert rows[MENU][0] in ("abandoned_in_menu", "abandoned_in_queue"), rows
    assert {rows[RINGING][0], rows[WAITING][0]} <= {"abandoned_in_queue", "abandoned_ringing"}, rows


async def _is(watcher: Seat, number: str, *states: str) -> bool:
    return (await calls_of(watcher)).get(number) in states
