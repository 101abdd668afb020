"""Customers: list, form, timeline, notes and open items."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, Field

from agent_ui.api.ask import Ask
from agent_ui.api.customer_bodies import ChangedCustomer, Contact, Email, NewCustomer, read_phones, unmasked
from agent_ui.api.probing import spend_probe
from agent_ui.api.route import Answer, Body, DialableText, NumberText, OwnText, Route
from agent_ui.api.shapes import WAITED, Named, PageAnswer, PageQuery, RecordingAnswer, named, recording_beside
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from crm_core.customer_writing import ContactDraft, CustomerDraft, EmailDraft
from crm_core.customers import CustomerChanges, CustomerFilter, CustomerRow, PhoneRow, asks_for_number
from crm_core.domain.task import TaskState
from crm_core.errors import NotFound, StaleVersion
from crm_core.task_rows import TaskRow
from crm_core.task_writing import TaskDraft
from crm_core.timeline import TimelineRow


class CustomerQuery(PageQuery):
    """`q` is a name, company, number in any spelling, or tag."""

    q: str = Field("", max_length=200)
    owner_id: int | None = None
    level: str | None = None


class NewNote(Body):
    """Something worth remembering."""

    text: str = Field(max_length=10_000)


class NewItem(Body):
    """Something to do."""

    title: str = Field(max_length=200)
    due_at: AwareDatetime | None = None


class ItemDone(Body):
    """Items are done, and do not come back."""

    done: bool


class PhoneAnswer(Answer):
    """`number` as people read it, `e164` None for what cannot be dialed from everywhere."""

    number: NumberText
    e164: DialableText
    ref: OwnText
    label: str


class EmailAnswer(Answer):
    """One address."""

    address: str
    label: str


class ContactAnswer(Answer):
    """A person of the customer."""

    id: int
    name: str
    title: str


class ItemAnswer(Answer):
    """Something to do."""

    id: int
    kind: str
    title: str
    due_at: datetime | None
    done_at: datetime | None
    owner_name: str | None


class DoNotCallAnswer(Answer):
    """The customer must not be called, by no number."""

    id: int
    reason: str
    added_at: datetime
    added_by: str | None


class CustomerLine(Answer):
    """A customer in the list."""

    id: int
    name: str
    company: str
    level: str
    owner: Named | None
    tags: tuple[str, ...]
    phones: tuple[PhoneAnswer, ...]
    last_contact_at: datetime | None


class CustomerAnswer(CustomerLine):
    """A whole customer."""

    version: int
    language: str
    notes: str
    hold_reason: str
    do_not_call: DoNotCallAnswer | None
    emails: tuple[EmailAnswer, ...]
    contacts: tuple[ContactAnswer, ...]
    open_items: tuple[ItemAnswer, ...]
    created_at: datetime
    updated_at: datetime


class TimelineCallAnswer(Answer):
    """The call behind a line."""

    id: OwnText
    direction: str
    end_reason: str | None
    queue_name: str | None
    agent_name: str | None
    waited_s: float = Field(description=WAITED)
    talked_s: float
    disposition: str | None
    note: str
    recording: RecordingAnswer | None


class TimelineAnswer(Answer):
    """One line of the timeline."""

    id: int
    kind: str
    at: datetime
    by: str | None
    text: str
    call: TimelineCallAnswer | None


async def list_customers(ask: Ask) -> dict[str, Any]:
    """Search customers."""
    query: CustomerQuery = ask.query
    masked = not ask.me.sees_numbers
    if masked and asks_for_number(query.q):
        await spend_probe(ask, query.q)
    wanted = CustomerFilter(query.q, query.owner_id, query.level, whole_numbers_only=masked)
    page = await ask.parts.memory.customers.page(wanted, query.cursor, query.limit)
    return {"items": [_line(row) for row in page.items], "next_cursor": page.next_cursor}


async def show_customer(ask: Ask) -> dict[str, Any]:
    """Show one with what is open."""
    return await _whole(ask, await ask.parts.memory.customers.get(ask.number("customer_id")))


async def add_customer(ask: Ask) -> dict[str, Any]:
    """Save a new one."""
    body: NewCustomer = ask.body
    draft = CustomerDraft(
        name=body.name,
        company=body.company,
        level=body.level,
        language=body.language,
        owner_id=body.owner_id,
        phones=await read_phones(ask, body.phones),
        emails=_emails(body.emails),
        contacts=_contacts(body.contacts),
        tags=tuple(body.tags),
        notes=body.notes,
    )
    return await _whole(ask, await ask.parts.memory.customers.add(draft, ask.actor))


async def change_customer(ask: Ask) -> dict[str, Any]:
    """Save changes, unless somebody else saved in between."""
    body: ChangedCustomer = ask.body
    customer_id = ask.number("customer_id")
    stored = await ask.parts.memory.customers.get(customer_id)
    if stored.version != body.version:
        # before references are looked up: what another person removed is no mistake of this one
        raise StaleVersion("customer", customer_id, body.version, stored.version)
    if not ask.me.sees_numbers:
        body = unmasked(body, stored)
    changes: CustomerChanges = {}
    named_fields = body.model_fields_set - {"version", "phones", "emails", "contacts"}
    for name in named_fields:
        value = getattr(body, name)
        if value is None and name != "owner_id":
            continue
        changes[name] = tuple(value) if name == "tags" else value  # type: ignore[literal-required]
    if body.phones is not None:
        changes["phones"] = await read_phones(ask, body.phones)
    if body.emails is not None:
        changes["emails"] = _emails(body.emails)
    if body.contacts is not None:
        changes["contacts"] = _contacts(body.contacts)
    row = await ask.parts.memory.customers.change(customer_id, body.version, changes, ask.actor)
    return await _whole(ask, row)


async def show_timeline(ask: Ask) -> dict[str, Any]:
    """List what happened, the newest first."""
    page = await ask.parts.memory.timeline.page(ask.number("customer_id"), ask.query.cursor, ask.query.limit)
    return {"items": [_event(ask, row) for row in page.items], "next_cursor": page.next_cursor}


async def add_note(ask: Ask) -> dict[str, Any]:
    """Write a note on the timeline."""
    row = await ask.parts.memory.timeline.add_note(ask.number("customer_id"), ask.body.text, ask.actor)
    return _event(ask, row)


async def add_open_item(ask: Ask) -> TaskRow:
    """Open an item; it belongs to who adds it."""
    body: NewItem = ask.body
    draft = TaskDraft(body.title, due_at=body.due_at, customer_id=ask.number("customer_id"), owner_id=ask.me.user_id)
    return await ask.parts.memory.tasks.open(draft, ask.actor)


async def change_open_item(ask: Ask) -> TaskRow:
    """Mark an item as done."""
    if not ask.body.done:
        raise ApiError(409, "item_done", "An item that is done stays done; open a new one.")
    book, item_id = ask.parts.memory.tasks, ask.number("item_id")
    row = await book.get(item_id)
    if row.customer_id != ask.number("customer_id"):
        raise NotFound("task", item_id)
    # what is ticked off twice was done once
    return row if row.state == TaskState.DONE else await book.complete(item_id, ask.actor)


def _emails(emails: list[Email]) -> tuple[EmailDraft, ...]:
    return tuple(EmailDraft(email.address, email.label) for email in emails)


def _contacts(contacts: list[Contact]) -> tuple[ContactDraft, ...]:
    return tuple(ContactDraft(contact.name, contact.title) for contact in contacts)


def _phone(phone: PhoneRow) -> dict[str, Any]:
    # what goes back by PATCH must be read as the same number: an extension stands only in what was typed
    number = phone.raw if phone.extension else phone.display or phone.raw
    return {
        "number": number,
        "e164": phone.number if phone.number.startswith("+") else None,
        "ref": f"point:{phone.id}",
        "label": phone.label,
    }


def _line(row: CustomerRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "company": row.company,
        "level": row.level,
        "owner": named(row.owner_id, row.owner_name),
        "tags": row.tags,
        "phones": [_phone(phone) for phone in row.phones],
        "last_contact_at": row.last_contact_at,
    }


async def _whole(ask: Ask, row: CustomerRow) -> dict[str, Any]:
    listed = await ask.parts.memory.do_not_call.of_customer(row.id)
    return {
        **_line(row),
        "version": row.version,
        "language": row.language,
        "notes": row.notes,
        "hold_reason": row.hold_reason if ask.me.may(Permission.ADMINISTER) else "",
        "do_not_call": None if listed is None else {**asdict(listed), "added_by": listed.added_by_name},
        "emails": row.emails,
        "contacts": row.contacts,
        "open_items": await ask.parts.memory.tasks.of_customer(row.id),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _event(ask: Ask, row: TimelineRow) -> dict[str, Any]:
    call = None
    if row.call is not None:
        call = {
            "id": row.call.call_id,
            "direction": row.call.direction,
            "end_reason": row.call.end_reason,
            "queue_name": row.call.queue_name,
            "agent_name": row.call.agent_name,
            "waited_s": row.call.waited_s,
            "talked_s": row.call.talked_s,
            "disposition": row.call.disposition,
            "note": row.call.note,
            "recording": recording_beside(ask.me, row.call),
        }
    return {"id": row.id, "kind": row.kind, "at": row.at, "by": row.user_name, "text": row.text, "call": call}


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    permission = Permission.SEE_CUSTOMERS if method == "GET" else Permission.EDIT_CUSTOMERS
    return Route(method=method, path=path, permission=permission, handler=handler, summary=summary, **more)


ONE = "/customers/{customer_id:int}"
ROUTES = [
    _route(
        "GET",
        "/customers",
        list_customers,
        "Search customers",
        query=CustomerQuery,
        answer=PageAnswer[CustomerLine],
    ),
    _route("POST", "/customers", add_customer, "Add a customer", body=NewCustomer, answer=CustomerAnswer, status=201),
    _route("GET", ONE, show_customer, "One customer", answer=CustomerAnswer),
    _route("PATCH", ONE, change_customer, "Change a customer", body=ChangedCustomer, answer=CustomerAnswer),
    _route(
        "GET", f"{ONE}/timeline", show_timeline, "What happened", query=PageQuery, answer=PageAnswer[TimelineAnswer]
    ),
    _route("POST", f"{ONE}/notes", add_note, "Write a note", body=NewNote, answer=TimelineAnswer, status=201),
    _route("POST", f"{ONE}/open-items", add_open_item, "Open an item", body=NewItem, answer=ItemAnswer, status=201),
    _route(
        "PATCH",
        f"{ONE}/open-items/{{item_id:int}}",
        change_open_item,
        "Mark an item as done",
        body=ItemDone,
        answer=ItemAnswer,
    ),
]
