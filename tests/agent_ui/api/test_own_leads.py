"""An agent's own presses for people of campaigns, by API."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from crm_core.audit import SYSTEM
from crm_core.models import Campaign, Lead, LeadNumber
from cti.domain.wishes import AgentDialed
from cti.errors import Refused
from tests.agent_ui.api.test_campaigns import a_campaign
from tests.agent_ui.world import World
from tests.crm_core.lead_rows import lead

NUMBER = "+8613900139000"


async def own_lead(world: World, state: str = "running", **more: Any) -> int:
    """Somebody whom the agent is to call, of a campaign in this state."""
    boss, me = await world.person("supervisor"), world.users["agent"].id
    campaign = await a_campaign(world, boss, mode="manual", policies=["us-ftc"])
    lists = world.parts.memory.lead_lists
    of = await lists.create(campaign["id"], "North", "", 1, SYSTEM)
    now = world.parts.clock.now()
    await world.parts.memory.registers.note("us-ftc", now, "FTC", SYSTEM)
    zone = f"Etc/GMT{now.hour - 12:+d}"

    async def work(connection: Any) -> int:
        await connection.execute(update(Campaign).where(Campaign.id == campaign["id"]).values(state=state))
        values = lead(of, now - timedelta(minutes=1), zones=[zone], for_user_id=me, **more)
        lead_id = int((await connection.execute(insert(Lead).values(values).returning(Lead.id))).scalar_one())
        number = {"campaign_id": of.campaign_id, "lead_id": lead_id, "position": 0, "number": NUMBER, "key": NUMBER}
        await connection.execute(insert(LeadNumber).values(number))
        return lead_id

    return await world.parts.memory.database.write(work)


async def test_one_press_dials_from_ones_own_phone(world: World) -> None:
    lead_id, agent = await own_lead(world), await world.person("agent")
    status, answer = await agent.call("POST", f"/agent/leads/{lead_id}/dial")
    assert (status, answer["why"]) == (202, "")
    (step,) = world.telephony.steps
    assert isinstance(step, AgentDialed)
    assert (step.call_id, step.number, step.agent_id) == (answer["call_id"], NUMBER, world.users["agent"].id)
    assert step.attempt is not None
    status, answer = await agent.call("POST", f"/agent/leads/{lead_id}/dial")
    assert (status, answer["error"]["code"]) == (409, "lead_gone")


async def test_what_stands_before_it_is_said(world: World) -> None:
    lead_id, agent = await own_lead(world), await world.person("agent")
    boss = await world.person("supervisor")
    await boss.call("POST", "/do-not-call", {"number": NUMBER, "reason": "asked"})
    status, answer = await agent.call("POST", f"/agent/leads/{lead_id}/dial")
    assert (status, answer["call_id"], answer["why"]) == (202, None, "do_not_call")


async def test_nobody_is_called_for_a_campaign_that_is_paused(world: World) -> None:
    lead_id, agent = await own_lead(world, "paused"), await world.person("agent")
    status, answer = await agent.call("POST", f"/agent/leads/{lead_id}/dial")
    assert (status, answer["error"]["code"]) == (409, "campaign_not_at_work")


async def test_a_phone_that_is_not_there_is_said(world: World) -> None:
    lead_id, agent = await own_lead(world), await world.person("agent")
    world.telephony.step_refusal = Refused("phone_unreachable", extension="1001")
    status, answer = await agent.call("POST", f"/agent/leads/{lead_id}/dial")
    assert (status, answer["error"]["code"]) == (409, "phone_unreachable")


async def test_whom_nobody_looks_at_cannot_be_skipped(world: World) -> None:
    agent = await world.person("agent")
    status, answer = await agent.call("POST", "/agent/leads/7/skip", {"reason": "other"})
    assert (status, answer["error"]["code"]) == (409, "lead_gone")
    assert (await agent.call("POST", "/agent/leads/7/skip", {"reason": "dull"}))[0] == 422


async def test_a_supervisor_hands_people_out_and_the_agent_has_them(world: World) -> None:
    custom = {"plan": "gold", "13700137000": "call 13800138000"}
    lead_id, agent = await own_lead(world, name="Li Lei", custom=custom), await world.person("agent")
    boss, me = await world.person("supervisor"), world.users["agent"].id
    (mine,) = (await agent.call("GET", "/agent/leads"))[1]["items"]
    assert (mine["id"], mine["name"], mine["attempts"]) == (lead_id, "Li Lei", 0)
    assert "139" in mine["number"]
    # what a file has above a column is a text as well
    assert mine["columns"] == [
        {"name": "plan", "value": "gold"},
        {"name": "137****7000", "value": "call 138****8000"},
    ]
    path = f"/campaigns/{mine['campaign_id']}"
    assert (await boss.call("POST", f"{path}/take-back", {}))[1] == {"count": 1}
    assert (await agent.call("GET", "/agent/leads"))[1]["items"] == []
    status, answer = await boss.call("POST", f"{path}/assign", {"user_ids": [me], "each": 5})
    assert (status, answer) == (200, {"given": {str(me): 1}})
    assert len((await agent.call("GET", "/agent/leads"))[1]["items"]) == 1
    assert (await agent.call("POST", f"{path}/assign", {"user_ids": [me]}))[0] == 403
    assert (await boss.call("POST", "/campaigns/999/assign", {"user_ids": [me]}))[0] == 404
    assert (await boss.call("POST", f"{path}/assign", {"user_ids": [999]}))[0] == 422


async def test_whoever_is_to_call_them_may_ask_for_the_number(world: World) -> None:
    await own_lead(world)
    async with world.parts.memory.database.reading() as connection:
        number_id = await connection.scalar(select(LeadNumber.id))
    asked = {"ref": f"lead:{number_id}", "reason": "call back"}
    for login, status in (("agent", 200), ("agent2", 404), ("supervisor", 200)):
        assert (await (await world.person(login)).call("POST", "/numbers/reveal", asked))[0] == status, login
    for ref in ("lead:999", "lead:x"):
        answer = await (await world.person("agent")).call("POST", "/numbers/reveal", {**asked, "ref": ref})
        assert answer[0] == 404, ref
