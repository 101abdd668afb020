"""Callroom is back: what lies in the spool gets into the tables, and no call twice."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_ui.config import load_config
from agent_ui.joints.inbox import Inbox
from agent_ui.memory import Memory, open_memory
from crm_core.audit import SYSTEM
from crm_core.calls import CallFilter, CallRow
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.migrations import upgrade
from crm_core.users import UserDraft
from cti.asterisk.pstn import call_in
from cti.clock import SystemClock
from cti.domain.facts import CallEnded, CallStarted, Fact
from cti.domain.values import Caller, EndReason
from cti.emergency.spool import Spool
from tests.asterisk.pair import AgiPeer, Pair, agi_server, ami_of, eventually
from tests.asterisk.test_dialplan import nobody_left, shorter
from tests.asterisk.test_emergency import left
from tests.asterisk.test_switch_contract import phone
from tests.numbers import leaks

pytestmark = pytest.mark.asterisk


@contextlib.asynccontextmanager
async def tables(home: Path) -> AsyncIterator[Memory]:
    """Callroom's database, with one agent at 1001 and one customer."""
    config = load_config({"CALLROOM_HOME": str(home)})
    await upgrade(config.database_url)
    memory = open_memory(config, SystemClock())
    await memory.database.start()
    try:
        await memory.users.add(UserDraft("mei", "Mei", "hash", role="agent"), SYSTEM)
        await memory.customers.add(CustomerDraft("Zhang Wei", phones=(PhoneDraft("13800138000"),)), SYSTEM)
        yield memory
    finally:
        await memory.database.aclose()


async def taken_in(pair: Pair, memory: Memory, home: Path, timeout_s: float) -> tuple[CallRow, ...]:
    """Callroom is back: its task empties the spool."""
    inbox = Inbox(memory.messages, memory.fallback_calls, home / "voicemails", Spool(pair.settings.emergency_spool))
    running = asyncio.ensure_future(inbox.run())

    async def rows() -> tuple[CallRow, ...]:
        return (await memory.calls.page(CallFilter())).items

    async def all_taken() -> bool:
        return not any(pair.settings.emergency_spool.iterdir())

    try:
        await eventually(rows, timeout_s, "a call in the call log")
        # its sound is taken in after the row, and the look below must not meet that
        await eventually(all_taken, timeout_s, "an empty spool")
        # a second look finds nothing that it does not know
        await inbox.empty_spool()
        return await rows()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_voice_message_of_the_time_without_callroom_is_in_the_tables(pair: Pair, tmp_path: Path) -> None:
    async with shorter(pair, OUTAGE_S=1):
        keys = {"keys": "2", "key_delay_s": 6.0, "stay_s": 20.0}
        await call_in(pair.pstn_settings, "4001", "+8613800138000", audio="tone440", **keys)  # type: ignore[arg-type]
        message = await left(pair, 40)
        await nobody_left(pair, 10)
    async with tables(tmp_path) as memory:
        (call,) = await taken_in(pair, memory, tmp_path, 5)
        assert (call.id, call.started_at) == (message.call_id, message.arrived_at)
        assert (call.end_reason, call.customer_name, call.dialed) == ("fallback", "Zhang Wei", "4001")
        (row,) = (await memory.messages.page()).items
        assert (row.kind, row.call_id, row.number) == ("voicemail", call.id, "+8613800138000")
        assert row.duration_s > 3
        assert row.path is not None
        assert (tmp_path / "voicemails" / row.path).is_file()
        assert call.customer_id is not None
        timeline = await memory.timeline.page(call.customer_id)
        assert sorted(line.kind for line in timeline.items) == ["call", "voicemail"]
    assert list(pair.settings.emergency_spool.iterdir()) == []


async def test_call_that_the_fallback_queue_served_is_in_the_call_log_with_who_answered(
    pair: Pair, tmp_path: Path
) -> None:
    async with phone(pair) as rung, ami_of(pair.settings) as ami, shorter(pair, OUTAGE_S=1):
        member = ("Queue", "fallback"), ("Interface", "PJSIP/1001")
        assert (await ami.action("QueueAdd", *member))["Response"] == "Success"
        try:
            name = "Zhang 13800138000"
            await call_in(pair.pstn_settings, "4001", "+8613800138000", name=name, keys="", key_delay_s=0, stay_s=9)
            await ami.event(15, Event="AgentConnect", Queue="fallback")
            message = await left(pair, 20)
        finally:
            await ami.action("QueueRemove", *member)
    assert (message.kind, message.answered_by) == ("answered", "PJSIP/1001")
    assert "X-Callroom-Call" in rung.invites[0]
    assert leaks("".join(rung.heard), ["+8613800138000"]) == []
    async with tables(tmp_path) as memory:
        (call,) = await taken_in(pair, memory, tmp_path, 5)
        assert (call.agent_name, call.end_reason, call.customer_name) == ("Mei", "fallback", "Zhang Wei")
        assert 3 < call.talked_s < 10
        assert call.started_at == message.arrived_at
        assert (await memory.messages.page()).items == ()


async def test_callroom_that_is_back_in_the_middle_adds_no_second_row(pair: Pair, tmp_path: Path) -> None:
    """Killed after the call was in its diary; the caller ends in the fallback queue meanwhile."""
    seen: list[str] = []

    async def die(agi: AgiPeer) -> None:
        seen.append(await agi.get("CALLROOM_CALL_ID"))
        agi.writer.transport.abort()

    async with tables(tmp_path) as memory, phone(pair), ami_of(pair.settings) as ami, shorter(pair, OUTAGE_S=3):
        member = ("Queue", "fallback"), ("Interface", "PJSIP/1001")
        assert (await ami.action("QueueAdd", *member))["Response"] == "Success"
        try:
            async with agi_server(pair.settings.agi_port, die):
                await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", key_delay_s=0, stay_s=14)

                async def came() -> bool:
                    return bool(seen)

                await eventually(came, 5, "the call")
            await ami.event(20, Event="AgentConnect", Queue="fallback")
            await remember(memory, seen[0], CallStarted)
            await nobody_left(pair, 20)
            await remember(memory, seen[0], CallEnded)
        finally:
            await ami.action("QueueRemove", *member)

        async def served() -> bool:
            (call,) = await taken_in(pair, memory, tmp_path, 5)
            return (call.id, call.agent_name, call.end_reason) == (seen[0], "Mei", "fallback")

        await eventually(served, 5, "one row that says who answered")


async def remember(memory: Memory, call_id: str, kind: type[CallStarted] | type[CallEnded]) -> None:
    """What the floor of the Callroom that is back decides about the call."""
    now = SystemClock().now()
    fact: Fact = CallEnded(call_id, EndReason.FALLBACK, 16, None, None, 0.0, 0.0)
    if kind is CallStarted:
        fact = CallStarted(call_id, "n1-leg", "n1", Caller("+8613800138000"), "4001", now)
    await memory.database.write(lambda connection: write_group(connection, [Entry(f"{kind.__name__}", 1, now, fact)]))


async def test_caller_who_leaves_while_callroom_is_asked_again_is_in_the_call_log(pair: Pair, tmp_path: Path) -> None:
    await call_in(pair.pstn_settings, "4001", None, keys="", key_delay_s=0, stay_s=3, audio="silence")
    message = await left(pair, 15)
    assert message.kind == "gone"
    async with tables(tmp_path) as memory:
        (call,) = await taken_in(pair, memory, tmp_path, 5)
        assert (call.end_reason, call.number) == ("lost_while_away", None)
