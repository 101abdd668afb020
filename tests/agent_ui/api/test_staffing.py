"""Plans of staff by API: who may make one, that each has their own, and the file of it."""

import asyncio
from typing import Any

import pytest

from tests.agent_ui.api.test_campaigns import a_campaign
from tests.agent_ui.world import Person, World

BODY: dict[str, Any] = {
    **{"people": 50, "agents": [2, 1], "hours_per_day": 0.5, "talk_s": 60, "wrap_up_s": 5, "answer_ratio": 0.3},
    **{"machine_ratio": 0.2, "dead_ratio": 0.1, "mode": "progressive", "lines_per_agent": 1.5, "lines_max": 10},
    "abandonment_limit_ratio": 0.03,
}


async def over(person: Person) -> Any:
    async with asyncio.timeout(60):
        while True:
            _, plan = await person.call("GET", "/staffing")
            if plan["state"] not in {"waiting", "running"}:
                return plan
            await asyncio.sleep(0.1)


async def test_a_manager_plans_a_campaign_and_takes_the_file(world: World) -> None:
    boss, other = await world.person("supervisor"), await world.person("admin")
    campaign = await a_campaign(world, boss)
    status, known = await boss.call("GET", f"/staffing/known?campaign_id={campaign['id']}")
    assert (status, known["sources"]["answer_ratio"], known["mode"]) == (200, "default", "predictive")
    assert (await boss.call("GET", "/staffing"))[1]["state"] == "none"
    status, refused = await boss.call("GET", "/staffing/file?format=csv")
    assert (status, refused["error"]["code"]) == (409, "staffing_not_ready")
    status, plan = await boss.call("POST", "/staffing", BODY | {"campaign_id": campaign["id"]})
    assert (status, plan["campaign_id"], plan["lines"]) == (202, campaign["id"], [])
    plan = await over(boss)
    assert (plan["state"], plan["done_ratio"]) == ("ready", 1.0)
    assert [line["agents"] for line in plan["lines"]] == [1, 2]
    assert plan["lines"][0]["hours"] > plan["lines"][1]["hours"] > 0
    assert (plan["asked"], plan["house_lines_max"]) == (BODY, 0)
    assert (await other.call("GET", "/staffing"))[1]["state"] == "none"
    status, file = await boss.call("GET", "/staffing/file?format=csv&language=en")
    assert (status, file.decode("utf-8-sig").splitlines()[0][:12]) == (200, "Agents,Days,")
    status, file = await boss.call("GET", "/staffing/file?format=xlsx")
    assert (status, file[:2]) == (200, b"PK")


async def test_a_plan_is_stopped_and_its_lines_stay(world: World) -> None:
    boss = await world.person("supervisor")
    long = BODY | {"people": 1_000_000, "agents": [1, 200], "hours_per_day": 24, "mode": "predictive"}
    await boss.call("POST", "/staffing", long)
    assert (await boss.call("DELETE", "/staffing"))[0] == 204
    assert (await over(boss))["state"] == "cancelled"


async def test_agents_plan_nothing(world: World) -> None:
    agent = await world.person("agent")
    for method, path in (
        ("GET", "/staffing"),
        ("GET", "/staffing/known"),
        ("POST", "/staffing"),
        ("DELETE", "/staffing"),
    ):
        body = BODY if method == "POST" else None
        assert (await agent.call(method, path, body))[0] == 403


@pytest.mark.parametrize(
    ("odd", "path"),
    [
        ({"answer_ratio": 0.6, "machine_ratio": 0.3, "dead_ratio": 0.2}, "dead_ratio"),
        ({"agents": []}, "agents"),
        ({"agents": [201]}, "agents.0"),
        ({"people": 0}, "people"),
        ({"mode": "manual"}, "mode"),
        ({"talk_s": "NaN"}, "talk_s"),
    ],
)
async def test_odd_figures_are_refused_by_name(world: World, odd: dict[str, Any], path: str) -> None:
    boss = await world.person("supervisor")
    status, answer = await boss.call("POST", "/staffing", BODY | odd)
    assert (status, answer["error"]["fields"][0]["path"]) == (422, path)


async def test_a_campaign_that_is_not_there_is_not_found(world: World) -> None:
    boss = await world.person("supervisor")
    assert (await boss.call("POST", "/staffing", BODY | {"campaign_id": 99}))[0] == 404
    assert (await boss.call("GET", "/staffing/known?campaign_id=99"))[0] == 404
