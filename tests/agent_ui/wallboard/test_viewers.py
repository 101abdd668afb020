"""A screen that stops reading, and one that goes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent_ui.wallboard.choices import Choices
from agent_ui.wallboard.floor_feed import FloorFeed
from agent_ui.wallboard.live import Live
from agent_ui.wallboard.thresholds import ThresholdBook
from agent_ui.wallboard.viewers import Wallboard, _Viewer
from crm_core.wallboards import LinkRow
from cti.clock import SystemClock
from tests.agent_ui.world import FakeFloor

FAR = datetime(2036, 1, 1, tzinfo=UTC)
ROW = LinkRow(1, "Hall", Choices().model_dump(mode="json"), FAR - timedelta(days=1), None, None, FAR, None, None)


class Memory:
    wallboards = None


class Transport:
    aborted = False

    def abort(self) -> None:
        self.aborted = True


class Request:
    def __init__(self, transport: Transport | None) -> None:
        self.transport = transport


class Response:
    """Takes one line, and then does as the test says."""

    def __init__(self, then: BaseException | None) -> None:
        self.lines: list[bytes] = []
        self.then = then
        self.ended = False

    async def write(self, line: bytes) -> None:
        if self.then is not None:
            raise self.then
        self.lines.append(line)
        await asyncio.Event().wait()

    async def write_eof(self) -> None:
        self.ended = True


NO_THRESHOLDS = ThresholdBook(None, lambda _key, _view: None)  # type: ignore[arg-type]
NO_FEED = FloorFeed(None, None, SystemClock(), None, NO_THRESHOLDS)  # type: ignore[arg-type]


def wallboard(stall_s: float) -> Wallboard:
    zone = ZoneInfo("Asia/Shanghai")
    live: Any = Live(None, zone)  # type: ignore[arg-type]
    return Wallboard(Memory(), FakeFloor(), live, SystemClock(), NO_FEED, b"key", zone, stall_s)  # type: ignore[arg-type]


async def test_a_screen_that_does_not_read_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    for transport in (Transport(), None):
        response, request = Response(None), Request(transport)
        await wallboard(0.01)._follow(request, response, _Viewer(1), ROW)  # type: ignore[arg-type]
        assert len(response.lines) == 1
        assert not response.ended
        assert transport is None or transport.aborted
    assert "does not read" in caplog.text


async def test_a_screen_that_is_gone_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    transport = Transport()
    await wallboard(5)._follow(Request(transport), Response(ConnectionResetError()), _Viewer(1), ROW)  # type: ignore[arg-type]
    assert not transport.aborted
    assert caplog.text == ""
