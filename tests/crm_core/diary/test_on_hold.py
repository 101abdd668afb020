"""Since when a caller is on hold: known to a floor that is started anew."""

from datetime import timedelta

import pytest

from crm_core.audit import Actor
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.roster import load_memories
from crm_core.storage.database import Database
from crm_core.users import UserDraft, Users
from cti.domain.facts import CallParked, HoldEnded, HoldStarted, OfferMade, ParkingEnded, TalkEnded, TalkStarted
from cti.domain.memories import ParkingMemory
from tests.crm_core.conftest import EXTENSIONS, HandClock
from tests.crm_core.floor_story import started


@pytest.mark.parametrize("times", [0, 1, 2, 3])
async def test_a_hold_that_has_not_ended_outlives_a_restart(database: Database, clock: HandClock, times: int) -> None:
    at = clock.now()
    holds = (HoldStarted("c1", 1, "leg-1"), HoldEnded("c1", 1, "leg-1", 2.0), HoldStarted("c1", 1, "leg-1"))
    for seq, fact in enumerate((started("c1", at), *holds[:times])):
        entry = Entry(f"told:{seq}", seq, at + timedelta(seconds=seq), fact)
        await database.write(lambda connection, entry=entry: write_group(connection, [entry]))
    (memory,) = (await load_memories(database, at)).calls
    assert memory.held_since == (at + timedelta(seconds=times) if times % 2 else None)


@pytest.mark.parametrize("is_over", [False, True])
async def test_who_is_parked_stays_so_over_a_restart_and_so_does_the_recording(
    database: Database, clock: HandClock, by: Actor, *, is_over: bool
) -> None:
    at = clock.now()
    ann = (await Users(database, clock, EXTENSIONS).add(UserDraft("ann", "Ann", "h"), by)).id
    told = [
        started("c1", at),
        OfferMade("c1", ann, "leg-1", "longest idle"),
        TalkStarted("c1", ann, "leg-1", None, 1.0, "rec-1"),
        TalkEnded("c1", ann, "leg-1", 20.0),
        CallParked("c1", ann, 4, 7),
        ParkingEnded("c1", 4, None, 120.0),
    ][: 6 if is_over else 5]
    entries = [Entry(f"told:{seq}", seq, at + timedelta(seconds=seq), fact) for seq, fact in enumerate(told)]
    await database.write(lambda connection: write_group(connection, entries))
    (memory,) = (await load_memories(database, at)).calls
    parked = ParkingMemory(4, ann, at + timedelta(seconds=4), "rec-1", 20.0, 7)
    assert memory.parked == (None if is_over else parked)
