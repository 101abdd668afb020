"""Customers from a table file: a preview first, then row by row, with a reason for each row that is not taken.

A row is saved whole or not at all. Numbers and tags are added, other cells replace what is there, empty cells change
nothing; so the same file twice changes nothing the second time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.customer_writing import (
    ContactDraft,
    add_points,
    email_point,
    insert_customer,
    phone_point,
    refresh_search,
    replace_contacts,
)
from crm_core.customers import CustomerRow, customer_rows
from crm_core.database import Database
from crm_core.domain.columns import check_mapping, is_heading, suggest
from crm_core.domain.folding import fold, fold_email
from crm_core.domain.import_row import ImportRow, Rejected, read_row
from crm_core.domain.table_file import TableFile, TableRow, open_table
from crm_core.errors import ImportUnreadable, StorageError
from crm_core.import_match import Ambiguous, match
from crm_core.models import Customer, User
from cti.clock import Clock

_CHUNK = 100
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
        columns, _, rows = _open(open_table(data, encoding))
        check_mapping(mapping, len(columns))
        owners = await self._owners()
        seen: dict[str, int] = {}
        tally = _Tally()
        waiting = iter(rows)
        done = 0
        while chunk := list(islice(waiting, _CHUNK)):
            good: list[ImportRow] = []
            for raw in chunk:
                row = read_row(raw.line, raw.cells, mapping, len(columns))
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
        async def work(connection: AsyncConnection) -> list[str | list[Rejected]]:
            return [await self._save_row(connection, row, owners, by) for row in rows]

        if not rows:
            return
        try:
            outcomes = await self._database.write(work)
        except StorageError:
            raise
        except Exception as error:
            if len(rows) == 1:
                rows[0].reject("", "not_saved", type(error).__name__, "The database refused the row.")
                tally.rejected.extend(rows[0].problems)
                return
            for row in rows:
                await self._save([row], owners, by, tally)
            return
        for outcome in outcomes:
            tally.count(outcome)

    async def _save_row(
        self, connection: AsyncConnection, row: ImportRow, owners: dict[str, int], by: Actor
    ) -> str | list[Rejected]:
        found = await match(connection, row)
        if isinstance(found, Ambiguous):
            ids = ", ".join(str(customer_id) for customer_id in found.customer_ids)
            message = f"Several customers fit this row (ids {ids}); change the right one by hand."
            return [Rejected(row.line, found.field, "several_match", row.values["name"], message)]
        values = _columns(row, owners)
        if found is None:
            await self._create(connection, row, values)
            return "created"
        (before,) = await customer_rows(connection, [found])
        if await self._update(connection, before, row, values, by):
            return "updated"
        return "unchanged"

    async def _create(self, connection: AsyncConnection, row: ImportRow, values: dict[str, Any]) -> None:
        customer_id = await insert_customer(
            connection, {**values, "tags": row.tags, "source": "import"}, _points(row), self._clock.now()
        )
        if "contact" in row.values:
            await replace_contacts(connection, customer_id, [_contact(row)])
            await refresh_search(connection, customer_id)

    async def _update(
        self, connection: AsyncConnection, before: CustomerRow, row: ImportRow, values: dict[str, Any], by: Actor
    ) -> bool:
        changed = _differences(before, row, values)
        known = {phone.number for phone in before.phones} | {fold_email(email.address) for email in before.emails}
        points = [point for point in _points(row) if point["value"] not in known]
        person = _new_contact(before, row)
        if not changed and not points and person is None:
            return False
        now = self._clock.now()
        query = update(Customer).where(Customer.id == before.id)
        await connection.execute(query.values(**changed, updated_at=now, version=Customer.version + 1))
        await add_points(connection, before.id, points, start=len(known))
        if person is not None:
            people = [ContactDraft(one.name, one.title) for one in before.contacts]
            await replace_contacts(connection, before.id, [*people, person])
        await refresh_search(connection, before.id)
        detail = {name: value for name, value in changed.items() if not name.endswith("_folded")}
        detail["added"] = [point["value"] for point in points]
        await append(connection, by, now, "customer.import", before.id, detail)
        return True

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


def _columns(row: ImportRow, owners: Mapping[str, int]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: row.values[name] for name in ("name", "company", "level", "language", "notes") if name in row.values
    }
    values["name_folded"] = row.name_folded
    if "company" in values:
        values["company_folded"] = row.company_folded
    if "owner" in row.values:
        values["owner_id"] = owners[fold(row.values["owner"])]
    return values


def _points(row: ImportRow) -> list[dict[str, Any]]:
    return [*(phone_point(phone) for phone in row.phones), *(email_point(address) for address in row.emails)]


def _contact(row: ImportRow) -> ContactDraft:
    return ContactDraft(row.values["contact"], row.values.get("title", ""))


def _new_contact(before: CustomerRow, row: ImportRow) -> ContactDraft | None:
    if "contact" not in row.values:
        return None
    known = {fold(person.name) for person in before.contacts}
    return None if fold(row.values["contact"]) in known else _contact(row)


def _differences(before: CustomerRow, row: ImportRow, values: Mapping[str, Any]) -> dict[str, Any]:
    changed = {
        name: value
        for name, value in values.items()
        if name != "notes" and not name.endswith("_folded") and getattr(before, name) != value
    }
    for name in ("name", "company"):
        if name in changed:
            changed[f"{name}_folded"] = values[f"{name}_folded"]
    notes = values.get("notes", "")
    if notes not in before.notes:
        changed["notes"] = f"{before.notes}\n{notes}".strip()[:10_000]
    tags = [*before.tags, *(tag for tag in row.tags if tag not in before.tags)]
    if len(tags) > len(before.tags):
        changed["tags"] = tags
    return changed
