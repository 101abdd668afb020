"""What becomes of an import of people, as rows: for the page that watches it, and for who asks later.

A job is `running`, then `done`, `stopped` (by a person), `failed`, or `interrupted` (the program ended).
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor
from crm_core.errors import NotFound
from crm_core.importing.jobs import plain
from crm_core.importing.lead_importer import LeadCounts, LeadImportResult
from crm_core.importing.lead_saving import Target
from crm_core.models import LeadImport
from crm_core.storage.database import Database
from crm_core.storage.fields import clean
from crm_core.storage.rows import build
from cti.clock import Clock


@dataclass(frozen=True, slots=True)
class LeadImportRow:
    """One import; `rejected` is filled at its end, and `list_id` of a list that it makes."""

    id: str
    campaign_id: int
    list_id: int | None
    user_id: int | None
    file_name: str
    state: str
    row_count: int
    done: int
    created: int
    barred: int
    known: int
    in_campaign: int
    elsewhere: int
    rejected_rows: int
    rejected: list[dict[str, Any]]
    error: str
    started_at: datetime
    ended_at: datetime | None


class LeadImports:
    """The rows of imports; they go with their list."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, job_id: str, file_name: str, target: Target, by: Actor) -> None:
        """Note that an import begins."""
        row: dict[str, Any] = {
            "id": job_id,
            "campaign_id": target.campaign_id,
            "list_id": target.list_id,
            "user_id": by.user_id,
            "file_name": clean(file_name),
            "state": "running",
            **asdict(LeadCounts(0)),
            "rejected": [],
            "error": "",
            "started_at": self._clock.now(),
        }

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(insert(LeadImport).values(row))

        await self._database.write(work)

    async def note(self, connection: AsyncConnection, counts: LeadCounts, *, job_id: str) -> None:
        """Note how far it is, in the caller's transaction."""
        await connection.execute(update(LeadImport).where(LeadImport.id == job_id).values(asdict(counts)))

    async def finish(self, job_id: str, result: LeadImportResult) -> None:
        """Note how it came out."""
        state = "stopped" if result.stopped else "done"
        values = {"state": state, "rejected": plain(result.rejected), "ended_at": self._clock.now()}
        values["list_id"] = result.target.list_id
        await self._change(LeadImport.id == job_id, asdict(result.counts) | values)

    async def fail(self, job_id: str, error: str) -> None:
        """Note that it came to nothing more; `error` is a code."""
        values = {"state": "failed", "error": error, "ended_at": self._clock.now()}
        await self._change(LeadImport.id == job_id, values)

    async def interrupt_all(self) -> None:
        """At the start: what an earlier process left running runs no more."""
        await self._change(LeadImport.id.is_not(None), {"state": "interrupted", "ended_at": self._clock.now()})

    async def get(self, job_id: str) -> LeadImportRow:
        """Raise NotFound if there is none."""
        query = select(*LeadImport.__table__.columns).where(LeadImport.id == job_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound("lead_import", job_id)
        return build(LeadImportRow, row)

    async def of(self, campaign_id: int, limit: int = 20) -> tuple[LeadImportRow, ...]:
        """List those of a campaign, the newest first."""
        query = select(*LeadImport.__table__.columns).where(LeadImport.campaign_id == campaign_id)
        query = query.order_by(LeadImport.started_at.desc(), LeadImport.id).limit(limit)
        async with self._database.reading() as connection:
            return tuple(build(LeadImportRow, row) for row in (await connection.execute(query)).mappings())

    async def _change(self, which: Any, values: dict[str, Any]) -> None:
        async def work(connection: AsyncConnection) -> None:
            # an end is an end: a note of progress that comes late changes nothing
            query = update(LeadImport).where(which, LeadImport.state == "running")
            await connection.execute(query.values(values))

        await self._database.write(work)
