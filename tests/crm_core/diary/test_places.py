"""Whoever came back after an outage has a place in line that is older than the moment in which it was written."""

from datetime import timedelta

from crm_core.audit import Actor
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.diary.spool import decode, encode
from crm_core.queues import QueueDraft, Queues
from crm_core.roster import load_memories
from crm_core.storage.database import Database
from cti.domain.facts import WaitStarted
from tests.crm_core.conftest import HandClock
from tests.crm_core.floor_story import changes, started


async def test_a_restarted_floor_is_told_the_place_and_not_when_it_was_taken_again(
    database: Database, clock: HandClock, by: Actor
) -> None:
    queue = await Queues(database, clock).add(QueueDraft("Support"), by)
    at = clock.now()
    since = at - timedelta(seconds=40)
    told = changes(
        at,
        [
            (0, [started("back", since), started("new", at)]),
            (1, [WaitStarted("back", queue.id, 0, since), WaitStarted("new", queue.id, 0)]),
            (9, [WaitStarted("back", queue.id, 0, since), WaitStarted("new", queue.id, 0, at + timedelta(seconds=1))]),
        ],
    )
    for change in told:
        for place, fact in enumerate(change.facts):
            entry = Entry(f"run:{change.seq}:{place}", change.seq, change.at, fact)
            assert decode(encode(entry)) == entry
            await database.write(lambda connection, entry=entry: write_group(connection, [entry]))
    memories = await load_memories(database, at)
    assert {call.call_id: call.queued_at for call in memories.calls} == {
        "back": since,
        "new": at + timedelta(seconds=1),
    }
