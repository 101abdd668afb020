"""Alembic scripts, and the function that brings a database to this program's schema."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path

from asyncpg import PostgresError
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from crm_core.errors import WrongRevision
from crm_core.storage.database import async_url, cannot_be_used

# Any number will do, as long as every process of Callroom takes the same.
_LOCK_ID = 4_113_290_871


def newest_revision() -> str:
    """Name the schema that this program was built for."""
    return max(_revisions())


def is_known_revision(revision: str) -> bool:
    """Tell whether it is one that this program has, or has had."""
    return revision in _revisions()


def _revisions() -> set[str]:
    """By the names of the scripts, `r0001_first.py`: each has its revision's."""
    return {script.name[1:5] for script in (Path(__file__).parent / "versions").glob("r????_*.py")}


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`; several processes may ask at once."""
    async with _reaching(url) as engine, engine.begin() as connection:
        await connection.run_sync(_upgrade, revision)


async def check_revision(url: str) -> None:
    """Raise WrongRevision unless the database has exactly this program's schema."""
    async with _reaching(url) as engine, engine.connect() as connection:
        found = await connection.run_sync(_current)
    if found != newest_revision():
        raise WrongRevision(found, newest_revision())


@asynccontextmanager
async def _reaching(url: str) -> AsyncIterator[AsyncEngine]:
    """Raise DatabaseUnavailable in words: this is where a wrong address or password shows first."""
    engine = _engine(url)
    try:
        yield engine
    except (OSError, InterfaceError, OperationalError, PostgresError) as error:
        raise cannot_be_used(url, error) from error
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    engine = create_async_engine(async_url(url), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        # Foreign keys stay off here: batch migrations copy tables and drop the old ones.
        event.listen(engine.sync_engine, "connect", _no_driver_transactions)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _no_driver_transactions(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # the driver's own attribute


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK_ID})
    if revision != "head" or _current(connection) != newest_revision():
        import_module("crm_core.migrations.steps").bring(connection, revision)
