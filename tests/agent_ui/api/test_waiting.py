"""What supervisors do with who waits: written down before it takes effect."""

from typing import Any

import pytest

from cti.domain.callback_words import CallbackRemoved
from cti.domain.oversight import WaitingGiven, WaitingMoved, WaitingPlaced, WaitingRanked
from cti.errors import Refused
from tests.agent_ui.world import World


async def trace(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    person = await world.person("admin")
    _, page = await person.call("GET", "/audit?limit=50")
    rows = [(row["action"], row["object_id"], row["detail"]) for row in page["items"]]
    return [row for row in reversed(rows) if row[0].split(".")[0] in ("call", "callback")]


async def test_a_caller_is_moved_in_every_way_and_answered(world: World) -> None:
    person, me = await world.person("supervisor"), world.users["supervisor"].id
    bodies: list[dict[str, Any]] = [
        {"queue_id": 2},
        {"agent_id": 7},
        {"before": "c2"},
        {"before": None},
        {"priority": 3},
    ]
    for body in bodies:
        assert (await person.call("POST", "/calls/c1/move", body))[0] == 204
    assert (await person.call("POST", "/calls/c1/take"))[0] == 204
    assert world.telephony.requests == [
        WaitingMoved("c1", me, 2),
        WaitingGiven("c1", me, 7),
        WaitingPlaced("c1", me, "c2"),
        WaitingPlaced("c1", me, None),
        WaitingRanked("c1", me, 3),
        WaitingGiven("c1", me, me),
    ]
    assert await trace(world) == [*[("call.move", "c1", body) for body in bodies], ("call.take", "c1", {})]


@pytest.mark.parametrize(
    "body", [{}, {"queue_id": 1, "agent_id": 2}, {"before": None, "priority": 1}, {"priority": 101}, {"queue_id": None}]
)
async def test_one_destination_and_a_sensible_one(world: World, body: dict[str, Any]) -> None:
    person = await world.person("supervisor")
    status, answer = await person.call("POST", "/calls/c1/move", body)
    assert (status, answer["error"]["code"]) == (422, "invalid")
    assert world.telephony.requests == []


async def test_a_refusal_says_why_and_is_written_down(world: World) -> None:
    person = await world.person("supervisor")
    world.telephony.refusal = Refused("not_waiting", call_id="c1")
    status, answer = await person.call("POST", "/calls/c1/move", {"queue_id": 2})
    assert (status, answer["error"]["code"]) == (409, "not_waiting")
    assert "does not wait" in answer["error"]["message"]
    assert (await trace(world))[-1] == ("call.refused", "c1", {"queue_id": 2, "asked": "move", "code": "not_waiting"})


async def test_who_has_no_extension_answers_nobody(world: World) -> None:
    person = await world.person("admin")
    status, answer = await person.call("POST", "/calls/c1/take")
    assert (status, answer["error"]["code"]) == (409, "no_extension")


async def test_a_callback_is_cancelled_or_it_is_said_why_not(world: World) -> None:
    person, me = await world.person("supervisor"), world.users["supervisor"].id
    assert (await person.call("POST", "/callbacks/b1/cancel"))[0] == 204
    assert world.telephony.requests == [CallbackRemoved("b1", me)]
    world.telephony.refusal = Refused("callback_under_way", callback_id="b1")
    status, answer = await person.call("POST", "/callbacks/b1/cancel")
    assert (status, answer["error"]["code"]) == (409, "callback_under_way")
    cancel, refused = (await trace(world))[0], (await trace(world))[-1]
    assert cancel == ("callback.cancel", "b1", {})
    assert refused == ("callback.refused", "b1", {"asked": "cancel", "code": "callback_under_way"})
