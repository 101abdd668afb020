"""Messages of supervisors: to whom they go, until when, and who has read them."""

from datetime import timedelta
from typing import Any

import pytest

from crm_core.audit import SYSTEM
from tests.agent_ui.world import Person, World


async def unread(person: Person) -> list[str]:
    _, page = await person.call("GET", "/bulletins")
    return [item["text"] for item in page["items"]]


async def test_who_is_here_sees_it_at_once_and_who_comes_later_then(world: World) -> None:
    boss, agent, other = [await world.person(name) for name in ("supervisor", "agent", "agent2")]
    async with agent.session.ws_connect(f"{world.base}/cti", headers={"Origin": world.base}) as socket:
        await socket.receive_json(timeout=20)
        body = {"text": " <b>Lunch</b> at 12 ", "everybody": True}
        assert (await boss.call("POST", "/bulletins", body))[0] == 204
        message = await socket.receive_json(timeout=20)
    (view,) = message["objects"].values()
    assert [item["text"] for item in view["items"]] == ["<b>Lunch</b> at 12"]
    assert view["items"][0]["by_name"] == "Supervisor"
    assert await unread(other) == ["<b>Lunch</b> at 12"]
    assert await unread(boss) == [], "not to oneself"

    bulletin_id = view["items"][0]["id"]
    for _ in range(2):
        assert (await agent.call("POST", f"/bulletins/{bulletin_id}/acknowledge"))[0] == 204
    assert (await unread(agent), await unread(other)) == ([], ["<b>Lunch</b> at 12"])
    _, sent = await boss.call("GET", "/bulletins/sent")
    assert [(item["recipients"], item["acknowledged"]) for item in sent["items"]] == [(2, 1)]
    assert (await boss.call("DELETE", f"/bulletins/{bulletin_id}"))[0] == 204
    assert (await boss.call("DELETE", f"/bulletins/{bulletin_id}"))[0] == 204
    assert await unread(other) == []
    admin = await world.person("admin")
    _, page = await admin.call("GET", "/audit?limit=50")
    assert [row["action"] for row in reversed(page["items"]) if row["action"].startswith("bulletin")] == [
        "bulletin.send",
        "bulletin.revoke",
    ]


async def test_to_a_line_or_one_person(world: World) -> None:
    boss, agent, other = [await world.person(name) for name in ("supervisor", "agent", "agent2")]
    (sales,) = [queue.id for queue in await world.parts.memory.queues.all() if queue.settings.name == "Sales"]
    await world.parts.memory.users.change(world.users["agent2"].id, None, {"queue_ids": []}, SYSTEM)
    assert (await boss.call("POST", "/bulletins", {"text": "line", "queue_id": sales}))[0] == 204
    assert (await boss.call("POST", "/bulletins", {"text": "you", "agent_id": world.users["agent2"].id}))[0] == 204
    assert (await unread(agent), await unread(other)) == (["line"], ["you"])


@pytest.mark.parametrize(
    "body",
    [
        {"text": "", "everybody": True},
        {"text": "x" * 281, "everybody": True},
        {"text": "x"},
        {"text": "x", "everybody": True, "queue_id": 1},
        {"text": "x", "agent_id": 999},
        {"text": "x", "everybody": True, "valid_min": 0},
    ],
)
async def test_what_cannot_be_sent(world: World, body: dict[str, Any]) -> None:
    boss = await world.person("supervisor")
    assert (await boss.call("POST", "/bulletins", body))[0] == 422


async def test_it_is_over_by_itself(world: World) -> None:
    now = world.parts.clock.now()
    reader = world.users["agent"].id
    await world.parts.memory.bulletins.send("old", [reader], now - timedelta(seconds=1), SYSTEM)
    assert await world.parts.memory.bulletins.unread(reader) == ()
    assert await world.parts.memory.bulletins.sent() == ()


async def test_nobody_floods_the_floor(world: World) -> None:
    boss = await world.person("supervisor")
    statuses = [(await boss.call("POST", "/bulletins", {"text": "x", "everybody": True}))[0] for _ in range(11)]
    assert statuses == [204] * 10 + [429]
