"""Calls of the time without Callroom: taken from the spool into the tables, once, whatever happens in between."""

import asyncio
import io
import wave
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_core.calls import CallFilter
from crm_core.errors import DatabaseUnavailable, Invalid
from cti.emergency.spool import EmergencyMessage, Spool
from tests.agent_ui.world import World

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
PLAIN = EmergencyMessage(
    message_id="0" * 32,
    call_id="call-1",
    kind="callback",
    arrived_at=AT,
    left_at=AT + timedelta(seconds=60),
    caller_number="13800138000",
    dialed="4001",
    callback_number="13900139000",
    language="zh",
)


def sound(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as said:
        said.setnchannels(1)
        said.setsampwidth(2)
        said.setframerate(8000)
        said.writeframes(bytes(16000 * seconds))
    return file.getvalue()


@pytest.fixture
def spool(world: World) -> Spool:
    return Spool(world.parts.config.home / "spool")


async def rows(world: World) -> tuple[list[Any], list[Any]]:
    calls = await world.parts.memory.calls.page(CallFilter())
    messages = await world.parts.memory.messages.page()
    return list(calls.items), list(messages.items)


async def test_a_callback_has_a_message_and_a_call(world: World, spool: Spool) -> None:
    spool.put(PLAIN)
    assert await world.parts.inbox.empty_spool() == 1
    (call,), (message,) = await rows(world)
    assert (call.id, call.started_at, call.end_reason, call.number) == ("call-1", AT, "fallback", "+8613800138000")
    assert (message.kind, message.number, message.call_id) == ("callback", "+8613900139000", "call-1")
    assert spool.take() == ([], [])


async def test_a_voicemail_lies_with_the_others_and_is_measured(world: World, spool: Spool, tmp_path: Path) -> None:
    recorded = tmp_path / "said.wav"
    recorded.write_bytes(sound(3))
    spool.put(replace(PLAIN, kind="voicemail", callback_number=None), recorded)
    await world.parts.inbox.empty_spool()
    _, (message,) = await rows(world)
    assert (message.kind, message.duration_s, message.path) == ("voicemail", 3.0, f"{'0' * 32}.wav")
    kept = world.parts.inbox.audio_path(message.path)
    assert kept is not None
    assert kept.read_bytes() == sound(3)
    assert list(spool.folder.iterdir()) == []


async def test_a_crash_before_the_spool_forgets_doubles_nothing(
    world: World, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.put(PLAIN)

    def crash(_spool: Spool, _message: EmergencyMessage) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(Spool, "done", crash)
        with pytest.raises(OSError, match="power cut"):
            await world.parts.inbox.empty_spool()
    await world.parts.inbox.empty_spool()
    calls, messages = await rows(world)
    assert (len(calls), len(messages)) == (1, 1)
    assert spool.take() == ([], [])


async def test_the_customers_timeline_shows_call_and_message(world: World, spool: Spool) -> None:
    admin = await world.person("admin")
    draft = {"name": "Zhang Wei", "phones": [{"number": "138 0013 8000"}]}
    _, customer = await admin.call("POST", "/customers", draft)
    spool.put(PLAIN)
    await world.parts.inbox.empty_spool()
    _, timeline = await admin.call("GET", f"/customers/{customer['id']}/timeline")
    assert sorted(line["kind"] for line in timeline["items"]) == ["call", "callback"]


async def test_who_answered_instead_of_callroom(world: World, spool: Spool) -> None:
    extension = world.users["agent"].extension
    began = AT + timedelta(seconds=20)
    spool.put(replace(PLAIN, kind="answered", answered_by=f"PJSIP/{extension}", talk_started_at=began))
    await world.parts.inbox.empty_spool()
    (call,), messages = await rows(world)
    assert (call.agent_name, call.waited_s, call.talked_s, call.end_reason) == ("Agent", 20.0, 40.0, "fallback")
    assert messages == []


@pytest.mark.parametrize(("kind", "reason"), [("gave_up", "fallback"), ("gone", "lost_while_away")])
async def test_who_left_nothing_is_in_the_call_log_only(world: World, spool: Spool, kind: Any, reason: str) -> None:
    spool.put(replace(PLAIN, kind=kind, callback_number=None))
    await world.parts.inbox.empty_spool()
    (call,), messages = await rows(world)
    assert (call.end_reason, messages) == (reason, [])


async def test_what_the_tables_refuse_is_put_aside_and_the_others_go_on(
    world: World, spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    spool.put(PLAIN)
    spool.put(replace(PLAIN, message_id="1" * 32, call_id="call-2", left_at=AT + timedelta(hours=1)))
    (spool.folder / "broken.json").write_text("{")
    take = world.parts.memory.fallback_calls.take

    async def refuse_first(visit: Any) -> None:
        if visit.call_id == "call-1":
            raise Invalid
        await take(visit)

    monkeypatch.setattr(world.parts.memory.fallback_calls, "take", refuse_first)
    await world.parts.inbox.empty_spool()
    calls, _ = await rows(world)
    assert [call.id for call in calls] == ["call-2"]
    assert sorted(path.name for path in spool.quarantine.iterdir()) == [f"{'0' * 32}.json", "broken.json"]
    assert caplog.text.count("Emergency message put aside") == 2


async def test_without_a_database_messages_wait(
    world: World, spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    spool.put(PLAIN)
    asked = asyncio.Event()

    async def away(_visit: Any) -> None:
        asked.set()
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(world.parts.memory.fallback_calls, "take", away)
    running = asyncio.ensure_future(world.parts.inbox.run())
    await asyncio.wait_for(asked.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert spool.take() == ([PLAIN], [])
