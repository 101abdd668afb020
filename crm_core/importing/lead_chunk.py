"""Some rows of a list of people, read and ready for the database."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import msgspec

from crm_core.domain.import_row import ImportRow, Rejected
from crm_core.domain.lead_row import LeadDraft, LeadTable, read_lead
from crm_core.domain.table_file import TableRow
from crm_core.domain.twins import Twins
from crm_core.importing.file_format import AS_FOUND, FileFormat

# Rows of one transaction: few enough that calls and people are not kept waiting by it.
CHUNK = 250


class LeadOrder(msgspec.Struct, frozen=True, tag=True):
    """How to read a file; `owners` are users by their folded names, `zones` all time zones that there are."""

    mapping: dict[int, str]
    owners: dict[str, int]
    zones: frozenset[str]
    now: datetime
    format: FileFormat = AS_FOUND


class LeadChunk(msgspec.Struct, frozen=True, tag=True):
    """`leads` are the good rows, `rejected` why each of the others is not."""

    row_count: int
    rejected: list[list[Rejected]]
    leads: list[LeadDraft]


def cut_leads(rows: Iterator[TableRow], order: LeadOrder, width: int, delimiter: str) -> Iterator[LeadChunk]:
    """Read all rows of a table, some at a time."""
    twins = Twins()
    table = LeadTable(order.mapping, width, delimiter, order.owners, order.zones, order.now, order.format.country)
    while some := list(islice(rows, CHUNK)):
        leads: list[LeadDraft] = []
        rejected: list[list[Rejected]] = []
        for raw in some:
            row, draft = read_lead(raw, table)
            if draft is None or _is_twin(row, draft, twins):
                rejected.append(row.problems)
            else:
                leads.append(draft)
        yield LeadChunk(len(some), rejected, leads)


def _is_twin(row: ImportRow, draft: LeadDraft, twins: Twins) -> bool:
    hashes = [hash(number.key) for number in draft.numbers]
    first = twins.first(hashes)
    if first is None:
        twins.add(hashes, row.line)
        return False
    row.reject("phone", "duplicate_in_file", row.phones[0].raw, f"Line {first} of the file has this number already.")
    return True
