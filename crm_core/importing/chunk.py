"""Some rows of an imported table, ready for the database: a handful of JSON texts that it takes in as sets."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from crm_core.domain.findable import findable
from crm_core.domain.folding import fold, fold_email
from crm_core.domain.import_row import ImportRow, Rejected, read_row
from crm_core.domain.swallowed import swallowed_lines
from crm_core.domain.table_file import TableRow
from crm_core.domain.twins import Twins
from crm_core.importing.file_format import AS_FOUND, FileFormat

# Rows of one transaction: few enough that calls and people are not kept waiting by it.
CHUNK = 250
_NAME, _COMPANY = 2, 3


class Order(msgspec.Struct, frozen=True, tag=True):
    """How to read a file; `owners` are users by their folded names."""

    mapping: dict[int, str]
    owners: dict[str, int]
    format: FileFormat = AS_FOUND


class Opening(msgspec.Struct, frozen=True, tag=True):
    """The first that is known of a file."""

    row_count: int
    columns: tuple[str, ...]


class Unreadable(msgspec.Struct, frozen=True, tag=True):
    """There will be nothing more: the file or the mapping make no sense."""

    code: str
    message: str


class Chunk(msgspec.Struct, frozen=True, tag=True):
    """`people`, `points` and `contacts` are the columns of rows to insert, each with its place among `rows`.

    `keys` and `names` are what an earlier customer may have in common with one of them; the rows in `entangled` have it
    in common with another row here. `rows` are the good ones as they were read, `rejected` the others.
    """

    row_count: int
    rejected: list[list[Rejected]]
    rows: list[tuple[int, tuple[str, ...]]]
    people: str
    points: str
    contacts: str
    keys: str
    names: str
    entangled: list[int]

    def import_rows(self, places: Collection[int], order: Order, width: int) -> list[ImportRow]:
        """Read some of the rows again, for the way that looks at each."""
        return [read_row(*self.rows[place], order.mapping, width, order.format.country) for place in sorted(places)]

    def with_name_of(self, places: Collection[int]) -> set[int]:
        """Add the rows that have the name of one of these."""
        people = msgspec.json.decode(self.people)
        names = {people[place][_NAME] for place in places}
        return {place for place, one in enumerate(people) if one[_NAME] in names}

    def only(self, places: Sequence[int]) -> "Chunk":
        """Leave the other rows out."""
        new = {old: place for place, old in enumerate(places)}

        def kept(text: str) -> str:
            rows: list[list[Any]] = msgspec.json.decode(text)
            return _json([[new[row[0]], *row[1:]] for row in rows if row[0] in new])

        people = msgspec.json.decode(self.people)
        return Chunk(
            row_count=len(places),
            rejected=[],
            rows=[self.rows[place] for place in places],
            people=_json([people[place] for place in places]),
            points=kept(self.points),
            contacts=kept(self.contacts),
            keys=kept(self.keys),
            names=kept(self.names),
            entangled=[new[place] for place in self.entangled if place in new],
        )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def cut(table: Iterator[TableRow], order: Order, width: int, delimiter: str) -> Iterator[Chunk]:
    """Read all rows of a table, some at a time."""
    twins = Twins()
    while raw := list(islice(table, CHUNK)):
        good: list[tuple[TableRow, ImportRow]] = []
        rejected: list[list[Rejected]] = []
        for row in raw:
            read = read_row(row.line, row.cells, order.mapping, width, order.format.country)
            _check_swallowed(read, swallowed_lines(row.cells or (), delimiter, order.mapping, width))
            _check_owner(read, order.owners)
            _check_twins(read, twins)
            if read.problems:
                rejected.append(read.problems)
            else:
                good.append((row, read))
        yield _chunk(len(raw), rejected, good, order.owners)


def _chunk(
    row_count: int,
    rejected: list[list[Rejected]],
    good: Sequence[tuple[TableRow, ImportRow]],
    owners: Mapping[str, int],
) -> Chunk:
    rows = [read for _, read in good]
    keys = [[place, key] for place, row in enumerate(rows) for key in (*row.personal_keys, *row.shared_keys)]
    people = [_person(row, owners) for row in rows]
    names = [[place, people[place][_NAME], people[place][_COMPANY]] for place, row in enumerate(rows) if _by_name(row)]
    identities: dict[tuple[str, str], int] = {}
    for one in people:
        identity = (one[_NAME], one[_COMPANY])
        identities[identity] = identities.get(identity, 0) + 1
    return Chunk(
        row_count,
        rejected,
        [(raw.line, raw.cells or ()) for raw, _ in good],
        _json(people),
        _json([[place, *point] for place, row in enumerate(rows) for point in _points(row)]),
        _json([[place, row.values["contact"], row.values.get("title", "")] for place, row in _with_contact(rows)]),
        _json(keys),
        _json(names),
        [place for place, name, company in names if identities[name, company] > 1],
    )


def _by_name(row: ImportRow) -> bool:
    # as crm_core.importing.match looks: a name alone counts only where there is nothing else
    return bool(row.company_folded) or not row.phones


def _with_contact(rows: Sequence[ImportRow]) -> Iterator[tuple[int, ImportRow]]:
    return ((place, row) for place, row in enumerate(rows) if "contact" in row.values)


def _person(row: ImportRow, owners: Mapping[str, int]) -> list[Any]:
    values = row.values
    company = values.get("company", "")
    found = findable(
        [values["name"], company, *([values["contact"]] if "contact" in values else [])],
        [*(phone.key for phone in row.phones if phone.key is not None)],
    )
    return [
        values["name"],
        company,
        row.name_folded,
        row.company_folded,
        found.text,
        " ".join(found.words),
        values.get("level", ""),
        values.get("language", "zh"),
        owners[fold(values["owner"])] if "owner" in values else None,
        row.tags,
        values.get("notes", ""),
    ]


def _points(row: ImportRow) -> Iterator[list[Any]]:
    for sort, phone in enumerate(row.phones):
        yield ["phone", phone.key, phone.raw.strip()[:200], phone.extension, sort]
    for sort, address in enumerate(row.emails, len(row.phones)):
        yield ["email", fold_email(address), address, "", sort]


def _check_owner(row: ImportRow, owners: Mapping[str, int]) -> None:
    owner = row.values.get("owner")
    if owner is not None and fold(owner) not in owners:
        row.reject("owner", "unknown_owner", owner, "No user has this login or, alone, this name.")


def _check_swallowed(row: ImportRow, count: int) -> None:
    if count:
        message = f"A quotation mark makes {count} rows after line {row.line} part of this one; remove it."
        row.reject("", "swallowed_rows", str(count), message)


def _check_twins(row: ImportRow, twins: Twins) -> None:
    if row.problems:
        return
    hashes = [hash(identity) for identity in row.identities()]
    first = twins.first(hashes)
    if first is None:
        twins.add(hashes, row.line)
        return
    name = "phone" if row.phones else "name"
    value = row.phones[0].raw if row.phones else row.values["name"]
    row.reject(name, "duplicate_in_file", value, f"Line {first} of the file is the same customer already.")
