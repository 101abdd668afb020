"""Callroom stands still (SIGSTOP): callers of every phase reach the fallback in time, and nobody is lost afterwards.

It goes on as soon as all of them are there: after 30 s in its queue (FALLBACK_S) the fallback asks callers for their
number, and there would be nobody left to be taken back. `make soak` (--only frozen) holds it for 60 s, with agents who
answer.
"""

import asyncio
import contextlib
import os
import re
import signal
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from cti.asterisk.secrets import load_or_create, sip_password
from tests.asterisk.pair import eventually
from tests.asterisk.sip_phone import SipPhone
from tests.bench.seat import Seat, seat
from tests.faults.invariants import digits, until_sound
from tests.faults.reading import read_switch, switch_of
from tests.installation import Installation, running_installation

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
LIMIT_S = 15.0
# One for each phase: said a prompt, rung for, in line behind, held for an agent whose phone went
MENU, RINGING, WAITING, HELD = "+8613700137201", "+8613700137202", "+8613700137203", "+8613700137204"
REACH_FALLBACK = (MENU, RINGING, WAITING, HELD)
# Comes while nobody reads.
LATE = "+8613700137206"
# Leaves a message meanwhile, and hangs up.
SPEAKING = "+8613700137205"
TO_HELD, TO_MESSAGE, TO_LINE = "4803", "4804", "4805"


async def phone_of(installation: Installation, login: str, behaviour: str) -> SipPhone:
    sip_key = load_or_create(installation.home / "secrets.toml").sip_key
    async with seat(installation, login) as agent:
        extension = (await agent.ask("GET", "/session"))["user"]["extension"]
    made = SipPhone(extension, sip_password(sip_key, extension), behaviour=behaviour)
    await made.open_ws(installation.base_port + 3)
    assert " 200 " in await made.register()
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def installation() -> AsyncIterator[Installation]:
    """Of its own: what comes back after a standstill is counted, and agents have other lines."""
    async with running_installation(forked=True) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def phone(installation: Installation) -> AsyncIterator[SipPhone]:
    """An agent's phone that rings and is not answered."""
    made = await phone_of(installation, "agent", "ring")
    yield made
    await made.aclose()


async def more_numbers(installation: Installation) -> None:
    """One for a line of agent2's own, one for a voicemail, one for agent's line without a menu before it."""
    async with seat(installation, "admin") as admin:
        users = {user["login"]: user for user in (await admin.ask("GET", "/users"))["items"]}
        draft = {"name": "Held", "record": True, "wrap_up_s": 0, "max_wait_s": 600}
        queue = await admin.ask("POST", "/queues", draft)
        nodes = {
            TO_HELD: {"type": "queue", "queue": queue["id"]},
            TO_MESSAGE: {"type": "voicemail"},
            TO_LINE: {"type": "queue", "queue": users["agent"]["queue_ids"][0]},
        }
        for number, node in nodes.items():
            body = {"start": "only", "nodes": {"only": node}}
            flow = await admin.ask("POST", "/flows", {"name": number, "body": body})
            entry = {"number": number, "label": number, "flow_id": flow["id"]}
            await admin.ask("POST", "/entry-numbers", entry)
        change = {"version": users["agent2"]["version"], "queue_ids": [queue["id"]]}
        await admin.ask("PATCH", f"/users/{users['agent2']['id']}", change)


@contextlib.asynccontextmanager
async def talking(installation: Installation, watcher: Seat) -> AsyncIterator[None]:
    """HELD talks to agent2, whose phone and page are gone at the end."""
    phone = await phone_of(installation, "agent2", "answer")
    async with seat(installation, "agent2") as agent:
        await agent.get_ready()
        await installation.call_in(HELD, to=TO_HELD, keys="", stay_s=90)
        await eventually(lambda: _is(watcher, HELD, "talking"), 20, "a talk")
        yield
        await phone.aclose()
        await eventually(lambda: _is(watcher, HELD, "rejoining"), 20, "held")


async def one_in_each_phase(installation: Installation, watcher: Seat) -> None:
    """What lasts comes first: a phone that rings is given up after a while, and so is who is held."""
    async with talking(installation, watcher):
        await installation.call_in(RINGING, to=TO_LINE, keys="", stay_s=90)
        await eventually(lambda: _is(watcher, RINGING, "ringing"), 30, "it rings")
        await installation.call_in(WAITING, to=TO_LINE, keys="", stay_s=90)
        await eventually(lambda: _is(watcher, WAITING, "waiting"), 30, "in line")
    await installation.call_in(MENU, keys="", stay_s=90)
    await eventually(lambda: _is(watcher, MENU, "in_menu"), 10, "in the menu")


