"""A file that is opened as a table: its columns, its rows, and all of them cut into chunks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from crm_core.domain import lead_columns
from crm_core.domain.columns import check_mapping, is_heading
from crm_core.domain.table_file import TableFile, TableRow, open_table
from crm_core.errors import ImportUnreadable
from crm_core.importing.chunk import Chunk, Opening, Order, Unreadable, cut
from crm_core.importing.file_format import AS_FOUND, FileFormat
from crm_core.importing.lead_chunk import LeadChunk, LeadOrder, cut_leads

# More than any address book has; a person has to say of each what it holds.
MAX_COLUMNS = 300

AnyOrder = Order | LeadOrder
Message = Opening | Unreadable | Chunk | LeadChunk


@dataclass(frozen=True, slots=True)
class Opened:
    """A table whose heading is known; `country` is whose the numbers are that are written as at home."""

    table: TableFile
    columns: tuple[str, ...]
    has_heading: bool
    country: str

    def rows(self) -> Iterator[TableRow]:
        """Read them, without the heading."""
        return islice(self.table.rows(), int(self.has_heading), None)

    def count(self) -> int:
        """Read all rows to know how many there are."""
        return sum(1 for _ in self.rows())


def opened(source: bytes | BinaryIO, as_: FileFormat = AS_FOUND) -> Opened:
    """Open it; raise ImportUnreadable if it is no table."""
    country = as_.country
    table = open_table(source, as_.encoding, country)
    first = next((row.cells for row in table.rows() if row.cells), None)
    if first is None:
        raise ImportUnreadable("no_columns", "No row of the file can be read.")
    if len(first) > MAX_COLUMNS:
        message = f"The table has {len(first)} columns; at most {MAX_COLUMNS} can be read. Delete those not needed."
        raise ImportUnreadable("too_many_columns", message)
    if is_heading(first, country):
        return Opened(table, tuple(cell.strip() for cell in first), has_heading=True, country=country)
    columns = tuple(f"#{place}" for place in range(1, len(first) + 1))
    return Opened(table, columns, has_heading=False, country=country)


def check_file(source: bytes | BinaryIO, mapping: Mapping[int, str], as_: FileFormat = AS_FOUND) -> None:
    """Raise ImportUnreadable if file or mapping make no sense."""
    check_mapping(mapping, len(opened(source, as_).columns))


def check_leads(source: bytes | BinaryIO, mapping: Mapping[int, str], as_: FileFormat = AS_FOUND) -> None:
    """Raise ImportUnreadable if file or mapping make no list of people."""
    lead_columns.check_mapping(mapping, len(opened(source, as_).columns))


def messages(source: bytes | BinaryIO, order: AnyOrder) -> Iterator[Message]:
    """Say what the file is, then give all of it."""
    check = check_mapping if isinstance(order, Order) else lead_columns.check_mapping
    try:
        found = opened(source, order.format)
        check(order.mapping, len(found.columns))
        count = found.count()
    except ImportUnreadable as error:
        yield Unreadable(error.code, str(error))
        return
    yield Opening(count, found.columns)
    width, delimiter = len(found.columns), found.table.delimiter
    if isinstance(order, Order):
        yield from cut(found.rows(), order, width, delimiter)
    else:
        yield from cut_leads(found.rows(), order, width, delimiter)
