"""The number of unheard messages on open pages, and the end of old sounds."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_ui.joints import postbox as module
from agent_ui.joints.postbox import PURGE_BATCH, Postbox, SoundPurge
from agent_ui.push.visibility import Viewer
from crm_core.errors import DatabaseUnavailable
from cti.tasks import TaskSet

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN = Viewer(1, 1, sees_floor=False, queue_ids=frozenset({7}))
BOB = Viewer(2, 2, sees_floor=False, queue_ids=frozenset({7}))
EVE = Viewer(3, None, sees_floor=True, queue_ids=frozenset())


class Table:
    """Counts by queue, and old sounds; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.listeners: list[Any] = []
        self.sounds: list[tuple[int, str]] = []
        self.away = False

    def on_change(self, listener: Any) -> None:
        self.listeners.append(listener)

    async def count_unheard(self, queue_ids: Any, most: int) -> int:
        if self.away:
            raise DatabaseUnavailable("away")
        self.asked.append(queue_ids)
        return 5 if queue_ids is None else 2

    async def sounds_before(self, moment: datetime, limit: int) -> tuple[tuple[int, str], ...]:
        self.asked.append(moment)
        return tuple(self.sounds[:limit])

    async def sound_gone(self, message_ids: list[int]) -> None:
        self.sounds = [one for one in self.sounds if one[0] not in message_ids]


async def test_each_is_shown_what_is_unheard_of_their_queues_and_leads_all() -> None:
    table, shown = Table(), {}
    people = {viewer.user_id: viewer for viewer in (ANN, BOB, EVE)}
    box = Postbox(table, lambda: people, lambda user, kind, view: shown.update({(user, kind): view}))  # type: ignore[arg-type]
    await box.look()
    assert shown == {
        (1, "voicemails"): {"unheard": 2},
        (2, "voicemails"): {"unheard": 2},
        (3, "voicemails"): {"unheard": 5},
    }
    assert table.asked == [frozenset({7}), None], "people of one team are one question"


async def test_a_change_and_an_arrival_are_looked_at_soon_and_a_database_that_is_away_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "GATHER_S", 0)
    table, shown = Table(), asyncio.Queue[int]()
    box = Postbox(table, lambda: {1: ANN}, lambda user, _kind, _view: shown.put_nowait(user))  # type: ignore[arg-type]
    tasks = TaskSet()
    tasks.start(box.run(), name="postbox")
    try:
        async with asyncio.timeout(10):
            box.arrived(1)
            assert await shown.get() == 1
            table.away = True
            with caplog.at_level(logging.WARNING):
                table.listeners[0]()
                while "Messages could not be counted" not in caplog.messages:
                    await asyncio.sleep(0.01)
            table.away = False
            table.listeners[0]()
            assert await shown.get() == 1
    finally:
        await tasks.aclose()


async def test_old_sounds_go_from_the_disk_before_the_row_says_so(tmp_path: Path) -> None:
    table = Table()
    table.sounds = [(number, f"{number}.wav") for number in range(PURGE_BATCH + 3)]
    for number, name in table.sounds[1:]:
        (tmp_path / name).write_bytes(bytes([number % 256]))

    def sound(path: str) -> Path | None:
        return tmp_path / path if (tmp_path / path).exists() else None

    purge = SoundPurge(table, sound, None, 30)  # type: ignore[arg-type]
    assert await purge.purge(NOW) == PURGE_BATCH + 3
    assert table.asked[0] == NOW - timedelta(days=30)
    assert table.sounds == []
    assert not any(sound(f"{number}.wav") for number in range(PURGE_BATCH + 3))
    assert await SoundPurge(table, sound, None, 0).purge(NOW) == 0, "0 keeps for ever"  # type: ignore[arg-type]
