"""Recordings that somebody asked for: their rows, and what a floor that begins anew is told of them."""

from dataclasses import replace

from crm_core.recordings import RecordingDraft, Recordings
from crm_core.roster import load_memories
from cti.domain.facts import (
    Change,
    TalkStarted,
)
from cti.domain.take import TakeMemory
from cti.domain.take_words import RecordingStarted, RecordingStopped
from tests.crm_core.diary.test_entry import Office, office
from tests.crm_core.floor_story import changes

__all__ = ["office"]


def untaped(told: list[Change]) -> list[Change]:
    """The same with a talk that no rule records."""
    return [
        replace(
            change,
            facts=tuple(replace(f, recording_id=None) if isinstance(f, TalkStarted) else f for f in change.facts),
        )
        for change in told
    ]


async def test_one_begins_and_ends_in_the_middle_of_a_talk_and_another_follows(office: Office) -> None:
    told = untaped(office.answered())
    at, agent_id = told[0].at, office.agent.id
    recordings = Recordings(office.database, office.clock)
    first, over, second = changes(
        at,
        [
            (20, [RecordingStarted("c1", agent_id, "take-1", agent_id, by_supervisor=False, talked_s=10.0)]),
            (30, [RecordingStopped("c1", agent_id, "take-1", 10.0, 20.0)]),
            (40, [RecordingStarted("c1", agent_id, "take-2", 99, by_supervisor=True, talked_s=30.0)]),
        ],
        first=100,
    )
    await office.write([*told[:-1], first, first])
    (memory,) = (await load_memories(office.database, at)).calls
    assert (memory.recording_id, memory.take) == ("take-1", TakeMemory(agent_id, False, first.at))
    assert (await recordings.get("take-1")).state == "recording"
    await office.write([over, over])
    (memory,) = (await load_memories(office.database, at)).calls
    assert (memory.recording_id, memory.take, memory.recordings) == (None, None, {"take-1"})
    row = await recordings.get("take-1")
    assert (row.state, row.duration_s, row.agent_id) == ("processing", 10.0, agent_id)
    await office.write([second])
    (memory,) = (await load_memories(office.database, at)).calls
    assert (memory.recording_id, memory.take) == ("take-2", TakeMemory(99, True, second.at))
    assert memory.recordings == {"take-1", "take-2"}


async def test_what_was_filed_before_the_diary_came_to_it_stays_filed(office: Office) -> None:
    told = office.answered()
    (over,) = changes(told[0].at, [(30, [RecordingStopped("c1", office.agent.id, "c1-rec", 10.0, 20.0)])], first=100)
    recordings = Recordings(office.database, office.clock)
    await office.write(told[:-1])
    row = await recordings.get("c1-rec")
    await recordings.save(RecordingDraft("c1-rec", "c1", "ready", row.started_at, office.agent.id, duration_s=9.5))
    await office.write([over])
    assert ((await recordings.get("c1-rec")).state, (await recordings.get("c1-rec")).duration_s) == ("ready", 9.5)
