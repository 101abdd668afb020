"""The two ways to the tables: many readers, one writer; SQLite or PostgreSQL by URL."""

import asyncio
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from crm_core.errors import DatabaseUnavailable, StorageError, WriterClosed
from crm_core.storage.inline import InlineDatabase
from crm_core.storage.pulse import Pulse
from crm_core.storage.writer import Writer, translate
from cti.tasks import TaskSet

T = TypeVar("T")

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
# What no answer in this time means is that there will be none: a person waits for it.
_CONNECT_S = 2.0
# What was acknowledged is on the disk, whatever the server's own default. Nobody waits for a forgotten lock.
# To compile a plan takes longer than any of ours runs.
_SERVER_SETTINGS = {
    "application_name": "callroom",
    "synchronous_commit": "on",
    "lock_timeout": "5000",
    "jit": "off",
}
_PROBE_S = 2.0
UNREACHABLE = "database_unreachable"
NOT_WRITING = "database_not_writing"


def async_url(address: str) -> URL:
    """Name the asynchronous driver where the URL names none."""
    url = make_url(address)
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def cannot_be_used(address: str, error: Exception) -> DatabaseUnavailable:
    """Say in words what is wrong with the address, or what is not there."""
    cause = str(getattr(error, "orig", None) or error) or "no answer"
    return DatabaseUnavailable(
        f"the database {async_url(address).render_as_string(hide_password=True)} cannot be used: {cause}"
    )


def make_engine(
    url: URL, *, writes: bool, pool_size: int, server_settings: Mapping[str, str] = _SERVER_SETTINGS
) -> AsyncEngine:
    """Build an engine; one that does not write cannot, on SQLite."""
    if url.get_backend_name() != "sqlite":
        return create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=not writes,
            pool_timeout=_CONNECT_S,
            hide_parameters=True,
            connect_args={"timeout": _CONNECT_S, "server_settings": dict(server_settings)},
        )
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True)
    _set_up_sqlite(engine.sync_engine, writes=writes)
    return engine


def _make_bulk(url: URL) -> AsyncEngine | None:
    """Build a connection of its own for many rows; a file has one writer."""
    if url.get_backend_name() == "sqlite":
        return None
    # Tables that grow under its hands are larger than the server takes them for: always by index.
    by_index = dict.fromkeys(("enable_seqscan", "enable_hashjoin", "enable_mergejoin"), "off")
    return make_engine(url, writes=True, pool_size=1, server_settings={**_SERVER_SETTINGS, **by_index})


def make_inline(url: URL, *, writes: bool, connections: int) -> InlineDatabase | None:
    """Build the shorter way to a SQLite file; there is none to a server."""
    if url.get_backend_name() != "sqlite":
        return None
    # Each connection is used by one thread at a time, but not always by the same one.
    options = {"check_same_thread": False}
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        poolclass=QueuePool,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        connect_args=options,
    )
    _set_up_sqlite(engine, writes=writes)
    return InlineDatabase(engine, connections, "sqlite-writer" if writes else "sqlite-reader")


def _set_up_sqlite(engine: Engine, *, writes: bool) -> None:
    def connected(connection: Any, _record: object) -> None:
        # The driver's own transactions begin late, and a read that turns into a write cannot wait for its turn.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _pragmas(writes):
            cursor.execute(pragma)
        cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def _pragmas(writes: bool) -> tuple[str, ...]:
    # FULL: WAL with NORMAL may lose the last commits when the power goes, and those were acknowledged.
    shared = ("PRAGMA busy_timeout=5000", "PRAGMA foreign_keys=ON", "PRAGMA journal_mode=WAL")
    if not writes:
        return (*shared, "PRAGMA query_only=ON")
    # 64 MB: the pages of the search index that an import comes back to again and again
    return (*shared, "PRAGMA synchronous=FULL", "PRAGMA cache_size=-65536")


