"""Voicemails and wishes to be called back, until somebody has dealt with them."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from crm_core.audit import Actor, append
from crm_core.domain.phone import normalise
from crm_core.domain.task import Step, TaskKind
from crm_core.domain.voicemail_rules import VoicemailRules
from crm_core.errors import NotFound, TaskClosed
from crm_core.matching import only_customer
from crm_core.models import Call, Customer, Message, Queue, Task, User
from crm_core.storage.database import Database
from crm_core.storage.fields import clean, refuse
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.rows import build, execute, known, upsert
from crm_core.task_writing import TaskDraft, move, open_task
from crm_core.timeline import add_line
from crm_core.voicemail_mails import note_mail
from cti.clock import Clock

KINDS = ("voicemail", "callback")
_HEARER = aliased(User)
_UNHEARD = (Message.kind == "voicemail", Message.state == "new", Message.heard_at.is_(None))
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """What a caller left. `key` names its origin (a file's name, a call's id): the same one is taken once."""

    key: str
    kind: str
    at: datetime
    number: str | None = None
    call_id: str | None = None
    queue_id: int | None = None
    path: str | None = None
    duration_s: float = 0.0
    source: str = "flow"
    note: str = ""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as its list shows it; `state` is new or done."""

    id: int
    kind: str
    source: str
    call_id: str | None
    customer_id: int | None
    customer_name: str | None
    queue_id: int | None
    queue_name: str | None
    number: str | None
    at: datetime
    path: str | None
    duration_s: float
    state: str
    heard_at: datetime | None
    heard_by_name: str | None
    done_at: datetime | None
    done_by: int | None
    done_by_name: str | None
    note: str


