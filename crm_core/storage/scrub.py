"""Takes deleted text out of the database's files, where it lies in free pages and in the write-ahead log."""

import asyncio
import sqlite3
import time
from contextlib import closing

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from crm_core.errors import DatabaseUnavailable
from crm_core.storage.database import make_engine
from crm_core.storage.writer import translate

# Longer than the writer holds the file, and than a reader reads.
PATIENCE_S = 20.0
PAUSE_S = 0.05


async def scrub(url: URL) -> None:
    """SQLite's file is written anew, during which nobody else writes (a second for each few hundred megabytes).

    On PostgreSQL the space is freed to be used again; its own log and backups keep what they hold until they expire.
    """
    if url.get_backend_name() == "sqlite":
        await asyncio.to_thread(_scrub_file, url.database or "")
        return
    engine = make_engine(url, writes=True, pool_size=1)
    try:
        async with engine.connect() as connection:
            plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await plain.exec_driver_sql("VACUUM")
    except (DBAPIError, OSError) as error:
        raise translate(error) from error
    finally:
        await engine.dispose()


def _scrub_file(path: str) -> None:
    until_s = time.monotonic() + PATIENCE_S
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)) as connection:
            # the search index keeps what was taken from it until its parts are joined
            connection.execute("INSERT INTO customer_search(customer_search) VALUES ('optimize')")
            connection.execute("VACUUM")
            # somebody who reads an older state keeps the log from being emptied
            while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > until_s:
                    raise DatabaseUnavailable("the write-ahead log is in use; what was erased still lies in it")
                time.sleep(PAUSE_S)
    except sqlite3.Error as error:
        raise DatabaseUnavailable("the database's file could not be written anew") from error
