"""One Callroom per PostgreSQL database: a lock that the server keeps for as long as our connection lives.

Two on one database would end each other's calls. A SQLite file lies in a home folder, which has a lock of its own.
"""

import asyncio
import logging
import os
import platform
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from crm_core.errors import DatabaseTaken
from crm_core.storage.database import async_url, cannot_be_used
from cti.tasks import TaskSet

_log = logging.getLogger(__name__)
# Any two numbers will do, as long as every Callroom takes the same.
LOCK = (411_329, 87_107)
# A server needs a moment to notice that a killed Callroom's connection is gone.
PATIENCE_S = 5.0
EVERY_S = 1.0
_AGAIN_S = 0.1
ANSWER_LIMIT_S = 5.0
# Also when its machine fell off the network, so that another machine can take over.
_KEEPALIVE = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3"}
_HOLDER = """
SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2 AND objsubid = 2
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# the internal one is what the driver raises on a connection that broke in the middle of an answer
_OUTAGES = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Claim:
    """`loss` says who has the database instead of us, once somebody has."""

    def __init__(self, options: dict[str, Any], *, patience_s: float, every_s: float) -> None:
        # what others read who are refused: names are cut off at 63 bytes
        self._name = f"process {os.getpid()} on {platform.node()[:24] or 'localhost'} ({secrets.token_hex(4)})"
        settings = {"application_name": self._name, **_KEEPALIVE}
        self._options = {**options, "timeout": ANSWER_LIMIT_S, "server_settings": settings}
        self._patience_s = patience_s
        self._every_s = every_s
        self._connection: Any = None
        self._listener: Callable[[], None] | None = None
        self.loss: DatabaseTaken | None = None

    def on_loss(self, listener: Callable[[], None]) -> None:
        """Call `listener` when somebody else has the database; at once, if that is so."""
        self._listener = listener
        if self.loss is not None:
            listener()

    async def take(self) -> None:
        """Raise DatabaseTaken, or what the driver raises."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience_s
        while (holder := await self._try()) is not None:
            if loop.time() > until:
                raise DatabaseTaken(holder)
            await asyncio.sleep(_AGAIN_S)

    async def keep(self) -> None:
        """Hold it until cancelled, through restarts of the server, or until it is lost."""
        while self.loss is None:
            await asyncio.sleep(self._every_s)
            if not await self._holds():
                _log.warning("Lock of the database is gone with its connection")
                await self._take_again()

    def drop(self) -> None:
        """Let others have it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def _take_again(self) -> None:
        while True:
            self.drop()
            holder: str | None = self._name
            with suppress(*_OUTAGES):
                holder = await self._try()
            if holder is None:
                _log.warning("Lock of the database is held again")
                return
            # what is left of our own connection goes as soon as the server sees that it is dead
            if holder not in (self._name, ""):
                self.loss = DatabaseTaken(holder)
                _log.error("Another Callroom has the database", extra={"holder": holder})
                if self._listener is not None:
                    self._listener()
                return
            await asyncio.sleep(_AGAIN_S)

    async def _try(self) -> str | None:
        """Say who holds it: None is us, an empty name somebody who has just gone."""
        if self._connection is None:
            self._connection = await asyncpg.connect(**self._options)
        if await self._ask("SELECT pg_try_advisory_lock($1, $2)", *LOCK):
            return None
        return str(await self._ask(_HOLDER, *LOCK) or "")

    async def _holds(self) -> bool:
        """The server lets go of it when the connection ends, and of nothing before."""
        with suppress(*_OUTAGES):
            await self._ask("SELECT 1")
            return True
        return False

    async def _ask(self, question: str, *values: int) -> Any:
        asking = asyncio.ensure_future(self._connection.fetchval(question, *values))
        try:
            done, _ = await asyncio.wait({asking}, timeout=ANSWER_LIMIT_S)
            if not done:
                # not cancelled: the driver would wait for the server to confirm that
                self._connection.terminate()
            await asyncio.wait({asking})
        except asyncio.CancelledError:
            asking.cancel()
            raise
        return asking.result()


@asynccontextmanager
async def sole_use(
    url: str, *, patience_s: float = PATIENCE_S, every_s: float = EVERY_S
) -> AsyncIterator[Claim | None]:
    """Hold the database, on PostgreSQL; raises DatabaseTaken, at the end also if it was lost on the way."""
    address = async_url(url)
    if address.get_backend_name() == "sqlite":
        yield None
        return
    _, options = address.get_dialect()().create_connect_args(address)
    claim, tasks = Claim(dict(options), patience_s=patience_s, every_s=every_s), TaskSet()
    try:
        try:
            await claim.take()
        except _OUTAGES as error:
            raise cannot_be_used(url, error) from error
        tasks.start(claim.keep(), name="database lock")
        yield claim
    finally:
        await tasks.aclose()
        claim.drop()
    if claim.loss is not None:
        raise claim.loss
