import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.errors import DatabaseUnavailable
from crm_core.models import Setting
from crm_core.storage.database import Database, async_url, make_inline
from crm_core.storage.inline import InlineDatabase, WaitsForOthersError


@pytest.fixture
def inline(tmp_path: Path) -> InlineDatabase:
    made = make_inline(async_url(f"sqlite:///{tmp_path / 'some.db'}"), writes=True, connections=1)
    assert made is not None
    return made


def test_there_is_none_to_a_server() -> None:
    assert make_inline(async_url("postgresql://somebody@127.0.0.1/db"), writes=True, connections=1) is None


async def test_work_is_done_on_a_thread_in_one_transaction(inline: InlineDatabase) -> None:
    seen = []

    async def work() -> object:
        async with inline.begin() as connection:
            seen.append(threading.current_thread().name)
            await connection.exec_driver_sql("CREATE TABLE things (name TEXT)")
            await connection.exec_driver_sql("INSERT INTO things VALUES (?)", [("a",), ("b",)])
            assert connection.dialect.name == "sqlite"
            first = await connection.scalar(text("SELECT name FROM things WHERE name > :than"), {"than": "a"})
            return first, list(await connection.scalars(text("SELECT name FROM things")))

    assert await inline.run(work) == ("b", ["a", "b"])
    assert seen == ["sqlite-writer_0"]

    async def breaks() -> None:
        async with inline.begin() as connection:
            await connection.execute(text("DELETE FROM things"))
            raise ZeroDivisionError

    async def count() -> object:
        async with inline.begin() as connection:
            return await connection.scalar(text("SELECT count(*) FROM things"))

    with pytest.raises(ZeroDivisionError):
        await inline.run(breaks)
    assert await inline.run(count) == 2
    await inline.aclose()


async def test_work_that_waits_for_others_is_refused_and_undone(inline: InlineDatabase) -> None:
    async def work() -> None:
        async with inline.begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE things (name TEXT)")
            await asyncio.sleep(0)

    async def tables() -> object:
        async with inline.begin() as connection:
            return await connection.scalar(text("SELECT count(*) FROM sqlite_master"))

    with pytest.raises(WaitsForOthersError):
        await inline.run(work)
    assert await inline.run(tables) == 0
    await inline.aclose()


async def test_a_look_cannot_write_on_the_short_way_either(database: Database) -> None:
    async def look(connection: AsyncConnection) -> list[str]:
        return list(await connection.scalars(select(Setting.key)))

    before = await database.read(look)
    assert isinstance(before, list)
    if database.dialect == "sqlite":
        with pytest.raises(DatabaseUnavailable):
            await database.read(lambda connection: connection.exec_driver_sql("DELETE FROM settings"))
