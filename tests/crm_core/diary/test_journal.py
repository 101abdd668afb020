import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.diary.entry import Entry
from crm_core.diary.journal import DiaryState, Journal
from crm_core.diary.spool import Spool, decode, encode
from crm_core.errors import DatabaseUnavailable
from crm_core.models import Call, CallEvent
from crm_core.storage.database import Database
from cti.bus import Bus
from cti.domain.facts import AgentChanged, CallLinked, OfferEnded
from cti.domain.values import AgentState, OfferResult
from tests.crm_core.floor_story import changes, started
from tests.crm_core.postgres import Cluster

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


class Switchable:
    """Stands between writer and database, and lets a test take the database away."""

    def __init__(self, database: Database) -> None:
        self.away = False
        self.refused = asyncio.Event()
        self._begin = database.writer._begin
        database.writer._begin = self.begin

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        if self.away:
            self.refused.set()
            raise OperationalError("", {}, OSError("away"))
        async with self._begin() as connection:
            yield connection


def tell(bus: Bus, first: int, count: int) -> None:
    for change in changes(AT, [(n, [started(f"c{first + n}", AT)]) for n in range(count)], first):
        bus.publish(change)


async def count(database: Database, table: type[Call | CallEvent] = Call) -> int:
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def until(database: Database, wanted: int) -> None:
    async with asyncio.timeout(60):
        while await count(database) < wanted:
            await asyncio.sleep(0.02)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool" / "journal")


async def test_what_the_floor_says_is_written(database: Database, spool: Spool) -> None:
    bus = Bus()
    journal = Journal(database, bus.subscribe_lossless("diary"), spool)
    tell(bus, 1, 450)
    bus.close()
    await journal.run()
    assert (await count(database), await count(database, CallEvent)) == (450, 450)
    assert spool.is_empty()
    assert not journal.spooling


