"""Figures are told while somebody looks."""

import asyncio
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent_ui.wallboard import floor_feed
from agent_ui.wallboard.floor_feed import FloorFeed
from agent_ui.wallboard.live import Live
from tests.agent_ui.wallboard.test_board import at, counted
from tests.agent_ui.wallboard.test_floor_figures import FLOOR
from tests.fakes import ManualClock


class Floor:
    def snapshot(self) -> Mapping[str, Mapping[str, Any]]:
        return FLOOR


class Pages:
    is_floor_seen = False

    def __init__(self) -> None:
        self.told: list[Mapping[str, Any]] = []

    def post(self, _key: str, view: Mapping[str, Any] | None) -> None:
        assert view is not None
        self.told.append(view)


class Thresholds:
    async def load(self) -> None:
        pass


async def test_only_while_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floor_feed, "EVERY_S", 0.001)
    pages = Pages()
    told = pages.told
    live = Live(None, ZoneInfo("Asia/Shanghai"))  # type: ignore[arg-type]
    feed = FloorFeed(Floor(), live, ManualClock(at(41)), pages, Thresholds())  # type: ignore[arg-type]
    running = asyncio.ensure_future(feed.run())
    await asyncio.sleep(0.02)
    assert told == []
    pages.is_floor_seen = True
    async with asyncio.timeout(10):
        while not told:
            await asyncio.sleep(0.001)
    assert told[0]["counting"] is False
    live.today = counted()
    async with asyncio.timeout(10):
        while not told[-1]["counting"]:
            await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.wait({running})
    assert told[-1]["queues"]["1"]["offered"] == 2
