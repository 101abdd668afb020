"""Does the server answer? Asked on a connection of its own, so that a slow question is not taken for a dead server."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import asyncpg

_log = logging.getLogger(__name__)
EVERY_S = 1.0
# A server that is asked for a constant and needs longer is not one to keep callers and people waiting for.
LIMIT_S = 2.0
_GRACE_S = 0.5


class Pulse:
    """Beats until cancelled; `on_change` hears True and False. `options` are what asyncpg connects with."""

    def __init__(
        self,
        options: dict[str, Any],
        on_change: Callable[[bool], None],
        *,
        every_s: float = EVERY_S,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._options = options
        self._on_change = on_change
        self._every_s = every_s
        self._limit_s = limit_s
        self._connection: Any = None
        self._answers = True

    async def run(self) -> None:
        """Ask every second."""
        try:
            while True:
                self._tell(await self._beat())
                await asyncio.sleep(self._every_s)
        finally:
            self._drop()

    def _tell(self, answers: bool) -> None:
        if answers == self._answers:
            return
        self._answers = answers
        if answers:
            _log.warning("Database answers again")
        else:
            _log.error("Database gives no sign of life", extra={"waited_s": self._limit_s})
        self._on_change(answers)

    async def _beat(self) -> bool:
        asking = asyncio.ensure_future(self._ask())
        try:
            done, _ = await asyncio.wait({asking}, timeout=self._limit_s)
            if not done:
                # Perhaps it was we who slept: then the answer lies here already, and only has to be read.
                done, _ = await asyncio.wait({asking}, timeout=_GRACE_S)
            if not done:
                # Not cancelled: asyncpg would then wait for the server to confirm that, which it cannot.
                self._drop()
                asking.cancel()
            await asyncio.wait({asking})
        except asyncio.CancelledError:
            asking.cancel()
            raise
        return bool(done) and not asking.cancelled() and asking.exception() is None

    async def _ask(self) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(**self._options, timeout=self._limit_s)
        try:
            await self._connection.fetchval("SELECT 1")
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            connection.terminate()
