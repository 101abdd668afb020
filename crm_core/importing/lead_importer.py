"""People of a list from a table file: a preview first, then some rows at a time, with a reason for each not taken.

The same file again takes those that are missing and changes nothing twice: so an import that was stopped is resumed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import BinaryIO
from zoneinfo import available_timezones

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.folding import fold
from crm_core.domain.import_row import Rejected
from crm_core.domain.lead_columns import suggest
from crm_core.domain.lead_row import LeadDraft, check_numbers
from crm_core.errors import AlreadyExists, NotFound, StorageError
from crm_core.importing.file_format import AS_FOUND, FileFormat
from crm_core.importing.importer import MAX_REASONS, Preview, Purpose, preview
from crm_core.importing.lead_chunk import LeadChunk, LeadOrder
from crm_core.importing.lead_saving import Saved, Target, save_leads
from crm_core.importing.reading import reading
from crm_core.models import User
from crm_core.storage.database import Database
from cti.clock import Clock

_log = logging.getLogger(__name__)

# So many new people that a server should look at its tables anew.
_MANY = 1_000
_ANALYZE = text("ANALYZE leads, lead_numbers")


@dataclass(frozen=True, slots=True)
class LeadCounts:
    """How far an import is: `done` of `row_count` rows were read, and are the sum of the numbers after it.

    `barred` are on the list but not called, `known` were on it; `in_campaign` and `elsewhere` stay where they are.
    """

    row_count: int
    done: int = 0
    created: int = 0
    barred: int = 0
    known: int = 0
    in_campaign: int = 0
    elsewhere: int = 0
    rejected_rows: int = 0

    def plus(self, outcomes: Sequence[Saved]) -> "LeadCounts":
        """Count some more."""
        values = asdict(self)
        for saved in outcomes:
            values[saved.outcome] += 1
        return LeadCounts(**values | {"done": self.done + len(outcomes)})


@dataclass(frozen=True, slots=True)
class LeadImportResult:
    """How every row came out; `rejected` holds the reasons of the first rows that were not taken, by line."""

    target: Target
    counts: LeadCounts
    rejected: tuple[Rejected, ...]
    stopped: bool = False


LeadProgress = Callable[[LeadCounts], bool]
LeadNote = Callable[[AsyncConnection, LeadCounts], Awaitable[None]]


async def note_nothing(connection: AsyncConnection, counts: LeadCounts) -> None:
    """For who does not ask how far it is."""


def preview_leads(
    data: bytes | BinaryIO, as_: FileFormat = AS_FOUND, mapping: Mapping[int, str] | None = None
) -> Preview:
    """Look at a file without saving anything; raise ImportUnreadable if it is no table."""
    return preview(data, as_, mapping, Purpose(suggest, check_numbers))


@dataclass(slots=True)
class _Job:
    target: Target
    by: Actor
    note: LeadNote
    counts: LeadCounts
    rejected: list[Rejected] = field(default_factory=list)

    def take(self, outcomes: Sequence[Saved]) -> None:
        self.counts = self.counts.plus(outcomes)
        self.tell([saved.reason for saved in outcomes if saved.reason is not None])

    def refuse(self, rows: Sequence[Sequence[Rejected]]) -> None:
        """Count rows that are not to be saved."""
        counts = self.counts
        self.counts = replace(counts, done=counts.done + len(rows), rejected_rows=counts.rejected_rows + len(rows))
        self.tell([problem for problems in rows for problem in problems])

    def tell(self, reasons: Sequence[Rejected]) -> None:
        self.rejected.extend(reasons[: MAX_REASONS - len(self.rejected)])


class LeadImporter:
    """Saves the rows of a file, some at a time, so that calls and people are never kept waiting."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(
        self,
        data: bytes | BinaryIO,
        mapping: Mapping[int, str],
        target: Target,
        by: Actor,
        progress: LeadProgress = lambda _: True,
        as_: FileFormat = AS_FOUND,
        note: LeadNote = note_nothing,
    ) -> LeadImportResult:
        """Import a file; raise ImportUnreadable before anything is saved if file or mapping make no sense."""
        zones = frozenset(await asyncio.to_thread(available_timezones))
        order = LeadOrder(dict(mapping), await self._owners(), zones, self._clock.now(), as_)
        async with reading(data, order, LeadChunk) as (opening, chunks):
            job = _Job(target, by, note, LeadCounts(opening.row_count))
            if progress(job.counts):
                async for chunk in chunks:
                    job.refuse(chunk.rejected)
                    await self._save(chunk.leads, job)
                    if not progress(job.counts):
                        break
        return await self._finish(job, by)

    async def _owners(self) -> dict[str, int]:
        """Who has a telephone here: nobody else could call them."""
        async with self._database.reading() as connection:
            query = select(User.id, User.login, User.name).where(User.extension.is_not(None))
            users = (await connection.execute(query)).all()
        names = [fold(user.name) for user in users]
        by_name = {fold(user.name): user.id for user in users if names.count(fold(user.name)) == 1}
        return by_name | {user.login: user.id for user in users}

    async def _save(self, leads: Sequence[LeadDraft], job: _Job) -> None:
        async def work(connection: AsyncConnection) -> tuple[Target, Sequence[Saved]]:
            target, outcomes = await save_leads(connection, leads, job.target, job.by, self._clock.now())
            await job.note(connection, job.counts.plus(outcomes))
            return target, outcomes

        try:
            job.target, outcomes = await self._database.bulk(work)
        except (StorageError, NotFound, AlreadyExists):
            raise
        except Exception as error:
            if len(leads) <= 1:
                self._refuse(leads, error, job)
                return
            # One of them is poison: halves find it without asking for each of the others alone.
            middle = len(leads) // 2
            await self._save(leads[:middle], job)
            await self._save(leads[middle:], job)
        else:
            job.take(outcomes)

    def _refuse(self, leads: Sequence[LeadDraft], error: Exception, job: _Job) -> None:
        name = type(error).__name__
        for lead in leads:
            _log.error("Import row not saved", extra={"line": lead.line, "error": name})
            job.refuse([[Rejected(lead.line, "", "not_saved", name, "The database refused the row.")]])

    async def _finish(self, job: _Job, by: Actor) -> LeadImportResult:
        rejected = tuple(sorted(job.rejected, key=lambda problem: problem.line))
        result = LeadImportResult(job.target, job.counts, rejected, stopped=job.counts.done < job.counts.row_count)
        detail = {"campaign_id": job.target.campaign_id, "stopped": result.stopped, **asdict(job.counts)}
        at, list_id = self._clock.now(), job.target.list_id or ""
        await self._database.write(lambda connection: append(connection, by, at, "lead_list.import", list_id, detail))
        if job.counts.created >= _MANY and self._database.dialect != "sqlite":
            await self._database.bulk(lambda connection: connection.execute(_ANALYZE))
        return result
