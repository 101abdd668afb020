"""What becomes of an import, as rows: for the page that watches it, and for who asks later.

A job is `running`, then `done`, `stopped` (by a person), `failed`, or `interrupted` (the program ended). The rows that
were saved until then stay; the same file again saves the others and changes nothing twice.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor
from crm_core.domain.import_row import Rejected
from crm_core.errors import NotFound
from crm_core.importing.importer import Counts, ImportResult
from crm_core.models import ImportJob
from crm_core.storage.database import Database
from crm_core.storage.fields import clean
from crm_core.storage.rows import build
from cti.clock import Clock


@dataclass(frozen=True, slots=True)
class ImportJobRow:
    """One import; `rejected` is filled at its end."""

    id: str
    user_id: int | None
    file_name: str
    state: str
    row_count: int
    done: int
    created: int
    updated: int
    unchanged: int
    rejected_rows: int
    rejected: list[dict[str, Any]]
    error: str
    started_at: datetime
    ended_at: datetime | None


class ImportJobs:
    """The rows of imports."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, job_id: str, file_name: str, by: Actor) -> None:
        """Note that an import begins."""
        row: dict[str, Any] = {
            "id": job_id,
            "user_id": by.user_id,
            "file_name": clean(file_name),
            "state": "running",
            **asdict(Counts(0)),
            "rejected": [],
            "error": "",
            "started_at": self._clock.now(),
        }

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(insert(ImportJob).values(row))

        await self._database.write(work)

    async def note(self, connection: AsyncConnection, counts: Counts, *, job_id: str) -> None:
        """Note how far it is, in the caller's transaction."""
        await connection.execute(update(ImportJob).where(ImportJob.id == job_id).values(asdict(counts)))

    async def finish(self, job_id: str, result: ImportResult) -> None:
        """Note how it came out."""
        done = result.created + result.updated + result.unchanged + result.rejected_rows
        counts = Counts(result.row_count, done, result.created, result.updated, result.unchanged, result.rejected_rows)
        state = "stopped" if result.stopped else "done"
        values = {"state": state, "rejected": plain(result.rejected), "ended_at": self._clock.now()}
        await self._change(job_id, asdict(counts) | values)

    async def fail(self, job_id: str, error: str) -> None:
        """Note that it came to nothing more; `error` is a code."""
        await self._change(job_id, {"state": "failed", "error": error, "ended_at": self._clock.now()})

    async def interrupt_all(self) -> None:
        """At the start: what an earlier process left running runs no more."""
        values = {"state": "interrupted", "ended_at": self._clock.now()}

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(update(ImportJob).where(ImportJob.state == "running").values(values))

        await self._database.write(work)

    async def get(self, job_id: str) -> ImportJobRow:
        """Raise NotFound if there is none."""
        query = select(*ImportJob.__table__.columns).where(ImportJob.id == job_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound("import", job_id)
        return build(ImportJobRow, row)

    async def _change(self, job_id: str, values: dict[str, Any]) -> None:
        async def work(connection: AsyncConnection) -> None:
            # an end is an end: a note of progress that comes late changes nothing
            query = update(ImportJob).where(ImportJob.id == job_id, ImportJob.state == "running")
            await connection.execute(query.values(values))

        await self._database.write(work)


def plain(rejected: Sequence[Rejected]) -> list[dict[str, Any]]:
    """Give reasons as they are stored: the sentence is the screen's."""
    return [{"line": one.line, "field": one.field, "code": one.code, "value": one.value} for one in rejected]
