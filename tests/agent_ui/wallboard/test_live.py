"""The day, counted from the log and then from the bus."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent_ui.wallboard import live as live_module
from agent_ui.wallboard.live import Live
from crm_core.diary.day_log import Logged, read_day
from crm_core.domain.counts import Limits, total
from crm_core.errors import DatabaseUnavailable
from cti.bus import Bus
from cti.domain.facts import Change, WaitStarted
from tests.agent_ui.world import World

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


class Log:
    """Answers when the test says so, and first as the database does that is away."""

    def __init__(self) -> None:
        self.asked: list[tuple[datetime, datetime]] = []
        self.ready = asyncio.Event()

    async def read(self, database: object, since: datetime, until: datetime) -> list[Logged]:
        self.asked.append((since, until))
        if len(self.asked) == 1:
            raise DatabaseUnavailable("away")
        await self.ready.wait()
        return [Logged("a:1:0", START - timedelta(minutes=1), WaitStarted("old", 1, 0))]


async def test_what_is_told_while_the_log_is_read_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    log, bus = Log(), Bus()
    monkeypatch.setattr(live_module, "read_day", log.read)
    monkeypatch.setattr(live_module, "TRY_AGAIN_S", 0.0)
    live = Live(None, ZONE)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        await live.run()
    live.follow(bus, START)
    running = asyncio.ensure_future(live.run())
    bus.publish(Change(1, START, (WaitStarted("new", 1, 0),), ()))
    while len(log.asked) < 2:
        await asyncio.sleep(0)
    assert live.today is None
    log.ready.set()
    bus.publish(Change(2, START, tuple(WaitStarted(f"c{number}", 1, 0) for number in range(2500)), ()))
    bus.publish(Change(3, START, (WaitStarted("last", 1, 0),), ()))
    bus.close()
    await running
    assert live.today is not None
    assert total(live.today.by_slot(None, Limits(), START)).offered == 2503
    assert log.asked == [(datetime(2026, 11, 21, 16, 0, tzinfo=UTC), START)] * 2


async def test_an_empty_log_is_a_day_without_calls(world: World) -> None:
    assert await read_day(world.parts.memory.database, START - timedelta(days=1), START) == []
