"""Customers from a table file: a preview first, then row by row, with a reason for each row that is not taken.

A row is saved whole or not at all. Numbers and tags are added, other cells replace what is there, empty cells change
nothing; so the same file twice changes nothing the second time.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.columns import suggest
from crm_core.domain.folding import fold
from crm_core.domain.import_row import ImportRow, Rejected
from crm_core.errors import StorageError
from crm_core.importing.chunk import Chunk, Order
from crm_core.importing.file_format import AS_FOUND, FileFormat
from crm_core.importing.fresh import save_fresh, settle
from crm_core.importing.numbers_seen import Check, NumbersSeen, look_at_numbers, no_check
from crm_core.importing.opened import Opened, opened
from crm_core.importing.reading import reading
from crm_core.importing.saving import save_rows
from crm_core.models import User
from crm_core.storage.database import Database
from cti.clock import Clock

_log = logging.getLogger(__name__)

# So many new customers that the database should look at its tables anew.
_MANY = 1_000
_SAMPLES = 10
# Reasons that are kept word for word; beyond that they are counted. Nobody reads more, and memory has an end.
MAX_REASONS = 5_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How far an import is."""

    row_count: int
    done: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected_rows: int = 0


# Hears of each step; False stops the import after it.
Progress = Callable[[Counts], bool]
# Writes down how far it is, in the transaction that saves the rows: what a sudden end leaves is true to the row.
Note = Callable[[AsyncConnection, Counts], Awaitable[None]]


async def note_nothing(connection: AsyncConnection, counts: Counts) -> None:
    """For who does not ask how far it is."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a person sees before importing; `mapping` is column number to field, to be put right by them.

    `country` is whose the numbers were taken for that are written as at home.
    """

    encoding: str
    delimiter: str
    has_heading: bool
    columns: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    mapping: dict[int, str]
    row_count: int
    country: str
    numbers: NumbersSeen


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How every row came out: `row_count` is the sum of the other numbers, unless it was `stopped` before the end.

    `rejected` holds the reasons of the first rejected rows, by line.
    """

    row_count: int
    created: int
    updated: int
    unchanged: int
    rejected_rows: int
    rejected: tuple[Rejected, ...]
    stopped: bool = False


@dataclass(slots=True)
class _Tally:
    row_count: int
    done: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected_rows: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    def count(self, outcome: "str | list[Rejected]") -> None:
        if isinstance(outcome, list):
            self.rejected_rows += 1
            self.rejected.extend(outcome[: MAX_REASONS - len(self.rejected)])
        else:
            setattr(self, outcome, getattr(self, outcome) + 1)

    def counts(self) -> Counts:
        return Counts(self.row_count, self.done, self.created, self.updated, self.unchanged, self.rejected_rows)

    def saved(self, outcomes: "Sequence[str | list[Rejected]]") -> Counts:
        """What will be so when these are saved too; `done` is what came out of it, not what was read."""
        now = Counter(outcome if isinstance(outcome, str) else "rejected" for outcome in outcomes)
        created, updated = self.created + now["created"], self.updated + now["updated"]
        unchanged, rejected = self.unchanged + now["unchanged"], self.rejected_rows + now["rejected"]
        done = created + updated + unchanged + rejected
        return Counts(self.row_count, done, created, updated, unchanged, rejected)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a file is looked at for: how its columns are guessed, and which numbers it may have."""

    suggest: Callable[[Sequence[str]], dict[int, str]] = suggest
    check: Check = no_check


CUSTOMERS = Purpose()


def preview(
    data: bytes | BinaryIO,
    as_: FileFormat = AS_FOUND,
    mapping: Mapping[int, str] | None = None,
    purpose: Purpose = CUSTOMERS,
) -> Preview:
    """Look at a file without saving anything; raise ImportUnreadable if it is no table.

    `mapping` is as a person has put it right, None: as it is guessed.
    """
    return preview_opened(opened(data, as_), mapping, purpose)


def preview_opened(found: Opened, mapping: Mapping[int, str] | None, purpose: Purpose) -> Preview:
    """Look at one that was opened already."""
    width, row_count = len(found.columns), found.count()
    guessed = purpose.suggest(found.columns) if mapping is None else dict(mapping)
    first = [row for row in islice(found.rows(), _SAMPLES) if row.cells is not None]
    return Preview(
        encoding=found.table.encoding,
        delimiter=found.table.delimiter,
        has_heading=found.has_heading,
        columns=found.columns,
        samples=tuple(row.cells[:width] for row in first if row.cells is not None),
        mapping=guessed,
        row_count=row_count,
        country=found.country,
        numbers=look_at_numbers(found, first, row_count, guessed, purpose.check),
    )


