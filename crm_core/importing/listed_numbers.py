"""Numbers that must not be called, from a table file: every row that is not taken is told with line and reason."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from crm_core.audit import Actor
from crm_core.do_not_call import DoNotCall, ListedNumber
from crm_core.domain.import_row import ImportRow, Rejected
from crm_core.domain.listed_number import REASON, check_listed, columns_of, read_listed
from crm_core.domain.table_file import TableRow
from crm_core.errors import ImportUnreadable
from crm_core.importing.file_format import AS_FOUND, FileFormat
from crm_core.importing.importer import Preview, Purpose, preview_opened
from crm_core.importing.opened import Opened, opened

# What one request can wait for.
MOST_ROWS = 50_000
# Rows of one transaction: few enough that calls and people are not kept waiting by it.
CHUNK = 500
_SAMPLES = 20


@dataclass(slots=True)
class ListOutcome:
    """How a file came out; `columns` are the headings that were read as number and reason."""

    columns: tuple[str, ...] = ()
    row_count: int = 0
    added: int = 0
    known: int = 0
    rejected_rows: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def preview_list(source: BinaryIO, as_: FileFormat = AS_FOUND) -> Preview:
    """Look at a file without saving anything; raise ImportUnreadable if it is no list of numbers."""
    return preview_opened(*_open(source, as_), Purpose(check=check_listed))


async def take_list(
    book: DoNotCall, source: BinaryIO, file_name: str, reason: str, by: Actor, as_: FileFormat = AS_FOUND
) -> ListOutcome:
    """Read all of it; `reason` is for rows that name none. Raise ImportUnreadable before anything is saved."""
    found, mapping = await asyncio.to_thread(_open, source, as_)
    outcome = ListOutcome(tuple(found.columns[place] for place in mapping))
    seen: set[str] = set()
    rows = found.rows()
    while chunk := await asyncio.to_thread(_read, rows, mapping, found):
        wanted: list[ListedNumber] = []
        for row in chunk:
            outcome.row_count += 1
            if row.problems:
                outcome.rejected_rows += 1
                outcome.rejected.extend(row.problems)
                continue
            fresh = [phone.key for phone in row.phones if phone.key is not None and phone.key not in seen]
            outcome.known += len(row.phones) - len(fresh)
            seen.update(fresh)
            wanted.extend(ListedNumber(key, row.values.get(REASON) or reason) for key in fresh)
        added = await book.take_in(wanted, file_name, by) if wanted else 0
        outcome.added += added
        outcome.known += len(wanted) - added
    return outcome


def _open(source: BinaryIO, as_: FileFormat) -> tuple[Opened, dict[int, str]]:
    found = opened(source, as_)
    samples = [row.cells for row in islice(found.rows(), _SAMPLES) if row.cells is not None]
    mapping = columns_of(found.columns, samples, found.country)
    # to the end: a quotation mark that is never closed is told before anything is saved
    if found.count() > MOST_ROWS:
        raise ImportUnreadable("too_many_rows", f"The file has more than {MOST_ROWS} rows; split it.")
    return found, mapping


def _read(rows: Iterator[TableRow], mapping: dict[int, str], found: Opened) -> list[ImportRow]:
    width, delimiter = len(found.columns), found.table.delimiter
    return [read_listed(row, mapping, width, delimiter, found.country) for row in islice(rows, CHUNK)]
