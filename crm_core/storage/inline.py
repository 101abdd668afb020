"""SQLite by threads of our own: a whole piece of work goes there once, and comes back when it is done.

aiosqlite hands every cursor, statement, result and close to a thread and back: hundreds of hand-overs for each call,
which cost more than the statements. Here the coroutine that does the work is run to its end by the thread. It may wait
for nothing but its connection.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Executable, ScalarResult
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


class WaitsForOthersError(RuntimeError):
    """A piece of work waited for something else than its connection."""


class InlineConnection(AsyncConnection):
    """What pieces of work are given: each statement is done when its coroutine is first looked at."""

    def __init__(self, connection: Connection) -> None:
        # Not AsyncConnection's own: that one needs an asynchronous driver below it.
        self.sync_connection = connection
        self._direct = connection

    async def execute(
        self, statement: Executable, parameters: Any = None, *, execution_options: Any = None
    ) -> CursorResult[Any]:
        """Run one statement."""
        return self._direct.execute(statement, parameters, execution_options=execution_options)

    async def scalar(self, statement: Executable, parameters: Any = None, *, execution_options: Any = None) -> Any:
        """Run one statement and give the first column of its first row."""
        return self._direct.scalar(statement, parameters, execution_options=execution_options)

    async def scalars(
        self, statement: Executable, parameters: Any = None, *, execution_options: Any = None
    ) -> ScalarResult[Any]:
        """Run one statement and give the first column."""
        return self._direct.scalars(statement, parameters, execution_options=execution_options)

    async def exec_driver_sql(
        self, statement: str, parameters: Any = None, execution_options: Any = None
    ) -> CursorResult[Any]:
        """Run what the driver understands."""
        return self._direct.exec_driver_sql(statement, parameters, execution_options)


class InlineDatabase:
    """An engine and its threads; `run` is the way there."""

    def __init__(self, engine: Engine, threads: int, name: str) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction, for work that `run` carries out."""
        with self._engine.begin() as connection:
            yield InlineConnection(connection)

    async def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do it on a thread; once begun there it is done to its end, whatever becomes of who waits for it here."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, to_the_end, work)

    async def aclose(self) -> None:
        """Wait for what is being done, and close the connections."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


def to_the_end(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine that never has to wait."""
    running = work()
    try:
        running.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    running.close()
    raise WaitsForOthersError
