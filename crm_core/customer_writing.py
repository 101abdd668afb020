"""Turns what people enter about a customer into rows: checked, folded, and cut into what a search finds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.findable import Findable, findable
from crm_core.domain.folding import fold, fold_email
from crm_core.domain.phone import Phone, normalise
from crm_core.models import Contact, ContactPoint, Customer, Table, User
from crm_core.storage.fields import LANGUAGES, Checks

LEVELS = ("", "vip", "a", "b", "c")
_MOST_POINTS = 50


@dataclass(frozen=True, slots=True)
class PhoneDraft:
    """A number as it was typed."""

    number: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class EmailDraft:
    """An address as it was typed."""

    address: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A person of the customer."""

    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A new customer; `level` is one of LEVELS."""

    name: str
    company: str = ""
    level: str = ""
    language: str = "zh"
    owner_id: int | None = None
    phones: tuple[PhoneDraft, ...] = ()
    emails: tuple[EmailDraft, ...] = ()
    contacts: tuple[ContactDraft, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    source: str = "manual"


def check_values(checks: Checks, draft: dict[str, Any]) -> dict[str, Any]:
    """Check the plain columns that `draft` names."""
    values: dict[str, Any] = {}
    if "name" in draft:
        values["name"] = checks.trimmed("name", draft["name"], required=True)
        values["name_folded"] = fold(values["name"])[:200]
    if "company" in draft:
        values["company"] = checks.trimmed("company", draft["company"])
        values["company_folded"] = fold(values["company"])[:200]
    if "level" in draft:
        values["level"] = checks.choice("level", draft["level"], LEVELS)
    if "language" in draft:
        values["language"] = checks.choice("language", draft["language"], LANGUAGES)
    if "owner_id" in draft:
        values["owner_id"] = draft["owner_id"]
    if "notes" in draft:
        values["notes"] = checks.trimmed("notes", draft["notes"], longest=10_000)
    if "tags" in draft:
        tags = [checks.trimmed(f"tags.{place}", tag, longest=40) for place, tag in enumerate(draft["tags"])]
        values["tags"] = list(dict.fromkeys(tag for tag in tags if tag))
    return values


def check_points(checks: Checks, draft: dict[str, Any]) -> list[dict[str, Any]]:
    """Turn numbers and addresses into rows; the same one twice is one."""
    points: dict[tuple[str, str], dict[str, Any]] = {}
    for place, phone in enumerate(draft.get("phones", ())):
        found = normalise(checks.trimmed(f"phones.{place}.number", phone.number, required=True))
        label = checks.trimmed(f"phones.{place}.label", phone.label, longest=64)
        if found.key is None:
            checks.add(f"phones.{place}.number", "not_a_phone", "is not a telephone number")
            continue
        points.setdefault(("phone", found.key), phone_point(found, label))
    for place, email in enumerate(draft.get("emails", ())):
        address = checks.email(f"emails.{place}.address", email.address)
        label = checks.trimmed(f"emails.{place}.label", email.label, longest=64)
        points.setdefault(("email", fold_email(address)), email_point(address, label))
    if len(points) > _MOST_POINTS:
        checks.add("phones", "too_many", f"at most {_MOST_POINTS} numbers and addresses fit")
    return list(points.values())


def phone_point(phone: Phone, label: str = "") -> dict[str, Any]:
    """Build the row of a number."""
    raw = phone.raw.strip()[:200]
    return {"kind": "phone", "value": phone.key, "raw": raw, "extension": phone.extension, "label": label}


def email_point(address: str, label: str = "") -> dict[str, Any]:
    """Build the row of an address."""
    return {"kind": "email", "value": fold_email(address), "raw": address, "extension": "", "label": label}


async def check_owner(connection: AsyncConnection, checks: Checks, owner_id: int | None) -> None:
    """Remember a problem if the owner is not a user."""
    if owner_id is not None and await connection.scalar(select(User.id).where(User.id == owner_id)) is None:
        checks.add("owner_id", "unknown_user", "is not a user")


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A checked customer who is not stored yet: columns, rows of numbers and addresses, people."""

    values: dict[str, Any]
    points: Sequence[dict[str, Any]] = ()
    people: Sequence[ContactDraft] = ()

    @property
    def texts(self) -> list[str]:
        """The names by which a search finds it."""
        return [self.values["name"], self.values.get("company", ""), *(person.name for person in self.people)]

    @property
    def keys(self) -> list[str]:
        """The numbers by which a search finds it."""
        return [point["value"] for point in self.points if point["kind"] == "phone"]


async def insert_customer(
    connection: AsyncConnection, values: dict[str, Any], points: Sequence[dict[str, Any]], at: datetime
) -> int:
    """Write a checked customer, found by search at once, and give the id."""
    (customer_id,) = await insert_customers(connection, [NewCustomer(values, points)], at)
    return customer_id