async def test_while_the_database_is_away_facts_go_to_disk_and_come_back_in_order(
    database: Database, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    bus, switch = Bus(), Switchable(database)
    journal = Journal(database, bus.subscribe_lossless("diary"), spool, first_pause_s=0.01)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(journal.run())
        tell(bus, 1, 3)
        await until(database, 3)
        switch.away = True
        tell(bus, 4, 300)
        await asyncio.wait_for(switch.refused.wait(), 10)
        async with asyncio.timeout(10):
            while not journal.spooling or spool.is_empty():
                await asyncio.sleep(0.01)
        tell(bus, 304, 5)
        switch.refused.clear()
        await asyncio.wait_for(switch.refused.wait(), 10)
        assert await count(database) == 3
        assert journal.state is DiaryState.BEHIND
        switch.away = False
        await until(database, 308)
        async with asyncio.timeout(10):
            while journal.spooling:
                await asyncio.sleep(0.01)
        assert spool.is_empty()
        assert journal.state is DiaryState.WRITING
        tell(bus, 309, 1)
        await until(database, 309)
        bus.close()
    assert journal.state is DiaryState.FAILED, "nobody writes any more"


async def test_what_an_earlier_run_left_on_disk_is_written_at_the_start(
    database: Database, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    bus, switch = Bus(), Switchable(database)
    switch.away = True
    tell(bus, 1, 1)
    first = Journal(database, bus.subscribe_lossless("diary"), spool, first_pause_s=0.01)
    tell(bus, 2, 4)
    bus.close()
    await first.run()
    assert not spool.is_empty()
    switch.away = False
    second_bus = Bus()
    second = Journal(database, second_bus.subscribe_lossless("diary"), spool, first_pause_s=0.01)
    tell(second_bus, 100, 1)
    second_bus.close()
    await second.run()
    assert await count(database) == 5
    assert spool.is_empty()


async def test_cancelled_it_keeps_what_it_holds(database: Database, spool: Spool) -> None:
    bus, switch = Bus(), Switchable(database)
    hold = asyncio.Event()
    begin = database.writer._begin

    @asynccontextmanager
    async def slow() -> AsyncIterator[AsyncConnection]:
        switch.refused.set()
        await hold.wait()
        async with begin() as connection:
            yield connection

    database.writer._begin = slow
    journal = Journal(database, bus.subscribe_lossless("diary"), spool)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(journal.run())
        tell(bus, 1, 2)
        await asyncio.wait_for(switch.refused.wait(), 10)
        tell(bus, 3, 2)
        task.cancel()
    hold.set()
    waiting = spool.oldest()
    assert waiting is not None
    assert [entry.seq for entry in waiting[1]] == [1, 2, 3, 4]


async def test_the_first_is_written_at_once_and_what_comes_then_waits_for_company_and_is_not_lost(
    database: Database, spool: Spool
) -> None:
    bus = Bus()
    subscription = bus.subscribe_lossless("diary")
    journal = Journal(database, subscription, spool, pace_s=3600)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(journal.run())
        tell(bus, 1, 1)
        await until(database, 1)
        tell(bus, 2, 1)
        async with asyncio.timeout(10):
            while subscription.length:
                await asyncio.sleep(0)
        tell(bus, 3, 1)
        task.cancel()
    assert await count(database) == 1
    waiting = spool.oldest()
    assert waiting is not None
    assert [entry.seq for entry in waiting[1]] == [2, 3]


async def test_a_fact_that_the_database_never_takes_is_put_aside(
    database: Database, spool: Spool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    bus = Bus()
    journal = Journal(database, bus.subscribe_lossless("diary"), spool)
    for change in changes(AT, [(0, [CallLinked("never seen", None)]), (1, [started("c1", AT)])]):
        bus.publish(change)
    bus.close()
    await journal.run()
    assert await count(database) == 1
    assert b"never seen" in (tmp_path / "spool" / "journal" / "rejected.jsonl").read_bytes()
    assert spool.is_empty()


async def test_with_the_disk_away_too_memory_keeps_it(
    database: Database, spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    bus, switch = Bus(), Switchable(database)
    switch.away = True
    tried = asyncio.Event()
    loop = asyncio.get_running_loop()

    def full(_: list[Entry]) -> None:
        loop.call_soon_threadsafe(tried.set)
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(spool, "append", full)
        journal = Journal(database, bus.subscribe_lossless("diary"), spool, first_pause_s=0.01)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(journal.run())
            tell(bus, 1, 2)
            await asyncio.wait_for(tried.wait(), 10)
            async with asyncio.timeout(10):
                while journal.state is not DiaryState.FAILED:
                    await asyncio.sleep(0.01)
            patch.undo()
            switch.away = False
            await until(database, 2)
            bus.close()


async def test_with_the_disk_full_for_good_memory_goes_to_the_database_once_that_is_back(
    database: Database, spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    bus, switch = Bus(), Switchable(database)
    tell(bus, 1, 3)
    switch.away = True
    journal = Journal(database, bus.subscribe_lossless("diary"), spool, first_pause_s=0.01, most_held=5)
    monkeypatch.setattr(spool, "append", full_disk)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(journal.run())
        tell(bus, 4, 4)
        async with asyncio.timeout(10):
            while not journal.in_memory_only:
                await asyncio.sleep(0.01)
        tell(bus, 8, 10)
        await asyncio.sleep(0.05)
        switch.away = False
        await until(database, 5)
        async with asyncio.timeout(10):
            while journal.spooling:
                await asyncio.sleep(0.01)
        assert not journal.in_memory_only
        tell(bus, 20, 1)
        await until(database, 6)
        bus.close()
    assert await count(database) == 6, "five fitted, the newest of them did not, and what came later did"


def full_disk(_: list[Entry]) -> None:
    raise OSError(28, "disk full")


async def test_a_disk_that_takes_no_refused_fact_stops_nothing(
    database: Database, spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)

    def full(_: Entry) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(spool, "reject", full)
    bus = Bus()
    journal = Journal(database, bus.subscribe_lossless("diary"), spool)
    for change in changes(AT, [(0, [CallLinked("never seen", None)]), (1, [started("c1", AT)])]):
        bus.publish(change)
    bus.close()
    await journal.run()
    assert await count(database) == 1


@pytest.mark.postgres
async def test_a_server_that_is_stopped_and_started_again_misses_nothing(
    own_cluster: Cluster, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    bus = Bus()
    database = Database(own_cluster.url("postgres"), readers=1)
    await database.start()
    journal = Journal(database, bus.subscribe_lossless("diary"), spool, first_pause_s=0.05)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(journal.run())
        tell(bus, 1, 3)
        await until(database, 3)
        await asyncio.to_thread(own_cluster.stop)
        tell(bus, 4, 50)
        async with asyncio.timeout(20):
            while spool.is_empty():
                await asyncio.sleep(0.02)
        with pytest.raises(DatabaseUnavailable):
            await count(database)
        await asyncio.to_thread(own_cluster.start)
        tell(bus, 54, 1)
        async with asyncio.timeout(30):
            while journal.spooling:
                await asyncio.sleep(0.02)
        bus.close()
    assert await count(database) == 54
    await database.aclose()


def test_a_line_is_read_as_it_was_written() -> None:
    facts = [
        started("c1", AT, None, "张伟"),
        OfferEnded("c1", 1, "l", OfferResult.MISSED),
        AgentChanged(1, AgentState.READY, "", AgentState.WRAP_UP, 2.5),
    ]
    for fact in facts:
        entry = Entry("run:1:0", 1, AT, fact)
        assert decode(encode(entry)) == entry


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b'{"key": 1}', b'{"kind": "Odd", "fact": {}}'])
def test_a_line_of_something_else_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="diary"):
        decode(line)


def test_a_torn_line_does_not_hide_the_others(spool: Spool, tmp_path: Path) -> None:
    entry = Entry("r:1:0", 1, AT, started("c1", AT))
    spool.append([entry])
    (segment,) = (tmp_path / "spool" / "journal").glob("segment-*")
    with segment.open("ab") as file:
        file.write(encode(replace(entry, key="r:2:0"))[:30])
    waiting = Spool(tmp_path / "spool" / "journal").oldest()
    assert waiting == (segment, [entry])


def test_a_line_of_another_version_is_put_aside(spool: Spool, tmp_path: Path) -> None:
    entry = Entry("r:1:0", 1, AT, started("c1", AT))
    spool.append([entry])
    (segment,) = (tmp_path / "spool" / "journal").glob("segment-*")
    segment.write_bytes(b'{"kind": "Newer", "fact": {}}\n' + segment.read_bytes())
    assert Spool(tmp_path / "spool" / "journal").oldest() == (segment, [entry])
    assert b"Newer" in (tmp_path / "spool" / "journal" / "rejected.jsonl").read_bytes()


def test_files_have_a_limit(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", max_bytes=1_000)
    entry = Entry("r:1:0", 1, AT, started("c1", AT))
    spool.append([entry] * 2_000)
    with pytest.raises(OSError, match="limit"):
        spool.append([entry])
    kept = spool.oldest()
    assert kept is not None
    spool.remove(kept[0])
    spool.append([entry])


def test_files_are_read_in_the_order_in_which_they_were_written(spool: Spool) -> None:
    for seq in range(1, 5):
        spool.append([Entry(f"r:{seq}:0", seq, AT, started(f"c{seq}", AT))] * 1_500)
    order = []
    while (waiting := spool.oldest()) is not None:
        order += [entry.seq for entry in waiting[1]]
        spool.remove(waiting[0])
    assert order == sorted(order)
    assert len(order) == 6_000
