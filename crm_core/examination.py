"""What a database says about itself, for whoever looks after it."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.errors import DatabaseDamaged, DatabaseRefuses, DatabaseUnavailable
from crm_core.migrations import is_known_revision, newest_revision
from crm_core.storage.database import Database
from cti.clock import Clock

# Without them PostgreSQL acknowledges what it has only in memory.
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")

# SQLSTATE: invalid authorisation, no such database
_REFUSALS = ("28", "3D")
_DAMAGE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


@dataclass(frozen=True, slots=True)
class DatabaseCondition:
    """`is_newer`: the tables are a later program's. `clock_ahead_s` is the server's.

    `not_durable` names the setting that makes acknowledged rows vanish.
    """

    version: str
    answer_ms: float
    revision: str | None
    wanted_revision: str
    is_newer: bool = False
    not_durable: str | None = None
    clock_ahead_s: float = 0.0


async def examine_database(database: Database, clock: Clock) -> DatabaseCondition:
    """Look without changing anything; raises a StorageError, or what the driver raises."""
    file = database.url.database
    # looking must not make an empty file
    if database.dialect == "sqlite" and file and not await asyncio.to_thread(Path(file).exists):
        raise DatabaseUnavailable(f"{file} is not there yet; `callroom up` makes it")
    async with _let_in(database) as connection:
        began = time.monotonic()
        on_sqlite = database.dialect == "sqlite"
        version = await _one(connection, "SELECT sqlite_version()" if on_sqlite else "SHOW server_version")
        answer_ms = (time.monotonic() - began) * 1000
        revision = await _revision(connection)
        ahead_s = 0.0 if on_sqlite else await _clock_ahead_s(connection, clock)
        return DatabaseCondition(
            version=f"{'SQLite' if on_sqlite else 'PostgreSQL'} {version}",
            answer_ms=answer_ms,
            revision=revision,
            wanted_revision=newest_revision(),
            is_newer=revision is not None and not is_known_revision(revision),
            # our own writer sets SQLite's synchronous=FULL on every connection
            not_durable=None if on_sqlite else await _not_durable(connection),
            clock_ahead_s=ahead_s,
        )


@asynccontextmanager
async def _let_in(database: Database) -> AsyncIterator[AsyncConnection]:
    try:
        async with database.reading() as connection:
            yield connection
    except DBAPIError as error:
        if str(getattr(error.orig, "sqlstate", "") or "").startswith(_REFUSALS):
            raise DatabaseRefuses(str(error.orig).partition(": ")[2] or str(error.orig)) from error
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
            raise DatabaseDamaged(f"{database.url.database}: {error.orig}") from error
        raise


async def _revision(connection: AsyncConnection) -> str | None:
    found = await connection.run_sync(lambda sync: sync.dialect.has_table(sync, "alembic_version"))
    return await _one(connection, "SELECT version_num FROM alembic_version") if found else None


async def _not_durable(connection: AsyncConnection) -> str | None:
    for setting in DURABLE:
        if await connection.scalar(text("SELECT current_setting(:name)"), {"name": setting}) == "off":
            return setting
    return None


async def _clock_ahead_s(connection: AsyncConnection, clock: Clock) -> float:
    before = clock.now()
    theirs: datetime | None = await connection.scalar(text("SELECT clock_timestamp()"))
    middle = before + (clock.now() - before) / 2
    return 0.0 if theirs is None else (theirs.astimezone(UTC) - middle).total_seconds()


async def _one(connection: AsyncConnection, question: str) -> str:
    return str(await connection.scalar(text(question)))
