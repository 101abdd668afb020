"""Alembic scripts, and the function that brings a database to this program's schema."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from asyncpg import PostgresError
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from crm_core.errors import WrongRevision
from crm_core.storage.database import async_url, cannot_be_used

# Any number will do, as long as every process of Callroom takes the same.
_LOCK_ID = 4_113_290_871


def alembic_config() -> Config:
    """Build the configuration that Alembic would read from alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def newest_revision() -> str:
    """Name the schema that this program was built for."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def is_known_revision(revision: str) -> bool:
    """Tell whether it is one that this program has, or has had."""
    return revision in {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}


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
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK_ID})
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
