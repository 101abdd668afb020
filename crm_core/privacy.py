"""Everything that is held about one customer: to hand it out, to keep it for a court, and to erase it.

A call belongs to a customer when it is linked to them, or to nobody and its number is theirs alone. Calls stay, for
the statistics, without anything that says whose they were.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append, erase_details
from crm_core.campaign_traces import are_dialed, attempts_of, forget, leads_of
from crm_core.customers import CustomerRow, customer_rows
from crm_core.do_not_call import number_entry
from crm_core.domain.phone import normalise
from crm_core.errors import CustomerBusy, Held, NotFound
from crm_core.models import (
    AuditEntry,
    Call,
    Callback,
    CallEvent,
    CallLeg,
    ContactPoint,
    Customer,
    DoNotCallEntry,
    ImportJob,
    Interaction,
    LeadImport,
    Message,
    Queue,
    Recording,
    Task,
    User,
)
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from crm_core.storage.rows import execute
from cti.clock import Clock

Rows = list[dict[str, Any]]
_CALLED_SOMEBODY = ("PartyInvited", "CallTransferred")  # events that name a number outside
_SAYS_WHO = ("CallLinked", "CallRequested")
_IN_WORK = ("recording", "processing")
_COUNTED = ("calls", "recordings", "messages", "timeline", "tasks", "leads", "attempts")


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One list for each kind of thing, as rows of plain values; sounds are named by their relative paths."""

    customer: CustomerRow
    timeline: Rows
    tasks: Rows
    calls: Rows
    events: Rows
    recordings: Rows
    messages: Rows
    callbacks: Rows
    do_not_call: Rows
    leads: Rows
    attempts: Rows
    audit: Rows

    @property
    def keys(self) -> frozenset[str]:
        """All numbers of the customer and their calls."""
        numbers = [phone.number for phone in self.customer.phones]
        numbers += [row["number"] for row in (*self.calls, *self.messages, *self.tasks) if row["number"]]
        numbers += [number for row in self.leads for number in row["numbers"]]
        return frozenset([*numbers, *(row["number_key"] for row in self.attempts)])


