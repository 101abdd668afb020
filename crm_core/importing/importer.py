"""Customers from a table file: a preview first, then row by row, with a reason for each row that is not taken.

A row is saved whole or not at all. Numbers and tags are added, other cells replace what is there, empty cells change
nothing; so the same file twice changes nothing the second time.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

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
Progress = Callable[[int, int], None]


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
    """How every row came out: `row_count` is the sum of the other numbers and of the lines in `rejected`."""

    row_count: int
    created: int
    updated: int
    unchanged: int
    rejected_rows: int
    rejected: tuple[Rejected, ...]


@dataclass(slots=True)
class _Tally:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    def count(self, outcome: "str | list[Rejected]") -> None:
        if isinstance(outcome, list):
            self.rejected.extend(outcome)
        else:
            setattr(self, outcome, getattr(self, outcome) + 1)


def preview(data: bytes, encoding: str | None = None) -> Preview:
    """Look at a file without saving anything; raise ImportUnreadable if it is no table."""
    table = open_table(data, encoding)
    columns, has_heading, rows = _open(table)
    return Preview(
        encoding=table.encoding,
        delimiter=table.delimiter,
        has_heading=has_heading,
        columns=columns,
        samples=tuple(row.cells for row in rows[:_SAMPLES] if row.cells is not None),
        mapping=suggest(columns),
        row_count=len(rows),
    )


def _open(table: TableFile) -> tuple[tuple[str, ...], bool, list[TableRow]]:
    rows = list(table.rows())
    first = next((row.cells for row in rows if row.cells is not None), None)
    if first is None:
        raise ImportUnreadable("no_columns", "No row of the file can be read.")
    if is_heading(first):
        return tuple(cell.strip() for cell in first), True, rows[1:]
    return tuple(f"#{place}" for place in range(1, len(first) + 1)), False, rows


class Importer:
    """Saves the rows of a file, some at a time, so that calls and people are never kept waiting."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(
        self,
        data: bytes,
        mapping: Mapping[int, str],
        by: Actor,
        progress: Progress | None = None,
        encoding: str | None = None,
    ) -> ImportResult:
        """Import a file; raise ImportUnreadable before anything is saved if file or mapping make no sense."""
        # Reading is work of the processor alone, and must not hold up the calls meanwhile.
        columns, _, rows = await asyncio.to_thread(lambda: _open(open_table(data, encoding)))
        check_mapping(mapping, len(columns))
        owners = await self._owners()
        seen: dict[str, int] = {}
        tally = _Tally()
        waiting = iter(rows)
        done = 0
        while chunk := list(islice(waiting, _CHUNK)):
            good: list[ImportRow] = []
            for row in await asyncio.to_thread(_read, chunk, mapping, len(columns)):
                _check_owner(row, owners)
                _check_twins(row, seen)
                if row.problems:
                    tally.rejected.extend(row.problems)
                else:
                    good.append(row)
            await self._save(good, owners, by, tally)
            done += len(chunk)
            if progress is not None:
                progress(done, len(rows))
        return await self._finish(tally, len(rows), by)

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
                tally.rejected.extend(rows[0].problems)
                return
            # One of them is poison: halves find it without asking for each of the others alone.
            middle = len(rows) // 2
            await self._save(rows[:middle], owners, by, tally)
            await self._save(rows[middle:], owners, by, tally)
            return
        for outcome in outcomes:
            tally.count(outcome)

    async def _finish(self, tally: _Tally, row_count: int, by: Actor) -> ImportResult:
        result = ImportResult(
            row_count=row_count,
            created=tally.created,
            updated=tally.updated,
            unchanged=tally.unchanged,
            rejected_rows=len({problem.line for problem in tally.rejected}),
            rejected=tuple(sorted(tally.rejected, key=lambda problem: problem.line)),
        )
        names = ("row_count", "created", "updated", "unchanged", "rejected_rows")
        detail = {name: getattr(result, name) for name in names}
        at = self._clock.now()
        await self._database.write(lambda connection: append(connection, by, at, "import.run", "", detail))
        return result


def _read(chunk: Sequence[TableRow], mapping: Mapping[int, str], width: int) -> list[ImportRow]:
    return [read_row(raw.line, raw.cells, mapping, width) for raw in chunk]


def _check_owner(row: ImportRow, owners: Mapping[str, int]) -> None:
    owner = row.values.get("owner")
    if owner is not None and fold(owner) not in owners:
        row.reject("owner", "unknown_owner", owner, "No user has this login or, alone, this name.")


def _check_twins(row: ImportRow, seen: dict[str, int]) -> None:
    if row.problems:
        return
    identities = row.identities()
    first = next((seen[identity] for identity in identities if identity in seen), None)
    if first is not None:
        name = "phone" if row.phones else "name"
        value = row.phones[0].raw if row.phones else row.values["name"]
        row.reject(name, "duplicate_in_file", value, f"Line {first} of the file is the same customer already.")
        return
    seen.update(dict.fromkeys(identities, row.line))