class Messages:
    """Taken in by the ivr and from the emergency spool, dealt with by people.

    `house` is told by mail of those that were left in no queue.
    """

    def __init__(self, database: Database, clock: Clock, house: VoicemailRules | None = None) -> None:
        self._database = database
        self._clock = clock
        self._house = house or VoicemailRules()
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever a message came in or was dealt with: its task is another one by then."""
        self._listeners.append(listener)

    async def add(self, draft: MessageDraft) -> int:
        """Take a message in, and give its id; a key that is known already gives the earlier one's id."""
        if draft.kind not in KINDS:
            refuse("kind", "unknown_choice", f"must be one of: {', '.join(KINDS)}")
        phone = normalise(draft.number)

        async def work(connection: AsyncConnection) -> int:
            earlier = await connection.scalar(select(Message.id).where(Message.key == draft.key))
            if earlier is not None:
                return earlier
            customer_id = await _whose(connection, draft.call_id, phone.keys)
            values = {
                **{name: getattr(draft, name) for name in ("key", "kind", "at", "call_id", "path", "duration_s")},
                "source": draft.source,
                "note": clean(draft.note, 10_000),
                "queue_id": known(Queue.id, draft.queue_id),
                "customer_id": customer_id,
                "number": phone.key,
                "number_raw": clean(draft.number or "", 64) or None,
                "state": "new",
            }
            await connection.execute(upsert(connection, Message, values, ("key",)))
            message_id = await connection.scalar(select(Message.id).where(Message.key == draft.key))
            if customer_id is not None:
                call_id = await connection.scalar(select(Call.id).where(Call.id == draft.call_id))
                await add_line(connection, customer_id, draft.kind, draft.at, call_id=call_id, text=draft.note)
            await _open_task(connection, draft, int(message_id or 0), customer_id, phone.key, self._clock.now())
            if draft.kind == "voicemail":
                now = self._clock.now()
                await note_mail(connection, int(message_id or 0), draft.queue_id, now, self._house)
            return int(message_id or 0)

        return await self._changed(work)

    async def get(self, message_id: int) -> MessageRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, message_id)

    async def page(
        self,
        state: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
        queue_ids: Collection[int] | None = None,
    ) -> Page[MessageRow]:
        """List messages, the newest first; with `queue_ids` those of these queues and of no queue."""
        limit = clamp(limit)
        query = _messages()
        if queue_ids is not None:
            query = query.where(Message.queue_id.in_(queue_ids) | Message.queue_id.is_(None))
        if state == "unheard":
            query = query.where(*_UNHEARD)
        elif state is not None:
            query = query.where(Message.state == state)
        before = decode_time_and_key(cursor, int)
        if before is not None:
            at, key = before
            query = query.where((Message.at < at) | ((Message.at == at) & (Message.id < key)))
        query = query.order_by(Message.at.desc(), Message.id.desc()).limit(limit + 1)
        async with self._database.reading() as connection:
            rows = [build(MessageRow, row) for row in (await connection.execute(query)).mappings()]
        return make_page(rows, limit, lambda row: (row.at, row.id))

    async def count_unheard(self, queue_ids: Collection[int] | None, most: int) -> int:
        """Count up to `most` that nobody has heard or dealt with; with `queue_ids` of these queues and of no queue."""
        query = select(Message.id).where(*_UNHEARD)
        if queue_ids is not None:
            query = query.where(Message.queue_id.in_(queue_ids) | Message.queue_id.is_(None))
        async with self._database.reading() as connection:
            return await connection.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0

    async def hear(self, message_id: int, by: Actor) -> None:
        """Note who listened first; the trace of each listening is the audit log's."""

        async def work(connection: AsyncConnection) -> bool:
            query = update(Message).where(Message.id == message_id, Message.heard_at.is_(None))
            return bool(await execute(connection, query.values(heard_at=self._clock.now(), heard_by=by.user_id)))

        if await self._database.write(work):
            self._tell()

    async def sounds_before(self, moment: datetime, limit: int) -> tuple[tuple[int, str], ...]:
        """List id and path of sounds that are older, but for those that a legal hold keeps."""
        free = or_(Customer.hold_reason.is_(None), Customer.hold_reason == "")
        query = (
            select(Message.id, Message.path)
            .outerjoin(Customer, Customer.id == Message.customer_id)
            .where(Message.path.is_not(None), Message.at < moment, free)
            .order_by(Message.at)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple((row.id, row.path) for row in await connection.execute(query))

    async def sound_gone(self, message_ids: Collection[int]) -> None:
        """Their files were deleted; what was noted of them stays."""

        async def work(connection: AsyncConnection) -> None:
            query = update(Message).where(Message.id.in_(message_ids)).values(path=None)
            await connection.execute(query)

        await self._database.write(work)

    async def close(self, message_id: int, by: Actor) -> MessageRow:
        """Mark a message as dealt with; doing so again changes nothing."""

        async def work(connection: AsyncConnection) -> MessageRow:
            now = self._clock.now()
            values = {"state": "done", "done_at": now, "done_by": by.user_id}
            query = update(Message).where(Message.id == message_id, Message.state == "new").values(values)
            if await execute(connection, query):
                first = update(Message).where(Message.id == message_id, Message.heard_at.is_(None))
                await connection.execute(first.values(heard_at=now, heard_by=by.user_id))
                await _close_task(connection, message_id, by, now)
            row = await _one(connection, message_id)
            await append(connection, by, now, "message.close", message_id)
            return row

        return await self._changed(work)

    async def _changed(self, work: Callable[[AsyncConnection], Awaitable[Outcome]]) -> Outcome:
        outcome = await self._database.write(work)
        self._tell()
        return outcome

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


async def _open_task(
    connection: AsyncConnection,
    draft: MessageDraft,
    message_id: int,
    customer_id: int | None,
    number: str | None,
    now: datetime,
) -> None:
    """Whoever left a message waits for an answer, from that moment on."""
    name = await connection.scalar(select(Queue.name).where(Queue.id == draft.queue_id))
    task = TaskDraft(
        title=name or draft.kind,
        kind=TaskKind.VOICEMAIL if draft.kind == "voicemail" else TaskKind.CALLBACK,
        note=clean(draft.note, 10_000),
        due_at=draft.at,
        queue_id=draft.queue_id if name is not None else None,
        customer_id=customer_id,
        call_id=draft.call_id,
        message_id=message_id,
        number=number,
        tries=1,
    )
    await open_task(connection, task, now)


async def _close_task(connection: AsyncConnection, message_id: int, by: Actor, now: datetime) -> None:
    task_id = await connection.scalar(select(Task.id).where(Task.message_id == message_id))
    if task_id is not None:
        # done by its own button already
        with suppress(TaskClosed):
            await move(connection, task_id, Step.COMPLETE, by.user_id, now)


async def _whose(connection: AsyncConnection, call_id: str | None, keys: tuple[str, ...]) -> int | None:
    linked = await connection.scalar(select(Call.customer_id).where(Call.id == call_id))
    if linked is not None:
        return linked
    return await only_customer(connection, keys)


def _messages() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *Message.__table__.columns,
            Customer.name.label("customer_name"),
            Queue.name.label("queue_name"),
            User.name.label("done_by_name"),
            _HEARER.name.label("heard_by_name"),
        )
        .outerjoin(Customer, Customer.id == Message.customer_id)
        .outerjoin(Queue, Queue.id == Message.queue_id)
        .outerjoin(User, User.id == Message.done_by)
        .outerjoin(_HEARER, _HEARER.id == Message.heard_by)
    )


async def _one(connection: AsyncConnection, message_id: int) -> MessageRow:
    row = (await connection.execute(_messages().where(Message.id == message_id))).mappings().first()
    if row is None:
        raise NotFound("message", message_id)
    return build(MessageRow, row)
