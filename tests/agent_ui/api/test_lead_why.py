"""Why somebody is not called, and their consent, by API."""

from datetime import timedelta
from typing import Any

from tests.agent_ui.api.test_campaigns import a_campaign, a_list, body_of, imported
from tests.agent_ui.world import Person, World

TABLE = "姓名,手机\n张伟,13800138000\n"


async def somebody(world: World, boss: Person) -> tuple[Any, str]:
    campaign = await a_campaign(world, boss)
    await imported(boss, campaign, await a_list(boss, campaign), TABLE)
    _, page = await boss.call("GET", f"/campaigns/{campaign['id']}/leads")
    return campaign, f"/campaigns/{campaign['id']}/leads/{page['items'][0]['id']}"


async def test_every_rule_is_named_with_its_policy_until_none_is_left(world: World) -> None:
    boss, now = await world.person("supervisor"), world.parts.clock.now()
    _, path = await somebody(world, boss)
    _, answer = await boss.call("GET", f"{path}/why")
    told = [(one["rule"], one["policy"], one["detail"]) for one in answer["reasons"] if one["rule"] != "closed"]
    assert told == [("campaign", "", "draft"), ("no_consent", "cn", "")]
    assert answer["next_at"] is None
    body = {"given_at": (now - timedelta(days=1)).isoformat(), "source": "signed form"}
    status, lead = await boss.call("PUT", f"{path}/consent", body)
    assert (status, lead["consent_source"]) == (200, "signed form")
    _, answer = await boss.call("GET", f"{path}/why")
    assert "no_consent" not in [one["rule"] for one in answer["reasons"]]


async def test_only_who_manages_campaigns_may_ask_and_only_of_its_people(world: World) -> None:
    boss, agent = await world.person("supervisor"), await world.person("agent")
    _, path = await somebody(world, boss)
    other = await a_campaign(world, boss, name="Other")
    assert (await agent.call("GET", f"{path}/why"))[0] == 403
    elsewhere = f"/campaigns/{other['id']}/leads/{path.rpartition('/')[2]}"
    assert (await boss.call("GET", f"{elsewhere}/why"))[0] == 404
    later = {"given_at": (world.parts.clock.now() + timedelta(days=1)).isoformat(), "source": "form"}
    assert (await boss.call("PUT", f"{path}/consent", later))[0] == 422


async def test_with_other_policies_who_was_left_out_is_asked_anew(world: World) -> None:
    boss = await world.person("supervisor")
    campaign, path = await somebody(world, boss)
    lead_id = int(path.rpartition("/")[2])
    barred = "update leads set state='barred', why='no_consent'"
    await world.parts.memory.database.write(lambda connection: connection.exec_driver_sql(barred))
    same = await body_of(world, version=campaign["version"])
    _, changed = await boss.call("PUT", f"/campaigns/{campaign['id']}", same)
    assert (await world.parts.memory.leads.get(lead_id)).state == "barred"
    body = await body_of(world, policies=["fr"], version=changed["version"])
    assert (await boss.call("PUT", f"/campaigns/{campaign['id']}", body))[0] == 200
    assert (await world.parts.memory.leads.get(lead_id)).state == "waiting"