@dataclass(frozen=True, slots=True)
class _Job:
    order: Order
    width: int
    by: Actor
    tally: _Tally
    note: Note


class Importer:
    """Saves the rows of a file, some at a time, so that calls and people are never kept waiting."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(
        self,
        data: bytes | BinaryIO,
        mapping: Mapping[int, str],
        by: Actor,
        progress: Progress = lambda _: True,
        as_: FileFormat = AS_FOUND,
        note: Note = note_nothing,
    ) -> ImportResult:
        """Import a file; raise ImportUnreadable before anything is saved if file or mapping make no sense."""
        order = Order(dict(mapping), await self._owners(), as_)
        async with reading(data, order, Chunk) as (opening, chunks):
            tally = _Tally(opening.row_count)
            job = _Job(order, len(opening.columns), by, tally, note)
            if progress(tally.counts()):
                async for chunk in chunks:
                    for problems in chunk.rejected:
                        tally.count(problems)
                    await self._save(chunk, job)
                    tally.done += chunk.row_count
                    if not progress(tally.counts()):
                        break
        return await self._finish(tally, by)

    async def _owners(self) -> dict[str, int]:
        async with self._database.reading() as connection:
            users = (await connection.execute(select(User.id, User.login, User.name))).all()
        names = [fold(user.name) for user in users]
        by_name = {fold(user.name): user.id for user in users if names.count(fold(user.name)) == 1}
        return by_name | {user.login: user.id for user in users}

    async def _save(self, chunk: Chunk, job: "_Job") -> None:
        async def work(connection: AsyncConnection) -> set[int]:
            others = await save_fresh(connection, chunk, self._clock.now())
            await job.note(connection, job.tally.saved(["created"] * (len(chunk.rows) - len(others))))
            return others

        try:
            others = await self._database.bulk(work)
        except StorageError:
            raise
        except Exception as error:
            if len(chunk.rows) == 1:
                self._refuse(chunk.import_rows([0], job.order, job.width)[0], error, job.tally)
                return
            # One of them is poison: halves find it without asking for each of the others alone.
            middle = len(chunk.rows) // 2
            for half in (range(middle), range(middle, len(chunk.rows))):
                await self._save(chunk.only(half), job)
            return
        job.tally.created += len(chunk.rows) - len(others)
        if others:
            await self._save_known(chunk.import_rows(others, job.order, job.width), job)

    async def _save_known(self, rows: Sequence[ImportRow], job: "_Job") -> None:
        async def work(connection: AsyncConnection) -> Sequence[str | list[Rejected]]:
            outcomes = await save_rows(connection, rows, job.order.owners, job.by, self._clock.now())
            await job.note(connection, job.tally.saved(outcomes))
            return outcomes

        try:
            outcomes = await self._database.write(work)
        except StorageError:
            raise
        except Exception as error:
            if len(rows) == 1:
                self._refuse(rows[0], error, job.tally)
                return
            middle = len(rows) // 2
            await self._save_known(rows[:middle], job)
            await self._save_known(rows[middle:], job)
            return
        for outcome in outcomes:
            job.tally.count(outcome)

    def _refuse(self, row: ImportRow, error: Exception, tally: _Tally) -> None:
        _log.error("Import row not saved", extra={"line": row.line, "error": type(error).__name__})
        row.reject("", "not_saved", type(error).__name__, "The database refused the row.")
        tally.count(row.problems)

    async def _finish(self, tally: _Tally, by: Actor) -> ImportResult:
        result = ImportResult(
            row_count=tally.row_count,
            created=tally.created,
            updated=tally.updated,
            unchanged=tally.unchanged,
            rejected_rows=tally.rejected_rows,
            rejected=tuple(sorted(tally.rejected, key=lambda problem: problem.line)),
            stopped=tally.done < tally.row_count,
        )
        names = ("row_count", "created", "updated", "unchanged", "rejected_rows", "stopped")
        detail = {name: getattr(result, name) for name in names}
        at = self._clock.now()
        await self._database.write(lambda connection: append(connection, by, at, "import.run", "", detail))
        if result.created >= _MANY:
            await self._database.bulk(settle)
        return result
