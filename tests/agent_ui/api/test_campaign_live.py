"""A campaign at work by API: who may watch it, and what they are told before anything happened."""

from tests.agent_ui.api.test_campaigns import a_campaign
from tests.agent_ui.world import World


async def test_managers_watch_it_and_agents_do_not(world: World) -> None:
    boss, agent = await world.person("supervisor"), await world.person("agent")
    campaign = await a_campaign(world, boss, policies=["us-ftc"])
    path = f"/campaigns/{campaign['id']}/live"
    status, live = await boss.call("GET", path)
    assert (status, live["state"], live["at_work"], live["verdicts"]) == (200, "draft", None, {})
    assert live["abandonment"]["limit_ratio"] == 0.03
    assert live["forecast"]["ends_at"] is None
    status, answer = await agent.call("GET", path)
    assert (status, answer["error"]["code"]) == (403, "not_allowed")
    assert (await boss.call("GET", "/campaigns/99/live"))[0] == 404
