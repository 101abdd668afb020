"""Whom a campaign called, by API: only for who has the call, had it, or may see it in the log."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert

from crm_core.audit import SYSTEM
from crm_core.models import Attempt, Call, CallAgent, Lead, LeadNumber
from tests.agent_ui.api.test_campaigns import a_campaign
from tests.agent_ui.world import World
from tests.crm_core.attempt_rows import NUMBER, attempt
from tests.crm_core.lead_rows import lead

SECOND = "+8613900139001"
HOSTILE = "<img src=x onerror=pwned()>"
CALL: dict[str, Any] = {"direction": "outbound", "node": "n1", "caller_name": "", "dialed": "4001", "priority": 0}


async def a_call(world: World) -> str:
    """A call of the agent's, the second attempt at somebody; its id."""
    campaign = await a_campaign(world, await world.person("supervisor"))
    of = await world.parts.memory.lead_lists.create(campaign["id"], "North", "", 1, SYSTEM)
    now, me = world.parts.clock.now(), world.users["agent"].id
    custom = {"plan": HOSTILE, "13700137000": "call 13800138000"}

    async def work(connection: Any) -> str:
        values = lead(of, now, name="Li Lei", custom=custom)
        lead_id = (await connection.execute(insert(Lead).values(values).returning(Lead.id))).scalar_one()
        for place, number in enumerate((NUMBER, SECOND)):
            row = {"campaign_id": of.campaign_id, "lead_id": lead_id, "position": place, "number": number}
            await connection.execute(insert(LeadNumber).values({**row, "key": number}))
        before = now - timedelta(days=1)
        first = attempt(of, lead_id, before, verdict="human", disposition="later", agent_id=me)
        this = attempt(of, lead_id, now, state="connected", agent_id=me)
        for row, at, note in ((first, before, "ask 13800138000"), (this, now, "")):
            await connection.execute(insert(Attempt).values(row))
            call = {"id": row["attempt_id"], "started_at": at, "agent_id": me, "note": note, "waited_s": 0}
            await connection.execute(insert(Call).values({**CALL, **call, "talked_s": 5}))
        part = {"agent_id": me, "started_at": now, "call_id": this["attempt_id"]}
        await connection.execute(insert(CallAgent).values(part))
        return str(this["attempt_id"])

    return await world.parts.memory.database.write(work)


async def test_who_talked_reads_what_the_list_says_without_whole_numbers(world: World) -> None:
    call_id, agent = await a_call(world), await world.person("agent")
    status, answer = await agent.call("GET", f"/calls/{call_id}/lead")
    shown = answer["lead"]
    assert (status, answer["campaign_name"], shown["list_name"], shown["name"]) == (200, "Spring", "North", "Li Lei")
    assert shown["columns"] == [
        {"name": "plan", "value": HOSTILE},
        {"name": "137****7000", "value": "call 138****8000"},
    ]
    assert (shown["attempt_number"], shown["number"]) == (2, "139****9000")
    (other,) = shown["other_numbers"]
    assert (other["number"], other["dead"]) == ("139****9001", None)
    asked = {"ref": other["number_ref"], "reason": "call back"}
    status, revealed = await agent.call("POST", "/numbers/reveal", asked)
    assert (status, revealed["e164"]) == (200, SECOND)
    (earlier,) = shown["earlier"]
    assert (earlier["verdict"], earlier["disposition"], earlier["agent_name"]) == ("human", "later", "Agent")
    assert earlier["note"] == "ask 138****8000"
    assert earlier["call_id"] not in {None, call_id}, "their own call of before"


async def test_whoever_may_see_numbers_and_all_calls_reads_all_of_it(world: World) -> None:
    call_id, boss = await a_call(world), await world.person("supervisor")
    _, answer = await boss.call("GET", f"/calls/{call_id}/lead")
    assert [one["number"] for one in answer["lead"]["other_numbers"]] == ["139 0013 9001"]
    assert answer["lead"]["earlier"][0]["note"] == "ask 13800138000"
    assert (await boss.call("GET", f"/calls/{answer['lead']['earlier'][0]['call_id']}"))[0] == 200


async def test_another_agent_reads_it_only_while_the_call_is_at_them(world: World) -> None:
    call_id, other = await a_call(world), world.users["agent2"]
    colleague = await world.person("agent2")
    assert (await colleague.call("GET", f"/calls/{call_id}/lead"))[0] == 404
    _, card = await (await world.person("agent")).call("GET", f"/calls/{call_id}/lead")
    asked = {"ref": card["lead"]["other_numbers"][0]["number_ref"], "reason": "call back"}
    assert (await colleague.call("POST", "/numbers/reveal", asked))[0] == 404
    world.telephony.floor.views[f"agent:{other.id}"] = {"agent_id": other.id, "call_id": call_id, "state": "ringing"}
    status, answer = await colleague.call("GET", f"/calls/{call_id}/lead")
    assert (status, answer["lead"]["name"]) == (200, "Li Lei")
    assert answer["lead"]["earlier"][0]["call_id"] is None, "that call was a colleague's"
    assert (await colleague.call("POST", "/numbers/reveal", asked))[0] == 200
    world.telephony.floor.views[f"agent:{other.id}"]["call_id"] = "another"
    assert (await colleague.call("GET", f"/calls/{call_id}/lead"))[0] == 404


async def test_a_call_of_no_campaign_and_one_whose_person_is_gone(world: World) -> None:
    call_id, boss = await a_call(world), await world.person("supervisor")
    status, answer = await boss.call("GET", "/calls/of-nobody/lead")
    assert (status, answer) == (200, {"campaign_id": None, "campaign_name": None, "lead": None})
    await world.parts.memory.database.write(lambda connection: connection.execute(delete(Lead)))
    status, answer = await boss.call("GET", f"/calls/{call_id}/lead")
    assert (status, answer["campaign_name"], answer["lead"]) == (200, "Spring", None)
