"""Saves rows of an imported table: many of them by a handful of statements, in the order of the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append_all
from crm_core.customer_writing import (
    ContactDraft,
    NewCustomer,
    contact_rows,
    email_point,
    insert_customers,
    phone_point,
    point_rows,
)
from crm_core.customers import CustomerRow, customer_rows
from crm_core.domain.findable import findable
from crm_core.domain.folding import fold, fold_email
from crm_core.domain.import_row import ImportRow, Rejected
from crm_core.importing.match import Ambiguous, Found, candidates, independent
from crm_core.models import Contact, ContactPoint, Customer

Outcome = str | list[Rejected]
_PLAIN = ("name", "company", "level", "language", "owner_id", "notes", "tags")
_REPLACED = ("name", "company", "level", "language", "owner_id")
_WRITTEN = (*_PLAIN, "name_folded", "company_folded", "search_text", "search_words", "updated_at")


async def save_rows(
    connection: AsyncConnection, rows: Sequence[ImportRow], owners: Mapping[str, int], by: Actor, at: datetime
) -> list[Outcome]:
    """Save rows in the caller's transaction; say of each "created", "updated", "unchanged", or why it was not."""
    outcomes: list[Outcome] = []
    while len(outcomes) < len(rows):
        rest = rows[len(outcomes) :]
        together = independent(await candidates(connection, rest), rest)
        outcomes.extend(await _save_together(connection, together, owners, by, at))
    return outcomes


async def _save_together(
    connection: AsyncConnection,
    together: Sequence[tuple[ImportRow, Found]],
    owners: Mapping[str, int],
    by: Actor,
    at: datetime,
) -> list[Outcome]:
    new = [_new_customer(row, owners) for row, found in together if found is None]
    await insert_customers(connection, new, at)
    ids = [found for _, found in together if isinstance(found, int)]
    before = {row.id: row for row in await customer_rows(connection, ids)} if ids else {}
    changes: dict[int, _Change | None] = {
        found: _change(before[found], row, owners) for row, found in together if isinstance(found, int)
    }
    await _update(connection, [change for change in changes.values() if change is not None], by, at)
    return [_outcome(row, found, changes) for row, found in together]


def _outcome(row: ImportRow, found: Found, changes: "Mapping[int, _Change | None]") -> Outcome:
    if found is None:
        return "created"
    if isinstance(found, int):
        return "unchanged" if changes[found] is None else "updated"
    return [_several(row, found)]


def _several(row: ImportRow, found: Ambiguous) -> Rejected:
    ids = ", ".join(str(customer_id) for customer_id in found.customer_ids)
    message = f"Several customers fit this row (ids {ids}); change the right one by hand."
    return Rejected(row.line, found.field, "several_match", row.values["name"], message)


def _new_customer(row: ImportRow, owners: Mapping[str, int]) -> NewCustomer:
    people = [_contact(row)] if "contact" in row.values else []
    return NewCustomer({**_columns(row, owners), "tags": row.tags, "source": "import"}, _points(row), people)


@dataclass(frozen=True, slots=True)
class _Change:
    """What a row adds to a customer and puts right; `known` numbers and addresses were there already."""

    before: CustomerRow
    values: dict[str, Any]
    points: list[dict[str, Any]]
    person: ContactDraft | None

    @property
    def point_count(self) -> int:
        return len(self.before.phones) + len(self.before.emails)

    @property
    def people(self) -> list[ContactDraft]:
        return [] if self.person is None else [self.person]

    @property
    def names(self) -> list[str]:
        return [*(person.name for person in self.before.contacts), *(person.name for person in self.people)]

    @property
    def keys(self) -> list[str]:
        added = [point["value"] for point in self.points if point["kind"] == "phone"]
        return [*(phone.number for phone in self.before.phones), *added]

    @property
    def detail(self) -> dict[str, Any]:
        return {**self.values, "added": [point["value"] for point in self.points]}

    def written(self, at: datetime) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(self.before, name) for name in _PLAIN} | self.values
        folded = {f"{name}_folded": fold(values[name])[:200] for name in ("name", "company")}
        return {**values, **folded, "tags": list(values["tags"]), "updated_at": at}


async def _update(connection: AsyncConnection, changes: Sequence[_Change], by: Actor, at: datetime) -> None:
    if not changes:
        return
    rows: list[dict[str, Any]] = []
    for change in changes:
        written = change.written(at)
        found = findable([written["name"], written["company"], *change.names], change.keys)
        written |= {"search_text": found.text, "search_words": found.words}
        rows.append({"key": change.before.id} | {f"new_{name}": written[name] for name in _WRITTEN})
    query = update(Customer).where(Customer.id == bindparam("key"))
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _WRITTEN}
    await connection.execute(query.values(**columns, version=Customer.version + 1), rows)
    points = [row for one in changes for row in point_rows(one.before.id, one.points, one.point_count)]
    if points:
        await connection.execute(insert(ContactPoint), points)
    people_rows = [row for one in changes for row in contact_rows(one.before.id, one.people)]
    if people_rows:
        await connection.execute(insert(Contact), people_rows)
    await append_all(connection, by, at, "customer.import", [(one.before.id, one.detail) for one in changes])


def _change(before: CustomerRow, row: ImportRow, owners: Mapping[str, int]) -> _Change | None:
    changed = _differences(before, row, _columns(row, owners))
    known = {phone.number for phone in before.phones} | {fold_email(email.address) for email in before.emails}
    points = [point for point in _points(row) if point["value"] not in known]
    person = _new_contact(before, row)
    if not changed and not points and person is None:
        return None
    return _Change(before, changed, points, person)


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
    changed = {name: value for name, value in values.items() if name in _REPLACED and getattr(before, name) != value}
    notes = values.get("notes", "")
    if notes not in before.notes:
        changed["notes"] = f"{before.notes}\n{notes}".strip()[:10_000]
    tags = [*before.tags, *(tag for tag in row.tags if tag not in before.tags)]
    if len(tags) > len(before.tags):
        changed["tags"] = tags
    return changed
