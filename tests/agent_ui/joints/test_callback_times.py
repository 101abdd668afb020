"""When somebody may be called again: where they are, by the law of the campaign and the hours of the line."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, update

from agent_ui.joints.callback_times import CallbackTimes
from crm_core.calls import CallRow
from crm_core.domain.campaign_rules import CampaignRules, document_of
from crm_core.models import Campaign, Lead
from tests.agent_ui.api.test_called_leads import a_call
from tests.agent_ui.api.test_tasks import the_call
from tests.agent_ui.world import World

# a Wednesday, 10 in Shanghai
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


async def row_of(world: World, call_id: str, **more: Any) -> CallRow:
    return replace((await world.parts.memory.calls.get(call_id)).call, **more)


def times_of(world: World, zone: str = "Asia/Shanghai") -> CallbackTimes:
    return CallbackTimes(world.parts.memory, world.telephony.floor.line_is_open, ZoneInfo(zone))


def local(answer: dict[str, Any], zone: str) -> dict[str, str]:
    return {one["key"]: one["at"].astimezone(ZoneInfo(zone)).strftime("%a %H:%M") for one in answer["quick"]}


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+8613800138000", ["Asia/Shanghai"]),
        ("cn:10086", ["Asia/Shanghai"]),
        ("+12125550123", ["America/New_York"]),
        ("raw:abc", []),
        (None, []),
    ],
)
async def test_a_number_tells_where_they_may_be(world: World, number: str | None, zones: list[str]) -> None:
    row = await row_of(world, await the_call(world), number=number)
    assert (await times_of(world).of_call(row, NOW))["zones"] == zones


async def test_times_are_those_of_where_the_person_is(world: World) -> None:
    row = await row_of(world, await the_call(world), number="+12125550123")
    found = local(await times_of(world).of_call(row, NOW), "America/New_York")
    assert (found["tomorrow_morning"], found["next_monday"]) == ("Wed 10:00", "Mon 10:00")
    several = await row_of(world, row.id, number="+61412345678")
    answer = await times_of(world, "Europe/London").of_call(several, NOW)
    assert len(answer["zones"]) > 1
    assert local(answer, "Europe/London")["tomorrow_morning"] == "Thu 10:00", "by the house's own clock"


async def test_only_while_the_line_takes_calls(world: World) -> None:
    row = await row_of(world, await the_call(world))
    asked: set[int] = set()

    def is_open(queue_id: int, at: datetime) -> bool:
        asked.add(queue_id)
        return at.astimezone(ZoneInfo("Asia/Shanghai")).hour >= 14

    world.telephony.floor.is_open = is_open
    found = local(await times_of(world).of_call(row, NOW), "Asia/Shanghai")
    assert (found, asked) == ({"afternoon": "Wed 15:00", "tomorrow_afternoon": "Thu 15:00"}, {row.queue_id})
    assert "in_hour" in local(await times_of(world).of_call(replace(row, queue_id=None), NOW), "Asia/Shanghai")


async def test_a_campaigns_people_are_called_when_the_law_lets_them(world: World) -> None:
    row = await row_of(world, await a_call(world), number="+8613800138000")
    memory = world.parts.memory

    async def law(policies: list[str]) -> None:
        await memory.database.write(lambda connection: connection.execute(update(Campaign).values(policies=policies)))

    late = NOW.replace(hour=12, minute=50)  # 20:50 in Shanghai
    await law([])
    assert "in_quarter" in local(await times_of(world).of_call(row, late), "Asia/Shanghai")
    await law(["us-ftc"])
    answer = await times_of(world).of_call(row, late)
    assert answer["zones"] == ["Asia/Shanghai"]
    assert "in_quarter" not in local(answer, "Asia/Shanghai"), "21:05 there, and it ends at 21"
    await memory.database.write(lambda connection: connection.execute(update(Lead).values(zones=["Europe/London"])))
    answer = await times_of(world).of_call(row, late)
    assert (answer["zones"], "in_quarter" in local(answer, "Europe/London")) == (["Europe/London"], True)
    await memory.database.write(lambda connection: connection.execute(delete(Lead)))
    assert (await times_of(world).of_call(row, late))["zones"] == ["Asia/Shanghai"], "the number is left"


async def test_a_campaign_s_own_hours_count_as_well(world: World) -> None:
    row = await row_of(world, await a_call(world))
    rules = document_of(CampaignRules(hours=((("14:00", "16:00"),),) * 7))
    change = update(Campaign).values(policies=[], rules=rules)
    await world.parts.memory.database.write(lambda connection: connection.execute(change))
    found = local(await times_of(world).of_call(row, NOW), "Asia/Shanghai")
    assert found == {"afternoon": "Wed 15:00", "tomorrow_afternoon": "Thu 15:00"}


async def test_by_api_for_whose_call_it_is(world: World) -> None:
    call_id, agent = await the_call(world), await world.person("agent")
    status, answer = await agent.call("GET", f"/calls/{call_id}/callback-times")
    assert (status, answer["zones"]) == (200, ["Asia/Shanghai"])
    assert {"key", "at"} == set(answer["quick"][0])
    assert (await (await world.person("agent2")).call("GET", f"/calls/{call_id}/callback-times"))[0] == 404
