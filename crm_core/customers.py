"""Customers: one with everything, a page of a search, and saving what people change."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, column, literal, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.customer_writing import (
    ContactDraft,
    CustomerDraft,
    EmailDraft,
    PhoneDraft,
    check_contacts,
    check_owner,
    check_points,
    check_values,
    insert_customer,
    refresh_search,
    replace_contacts,
    replace_points,
)
from crm_core.domain.folding import fold, fold_email, query_digits, query_tokens
from crm_core.domain.phone import PhoneKind, display, normalise
from crm_core.errors import NotFound
from crm_core.models import Contact, ContactPoint, Customer, User
from crm_core.models.types import Words
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from crm_core.storage.paging import Page, clamp, decode_ids, make_page
from crm_core.storage.rows import build
from crm_core.storage.versions import bump
from cti.clock import Clock

# What is a whole number for sure; a landline or short number may as well be a piece of a longer one.
_WHOLE = (PhoneKind.MOBILE, PhoneKind.SERVICE, PhoneKind.FOREIGN)
_SEARCH = table("customer_search", column("rowid"), column("customer_search"))
_FOUR_DIGITS = re.compile(r"\d(?:[\W_]*\d){3}")


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A number of a customer: `number` as it is looked up and dialed, `display` as it is read."""

    id: int
    number: str
    display: str
    raw: str
    extension: str
    label: str


@dataclass(frozen=True, slots=True)
class EmailRow:
    """An address of a customer."""

    address: str
    label: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person of a customer."""

    id: int
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer with everything but the timeline."""

    id: int
    name: str
    company: str
    level: str
    language: str
    owner_id: int | None
    owner_name: str | None
    tags: tuple[str, ...]
    notes: str
    source: str
    hold_reason: str
    phones: tuple[PhoneRow, ...]
    emails: tuple[EmailRow, ...]
    contacts: tuple[ContactRow, ...]
    last_contact_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def is_vip(self) -> bool:
        """True for the level that routing puts first."""
        return self.level == "vip"


class CustomerChanges(TypedDict, total=False):
    """Only what is named changes; a list replaces the old list."""

    name: str
    company: str
    level: str
    language: str
    owner_id: int | None
    phones: Sequence[PhoneDraft]
    emails: Sequence[EmailDraft]
    contacts: Sequence[ContactDraft]
    tags: Sequence[str]
    notes: str


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """`text` is a piece of a name or company, four or more digits of a number, or a whole address.

    `whole_numbers_only` is for people who see no numbers: by asking for pieces they would find them.
    """

    text: str = ""
    owner_id: int | None = None
    level: str | None = None
    whole_numbers_only: bool = False


class Customers:
    """Looks up, searches, and saves."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, customer_id: int) -> CustomerRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, customer_id)

    async def page(self, wanted: CustomerFilter, cursor: str | None = None, limit: int = 50) -> Page[CustomerRow]:
        """List customers, the newest first."""
        limit = clamp(limit)
        query = _wanted_ids(wanted, decode_ids(cursor), self._database.dialect)
        if query is None:
            return Page((), None)
        async with self._database.reading() as connection:
            await _plan_by_value(connection)
            ids = list(await connection.scalars(query.limit(limit + 1)))
            rows = await customer_rows(connection, ids)
        return make_page(rows, limit, lambda row: (row.id,))

    async def add(self, draft: CustomerDraft, by: Actor) -> CustomerRow:
        """Save a new customer. Duplicates are allowed: two people may share a name or a number."""
        checks = Checks()
        entered = _as_dict(draft)
        values = check_values(checks, entered)
        points = check_points(checks, entered)
        contacts = check_contacts(checks, draft.contacts)
        values["source"] = checks.trimmed("source", draft.source, longest=64)

        async def work(connection: AsyncConnection) -> CustomerRow:
            now = self._clock.now()
            await _check_owner_too(connection, checks, draft.owner_id)
            customer_id = await insert_customer(connection, values, points, now)
            if contacts:
                await replace_contacts(connection, customer_id, contacts)
                await refresh_search(connection, customer_id)
            await append(connection, by, now, "customer.add", customer_id)
            return await _one(connection, customer_id)

        return await self._database.write(work)

    async def change(self, customer_id: int, version: int | None, changes: CustomerChanges, by: Actor) -> CustomerRow:
        """Save changes; raise StaleVersion if somebody else saved after `version` was read."""
        checks = Checks()
        entered: dict[str, Any] = dict(changes)
        values = check_values(checks, entered)
        points = check_points(checks, entered)
        contacts = check_contacts(checks, changes.get("contacts", ()))

        async def work(connection: AsyncConnection) -> CustomerRow:
            now = self._clock.now()
            await _check_owner_too(connection, checks, changes.get("owner_id"))
            before = await _one(connection, customer_id)
            await bump(connection, Customer, "customer", customer_id, version, {**values, "updated_at": now})
            kinds = [kind for kind, field in (("phone", "phones"), ("email", "emails")) if field in changes]
            await replace_points(connection, customer_id, points, kinds)
            if "contacts" in changes:
                await replace_contacts(connection, customer_id, contacts)
            await refresh_search(connection, customer_id)
            after = await _one(connection, customer_id)
            await append(connection, by, now, "customer.change", customer_id, _difference(before, after))
            return after

        return await self._database.write(work)


async def _plan_by_value(connection: AsyncConnection) -> None:
    """Have PostgreSQL look at what is asked for: a rare word goes by the index, one of everybody's by the newest."""
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