class Database:
    """What repositories are built on. Between `start` and `aclose` it writes; it reads from the beginning."""

    def __init__(self, url: str, *, readers: int = 5, queue_capacity: int = 20_000) -> None:
        self.url = async_url(url)
        self._reader = make_engine(self.url, writes=False, pool_size=readers)
        self._writer_engine = make_engine(self.url, writes=True, pool_size=1)
        self._bulk_engine = _make_bulk(self.url)
        self._quick_reader = make_inline(self.url, writes=False, connections=2)
        self._quick_writer = make_inline(self.url, writes=True, connections=1)
        self.writer = self._make_writer(queue_capacity)
        self._tasks = TaskSet()
        self._task: asyncio.Task[None] | None = None
        self._answers = True
        self._writes = True
        self._listeners: list[Callable[[], None]] = []
        self._raw: weakref.WeakSet[Any] = weakref.WeakSet()

    @property
    def dialect(self) -> str:
        """Either "sqlite" or "postgresql"."""
        return self.url.get_backend_name()

    @property
    def trouble(self) -> str | None:
        """None while all is well; else "database_unreachable" or, on a full disk, "database_not_writing"."""
        if not self._answers:
            return UNREACHABLE
        return None if self._writes else NOT_WRITING

    @property
    def _engines(self) -> list[AsyncEngine]:
        return [each for each in (self._reader, self._writer_engine, self._bulk_engine) if each is not None]

    def on_trouble(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever `trouble` changes."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Begin to write, and to feel the server's pulse."""
        self._task = self._tasks.start(self.writer.run(), name="database writer")
        self._tasks.start(self._try_to_write(), name="database probe")
        if self.dialect == "sqlite":
            return
        for engine in self._engines:
            event.listen(engine.sync_engine, "connect", self._remember)
        _, options = self._reader.dialect.create_connect_args(self.url)
        self._tasks.start(Pulse(dict(options), self._answering).run(), name="database pulse")

    async def aclose(self) -> None:
        """Write what waits, then close all connections."""
        self.writer.close()
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._tasks.aclose()
        for quick in (self._quick_reader, self._quick_writer):
            if quick is not None:
                await quick.aclose()
        for engine in self._engines:
            await engine.dispose()

    def _make_writer(self, capacity: int) -> Writer:
        if self._quick_writer is None:
            return Writer(self._begin, capacity=capacity, on_outcome=self._written)
        quick = self._quick_writer
        return Writer(quick.begin, capacity=capacity, on_outcome=self._written, carry_out=quick.run)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent look; nothing can be changed in it."""
        self._check()
        with _in_our_words():
            async with self._reader.connect() as connection:
                yield connection

    async def read(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, T]]) -> T:
        """One consistent look, like `reading` but shorter: `work` waits for nothing but its connection."""
        quick = self._quick_reader
        if quick is None:
            async with self.reading() as connection:
                return await work(connection)

        async def look() -> T:
            async with quick.begin() as connection:
                return await work(connection)

        with _in_our_words():
            return await quick.run(look)

    async def bulk(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a transaction of which, on a server, nobody else has to await the end.

        It must not touch what other writers change: two in one another's way would stand until one is thrown out.
        """
        if self._bulk_engine is None:
            return await self.write(work)
        self._check()
        with _in_our_words():
            async with self._bulk_engine.begin() as connection:
                return await work(connection)

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a transaction, and come back when it is committed."""
        if self._task is None:
            raise WriterClosed
        return await self.writer.submit(work)

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[AsyncConnection]:
        self._check()
        async with self._writer_engine.begin() as connection:
            yield connection

    def _check(self) -> None:
        # Known to be away: said at once, so that no click waits for a time-out.
        if not self._answers:
            raise DatabaseUnavailable("the database gives no sign of life")

    def _remember(self, connection: Any, _record: object) -> None:
        self._raw.add(connection.driver_connection)

    def _answering(self, answers: bool) -> None:
        before = self.trouble
        self._answers = self._writes = answers
        if not answers:
            # Who waits for an answer is told now, and whatever comes later begins on new connections.
            for engine in self._engines:
                engine.sync_engine.dispose(close=False)
            for connection in list(self._raw):
                connection.terminate()
        self._tell(before)

    def _written(self, is_well: bool) -> None:
        before = self.trouble
        self._writes = is_well
        self._tell(before)

    def _tell(self, before: str | None) -> None:
        if self.trouble != before:
            for listener in list(self._listeners):
                listener()

    async def _try_to_write(self) -> None:
        """While nothing can be written (a full disk), try the least now and then: its success ends the alarm."""
        while True:
            await asyncio.sleep(_PROBE_S)
            if self.trouble == NOT_WRITING and not self.writer.waiting:
                with suppress(StorageError):
                    await self.write(_write_something)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout, OSError) as error:
        ours = translate(error)
        if ours is error:
            raise
        raise ours from error


async def _write_something(connection: AsyncConnection) -> None:
    """Change nothing, and yet need room in the log like any other write."""
    if connection.dialect.name != "sqlite":
        await connection.execute(select(func.pg_current_xact_id()))
        return
    # the first page as it is
    version = await connection.scalar(text("PRAGMA user_version"))
    await connection.exec_driver_sql(f"PRAGMA user_version={int(version or 0)}")
