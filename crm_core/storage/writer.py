"""One task that writes: whatever waits goes into one transaction, so that a commit is paid once for many.

A piece of work is a coroutine function that is given the connection. It may be run twice (once in a group that failed,
once alone), so it must not change anything but the database.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.errors import Conflict, DatabaseUnavailable, WriterClosed, WriterFull

T = TypeVar("T")

# PostgreSQL classes of SQLSTATE that are about the server and the moment, not about the row:
# connection lost, no resources, shutting down or starting, serialisation, lock not available.
_MOMENTARY_STATES = ("08", "53", "57", "40", "55P03")


def translate(error: Exception) -> Exception:
    """Turn a driver's error into ours; one that we do not know stays itself."""
    if isinstance(error, IntegrityError):
        conflict = Conflict("the database refused the row")
        conflict.__cause__ = error
        return conflict
    if _is_outage(error):
        unavailable = DatabaseUnavailable("the database does not answer")
        unavailable.__cause__ = error
        return unavailable
    return error


def _is_outage(error: Exception) -> bool:
    if isinstance(error, OSError | PoolTimeout | OperationalError | InterfaceError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", "") or "")
    return error.connection_invalidated or state.startswith(_MOMENTARY_STATES)


@dataclass(slots=True)
class _Item:
    work: Callable[[AsyncConnection], Awaitable[Any]]
    done: asyncio.Future[Any]


async def _here(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return await work()


class Writer:
    """Takes work while `run` runs. `begin` opens a transaction that commits when left without error.

    `carry_out` makes a group's coroutine, which waits for nothing but its connection, and sees it to its end.
    `on_outcome` hears after each group whether the database took it (True) or could not (False).
    """

    def __init__(
        self,
        begin: Callable[[], AbstractAsyncContextManager[AsyncConnection]],
        capacity: int = 20_000,
        group: int = 200,
        on_outcome: Callable[[bool], None] = lambda _: None,
        carry_out: Callable[[Callable[[], Coroutine[Any, Any, list[Any]]]], Awaitable[list[Any]]] = _here,
    ) -> None:
        self._begin = begin
        self._carry_out = carry_out
        self._group = group
        self._queue: asyncio.Queue[_Item | None] = asyncio.Queue()
        self._capacity = capacity
        self._closed = False
        self._on_outcome = on_outcome

    @property
    def waiting(self) -> int:
        """How many pieces of work are not yet begun."""
        return self._queue.qsize()

    def submit(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> asyncio.Future[T]:
        """Put work in line; the future is done when it is committed."""
        if self._closed:
            raise WriterClosed
        if self._queue.qsize() >= self._capacity:
            raise WriterFull(self._queue.qsize())
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Item(work, future))
        return future

    async def run(self) -> None:
        """Write until closed; what waits at that moment is still written."""
        group: list[_Item] = []
        try:
            while True:
                group, last = await self._next_group()
                await self._write(group)
                if last:
                    return
        finally:
            self._closed = True
            self._abandon(group)

    def close(self) -> None:
        """Take nothing more; `run` ends when all that waits is written."""
        if not self._closed:
            self._closed = True
            self._queue.put_nowait(None)

    async def _next_group(self) -> tuple[list[_Item], bool]:
        item = await self._queue.get()
        group: list[_Item] = []
        while item is not None:
            group.append(item)
            if len(group) >= self._group or self._queue.empty():
                return group, False
            item = self._queue.get_nowait()
        return group, True

    async def _write(self, group: list[_Item]) -> None:
        if not group:
            return
        try:
            results = await self._carry_out(partial(self._together, group))
        except Exception as error:
            await self._after_failure(group, error)
            return
        self._on_outcome(True)
        for item, result in zip(group, results, strict=True):
            if not item.done.done():
                item.done.set_result(result)

    async def _together(self, group: list[_Item]) -> list[Any]:
        async with self._begin() as connection:
            return [await item.work(connection) for item in group]

    async def _after_failure(self, group: list[_Item], error: Exception) -> None:
        ours = translate(error)
        if isinstance(ours, DatabaseUnavailable):
            self._on_outcome(False)
        if len(group) > 1 and not isinstance(ours, DatabaseUnavailable):
            # One of them is poison: alone, each gets its own fate.
            for item in group:
                await self._write([item])
            return
        for item in group:
            if not item.done.done():
                item.done.set_exception(ours)

    def _abandon(self, group: list[_Item]) -> None:
        left = list(group)
        while not self._queue.empty():
            item = self._queue.get_nowait()
            if item is not None:
                left.append(item)
        for item in left:
            if not item.done.done():
                item.done.set_exception(WriterClosed())
