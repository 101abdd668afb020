"""Customers from a table file: a preview first, then row by row, with a reason for each row that is not taken.

A row is saved whole or not at all. Numbers and tags are added, other cells replace what is there, empty cells change
nothing; so the same file twice changes nothing the second time.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from sqlalchemy import select

from crm_core.audit import Actor, append
from crm_core.domain.columns import check_mapping, is_heading, suggest
from crm_core.domain.folding import fold
from crm_core.domain.import_row import ImportRow, Rejected, read_row
from crm_core.domain.table_file import TableFile, TableRow, open_table
from crm_core.errors import ImportUnreadable, StorageError
from crm_core.importing.saving import save_rows
from crm_core.models import User
from crm_core.storage.database import Database
from cti.clock import Clock

_log = logging.getLogger(__name__)

# Rows of one transaction: few enough that calls and people are not kept waiting by it.
_CHUNK = 250
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


@dataclass(frozen=True, slots=True)
class Preview:
    """What a person sees before importing; `mapping` is column number to field, to be put right by them."""

    encoding: str
    delimiter: str
    has_heading: bool
    columns: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    mapping: dict[int, str]
    row_count: int


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


def preview(data: bytes | BinaryIO, encoding: str | None = None) -> Preview:
    """Look at a file without saving anything; raise ImportUnreadable if it is no table."""
    found = _open(data, encoding)
    return Preview(
        encoding=found.table.encoding,
        delimiter=found.table.delimiter,
        has_heading=found.has_heading,
        columns=found.columns,
        samples=tuple(row.cells for row in islice(found.rows(), _SAMPLES) if row.cells is not None),
        mapping=suggest(found.columns),
        row_count=found.row_count,
    )


@dataclass(frozen=True, slots=True)
class _Opened:
    table: TableFile
    columns: tuple[str, ...]
    has_heading: bool
    row_count: int

    def rows(self) -> Iterator[TableRow]:
        return islice(self.table.rows(), int(self.has_heading), None)


def _open(data: bytes | BinaryIO, encoding: str | None) -> _Opened:
    table = open_table(data, encoding)
    first: tuple[str, ...] | None = None
    row_count = 0
    for row in table.rows():
        row_count += 1
        first = first or row.cells
    if first is None:
        raise ImportUnreadable("no_columns", "No row of the file can be read.")
    if is_heading(first):
        return _Opened(table, tuple(cell.strip() for cell in first), True, row_count - 1)
    return _Opened(table, tuple(f"#{place}" for place in range(1, len(first) + 1)), False, row_count)


def check_file(data: bytes | BinaryIO, mapping: Mapping[int, str]) -> None:
    """Raise ImportUnreadable if file or mapping make no sense."""
    check_mapping(mapping, len(_open(data, None).columns))


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
        encoding: str | None = None,
    ) -> ImportResult:
        """Import a file; raise ImportUnreadable before anything is saved if file or mapping make no sense."""
        # Reading is work of the processor alone, and must not hold up the calls meanwhile.
        found = await asyncio.to_thread(_open, data, encoding)
        check_mapping(mapping, len(found.columns))
        owners = await self._owners()
        seen: dict[int, int] = {}
        tally = _Tally(found.row_count)
        waiting = found.rows()
        goes_on = progress(tally.counts())
        while goes_on and (chunk := await asyncio.to_thread(_read, waiting, mapping, len(found.columns))):
            good: list[ImportRow] = []
            for row in chunk:
                _check_owner(row, owners)
                _check_twins(row, seen)
                if row.problems:
                    tally.count(row.problems)
                else:
                    good.append(row)
            await self._save(good, owners, by, tally)
            tally.done += len(chunk)
            goes_on = progress(tally.counts())
        return await self._finish(tally, by)

    async def _owners(self) -> dict[str, int]:
        async with self._database.reading() as connection:
            users = (await connection.execute(select(User.id, User.login, User.name))).all()
        names = [fold(user.name) for user in users]
        by_name = {fold(user.name): user.id for user in users if names.count(fold(user.name)) == 1}
        return by_name | {user.login: user.id for user in users}

    async def _save(self, rows: list[ImportRow], owners: dict[str, int], by: Actor, tally: _Tally) -> None:
        if not rows:
            return
        try:
            outcomes = await self._database.write(
                lambda connection: save_rows(connection, rows, owners, by, self._clock.now())
            )
        except StorageError:
            raise
        except Exception as error:
            if len(rows) == 1:
                _log.error("Import row not saved", extra={"line": rows[0].line, "error": type(error).__name__})
                rows[0].reject("", "not_saved", type(error).__name__, "The database refused the row.")
                tally.count(rows[0].problems)
                return
            # One of them is poison: halves find it without asking for each of the others alone.
            middle = len(rows) // 2
            await self._save(rows[:middle], owners, by, tally)
            await self._save(rows[middle:], owners, by, tally)
            return
        for outcome in outcomes:
            tally.count(outcome)

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
        return result


def _read(rows: Iterator[TableRow], mapping: Mapping[int, str], width: int) -> list[ImportRow]:
    return [read_row(raw.line, raw.cells, mapping, width) for raw in islice(rows, _CHUNK)]


def _check_owner(row: ImportRow, owners: Mapping[str, int]) -> None:
    owner = row.values.get("owner")
    if owner is not None and fold(owner) not in owners:
        row.reject("owner", "unknown_owner", owner, "No user has this login or, alone, this name.")


def _check_twins(row: ImportRow, seen: dict[int, int]) -> None:
    if row.problems:
        return
    # Their hashes: a million names and numbers would be most of the memory that an import may take.
    identities = [hash(identity) for identity in row.identities()]
    first = next((seen[identity] for identity in identities if identity in seen), None)
    if first is not None:
        name = "phone" if row.phones else "name"
        value = row.phones[0].raw if row.phones else row.values["name"]
        row.reject(name, "duplicate_in_file", value, f"Line {first} of the file is the same customer already.")
        return
    seen.update(dict.fromkeys(identities, row.line))
