"""Rows of recordings as the recordings service sees them."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from agent_ui.joints import ledger as ledger_module
from agent_ui.joints.ledger import CrmLedger
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.recordings import RecordingDraft
from cti.domain.facts import (
    CallEnded,
    CallStarted,
    OfferMade,
    TalkEnded,
    TalkStarted,
)
from cti.domain.take_words import RecordingStarted, RecordingStopped
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


async def test_a_recording_that_began_late_is_as_long_as_from_then_on_also_after_a_crash(world: World) -> None:
    memory, agent_id = world.parts.memory, world.users["agent"].id
    second = KEY[:-1] + "2"
    entries = [
        (0, CallStarted("c1", "leg", "n1", Caller("10086"), "4001", AT)),
        (0, OfferMade("c1", agent_id, "leg-a", "")),
        (0, TalkStarted("c1", agent_id, "leg-a", None, 3.0, None)),
        (10, RecordingStarted("c1", agent_id, KEY, agent_id, False, 10.0)),
        (15, RecordingStopped("c1", agent_id, KEY, 5.0, 15.0)),
        (20, RecordingStarted("c1", agent_id, second, agent_id, False, 20.0)),
        (50, TalkEnded("c1", agent_id, "leg-a", 50.0)),
        (60, CallEnded("c1", EndReason.AGENT_HUNG_UP, 16, None, agent_id, 3.0, 50.0)),
    ]
    ledger = CrmLedger(memory)
    for seq, (at_s, fact) in enumerate(entries, 1):
        if isinstance(fact, TalkEnded):
            late = AT + timedelta(seconds=20)
            assert await ledger.underway() == (Underway("c1", second, late, talked_before_s=20.0),)
            assert await ledger.unfinished() == (Job(KEY, AT + timedelta(seconds=10), 5.0),)
        entry = Entry(f"e:{seq}", seq, AT + timedelta(seconds=at_s), fact)
        await memory.database.write(partial(write_group, entries=[entry]))
    jobs = {job.recording_id: job.talked_s for job in await ledger.unfinished()}
    assert jobs == {KEY: 5.0, second: 30.0}