async def insert_customers(connection: AsyncConnection, new: Sequence[NewCustomer], at: datetime) -> list[int]:
    """Write checked customers by few statements, and give their ids in order."""
    if not new:
        return []
    found = [findable(one.texts, one.keys) for one in new]
    rows = [_customer_row(one.values, what, at) for one, what in zip(new, found, strict=True)]
    # SQLite numbers rows in their order but may answer in another; PostgreSQL has to be told to number them so.
    in_order = connection.dialect.name != "sqlite"
    query = insert(Customer).returning(Customer.id, sort_by_parameter_order=in_order)
    ids = sorted(await connection.scalars(query, rows))
    filled = list(zip(ids, new, strict=True))
    await _insert_many(
        connection, ContactPoint, (point for key, one in filled for point in point_rows(key, one.points))
    )
    await _insert_many(connection, Contact, (person for key, one in filled for person in contact_rows(key, one.people)))
    return ids


def _customer_row(values: dict[str, Any], found: Findable, at: datetime) -> dict[str, Any]:
    return {
        "company": "",
        "company_folded": "",
        "search_text": found.text,
        "search_words": found.words,
        "level": "",
        "owner_id": None,
        "language": "zh",
        "tags": [],
        "notes": "",
        "source": "manual",
        "hold_reason": "",
        **values,
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }


def point_rows(customer_id: int, points: Sequence[dict[str, Any]], start: int = 0) -> list[dict[str, Any]]:
    """Make the rows of numbers and addresses, in their order."""
    return [{**point, "customer_id": customer_id, "sort": start + place} for place, point in enumerate(points)]


def contact_rows(customer_id: int, people: Sequence[ContactDraft]) -> list[dict[str, Any]]:
    """Make the rows of people."""
    return [{"customer_id": customer_id, "name": person.name, "title": person.title} for person in people]


async def _insert_many(connection: AsyncConnection, table: type[Table], rows: Iterable[dict[str, Any]]) -> None:
    if many := list(rows):
        await connection.execute(insert(table), many)


async def add_points(
    connection: AsyncConnection, customer_id: int, points: Sequence[dict[str, Any]], start: int = 0
) -> None:
    """Write numbers and addresses, in their order."""
    await _insert_many(connection, ContactPoint, point_rows(customer_id, points, start))


async def replace_points(
    connection: AsyncConnection, customer_id: int, points: Sequence[dict[str, Any]], kinds: Sequence[str]
) -> None:
    """Put new numbers or addresses in the place of the old ones of those kinds; what stays keeps its id."""
    mine = (ContactPoint.customer_id == customer_id, ContactPoint.kind.in_(kinds))
    known = select(ContactPoint.id, ContactPoint.kind, ContactPoint.value).where(*mine)
    old = {(row.kind, row.value): row.id for row in await connection.execute(known)}
    added: list[dict[str, Any]] = []
    for row in point_rows(customer_id, [point for point in points if point["kind"] in kinds]):
        point_id = old.pop((row["kind"], row["value"]), None)
        if point_id is None:
            added.append(row)
        else:
            await connection.execute(update(ContactPoint).where(ContactPoint.id == point_id).values(row))
    await connection.execute(delete(ContactPoint).where(ContactPoint.id.in_(old.values())))
    await _insert_many(connection, ContactPoint, added)


async def replace_contacts(connection: AsyncConnection, customer_id: int, contacts: Sequence[ContactDraft]) -> None:
    """Put new people in the place of the old ones."""
    await connection.execute(delete(Contact).where(Contact.customer_id == customer_id))
    await _insert_many(connection, Contact, contact_rows(customer_id, contacts))


def check_contacts(checks: Checks, contacts: Sequence[ContactDraft]) -> list[ContactDraft]:
    """Check people's names and titles."""
    return [
        ContactDraft(
            checks.trimmed(f"contacts.{place}.name", person.name, required=True),
            checks.trimmed(f"contacts.{place}.title", person.title),
        )
        for place, person in enumerate(contacts)
    ]


async def refresh_search(connection: AsyncConnection, customer_id: int) -> None:
    """Write the search columns anew from what is stored: needed after a change, and when there are contacts."""
    names = (await connection.execute(select(Customer.name, Customer.company).where(Customer.id == customer_id))).one()
    people = list(await connection.scalars(select(Contact.name).where(Contact.customer_id == customer_id)))
    keys = await connection.scalars(
        select(ContactPoint.value).where(ContactPoint.customer_id == customer_id, ContactPoint.kind == "phone")
    )
    found = findable([names.name, names.company, *people], keys)
    columns = {"search_text": found.text, "search_words": found.words}
    await connection.execute(update(Customer).where(Customer.id == customer_id).values(columns))
