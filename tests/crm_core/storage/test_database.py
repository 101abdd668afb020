import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.errors import DatabaseUnavailable, WriterClosed
from crm_core.models import Setting
from crm_core.storage.database import Database, async_url
from tests.crm_core.postgres import Cluster


def test_the_driver_is_named_by_itself() -> None:
    assert async_url("sqlite:///x.db").drivername == "sqlite+aiosqlite"
    assert async_url("postgres://h/x").drivername == "postgresql+asyncpg"
    assert async_url("postgresql+asyncpg://h/x").drivername == "postgresql+asyncpg"


async def _put(connection: AsyncConnection, key: str, at: datetime) -> None:
    await connection.execute(insert(Setting).values(key=key, value={"a": [1, "二"]}, updated_at=at))


async def test_instants_survive_whatever_their_offset(database: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    await database.write(lambda connection: _put(connection, "k", datetime(2026, 1, 1, 8, tzinfo=shanghai)))
    async with database.reading() as connection:
        row = (await connection.execute(select(Setting.updated_at, Setting.value))).one()
    assert row.updated_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert row.updated_at.tzinfo is UTC
    assert row.value == {"a": [1, "二"]}


async def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"):
        await database.write(lambda connection: _put(connection, "k", datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_sqlite_keeps_what_it_acknowledged_and_its_readers_cannot_write(database: Database) -> None:
    async def look(connection: AsyncConnection) -> tuple[object, ...]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return tuple([await connection.scalar(text(f"PRAGMA {name}")) for name in names])

    assert await database.write(look) == ("wal", 2, 1)
    async with database.reading() as connection:
        assert await connection.scalar(text("PRAGMA query_only")) == 1


async def test_nothing_is_written_before_the_start(url: str) -> None:
    database = Database(url)
    with pytest.raises(WriterClosed):
        await database.write(lambda connection: _put(connection, "k", datetime(2026, 1, 1, tzinfo=UTC)))
    await database.aclose()


async def test_what_waits_at_the_end_is_written(url: str) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    database = Database(url)
    await database.start()
    writes = [database.writer.submit(lambda connection, n=n: _put(connection, f"k{n}", at)) for n in range(50)]
    await database.aclose()
    assert all(write.done() and write.exception() is None for write in writes)


async def test_a_database_that_is_away_says_so() -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/none")
    await database.start()
    with pytest.raises(DatabaseUnavailable):
        await database.write(lambda connection: _put(connection, "k", datetime(2026, 1, 1, tzinfo=UTC)))
    with pytest.raises(DatabaseUnavailable):
        async with database.reading():
            pass
    await database.aclose()


async def test_readers_see_one_state_while_the_writer_goes_on(database: Database) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    if database.dialect == "sqlite":
        async with database.reading() as connection:
            before = len((await connection.execute(select(Setting.key))).all())
            await asyncio.wait_for(database.write(lambda other: _put(other, "k", at)), 2)
            assert len((await connection.execute(select(Setting.key))).all()) == before
    async with database.reading() as connection:
        assert len((await connection.execute(select(Setting.key))).all()) <= 1


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_full_disk_is_told_until_there_is_room_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_core.storage.database._PROBE_S", 0.05)
    at, told = datetime(2026, 1, 1, tzinfo=UTC), []
    database.on_trouble(lambda: told.append(database.trouble))

    async def limit(connection: AsyncConnection, pages: int) -> None:
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    async def much(connection: AsyncConnection) -> None:
        for n in range(500):
            await connection.execute(insert(Setting).values(key=f"k{n}", value="x" * 1000, updated_at=at))

    await database.write(lambda connection: limit(connection, 1))
    with pytest.raises(DatabaseUnavailable):
        await database.write(much)
    assert database.trouble == "database_not_writing"
    async with asyncio.timeout(10):
        while database.trouble is not None:
            await asyncio.sleep(0.01)
    assert told == ["database_not_writing", None]


@pytest.mark.postgres
async def test_a_frozen_server_is_told_at_once_and_forgotten_when_it_goes_on(own_cluster: Cluster) -> None:
    database = Database(own_cluster.url("postgres"), readers=1)
    await database.start()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    await database.write(lambda connection: _put(connection, "before", at))
    own_cluster.pause()
    try:
        with pytest.raises(DatabaseUnavailable):
            await asyncio.wait_for(database.write(lambda connection: _put(connection, "k", at)), 15)
        assert database.trouble == "database_unreachable"
        began = asyncio.get_running_loop().time()
        with pytest.raises(DatabaseUnavailable):
            async with database.reading():
                pass
        assert asyncio.get_running_loop().time() - began < 0.5
    finally:
        own_cluster.resume()
    async with asyncio.timeout(20):
        while database.trouble is not None:
            await asyncio.sleep(0.02)
    await database.write(lambda connection: _put(connection, "after", at))
    await database.aclose()
