import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.errors import Conflict, DatabaseUnavailable, WriterClosed, WriterFull
from crm_core.models import Setting
from crm_core.storage.database import Database
from crm_core.storage.writer import Writer

AT = datetime(2026, 1, 1, tzinfo=UTC)


class FakeBegin:
    """Counts transactions; fails while `broken` is set."""

    def __init__(self) -> None:
        self.transactions = 0
        self.broken: Exception | None = None

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Any]:
        self.transactions += 1
        if self.broken is not None:
            raise self.broken
        yield object()


async def run_closed(writer: Writer) -> None:
    writer.close()
    await writer.run()


async def give(value: object) -> object:
    return value


async def fail(error: Exception) -> None:
    raise error


async def test_what_waits_together_is_committed_together() -> None:
    begin = FakeBegin()
    writer = Writer(begin, group=10)
    futures = [writer.submit(lambda _, n=n: give(n)) for n in range(25)]
    assert writer.waiting == 25
    await run_closed(writer)
    assert [future.result() for future in futures] == list(range(25))
    assert begin.transactions == 3


async def test_a_poisoned_piece_fails_alone() -> None:
    begin = FakeBegin()
    writer = Writer(begin)
    good = writer.submit(lambda _: give("good"))
    bad = writer.submit(lambda _: fail(KeyError("poison")))
    other = writer.submit(lambda _: give("other"))
    await run_closed(writer)
    assert (good.result(), other.result()) == ("good", "other")
    assert isinstance(bad.exception(), KeyError)
    assert begin.transactions == 4


async def test_while_the_database_is_away_everybody_is_told_once() -> None:
    begin = FakeBegin()
    begin.broken = ConnectionRefusedError()
    writer = Writer(begin)
    futures = [writer.submit(lambda _: give(1)) for _ in range(3)]
    await run_closed(writer)
    assert all(isinstance(future.exception(), DatabaseUnavailable) for future in futures)
    assert begin.transactions == 1


async def test_a_full_writer_and_a_closed_one_take_nothing() -> None:
    writer = Writer(FakeBegin(), capacity=1)
    first = writer.submit(lambda _: give(1))
    with pytest.raises(WriterFull) as caught:
        writer.submit(lambda _: give(2))
    assert caught.value.waiting == 1
    await run_closed(writer)
    assert first.result() == 1
    writer.close()
    with pytest.raises(WriterClosed):
        writer.submit(lambda _: give(3))


async def test_a_caller_who_went_away_hurts_nobody() -> None:
    writer = Writer(FakeBegin())
    gone = writer.submit(lambda _: give(1))
    gone.cancel()
    stays = writer.submit(lambda _: give(2))
    await run_closed(writer)
    assert stays.result() == 2


async def test_a_cancelled_writer_leaves_nobody_waiting() -> None:
    started = asyncio.Event()

    async def stuck(_: object) -> None:
        started.set()
        await asyncio.Event().wait()

    writer = Writer(FakeBegin())
    in_work = writer.submit(stuck)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(writer.run())
        await started.wait()
        behind = writer.submit(lambda _: give(1))
        task.cancel()
    assert isinstance(in_work.exception(), WriterClosed)
    assert isinstance(behind.exception(), WriterClosed)


async def test_a_row_that_is_there_already_is_a_conflict_and_nobody_elses(database: Database) -> None:
    async def put(connection: AsyncConnection, key: str) -> None:
        await connection.execute(insert(Setting).values(key=key, value=1, updated_at=AT))

    await database.write(lambda connection: put(connection, "a"))
    writes = [database.writer.submit(lambda connection, key=key: put(connection, key)) for key in ("b", "a", "c")]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), Conflict, type(None)]
    async with database.reading() as connection:
        assert set(await connection.scalars(select(Setting.key))) == {"a", "b", "c"}


async def test_what_fails_in_the_middle_leaves_nothing_behind(database: Database) -> None:
    async def half(connection: AsyncConnection) -> None:
        await connection.execute(insert(Setting).values(key="half", value=1, updated_at=AT))
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(half)
    async with database.reading() as connection:
        assert (await connection.execute(select(Setting.key))).all() == []