async def records(installation: Installation) -> bool:
    """A message of some seconds is on the disk, so far."""
    files = list((installation.home / "voicemails" / "incoming").glob("*.wav"))
    return any(path.stat().st_size > 2 * 16_000 for path in files)


async def contexts(installation: Installation) -> dict[str, str]:
    """Where each caller is in the dialplan, by call id."""
    reading = await read_switch(switch_of(installation))
    return {call_id: channel.context for call_id, channel in reading.customers.items()}


async def calls_of(watcher: Seat) -> dict[str, str]:
    views = [view for key, view in watcher.objects.items() if key.startswith("call:")]
    return {view["caller"]["number"]: view["state"] for view in views if view["state"] != "ended"}


async def rows_of(admin: Seat) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {number: [] for number in (*REACH_FALLBACK, LATE, SPEAKING)}
    for row in (await admin.ask("GET", "/calls?limit=50"))["items"]:
        for number, reasons in found.items():
            if is_of(row, number):
                reasons.append(row["end_reason"])
    return found


def is_of(row: dict[str, Any], number: str) -> bool:
    return re.sub("[^0-9]", "", str(row["number"])).endswith(number[-11:])


async def test_callers_of_a_frozen_callroom_reach_the_fallback_in_time(
    installation: Installation, phone: SipPhone
) -> None:
    await more_numbers(installation)
    async with seat(installation, "agent") as agent, seat(installation, "supervisor") as watcher:
        await agent.get_ready()
        speaking = await installation.call_in(SPEAKING, to=TO_MESSAGE, keys="", stay_s=120)
        await eventually(lambda: records(installation), 40, "a message")
        await one_in_each_phase(installation, watcher)
        phases = {MENU: "in_menu", RINGING: "ringing", WAITING: "waiting", HELD: "rejoining"}
        assert phases.items() <= (await calls_of(watcher)).items()
        rung = len(phone.invites)

        os.kill(installation.pid, signal.SIGSTOP)
        began_s = time.monotonic()
        reached: dict[str, float] = {}
        came_at = datetime.now(UTC)  # noqa: TID251 - to be found in the log
        try:
            await installation.caller_hangs_up(speaking)
            await installation.call_in(LATE, to=TO_LINE, keys="", stay_s=90)
            while len(reached) < len(REACH_FALLBACK) + 1:
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

        where: dict[str, str] = {}

        async def back() -> bool:
            where.clear()
            where.update(await contexts(installation))
            return {where.get(call_id) for call_id in reached} == {"callroom-call"}

        try:
            await eventually(back, 10, "taken back")
        finally:
            print(f"then they were in {sorted(where.values())}, and are {await calls_of(watcher)}")
        await eventually(lambda: _is(watcher, RINGING, "ringing", "waiting"), 10, "in line again")
        await eventually(lambda: _is(watcher, HELD, "ringing", "waiting"), 10, "not forgotten")
        await eventually(lambda: _is(watcher, LATE, "ringing", "waiting"), 10, "who came meanwhile is in line, too")
        await until_sound(installation, within_s=10)
        assert agent.me["reason"] not in ("missed_call", "declined_call"), "no agent pays for a standstill"
        await eventually(lambda: _is_rung(phone, rung), 10, "the agent is rung for them again")
        await installation.everybody_hangs_up()
    async with seat(installation, "supervisor") as admin:

        async def all_ended() -> bool:
            rows = await rows_of(admin)
            return all(reasons and None not in reasons for reasons in rows.values())

        await eventually(all_ended, 20, "rows")
        rows = await rows_of(admin)
        late = next(row for row in (await admin.ask("GET", "/calls?limit=50"))["items"] if is_of(row, LATE))
        messages = (await admin.ask("GET", "/voicemails"))["items"]
    assert {number: len(reasons) for number, reasons in rows.items()} == dict.fromkeys(rows, 1)
    arrived_at = datetime.fromisoformat(late["started_at"])
    assert abs((arrived_at - came_at).total_seconds()) < 2, "since they called, not since we woke"
    (message,) = messages
    assert SPEAKING.endswith(digits(message["number"]))
    assert (message["kind"], message["has_audio"], message["source"]) == ("voicemail", True, "emergency")
    assert message["duration_s"] > 2, "what was said before"
    assert rows[SPEAKING] == ["fallback"]
    assert rows[HELD][0] in ("caller_hung_up", "abandoned_in_queue", "abandoned_ringing"), rows
    assert rows[MENU][0] in ("abandoned_in_menu", "abandoned_in_queue"), rows
    assert {rows[RINGING][0], rows[WAITING][0], rows[LATE][0]} <= {"abandoned_in_queue", "abandoned_ringing"}, rows


async def _is_rung(phone: SipPhone, before: int) -> bool:
    return len(phone.invites) > before


async def _is(watcher: Seat, number: str, *states: str) -> bool:
    return (await calls_of(watcher)).get(number) in states
