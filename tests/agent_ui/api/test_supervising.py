"""What supervisors do on the floor: written down before it takes effect, and only by who may."""

from typing import Any

import pytest

from cti.domain.oversight import (
    ForcedHangUp,
    ForcedNotReady,
    ForcedReady,
    ForcedSignOut,
    HelpAccepted,
    HelpClosed,
    SupervisorAsked,
    SupervisorLeft,
    SupervisorStartedRecording,
    SupervisorStoppedRecording,
)
from cti.domain.supervision import Mode
from cti.domain.wishes import AgentAskedForHelp, AgentNeedsNoHelp
from cti.errors import Refused, SwitchUnavailable
from tests.agent_ui.world import World


async def trace(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    person = await world.person("admin")
    _, page = await person.call("GET", "/audit?limit=50")
    rows = [(row["action"], row["object_id"], row["detail"]) for row in page["items"]]
    return [row for row in reversed(rows) if row[0].split(".")[0] in {"supervision", "agent", "recording"}]


async def test_a_talk_is_attended_in_every_way_and_left(world: World) -> None:
    person, me = await world.person("supervisor"), world.users["supervisor"].id
    for mode in Mode:
        assert (await person.call("POST", "/calls/c1/supervise", {"mode": mode.value}))[0] == 204
    assert (await person.call("POST", "/calls/c1/stop-supervising"))[0] == 204
    assert world.telephony.requests == [SupervisorAsked(me, "c1", mode) for mode in Mode] + [SupervisorLeft(me, "c1")]
    asked = ["listen", "whisper", "barge", "take_over", "end"]
    assert await trace(world) == [(f"supervision.{verb}", "c1", {}) for verb in asked]


async def test_any_talk_is_recorded_on_demand_and_written_down(world: World) -> None:
    person, me = await world.person("supervisor"), world.users["supervisor"].id
    for action in ("record", "stop-record"):
        assert (await person.call("POST", f"/calls/c1/{action}"))[0] == 204
    assert world.telephony.requests == [SupervisorStartedRecording("c1", me), SupervisorStoppedRecording("c1", me)]
    assert await trace(world) == [("recording.start", "c1", {}), ("recording.stop", "c1", {})]
    world.telephony.refusal = Refused("caller_refused_recording")
    status, answer = await person.call("POST", "/calls/c1/record")
    assert (status, answer["error"]["code"]) == (409, "caller_refused_recording")
    assert (await trace(world))[-1] == (
        "recording.refused",
        "c1",
        {"asked": "start", "code": "caller_refused_recording"},
    )


async def test_an_agents_state_is_forced(world: World) -> None:
    person, me, agent = await world.person("supervisor"), world.users["supervisor"], world.users["agent"].id
    for action, body in (
        ("hang-up", {"call_id": "c1"}),
        ("ready", None),
        ("not-ready", {"reason": "meal"}),
        ("sign-out", None),
    ):
        assert (await person.call("POST", f"/agents/{agent}/{action}", body))[0] == 204
    assert world.telephony.requests == [
        ForcedHangUp(agent, "c1", me.id, me.name),
        ForcedReady(agent, me.id, me.name),
        ForcedNotReady(agent, me.id, "meal", me.name),
        ForcedSignOut(agent, me.id, me.name),
    ]
    assert await trace(world) == [
        ("agent.hang_up", str(agent), {"call_id": "c1"}),
        ("agent.ready", str(agent), {}),
        ("agent.pause", str(agent), {"reason": "meal"}),
        ("agent.sign_out", str(agent), {}),
    ]


@pytest.mark.parametrize(
    ("refusal", "status", "code"), [(Refused("in_call"), 409, "in_call"), (SwitchUnavailable(), 503, "failed")]
)
async def test_what_the_floor_refuses_is_written_down_as_refused(
    world: World, refusal: Exception, status: int, code: str
) -> None:
    person = await world.person("supervisor")
    world.telephony.refusal = refusal
    assert (await person.call("POST", "/calls/c1/supervise", {"mode": "barge"}))[0] == status
    assert await trace(world) == [
        ("supervision.barge", "c1", {}),
        ("supervision.refused", "c1", {"asked": "barge", "code": code}),
    ]


async def test_what_cannot_be_written_down_is_not_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person, agent = await world.person("supervisor"), world.users["agent"].id

    async def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(world.parts.memory.audit, "append", full)
    for path, body in (
        ("/calls/c1/supervise", {"mode": "listen"}),
        ("/calls/c1/stop-supervising", None),
        (f"/agents/{agent}/hang-up", {"call_id": "c1"}),
        (f"/agents/{agent}/ready", None),
        (f"/agents/{agent}/not-ready", {"reason": "meal"}),
        (f"/agents/{agent}/sign-out", None),
    ):
        assert (await person.call("POST", path, body))[0] == 500
    assert world.telephony.requests == []


async def test_words_that_are_none(world: World) -> None:
    person, agent = await world.person("supervisor"), world.users["agent"].id
    assert (await person.call("POST", "/calls/c1/supervise", {"mode": "spy"}))[0] == 422
    status, answer = await person.call("POST", f"/agents/{agent}/not-ready", {"reason": "phone_lost"})
    assert (status, answer["error"]["fields"][0]["path"]) == (422, "reason")
    assert world.telephony.requests == []


async def test_without_an_extension_nothing_can_be_heard(world: World) -> None:
    person = await world.person("admin")
    assert (await person.call("POST", "/calls/c1/supervise", {"mode": "listen"}))[1]["error"]["code"] == "no_extension"


async def test_help_is_asked_for_taken_and_closed(world: World) -> None:
    agent, boss = await world.person("agent"), await world.person("supervisor")
    me, by = world.users["agent"].id, world.users["supervisor"].id
    assert (await agent.call("POST", "/calls/c1/ask-help"))[0] == 204
    assert (await agent.call("POST", "/calls/c1/need-no-help"))[0] == 204
    for verb in ("take", "close"):
        assert (await agent.call("POST", f"/agents/{me}/help/{verb}"))[0] == 403
        assert (await boss.call("POST", f"/agents/{me}/help/{verb}"))[0] == 204
    assert world.telephony.requests == [
        AgentAskedForHelp(me, "c1"),
        AgentNeedsNoHelp(me, "c1"),
        HelpAccepted(me, by),
        HelpClosed(me, by),
    ]
    admin = await world.person("admin")
    _, page = await admin.call("GET", "/audit?limit=50")
    assert {row["action"] for row in page["items"]} >= {"help.take", "help.close"}