class Privacy:
    """What a person may ask for by law."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def collect(self, customer_id: int) -> PersonalData:
        """Read all of it in one look; raise NotFound."""
        async with self._database.reading() as connection:
            return await _collect(connection, customer_id)

    async def note_export(self, customer_id: int, by: Actor) -> None:
        """Write down that it is handed out."""
        at = self._clock.now()
        await self._database.write(lambda connection: append(connection, by, at, "customer.export", customer_id))

    async def hold(self, customer_id: int, reason: str, by: Actor) -> None:
        """Keep everything until the hold is lifted, which an empty reason does."""
        checks = Checks()
        reason = checks.trimmed("reason", reason, longest=1000)
        checks.done()

        async def work(connection: AsyncConnection) -> None:
            query = update(Customer).where(Customer.id == customer_id).values(hold_reason=reason)
            if await execute(connection, query) == 0:
                raise NotFound("customer", customer_id)
            action = "customer.hold" if reason else "customer.release"
            await append(connection, by, self._clock.now(), action, customer_id, {"reason": reason} if reason else {})

        await self._database.write(work)

    async def check_erasable(self, customer_id: int) -> PersonalData:
        """Raise Held or CustomerBusy; give what will be erased, files among it."""
        async with self._database.reading() as connection:
            data = await _collect(connection, customer_id)
            await _check(connection, data)
            return data

    async def erase(self, customer_id: int, by: Actor) -> dict[str, int]:
        """Erase the rows, and give how many of which; files are the caller's to delete before.

        Deleted text still lies in the database's file until `Database.scrub`.
        """

        async def work(connection: AsyncConnection) -> dict[str, int]:
            data = await _collect(connection, customer_id)
            await _check(connection, data)
            now = self._clock.now()
            await _forget_calls(connection, [row["id"] for row in data.calls], now)
            own_keys = await _own_keys(connection, data.customer)
            await _forget_called(connection, data, own_keys)
            await connection.execute(delete(Message).where(Message.id.in_([row["id"] for row in data.messages])))
            await connection.execute(delete(Task).where(Task.id.in_([row["id"] for row in data.tasks])))
            await _forget_why(connection, data, own_keys)
            await forget(connection, data.leads, data.attempts)
            # contacts, numbers, search words and timeline go with it
            await connection.execute(delete(Customer).where(Customer.id == customer_id))
            await _forget_rejected(connection, data)
            for kind, object_ids in _objects(data).items():
                await erase_details(connection, by, now, kind, object_ids)
            counts = {name: len(getattr(data, name)) for name in _COUNTED}
            await append(connection, by, now, "customer.erase", customer_id, counts)
            return counts

        return await self._database.write(work)


async def _check(connection: AsyncConnection, data: PersonalData) -> None:
    if data.customer.hold_reason:
        raise Held(data.customer.id)
    promised = or_(Callback.customer_id == data.customer.id, Callback.number_key.in_(data.keys))
    if await connection.scalar(select(Callback.callback_id).where(promised).limit(1)) is not None:
        raise CustomerBusy(data.customer.id)
    open_calls = any(call["ended_at"] is None for call in data.calls)
    taped = any(recording["state"] in _IN_WORK for recording in data.recordings)
    if open_calls or taped or are_dialed(data.leads, data.attempts):
        raise CustomerBusy(data.customer.id)


async def _forget_calls(connection: AsyncConnection, call_ids: list[str], now: datetime) -> None:
    nobody = {"number": None, "number_raw": None, "caller_name": "", "customer_id": None, "note": ""}
    await connection.execute(update(Call).where(Call.id.in_(call_ids)).values(nobody))
    telling = (CallEvent.call_id.in_(call_ids), CallEvent.kind.in_(_SAYS_WHO))
    await connection.execute(update(CallEvent).where(*telling).values(detail={}))
    await connection.execute(delete(Interaction).where(Interaction.call_id.in_(call_ids)))
    gone = {"state": "purged", "path": None, "peaks_path": None, "error": "", "updated_at": now}
    await connection.execute(update(Recording).where(Recording.call_id.in_(call_ids)).values(gone))


async def _forget_called(connection: AsyncConnection, data: PersonalData, own_keys: list[str]) -> None:
    """Whom agents called to these calls, and calls of others to which this person was called."""
    call_ids = {row["id"] for row in data.calls}
    legs = or_(CallLeg.call_id.in_(call_ids), CallLeg.number.in_(own_keys))
    touched = call_ids | set(await connection.scalars(select(CallLeg.call_id).where(legs)))
    await connection.execute(update(CallLeg).where(legs).values(number=None))
    events = select(CallEvent.key, CallEvent.call_id, CallEvent.detail).where(
        CallEvent.call_id.in_(touched), CallEvent.kind.in_(_CALLED_SOMEBODY)
    )
    for key, call_id, detail in (await connection.execute(events)).all():
        if call_id in call_ids or normalise(detail.get("number")).key in own_keys:
            without = {**detail, "number": None}
            await connection.execute(update(CallEvent).where(CallEvent.key == key).values(detail=without))


async def _forget_why(connection: AsyncConnection, data: PersonalData, own_keys: list[str]) -> None:
    """A number that must not be called stays so, or erasing would undo that wish; nothing says whose it was."""
    ids = [row["id"] for row in data.do_not_call]
    removed = (DoNotCallEntry.id.in_(ids), DoNotCallEntry.removed_at.is_not(None))
    await connection.execute(delete(DoNotCallEntry).where(*removed))
    await connection.execute(update(DoNotCallEntry).where(DoNotCallEntry.id.in_(ids)).values(reason=""))
    in_force = (row for row in data.do_not_call if row["customer_id"] is not None and row["removed_at"] is None)
    entry = next(in_force, None)
    if entry is None:
        return
    known = set(await connection.scalars(select(DoNotCallEntry.number).where(DoNotCallEntry.number.in_(own_keys))))
    rows = [number_entry(key, "", entry["added_at"], entry["added_by"]) for key in own_keys if key not in known]
    if rows:
        await connection.execute(insert(DoNotCallEntry), rows)


async def _forget_rejected(connection: AsyncConnection, data: PersonalData) -> None:
    """What an import would not take is kept with the value that was wrong: that may be this name or number."""
    for table in (ImportJob, LeadImport):
        for job in (await connection.execute(select(table.id, table.rejected))).all():
            kept = [line for line in job.rejected if not _speaks_of(str(line.get("value", "")), data)]
            if len(kept) < len(job.rejected):
                await connection.execute(update(table).where(table.id == job.id).values(rejected=kept))


def _speaks_of(text: str, data: PersonalData) -> bool:
    return data.customer.name in text or bool(data.keys & set(normalise(text).keys))


async def _collect(connection: AsyncConnection, customer_id: int) -> PersonalData:
    found = await customer_rows(connection, [customer_id])
    if not found:
        raise NotFound("customer", customer_id)
    keys = await _own_keys(connection, found[0])
    calls = await _rows(
        connection,
        select(*Call.__table__.columns, Queue.name.label("queue_name"), User.name.label("agent_name"))
        .outerjoin(Queue, Queue.id == Call.queue_id)
        .outerjoin(User, User.id == Call.agent_id)
        .where(_whose(Call.customer_id, Call.number, customer_id, keys))
        .order_by(Call.started_at, Call.id),
    )
    parts = _parts(customer_id, keys, [row["id"] for row in calls])
    rows = {name: await _rows(connection, query) for name, query in parts.items()}
    leads = await leads_of(connection, customer_id, keys)
    attempts = await attempts_of(connection, customer_id, keys, [row["id"] for row in leads])
    data = PersonalData(customer=found[0], calls=calls, leads=leads, attempts=attempts, audit=[], **rows)
    data.audit.extend(await _audit(connection, data))
    return data


def _parts(customer_id: int, keys: list[str], call_ids: list[str]) -> dict[str, Any]:
    """Where each kind of thing is found, but for calls and what the audit log says of all."""
    messages = _whose(Message.customer_id, Message.number, customer_id, keys)
    return {
        "timeline": select(*Interaction.__table__.columns, User.name.label("user_name"))
        .outerjoin(User, User.id == Interaction.user_id)
        .where(Interaction.customer_id == customer_id)
        .order_by(Interaction.at, Interaction.id),
        "tasks": select(*Task.__table__.columns)
        .where(_whose(Task.customer_id, Task.number, customer_id, keys))
        .order_by(Task.id),
        "events": select(*CallEvent.__table__.columns)
        .where(CallEvent.call_id.in_(call_ids))
        .order_by(CallEvent.call_id, CallEvent.at, CallEvent.seq),
        "recordings": select(*Recording.__table__.columns)
        .where(Recording.call_id.in_(call_ids))
        .order_by(Recording.started_at),
        "messages": select(*Message.__table__.columns)
        .where(or_(messages, Message.call_id.in_(call_ids)))
        .order_by(Message.at, Message.id),
        "callbacks": select(*Callback.__table__.columns)
        .where(_whose(Callback.customer_id, Callback.number_key, customer_id, keys))
        .order_by(Callback.asked_at),
        "do_not_call": select(*DoNotCallEntry.__table__.columns)
        .where(_whose(DoNotCallEntry.customer_id, DoNotCallEntry.number, customer_id, keys))
        .order_by(DoNotCallEntry.id),
    }


async def _own_keys(connection: AsyncConnection, customer: CustomerRow) -> list[str]:
    keys = [phone.number for phone in customer.phones]
    others = select(ContactPoint.value).where(ContactPoint.value.in_(keys), ContactPoint.customer_id != customer.id)
    shared = set(await connection.scalars(others))
    return [key for key in keys if key not in shared]


def _whose(owner: Any, number: Any, customer_id: int, keys: list[str]) -> ColumnElement[bool]:
    return or_(owner == customer_id, and_(owner.is_(None), number.in_(keys)))


def _objects(data: PersonalData) -> dict[str, list[object]]:
    """Under which names the audit log speaks of this person."""
    calls, messages = [row["id"] for row in data.calls], [row["id"] for row in data.messages]
    refs = [f"point:{phone.id}" for phone in data.customer.phones]
    refs += [f"call:{call_id}" for call_id in calls] + [f"message:{message_id}" for message_id in messages]
    return {
        "customer": [data.customer.id],
        "call": calls,
        "recording": [row["id"] for row in data.recordings],
        "message": messages,
        "voicemail": messages,
        "task": [row["id"] for row in data.tasks],
        "number": [*refs],
        "do_not_call": [row["id"] for row in data.do_not_call],
        "lead": [row["id"] for row in data.leads],
    }


async def _audit(connection: AsyncConnection, data: PersonalData) -> Rows:
    about = [
        and_(AuditEntry.object_kind == kind, AuditEntry.object_id.in_([str(each) for each in object_ids]))
        for kind, object_ids in _objects(data).items()
    ]
    columns = ("id", "at", "action", "object_kind", "object_id", "detail")
    query = (
        select(*(getattr(AuditEntry, name) for name in columns), User.name.label("user_name"))
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(or_(*about))
        .order_by(AuditEntry.id)
    )
    return await _rows(connection, query)


async def _rows(connection: AsyncConnection, query: Any) -> Rows:
    return [dict(row) for row in (await connection.execute(query)).mappings()]
