"""Thresholds are set by supervisors, kept, shown by push, and written down."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from agent_ui.wallboard.thresholds import ThresholdBook, Thresholds
from crm_core.audit import Actor
from cti.domain.values import AgentState
from tests.agent_ui.world import World, running_world


async def shown(world: World, who: str) -> Any:
    person = await world.person(who)
    async with person.session.ws_connect(f"{world.base}/cti", headers={"Origin": world.base}) as socket:
        return (await socket.receive_json(timeout=20))["objects"].get("thresholds")


async def test_they_are_kept_and_shown_to_who_sees_the_floor(tmp_path: Path) -> None:
    async with running_world(tmp_path) as world:
        person = await world.person("supervisor")
        body = {"waiting_watch": 2, "waiting_alarm": 4, "states": {"talking": 600}}
        assert (await person.call("PUT", "/floor/thresholds/1", body))[0] == 204
        view = await shown(world, "supervisor")
        assert view["queues"]["1"]["waiting_alarm"] == 4
        assert view["queues"]["1"]["states"] == {"talking": 600}
        assert view["usual"]["waiting_alarm"] == 8
        assert await shown(world, "agent") is None

        again = ThresholdBook(world.parts.memory.settings, lambda _key, _view: None)
        await again.load()
        assert again.all()[1].states == {AgentState.TALKING: 600}
        assert (await person.call("DELETE", "/floor/thresholds/1"))[0] == 204
        assert (await person.call("DELETE", "/floor/thresholds/1"))[0] == 204
        assert (await shown(world, "supervisor"))["queues"] == {}
        admin = await world.person("admin")
        _, page = await admin.call("GET", "/audit?limit=50")
        written = [row["object_id"] for row in page["items"] if row["action"] == "setting.put"]
        assert written == ["floor_thresholds"] * 3


async def test_two_who_save_at_once_are_both_heard(world: World) -> None:
    book = world.parts.wallboard.thresholds
    limits, by = Thresholds(waiting_watch=2, waiting_alarm=4), Actor(world.users["supervisor"].id)
    await asyncio.gather(*(book.put(queue_id, limits, by) for queue_id in (1, 2)))
    again = ThresholdBook(world.parts.memory.settings, lambda _key, _view: None)
    await again.load()
    assert set(again.all()) == set(book.all()) == {1, 2}


@pytest.mark.parametrize(
    "body",
    [{"waiting_watch": 9, "waiting_alarm": 4}, {"states": {"asleep": 5}}, {"states": {"talking": 0}}, {"loud": True}],
)
async def test_what_makes_no_sense_is_refused(world: World, body: dict[str, Any]) -> None:
    person = await world.person("supervisor")
    status, answer = await person.call("PUT", "/floor/thresholds/1", body)
    assert (status, answer["error"]["code"]) == (422, "invalid")


async def test_a_queue_that_is_not_there_has_none(world: World) -> None:
    person = await world.person("supervisor")
    assert (await person.call("PUT", "/floor/thresholds/99", {}))[0] == 404
