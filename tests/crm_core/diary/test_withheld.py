"""Why a call is not recorded: in its events, and known to a floor that is started anew."""

from crm_core.calls import Calls
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.roster import load_memories
from crm_core.storage.database import Database
from cti.domain.facts import RecordingWithheld
from cti.domain.values import NoRecording
from tests.crm_core.conftest import HandClock
from tests.crm_core.floor_story import started


async def test_a_refusal_is_an_event_of_the_call_and_outlives_a_restart(database: Database, clock: HandClock) -> None:
    at = clock.now()
    for seq, fact in enumerate((started("c1", at), RecordingWithheld("c1", NoRecording.REFUSED)), 1):
        entry = Entry(f"told:{seq}", seq, at, fact)
        await database.write(lambda connection, entry=entry: write_group(connection, [entry]))
    (memory,) = (await load_memories(database, at)).calls
    assert memory.no_recording is NoRecording.REFUSED
    event = (await Calls(database, clock).get("c1")).events[-1]
    assert (event.kind, event.detail) == ("RecordingWithheld", {"why": "refused"})
