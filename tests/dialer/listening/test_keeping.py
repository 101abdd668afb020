"""What calls leave for the library, as it comes to the folder."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dialer.listening.keeping import MOST_WAITING, Keeper, KeepRules
from dialer.listening.shelf import Shelf
from tests.dialer.listening.sounds import speech

NOON = datetime(2026, 7, 20, 12, tzinfo=UTC)
SAID = speech(1, 2.0)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "lines")


async def test_sounds_and_how_often_recordings_were_heard_are_written_and_read_again(shelf: Shelf) -> None:
    clock = Clock()
    keeper = Keeper(shelf, clock, KeepRules())
    assert keeper.lately("cm-empty").calls == 0
    keeper.take("call-1", SAID)
    keeper.heard("cm-empty")
    await keeper.write()
    (kept,) = shelf.unmatched.all()
    assert (kept.call_id, kept.heard_at) == ("call-1", NOON)
    again = Keeper(shelf, clock, KeepRules())
    again.heard("cm-empty")
    await again.write()
    assert again.lately("cm-empty").calls == 2
    clock.at = NOON + timedelta(days=31)
    await again.write()
    assert shelf.unmatched.all() == []


async def test_it_writes_as_soon_as_something_comes(shelf: Shelf) -> None:
    keeper = Keeper(shelf, Clock(), KeepRules())
    running = asyncio.ensure_future(keeper.run())
    try:
        keeper.take("call-1", SAID)
        async with asyncio.timeout(20):
            while not await asyncio.to_thread(shelf.unmatched.all):
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
        await asyncio.wait([running])


async def test_without_room_and_beyond_what_waits_sounds_are_left_out(shelf: Shelf) -> None:
    full = Keeper(shelf, Clock(), KeepRules(lambda: False))
    full.take("call-1", SAID)
    await full.write()
    assert shelf.unmatched.all() == []
    busy = Keeper(shelf, Clock(), KeepRules())
    for number in range(MOST_WAITING + 5):
        busy.take(f"call-{number}", SAID)
    await busy.write()
    assert len(shelf.unmatched.all()) == MOST_WAITING


async def test_what_cannot_be_written_or_read_is_said_and_ends_nothing(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.tally_file.parent.mkdir(parents=True)
    shelf.tally_file.write_text("{")
    keeper = Keeper(shelf, Clock(), KeepRules())
    keeper.take("../odd", SAID)
    await keeper.write()
    assert "cannot be read" in caplog.text
    assert "could not be kept" in caplog.text
    keeper.heard("cm-empty")
    await keeper.write()
    assert json.loads(shelf.tally_file.read_text()) == {"cm-empty": {"2026-07-20": 1}}


async def test_a_day_is_the_houses(shelf: Shelf) -> None:
    clock = Clock()
    keeper = Keeper(shelf, clock, KeepRules(zone=ZoneInfo("America/Los_Angeles")))
    clock.at = datetime(2026, 7, 21, 3, tzinfo=UTC)
    keeper.heard("cm-empty")
    await keeper.write()
    assert keeper.lately("cm-empty").last_on == date(2026, 7, 20), "it is evening there"
