"""The two ways to the tables: many readers, one writer; SQLite or PostgreSQL by URL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from crm_core.errors import WriterClosed
from crm_core.storage.writer import Writer, translate
from cti.tasks import TaskSet

T = TypeVar("T")

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}


def async_url(text: str) -> URL:
    """Name the asynchronous driver where the URL names none."""
    url = make_url(text)
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def make_engine(url: URL, *, writes: bool, pool_size: int) -> AsyncEngine:
    """Build an engine; one that does not write cannot, on SQLite."""
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_size=pool_size, max_overflow=0, pool_pre_ping=not writes)
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)
    _set_up_sqlite(engine, writes=writes)
    return engine


def _set_up_sqlite(engine: AsyncEngine, *, writes: bool) -> None:
    def connected(connection: Any, _record: object) -> None:
        # The driver's own transactions begin late, and a read that turns into a write cannot wait for its turn.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _pragmas(writes):
            cursor.execute(pragma)
        cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)


def _pragmas(writes: bool) -> tuple[str, ...]:
    # FULL: WAL with NORMAL may lose the last commits when the power goes, and those were acknowledged.
    shared = ("PRAGMA busy_timeout=5000", "PRAGMA foreign_keys=ON", "PRAGMA journal_mode=WAL")
    return (*shared, "PRAGMA synchronous=FULL") if writes else (*shared, "PRAGMA query_only=ON")


class Database:
    """What repositories are built on. Between `start` and `aclose` it writes; it reads from the beginning."""

    def __init__(self, url: str, *, readers: int = 5, queue_capacity: int = 20_000) -> None:
        self.url = async_url(url)
        self._reader = make_engine(self.url, writes=False, pool_size=readers)
        self._writer_engine = make_engine(self.url, writes=True, pool_size=1)
        self.writer = Writer(self._writer_engine.begin, capacity=queue_capacity)
        self._tasks = TaskSet()
        self._task: asyncio.Task[None] | None = None

    @property
    def dialect(self) -> str:
        """Either "sqlite" or "postgresql"."""
        return self.url.get_backend_name()

    async def start(self) -> None:
        """Begin to write."""
        self._task = self._tasks.start(self.writer.run(), name="database writer")

    async def aclose(self) -> None:
        """Write what waits, then close all connections."""
        self.writer.close()
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._tasks.aclose()
        await self._reader.dispose()
        await self._writer_engine.dispose()

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One consistent look; nothing can be changed in it."""
        return _read(self._reader)

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a transaction, and come back when it is committed."""
        if self._task is None:
            raise WriterClosed
        return await self.writer.submit(work)


@asynccontextmanager
async def _read(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    try:
        async with engine.connect() as connection:
            yield connection
    except (DBAPIError, OSError) as error:
        ours = translate(error)
        if ours is error:
            raise
        raise ours from error
