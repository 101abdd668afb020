"""Since when a caller is on hold: known to a floor that is started anew."""

from datetime import timedelta

import pytest

from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.roster import load_memories
from crm_core.storage.database import Database
from cti.domain.facts import HoldEnded, HoldStarted
from tests.crm_core.conftest import HandClock
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
