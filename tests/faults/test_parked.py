"""Callroom is killed with -9 while a caller is parked: whoever called, or was called back, is where they were."""

import pytest

from tests.asterisk.pair import eventually
from tests.bench.seat import Seat, seat
from tests.faults.crew import Agent, Manners, crew
from tests.faults.town import STRAIGHT, Town

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEED = 20261123
PATIENCE_S = 30.0
# The simulated network lets them talk for ninety seconds.
THEIRS = "13700139000"


@pytest.mark.parametrize("who", ["called", "was_called_back"])
async def test_who_is_parked_stays_parked_and_is_picked_up(town: Town, who: str) -> None:
    installation = town.installation
    async with crew(installation, town.passwords_of(1), SEED, Manners(talks_s=(90.0, 90.0))) as (agent,):
        if who == "called":
            await installation.call_in(THEIRS, to=STRAIGHT, keys="")
        else:
            await _ask_on_the_page(town)
        await eventually(lambda: _is(agent, "talking"), PATIENCE_S, "the agent talks with them")
        call_id = agent.me["call_id"]
        async with seat(installation, "agent", town.passwords["agent"]) as desk:
            await desk.ask("POST", f"/calls/{call_id}/park")
            await eventually(lambda: _has(desk, call_id, "parked"), PATIENCE_S, "they are parked")
            parked = desk.objects[f"call:{call_id}"]["parked"]
            # What was decided an instant before a kill is nowhere yet: then they stand in front of the line again.
            await eventually(lambda: _is_kept(town, desk, call_id), PATIENCE_S, "switch and log have it")
        await town.kill_callroom()
        async with seat(installation, "agent", town.passwords["agent"]) as desk:
            await eventually(lambda: _has(desk, call_id, "parked"), PATIENCE_S, "they are still parked")
            assert desk.objects[f"call:{call_id}"]["parked"] == parked
            await eventually(lambda: _is(agent, "ready"), PATIENCE_S, "the agent is ready")
            await desk.ask("POST", f"/calls/{call_id}/pick-up")
            await eventually(lambda: _is(agent, "talking"), PATIENCE_S, "the agent has them again")
            assert agent.me["call_id"] == call_id
            await desk.ask("POST", f"/calls/{call_id}/hang-up")
            await eventually(lambda: _is(agent, "ready"), PATIENCE_S, "it is over")
    await town.quiet()


async def _ask_on_the_page(town: Town) -> None:
    """A callback that the agent is rung for first."""
    async with seat(town.installation, "admin") as admin:
        (line,) = [one for one in (await admin.ask("GET", "/queues"))["items"] if one["name"] == "Straight"]
        rules = {**line["callbacks"], "offered": True, "agent_first": True}
        await admin.ask("PATCH", f"/queues/{line['id']}", {"callbacks": rules})
        link = await admin.ask("POST", "/callback-links", {"queue_id": line["id"], "name": "Straight"})
        await admin.ask("POST", f"/callback-form/{link['key']}", {"number": THEIRS})
        await admin.ask("DELETE", f"/callback-links/{link['id']}")
        await admin.ask("PATCH", f"/queues/{line['id']}", {"callbacks": line["callbacks"]})


async def _is_kept(town: Town, desk: Seat, call_id: str) -> bool:
    channels = [line.split("!")[0] for line in (await town.switch.command("core show channels concise")).splitlines()]
    told = [await town.switch.command(f"core show channel {name}") for name in channels if name.startswith("PJSIP/")]
    events = (await desk.ask("GET", f"/calls/{call_id}"))["events"]
    return any("CALLROOM_TALKED=held" in one for one in told) and any(one["kind"] == "call_parked" for one in events)


async def _is(agent: Agent, state: str) -> bool:
    return agent.me.get("state") == state


async def _has(desk: Seat, call_id: str, state: str) -> bool:
    return desk.objects.get(f"call:{call_id}", {}).get("state") == state
