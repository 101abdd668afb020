"""Rows of recordings as the recordings service sees them."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from agent_ui.joints import ledger as ledger_module
from agent_ui.joints.ledger import CrmLedger
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.recordings import RecordingDraft
from cti.domain.facts import CallEnded, CallStarted, TalkStarted
from cti.domain.values import Caller, EndReason
from recordings.ports import Filed, Job, Kept, Underway
from tests.agent_ui.world import World

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
KEY = "00000000-0000-4000-8000-000000000001"


async def test_a_recording_goes_from_begun_to_expired(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "DIARY_PAUSE_S", 0)
    rows, ledger = world.parts.memory.recordings, CrmLedger(world.parts.memory)
    agent_id = world.users["agent"].id
    await rows.save(RecordingDraft(KEY, None, "recording", AT, agent_id))
    assert await ledger.unfinished() == (Job(KEY, AT, 0.0),)
    for _ in range(2):
        await ledger.file(Filed(KEY, "partial", 4.5, 100, f"2026/11/{KEY}.ogg", "truncated"))
    row = await rows.get(KEY)
    assert (row.state, row.duration_s, row.agent_id, row.error) == ("partial", 4.5, agent_id, "truncated")
    assert row.peaks_path == f"2026/11/{KEY}.peaks.json"
    assert await ledger.unfinished() == ()
    assert await ledger.older_than(AT + timedelta(days=1), 10) == (Kept(KEY, AT),)
    await ledger.mark_expired((KEY,))
    assert (await rows.get(KEY)).state == "purged"
    assert await ledger.older_than(AT + timedelta(days=1), 10) == ()
    await ledger.file(Filed("none", "ready", 1, 1, None, None))


async def test_a_recording_whose_call_goes_on_and_one_that_was_cut_short(world: World) -> None:
    memory = world.parts.memory
    entries = [
        CallStarted("c1", "leg", "n1", Caller("10086"), "4001", AT),
        TalkStarted("c1", world.users["agent"].id, "leg-a", None, 3.0, KEY),
        CallEnded("c1", EndReason.LOST_SWITCH, 0, None, None, 3.0, 9.0),
    ]
    ledger = CrmLedger(memory)
    for seq, fact in enumerate(entries, 1):
        if seq == len(entries):
            assert (await ledger.underway(), await ledger.unfinished()) == ((Underway("c1", KEY, AT),), ())
        await memory.database.write(partial(write_group, entries=[Entry(f"e:{seq}", seq, AT, fact)]))
    assert (await ledger.underway(), await ledger.unfinished()) == ((), (Job(KEY, AT, 9.0, cut_short=True),))