def _as_dict(draft: CustomerDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in CustomerDraft.__dataclass_fields__}


async def _check_owner_too(connection: AsyncConnection, checks: Checks, owner_id: int | None) -> None:
    # A second set: the work may run twice, and must not collect the same problem twice.
    again = Checks()
    again.problems.extend(checks.problems)
    await check_owner(connection, again, owner_id)
    again.done()


def _difference(before: CustomerRow, after: CustomerRow) -> dict[str, Any]:
    old, new = asdict(before), asdict(after)
    silent = ("version", "updated_at", "last_contact_at", "created_at")
    return {name: [old[name], new[name]] for name in old if name not in silent and old[name] != new[name]}


def _wanted_ids(wanted: CustomerFilter, before: int | None, dialect: str) -> Select[int] | None:
    query = select(Customer.id).order_by(Customer.id.desc())
    asked = fold(wanted.text)
    if asked:
        found = _matching(asked, before, wanted.whole_numbers_only, dialect)
        if found is None:
            return None
        query = found
    elif before is not None:
        query = query.where(Customer.id < before)
    if wanted.owner_id is not None:
        query = query.where(Customer.owner_id == wanted.owner_id)
    if wanted.level is not None:
        query = query.where(Customer.level == wanted.level)
    return query


def _matching(text: str, before: int | None, whole_numbers_only: bool, dialect: str) -> Select[int] | None:
    phone = normalise(text)
    if "@" in text:
        return _by_point("email", (fold_email(text),), before)
    if whole_numbers_only and asks_for_number(text):
        return _by_point("phone", phone.keys, before)
    if phone.kind in _WHOLE:
        return _by_point("phone", phone.keys, before)
    words = query_tokens(text)
    return _by_words(text, words, before, dialect) if words else None


def asks_for_number(text: str) -> bool:
    """Whether a search may be for a number: four digits in it, with nothing but signs between them."""
    return _FOUR_DIGITS.search(fold(text)) is not None


def _by_point(kind: str, values: tuple[str, ...], before: int | None) -> Select[int]:
    query = (
        select(Customer.id)
        .where(
            Customer.id.in_(
                select(ContactPoint.customer_id).where(ContactPoint.value.in_(values), ContactPoint.kind == kind)
            )
        )
        .order_by(Customer.id.desc())
    )
    return query if before is None else query.where(Customer.id < before)


def _by_words(text: str, words: tuple[str, ...], before: int | None, dialect: str) -> Select[int]:
    newest_first: ColumnElement[int]
    if dialect == "sqlite":
        # The index gives the newest first, so that no sort is needed and the page's end is the end.
        query = select(Customer.id).join(_SEARCH, _SEARCH.c.rowid == Customer.id).order_by(_SEARCH.c.rowid.desc())
        query = query.where(_SEARCH.c.customer_search.op("MATCH")(" ".join(f'"{word}"' for word in words)))
        newest_first = _SEARCH.c.rowid
    else:
        query = select(Customer.id).where(Customer.search_words.op("@>")(literal(words, Words())))
        query = query.order_by(Customer.id.desc())
        newest_first = Customer.__table__.c.id
    if before is not None:
        query = query.where(newest_first < before)
    digits = query_digits(text)
    # Words may stand anywhere; the text itself must stand there in one piece.
    for word in [digits] if digits is not None else text.split():
        query = query.where(Customer.search_text.contains(word, autoescape=True))
    return query


async def customer_rows(connection: AsyncConnection, ids: Sequence[int]) -> list[CustomerRow]:
    """Read whole customers in the order of `ids`."""
    query = (
        select(*Customer.__table__.columns, User.name.label("owner_name"))
        .outerjoin(User, User.id == Customer.owner_id)
        .where(Customer.id.in_(ids))
    )
    rows = {row["id"]: row for row in (await connection.execute(query)).mappings()}
    phones: dict[int, list[PhoneRow]] = {}
    emails: dict[int, list[EmailRow]] = {}
    points = select(ContactPoint).where(ContactPoint.customer_id.in_(ids)).order_by(ContactPoint.sort, ContactPoint.id)
    for point in await connection.execute(points):
        if point.kind == "phone":
            row = PhoneRow(point.id, point.value, display(point.value), point.raw, point.extension, point.label)
            phones.setdefault(point.customer_id, []).append(row)
        else:
            emails.setdefault(point.customer_id, []).append(EmailRow(point.raw, point.label))
    people: dict[int, list[ContactRow]] = {}
    for person in await connection.execute(select(Contact).where(Contact.customer_id.in_(ids)).order_by(Contact.id)):
        people.setdefault(person.customer_id, []).append(ContactRow(person.id, person.name, person.title))
    return [
        build(
            CustomerRow,
            {**rows[key], "tags": tuple(rows[key]["tags"])},
            phones=tuple(phones.get(key, ())),
            emails=tuple(emails.get(key, ())),
            contacts=tuple(people.get(key, ())),
        )
        for key in ids
        if key in rows
    ]


async def _one(connection: AsyncConnection, customer_id: int) -> CustomerRow:
    rows = await customer_rows(connection, [customer_id])
    if not rows:
        raise NotFound("customer", customer_id)
    return rows[0]
