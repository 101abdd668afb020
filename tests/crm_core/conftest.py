"""Every database test runs on SQLite and on PostgreSQL, each on a fresh copy of a migrated database."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from crm_core.audit import Actor
from crm_core.migrations import upgrade
from crm_core.storage.database import Database
from crm_core.users import UserDraft, UserRow, Users
from tests.crm_core.postgres import Cluster, find_binaries

EXTENSIONS = tuple(str(number) for number in range(1001, 1006))
MEMORY, MEMORY_BYTES = Path("/dev/shm"), 4 << 30  # noqa: S108 the folder is made by mkdtemp
_numbers = itertools.count(1)


class HandClock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> datetime:
        self.time += timedelta(**by)
        return self.time


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "callroom.db"
    run_apart(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_data() -> Iterator[Path]:
    """A stopped cluster's, whose database `postgres` is migrated: to copy it is less than to make another."""
    with open_cluster() as running:
        run_apart(upgrade(running.url("postgres")))
        running.stop()
        yield running.data


@pytest.fixture(scope="session")
def cluster(migrated_data: Path) -> Iterator[Cluster]:
    with open_cluster(like=migrated_data) as running:
        run_apart(_run_sql(running.url("template1"), "CREATE DATABASE migrated TEMPLATE postgres"))
        yield running


@pytest.fixture
def own_cluster(migrated_data: Path) -> Iterator[Cluster]:
    """For tests that stop the server."""
    with open_cluster(like=migrated_data) as running:
        yield running


@contextmanager
def open_cluster(*, durable: bool = False, like: Path | None = None) -> Iterator[Cluster]:
    binaries = find_binaries()
    if binaries is None:
        pytest.fail("no PostgreSQL server here: run ./setup.sh test, or leave these out with -m 'not postgres'")
    # Not under pytest's own folder: that one is closed to the user that the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="callroom-postgres-", dir=None if durable else _in_memory()))
    folder.chmod(0o755)
    running = Cluster(binaries, folder / "cluster", durable=durable, like=like)
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """Where there is room in memory, hundreds of databases need not go through the disk."""
    with suppress(FileNotFoundError):
        if shutil.disk_usage(MEMORY).free >= MEMORY_BYTES:
            return MEMORY
    return None


@contextmanager
def _made_database(running: Cluster, name: str, how: str = "") -> Iterator[str]:
    run_apart(_run_sql(running.url("postgres"), f"CREATE DATABASE {name} {how}"))
    yield running.url(name)
    run_apart(_run_sql(running.url("postgres"), f"DROP DATABASE {name} WITH (FORCE)"))


def run_apart(work: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine to its end in a thread of its own: the test's loop is not a fixture's business."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _run_sql(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with _made_database(request.getfixturevalue("cluster"), f"empty_{next(_numbers)}") as made:
        yield made


@pytest.fixture
def url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database."""
    if dialect == "sqlite":
        path = tmp_path / "callroom.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    with _made_database(request.getfixturevalue("cluster"), f"copy_{next(_numbers)}", "TEMPLATE migrated") as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url, readers=2)
    await opened.start()
    yield opened
    await opened.aclose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def admin(database: Database, clock: HandClock) -> UserRow:
    draft = UserDraft("boss", "Boss", "hash", role="admin")
    return await Users(database, clock, EXTENSIONS).add(draft, Actor(None))


@pytest.fixture
def by(admin: UserRow) -> Actor:
    return Actor(admin.id, "127.0.0.1")
