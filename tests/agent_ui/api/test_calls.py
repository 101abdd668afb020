"""The call log: what a line says of its recording."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from crm_core.audit import AuditFilter
from crm_core.models import Call, CallAgent
from crm_core.recordings import RecordingDraft
from cti.domain.wishes import (
    AgentPausedRecording,
    AgentResumedRecording,
    AgentStartedRecording,
    AgentStoppedRecording,
)
from cti.errors import Refused
from tests.agent_ui.world import World

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
EMPTY = {"node": "n1", "caller_name": "", "dialed": "4001", "note": "", "waited_s": 0, "talked_s": 5, "priority": 0}
STATES = [
    ("recording", "processing"),
    ("processing", "processing"),
    ("ready", "ready"),
    ("partial", "repaired"),
    ("failed", "damaged"),
    ("purged", "expired"),
]


async def store_call(world: World, **more: str) -> None:
    agent_id = world.users["agent"].id
    values = {"id": "c1", "direction": "inbound", "started_at": AT, "agent_id": agent_id, **EMPTY, **more}
    mine = {"agent_id": agent_id, "started_at": AT, "call_id": "c1"}
    database = world.parts.memory.database
    await database.write(lambda connection: connection.execute(insert(Call).values(values)))
    await database.write(lambda connection: connection.execute(insert(CallAgent).values(mine)))


async def record(world: World, key: str, state: str, at: datetime = AT) -> None:
    draft = RecordingDraft(key, "c1", state, at, world.users["agent"].id, 5.0, 10, "a.ogg")
    await world.parts.memory.recordings.save(draft)


@pytest.mark.parametrize(("stored", "shown"), STATES)
async def test_a_line_shows_the_real_state_of_its_recording(world: World, stored: str, shown: str) -> None:
    await store_call(world)
    await record(world, "r1", stored)
    person = await world.person("agent")
    _, page = await person.call("GET", "/calls")
    (line,) = page["items"]
    assert line["recording"] == {"id": "r1", "state": shown, "duration_s": 5.0, "may_listen": True}
    assert line["has_recording"] is (shown in {"ready", "repaired"})


async def test_a_line_without_recording_and_one_with_several(world: World) -> None:
    await store_call(world)
    person = await world.person("supervisor")
    _, page = await person.call("GET", "/calls")
    assert (page["items"][0]["recording"], page["items"][0]["has_recording"]) == (None, False)
    await record(world, "r2", "processing", AT + timedelta(seconds=9))
    await record(world, "r1", "ready")
    _, page = await person.call("GET", "/calls")
    assert [(line["recording"]["id"], line["recording"]["state"]) for line in page["items"]] == [("r2", "processing")]


async def test_a_line_has_the_name_that_came_with_the_call(world: World) -> None:
    await store_call(world, caller_name="刘洋003")
    _, page = await (await world.person("agent")).call("GET", "/calls")
    assert [(line["caller_name"], line["customer"]) for line in page["items"]] == [("刘洋003", None)]


async def test_a_recording_is_paused_by_who_talks_and_audited(world: World) -> None:
    person, me = await world.person("agent"), world.users["agent"].id
    for action in ("pause", "resume"):
        assert (await person.call("POST", f"/calls/c1/{action}-recording"))[0] == 204
    assert world.telephony.requests == [AgentPausedRecording(me, "c1"), AgentResumedRecording(me, "c1")]
    for action in ("recording.pause", "recording.resume"):
        (row,) = (await world.parts.memory.audit.page(AuditFilter(action=action))).items
        assert (row.user_name, row.object_id) == ("Agent", "c1")
    world.telephony.requests.clear()
    for action in ("start", "stop"):
        assert (await person.call("POST", f"/calls/c1/{action}-recording"))[0] == 204
        (row,) = (await world.parts.memory.audit.page(AuditFilter(action=f"recording.{action}"))).items
        assert (row.user_name, row.object_id) == ("Agent", "c1")
    assert world.telephony.requests == [AgentStartedRecording(me, "c1"), AgentStoppedRecording(me, "c1")]
    world.telephony.refusal = Refused("not_recorded")
    status, answer = await person.call("POST", "/calls/c1/pause-recording")
    assert (status, answer["error"]["code"]) == (409, "not_recorded")
    assert len((await world.parts.memory.audit.page(AuditFilter(action="recording.pause"))).items) == 1


async def test_a_disposition_leaves_a_colleague_s_note(world: World) -> None:
    await store_call(world)
    agent, supervisor = await world.person("agent"), await world.person("supervisor")
    assert (await agent.call("PUT", "/calls/c1/note", {"text": "call back at 15"}))[0] == 204
    path = "/calls/c1/disposition"
    for body in ({}, {"note": None}, {"note": ""}):
        status, row = await supervisor.call("POST", path, {"code": "order", **body})
        assert (status, row["note"], row["disposition"]) == (200, "call back at 15", "order")
    status, answer = await supervisor.call("POST", path, {"code": "complaint", "note": "", "base": "what I saw"})
    assert (status, answer["error"]["code"]) == (409, "note_changed")
    assert (await agent.call("GET", "/calls/c1"))[1]["disposition"] == "order"
    status, row = await agent.call("POST", path, {"code": "order", "note": "", "base": "call back at 15"})
    assert (status, row["note"]) == (200, "")
