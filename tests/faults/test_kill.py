"""Callroom is killed with -9 twenty times at seeded moments under load, and with a promise that it gave."""

import asyncio
import statistics
from pathlib import Path
from typing import Any

import pytest

from tests.asterisk.pair import eventually
from tests.bench.seat import Seat, seat
from tests.faults.crew import Manners, crew
from tests.faults.killing import Killings, kill_again_and_again
from tests.faults.reading import calls_at_the_carrier, someone_is_called
from tests.faults.town import STRAIGHT, Town
from tests.installation import Installation

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEED, KILLS = 20261122, 20
# As many may follow until every phase of a call was met, and a line.
MORE = 15
# What a start may cost the processor, of all starts half. What others do on the machine meanwhile is not counted,
# and it is much while two more test files run on two cores; that it serves within five seconds is for `make soak`.
COSTS_CPU_S = 5.0
# Called back, they answer after two seconds and talk for twenty.
PROMISED = "13900132000"
PATIENCE_S = 30.0
# After what is promised on the page; who may have been dialed and was not is dialed half a minute later.
MOMENTS_S = (0.0, 0.03, 0.4, 2.5)
TRIED_AGAIN_S = 60.0
# Five on a machine that has nothing else to do (make soak says how long it took); here others may be busy.
SOUND_WITHIN_S = 20.0


async def test_killed_twenty_times_under_load(town: Town, tmp_path: Path) -> None:
    result = Killings(SEED)
    await kill_again_and_again(town, tmp_path, result, KILLS, SOUND_WITHIN_S, more=MORE)
    print(f"serving again after {', '.join(f'{each:.1f}' for each in sorted(result.back_s))} s")
    print(f"met: {dict(result.phases)}; {result.calls} calls, the end of {result.excused} of them unseen; "
          f"{result.talks_over_a_kill} talks and {result.in_line} pairs in line over a kill")  # fmt: skip
    print(f"a start costs {', '.join(f'{each:.1f}' for each in sorted(result.start_cpu_s))} s of the processor")
    assert statistics.median(result.start_cpu_s) <= COSTS_CPU_S
    assert result.missed == []
    assert result.talks_over_a_kill > 0, "nobody was talking at any kill: the load is too small to prove anything"
    assert result.calls - result.excused >= KILLS, "too few calls ended while Callroom watched"
    assert result.excused <= result.calls / 2, "of most calls no end was watched: the log is hardly compared"
    await town.quiet()


