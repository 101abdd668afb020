"""The log of attempts by API: who may read it, and what of a number."""

from typing import Any

from sqlalchemy import insert

from crm_core.audit import SYSTEM
from crm_core.models import Attempt, Recording
from tests.agent_ui.api.test_called_leads import a_call
from tests.agent_ui.api.test_campaigns import MASKED, a_campaign
from tests.agent_ui.world import Person, World
from tests.crm_core.attempt_rows import attempt


async def an_attempt(world: World, boss: Person) -> Any:
    campaign = await a_campaign(world, boss)
    of = await world.parts.memory.lead_lists.create(campaign["id"], "North", "", 1, SYSTEM)
    sign = {"kind": "signalling", "verdict": "busy", "sign": "sip 486", "confidence_ratio": 0.95}
    row = attempt(of, None, world.parts.clock.now(), verdict="busy", evidence=[sign], sip_code=486)
    await world.parts.memory.database.write(lambda connection: connection.execute(insert(Attempt).values(row)))
    return campaign


async def test_what_came_of_each_and_what_had_allowed_it(world: World) -> None:
    boss, agent = await world.person("supervisor"), await world.person("agent")
    campaign = await an_attempt(world, boss)
    path = f"/campaigns/{campaign['id']}/attempts"
    status, page = await boss.call("GET", path)
    (one,) = page["items"]
    assert (status, one["number"], one["verdict"], one["sip_code"]) == (200, "139 0013 9000", "busy", 486)
    assert one["evidence"][0]["sign"] == "sip 486"
    assert (one["call_id"], one["recording"]) == (None, None), "it has no call in the log"
    assert (one["checks"]["zones"], one["checks"]["do_not_call"]) == ({"Asia/Shanghai": "Sun 09:00"}, "not_listed")
    assert (await boss.call("GET", f"{path}?verdict=human"))[1]["items"] == []
    assert len((await boss.call("GET", f"{path}?number=13900139000"))[1]["items"]) == 1
    assert (await agent.call("GET", path))[0] == 403


async def test_who_may_not_see_numbers_sees_none_and_their_searches_are_written_down(world: World) -> None:
    admin = await world.person("admin")
    campaign = await an_attempt(world, admin)
    assert (await admin.call("PUT", "/settings/numbers", MASKED))[0] in {200, 204}
    boss = await world.person("supervisor")
    path = f"/campaigns/{campaign['id']}/attempts"
    _, page = await boss.call("GET", f"{path}?number=13900139000")
    assert page["items"][0]["number"] == "139****9000"
    for place in range(60):
        status, _ = await boss.call("GET", f"{path}?number=1390013{place:04}")
        if status == 429:
            return
    raise AssertionError("somebody may try numbers out")


async def test_an_attempt_leads_to_its_call_and_the_recording(world: World) -> None:
    call_id, boss = await a_call(world), await world.person("supervisor")
    now = world.parts.clock.now()
    sound = {"id": "r1", "call_id": call_id, "agent_id": world.users["agent"].id, "state": "ready", "started_at": now}
    row = {**sound, "duration_s": 5.0, "size_bytes": 1, "error": "", "updated_at": now}
    await world.parts.memory.database.write(lambda connection: connection.execute(insert(Recording).values(row)))
    (campaign,) = (await boss.call("GET", "/campaigns"))[1]["items"]
    _, page = await boss.call("GET", f"/campaigns/{campaign['id']}/attempts")
    this, before = page["items"]
    assert (this["call_id"], this["recording"]["id"], this["recording"]["may_listen"]) == (call_id, "r1", True)
    assert (before["call_id"], before["recording"]) == (before["id"], None)
