"""Turns what people enter about a customer into rows: checked, folded, and cut into search tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.folding import fold, fold_email, tokens_of
from crm_core.domain.phone import Phone, normalise, search_digits
from crm_core.fields import LANGUAGES, Checks
from crm_core.models import Contact, ContactPoint, Customer, SearchToken, User

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


async def insert_customer(
    connection: AsyncConnection, values: dict[str, Any], points: Sequence[dict[str, Any]], at: datetime
) -> int:
    """Write a checked customer, found by search at once, and give the id."""
    texts = [values["name"], values.get("company", "")]
    digits = [search_digits(point["value"]) for point in points if point["kind"] == "phone"]
    row = {
        "company": "",
        "company_folded": "",
        "search_text": _search_text(texts, digits),
        "level": "",
        "owner_id": None,
        "language": "zh",
        "tags": [],
        "notes": "",
        "source": "manual",
        **values,
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }
    customer_id = (await connection.execute(insert(Customer).values(row).returning(Customer.id))).scalar_one()
    await add_points(connection, customer_id, points)
    await _add_tokens(connection, customer_id, texts, digits)
    return int(customer_id)


async def add_points(
    connection: AsyncConnection, customer_id: int, points: Sequence[dict[str, Any]], start: int = 0
) -> None:
    """Write numbers and addresses, in their order."""
    rows = [{**point, "customer_id": customer_id, "sort": start + place} for place, point in enumerate(points)]
    if rows:
        await connection.execute(insert(ContactPoint), rows)


async def replace_points(
    connection: AsyncConnection, customer_id: int, points: Sequence[dict[str, Any]], kinds: Sequence[str]
) -> None:
    """Put new numbers or addresses in the place of the old ones of those kinds."""
    old = delete(ContactPoint).where(ContactPoint.customer_id == customer_id, ContactPoint.kind.in_(kinds))
    await connection.execute(old)
    await add_points(connection, customer_id, [point for point in points if point["kind"] in kinds])


async def replace_contacts(connection: AsyncConnection, customer_id: int, contacts: Sequence[ContactDraft]) -> None:
    """Put new people in the place of the old ones."""
    await connection.execute(delete(Contact).where(Contact.customer_id == customer_id))
    rows = [{"customer_id": customer_id, "name": person.name, "title": person.title} for person in contacts]
    if rows:
        await connection.execute(insert(Contact), rows)


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
    texts = [names.name, names.company, *people]
    digits = [search_digits(key) for key in keys]
    text = _search_text(texts, digits)
    await connection.execute(update(Customer).where(Customer.id == customer_id).values(search_text=text))
    await connection.execute(delete(SearchToken).where(SearchToken.customer_id == customer_id))
    await _add_tokens(connection, customer_id, texts, digits)


def _search_text(texts: Sequence[str], digits: Sequence[str]) -> str:
    return "\n".join([*(fold(name) for name in texts), *digits])


async def _add_tokens(
    connection: AsyncConnection, customer_id: int, texts: Sequence[str], digits: Sequence[str]
) -> None:
    tokens = [{"token": token, "customer_id": customer_id} for token in sorted(tokens_of(texts, digits))]
    if tokens:
        await connection.execute(insert(SearchToken), tokens)