async def test_a_promised_callback_is_made_once_over_two_kills(town: Town) -> None:
    """Killed while it stands in line, and again while the customer's telephone rings."""
    installation = town.installation
    async with seat(installation, "admin") as admin:
        (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
        rules = {**line["callbacks"], "offered": True, "after_s": 0, "agent_first": False}
        await admin.ask("PATCH", f"/queues/{line['id']}", {"callbacks": rules})
        promise = await _promise(installation, admin)
    dialed_before = await calls_at_the_carrier(installation)
    await town.kill_callroom()
    async with seat(installation, "admin") as admin:
        await eventually(lambda: _has(_promises(admin)), PATIENCE_S, "the promise is remembered")
        kept = _promises(admin)[0]
        assert [kept[name] for name in ("callback_id", "state", "waiting_since", "attempts")] == [
            *(promise[name] for name in ("callback_id", "state", "waiting_since")),
            0,
        ]
    async with crew(installation, town.passwords_of(1), SEED, Manners(talks_s=(1.0, 1.0))) as (agent,):
        await eventually(lambda: someone_is_called(installation), PATIENCE_S, "the carrier rings the customer")
        await town.kill_callroom()
        async with seat(installation, "admin") as admin:
            calls = await _calls_to_them(admin)
            talked = [call for call in calls if call["talked_s"] > 0]
            assert [call["agent_name"] for call in talked] == [agent.me["name"]]
            assert len(calls) == 1, "no second attempt is in the log"
            assert _promises(admin) == []
            await admin.ask("PATCH", f"/queues/{line['id']}", {"callbacks": line["callbacks"]})
    assert await calls_at_the_carrier(installation) == dialed_before + 1, "their telephone rang once"
    await town.quiet()


async def test_a_callback_promised_on_the_page_is_dialed_once_whenever_callroom_is_killed(town: Town) -> None:
    """Killed at the promise, while it is looked at, while their telephone rings, and when they have answered."""
    installation = town.installation
    async with seat(installation, "admin") as admin:
        (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
        rules = {**line["callbacks"], "offered": True, "agent_first": False, "retry_s": 30}
        await admin.ask("PATCH", f"/queues/{line['id']}", {"callbacks": rules})
        link = await admin.ask("POST", "/callback-links", {"queue_id": line["id"], "name": "Straight"})
        form = f"/callback-form/{link['key']}"
        given = await admin.ask("POST", form, {"number": PROMISED})
    await town.kill_callroom()
    async with seat(installation, "admin") as admin:
        await eventually(lambda: _has(_promises(admin)), PATIENCE_S, "the promise is remembered")
        await admin.ask("DELETE", form, {"secret": given["secret"]})
        await eventually(lambda: _has(not _promises(admin)), PATIENCE_S, "they took it back after the restart")
    async with crew(installation, town.passwords_of(1), SEED, Manners(talks_s=(1.0, 1.0))) as (agent,):
        for place, moment_s in enumerate(MOMENTS_S):
            number, dialed_before = f"13900{place:02}3000", await calls_at_the_carrier(installation)
            await eventually(lambda: _has(agent.me.get("state") == "ready"), PATIENCE_S, "the agent is ready")
            async with seat(installation, "admin") as admin:
                await admin.ask("POST", form, {"number": number})
                await asyncio.sleep(moment_s)
            await town.kill_callroom()
            async with seat(installation, "admin") as admin:
                talked = [one for one in await _calls_to_them(admin, number, TRIED_AGAIN_S) if one["talked_s"] > 0]
                assert [one["agent_name"] for one in talked] == [agent.me["name"]], moment_s
                assert _promises(admin) == []
            assert await calls_at_the_carrier(installation) == dialed_before + 1, moment_s
    async with seat(installation, "admin") as admin:
        await admin.ask("DELETE", f"/callback-links/{link['id']}")
        await admin.ask("PATCH", f"/queues/{line['id']}", {"callbacks": line["callbacks"]})
    await town.quiet()


def _promises(admin: Seat) -> list[dict[str, Any]]:
    return [view for key, view in admin.objects.items() if key.startswith("callback:")]


async def _has(found: object) -> bool:
    return bool(found)


async def _promise(installation: Installation, admin: Seat) -> dict[str, Any]:
    """A caller in line presses "call me" and then "at this number", and hangs up."""
    caller = await installation.call_in(PROMISED, to=STRAIGHT, keys="")
    async with asyncio.timeout(PATIENCE_S):
        while not _promises(admin):
            await installation.caller_presses(caller, "1")
            await asyncio.sleep(0.7)
    await installation.caller_hangs_up(caller)
    await eventually(installation.no_callers_left, PATIENCE_S, "the caller hung up")
    return _promises(admin)[0]


async def _calls_to_them(admin: Seat, number: str = PROMISED, patience_s: float = PATIENCE_S) -> list[dict[str, Any]]:
    """When one of them is over, all calls that we made to this number."""

    async def outbound() -> list[dict[str, Any]]:
        items = (await admin.ask("GET", "/calls?limit=50"))["items"]
        return [one for one in items if one["direction"] == "outbound" and one["number"].replace(" ", "") == number]

    async def over() -> bool:
        return any(one["ended_at"] and one["talked_s"] for one in await outbound())

    await eventually(over, patience_s, "the customer was called back and talked")
    return await outbound()
