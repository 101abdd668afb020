"""The book of tasks: what people open, do, pass on and put off; what calls make of it is `crm_core.missed`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.agreed_time import IN_PAST, time_problem
from crm_core.domain.shapes import is_blank
from crm_core.domain.task import Priority, Step, TaskKind, TaskState
from crm_core.errors import NotFound, TaskClosed
from crm_core.models import Call, Customer, Message, Queue, Task, User
from crm_core.storage.along import Along
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks, refuse
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.versions import bump
from crm_core.task_rows import TaskFilter, TaskRow, read_first, read_of_customer, read_page, read_task
from crm_core.task_writing import TaskDraft, dated, move, open_task
from cti.clock import Clock

_MOST_OF_CUSTOMER = 200
Listener = Callable[[frozenset[int]], None]
_ACTIONS = {Step.COMPLETE: "task.close", Step.CANCEL: "task.cancel", Step.REOPEN: "task.reopen"}


class TaskChanges(TypedDict, total=False):
    """What is named changes."""

    title: str
    note: str
    due_at: datetime | None
    priority: int
    customer_id: int | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A task as it is since `changed_at`; without `owner_id` it is anybody's of the queue, or of the house."""

    task_id: int
    owner_id: int | None
    queue_id: int | None
    changed_at: datetime


class TaskBook:
    """Listeners hear after each change whose lists it was taken from; where it is now the rows say."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._listeners: list[Listener] = []

    def on_change(self, listener: Listener) -> None:
        """Call `listener` whenever people changed something, with the users who had it before."""
        self._listeners.append(listener)

    async def open(self, draft: TaskDraft, by: Actor) -> TaskRow:
        """Write a new one; what the call says (customer, number, queue) need not be said again."""
        draft = replace(_checked(draft), created_by=by.user_id)
        if draft.kind is TaskKind.CALLBACK:
            _refuse_past(draft.due_at, self._clock.now())
        return await self._changed(lambda connection: _opened(connection, draft, by, self._clock.now()))

    def agreeing(self, draft: TaskDraft, by: Actor) -> Along:
        """Open the callback of a call, or have the open one that was planned in it be due then: there is one.

        Who says its time anew says also whose it is; what somebody else was given meanwhile stays theirs.
        """
        draft = replace(_checked(replace(draft, kind=TaskKind.CALLBACK)), created_by=by.user_id)
        had: list[int] = []

        async def work(connection: AsyncConnection) -> None:
            now = self._clock.now()
            present = await _callback_of(connection, str(draft.call_id))
            # the work may be done twice, and the last time counts
            had[:] = [] if present is None or present.owner_id is None else [present.owner_id]
            if present is None:
                await _opened(connection, draft, by, now)
            elif draft.due_at is not None:
                await _agreed_anew(connection, present, draft, by, now)

        return Along(work, lambda: self._tell(had))

    async def get(self, task_id: int) -> TaskRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await read_task(connection, task_id)

    async def callback_of(self, call_id: str) -> TaskRow | None:
        """Read the open callback that was planned in this call, None if there is none."""
        async with self._database.reading() as connection:
            return await _callback_of(connection, call_id)

    async def page(self, wanted: TaskFilter, cursor: str | None = None, limit: int = 50) -> Page[TaskRow]:
        """List open ones by the time when they are due, closed ones the newest first."""
        limit = clamp(limit)
        after = decode_time_and_key(cursor, int)
        async with self._database.reading() as connection:
            rows = await read_page(connection, wanted, after, limit + 1)
        return make_page(rows, limit, lambda row: (row.sort_at, row.id))

    async def of_customer(self, customer_id: int) -> tuple[TaskRow, ...]:
        """List what is open with a customer, the most urgent first."""
        async with self._database.reading() as connection:
            return tuple(await read_of_customer(connection, customer_id, _MOST_OF_CUSTOMER))

    async def first_due(self, people: Mapping[int, frozenset[int]], most: int) -> dict[int, list[TaskRow]]:
        """List the first of what is each one's to do; `people` gives their queues."""
        return await self._database.read(lambda connection: read_first(connection, people, most))

    async def change(self, task_id: int, version: int, changes: TaskChanges, by: Actor) -> TaskRow:
        """Save changes of an open task; the reminder follows the time."""
        values = _checked_changes(changes)

        async def work(connection: AsyncConnection) -> TaskRow:
            now = self._clock.now()
            await _require_open(connection, task_id)
            await _check_by_kind(connection, task_id, values, now)
            if values.get("customer_id") is not None:
                await _require(connection, Customer, "customer", values["customer_id"])
            await bump(connection, Task, "task", task_id, version, {**values, "changed_at": now})
            await append(connection, by, now, "task.change", task_id, {"changed": sorted(changes)})
            return await read_task(connection, task_id)

        return await self._changed(work)

    async def complete(self, task_id: int, by: Actor, outcome: str = "") -> TaskRow:
        """It is done; `outcome` what came of it. A message that it stands for is dealt with as well."""
        return await self._step(task_id, Step.COMPLETE, by, outcome)

    async def cancel(self, task_id: int, by: Actor, why: str = "") -> TaskRow:
        """It will not be done."""
        return await self._step(task_id, Step.CANCEL, by, why)

    async def reopen(self, task_id: int, by: Actor) -> TaskRow:
        """It is to be done after all."""
        return await self._step(task_id, Step.REOPEN, by, "")

    async def snooze(self, task_id: int, until: datetime | None) -> TaskRow:
        """Remind again at `until`, None: no more. It stays due when it was."""

        async def work(connection: AsyncConnection) -> TaskRow:
            await _require_open(connection, task_id)
            values = {"remind_at": until, "changed_at": self._clock.now()}
            await connection.execute(update(Task).where(Task.id == task_id).values(values))
            return await read_task(connection, task_id)

        return await self._changed(work)

    async def assign(self, task_id: int, owner_id: int | None, queue_id: int | None, by: Actor) -> TaskRow:
        """Pass it on to somebody, or to whoever takes it of a queue, or of the house."""
        before: list[int] = []

        async def work(connection: AsyncConnection) -> TaskRow:
            now = self._clock.now()
            await _require_open(connection, task_id)
            had = await connection.scalar(select(Task.owner_id).where(Task.id == task_id))
            # the work may be done twice, and the last time counts
            before[:] = [] if had is None else [had]
            await _pass_on(connection, task_id, owner_id, queue_id, by, now)
            return await read_task(connection, task_id)

        return await self._changed(work, before)

    async def changed_since(self, at: datetime) -> frozenset[Changed]:
        """Give what was changed from then on, and whose it is now."""

        async def work(connection: AsyncConnection) -> frozenset[Changed]:
            return frozenset(Changed(*row) for row in await connection.execute(_CHANGED, {"since": at}))

        return await self._database.read(work)

    async def due_between(self, since: datetime, until: datetime) -> tuple[set[int], set[int | None]]:
        """Whose tasks became due, or remind, after `since` until `until`: users, and queues (None: everybody's)."""

        async def work(connection: AsyncConnection) -> list[Any]:
            moments = {"since": since, "until": until}
            return [row for query in _BECAME_DUE for row in await connection.execute(query, moments)]

        rows = await self._database.read(work)
        return (
            {row.owner_id for row in rows if row.owner_id is not None},
            {row.queue_id for row in rows if row.owner_id is None},
        )

    async def next_after(self, at: datetime) -> datetime | None:
        """Give the next moment when something becomes due or reminds."""

        async def work(connection: AsyncConnection) -> list[datetime | None]:
            return [await connection.scalar(query, {"since": at}) for query in _NEXT]

        found = await self._database.read(work)
        return min((moment for moment in found if moment is not None), default=None)

    async def _step(self, task_id: int, step: Step, by: Actor, outcome: str) -> TaskRow:
        checks = Checks()
        outcome = checks.trimmed("note", outcome, longest=2000)
        checks.done()

        async def work(connection: AsyncConnection) -> TaskRow:
            now = self._clock.now()
            await move(connection, task_id, step, by.user_id, now, outcome)
            await append(connection, by, now, _ACTIONS[step], task_id)
            row = await read_task(connection, task_id)
            if row.message_id is not None:
                await connection.execute(update(Message).where(Message.id == row.message_id).values(_as_message(row)))
            return row

        return await self._changed(work)

    async def _changed(self, work: Any, before: list[int] | None = None) -> TaskRow:
        row: TaskRow = await self._database.write(work)
        self._tell(before or ())
        return row

    def _tell(self, before: Iterable[int]) -> None:
        for listener in self._listeners:
            listener(frozenset(before))


# Built once: each call that is answered or missed asks the first.
_IS_OPEN = Task.state == TaskState.OPEN.value
_MOMENTS = (Task.sort_at, Task.remind_at)
_CHANGED = select(Task.id, Task.owner_id, Task.queue_id, Task.changed_at).where(Task.changed_at >= bindparam("since"))
_BECAME_DUE = [
    select(Task.owner_id, Task.queue_id)
    .where(_IS_OPEN, moment > bindparam("since"), moment <= bindparam("until"))
    .distinct()
    for moment in _MOMENTS
]
_NEXT = [select(func.min(moment)).where(_IS_OPEN, moment > bindparam("since")) for moment in _MOMENTS]


def _as_message(row: TaskRow) -> dict[str, Any]:
    return {"state": "new" if row.done_at is None else "done", "done_at": row.done_at, "done_by": row.done_by}


def _checked(draft: TaskDraft) -> TaskDraft:
    checks = Checks()
    title = checks.trimmed("title", draft.title, required=draft.kind is not TaskKind.CALLBACK)
    note = checks.trimmed("note", draft.note, longest=10_000)
    checks.choice("priority", str(int(draft.priority)), [str(int(one)) for one in Priority])
    checks.done()
    return replace(draft, title=title, note=note)


def _checked_changes(changes: TaskChanges) -> dict[str, Any]:
    checks = Checks()
    values: dict[str, Any] = dict(changes)
    if "title" in changes:
        values["title"] = checks.trimmed("title", changes["title"])
    if "note" in changes:
        values["note"] = checks.trimmed("note", changes["note"], longest=10_000)
    if "priority" in changes:
        checks.choice("priority", str(changes["priority"]), [str(int(one)) for one in Priority])
    checks.done()
    return values | dated(changes["due_at"]) if "due_at" in changes else values


async def _check_by_kind(connection: AsyncConnection, task_id: int, values: Mapping[str, Any], now: datetime) -> None:
    """Whoever changes something else of a callback that is late leaves its time as it is."""
    before = (await connection.execute(select(Task.kind, Task.due_at).where(Task.id == task_id))).one()
    is_callback, due_at = before.kind == TaskKind.CALLBACK, values.get("due_at")
    if is_callback and due_at != before.due_at:
        _refuse_past(due_at, now)
    if not is_callback and "title" in values and is_blank(values["title"]):
        refuse("title", "missing", "must not be empty")


def _refuse_past(due_at: datetime | None, now: datetime) -> None:
    """Nobody can be called back then any more."""
    if time_problem(due_at, now) == IN_PAST:
        refuse("due_at", IN_PAST, "is over already")


async def _opened(connection: AsyncConnection, draft: TaskDraft, by: Actor, now: datetime) -> TaskRow:
    known = await _with_call(connection, draft)
    await _check_references(connection, known)
    task_id = await open_task(connection, known, now)
    detail = {"customer_id": known.customer_id} if known.customer_id is not None else {}
    await append(connection, by, now, "task.add", task_id, detail)
    return await read_task(connection, task_id)


async def _agreed_anew(
    connection: AsyncConnection, present: TaskRow, draft: TaskDraft, by: Actor, now: datetime
) -> None:
    if draft.due_at != present.due_at:
        values = {**dated(draft.due_at), "changed_at": now}
        await bump(connection, Task, "task", present.id, present.version, values)
        await append(connection, by, now, "task.change", present.id, {"changed": ["due_at"]})
    if present.owner_id == (by.user_id if draft.owner_id is None else None):
        await _pass_on(connection, present.id, draft.owner_id, present.queue_id, by, now)


async def _pass_on(
    connection: AsyncConnection, task_id: int, owner_id: int | None, queue_id: int | None, by: Actor, now: datetime
) -> None:
    await _check_references(connection, TaskDraft("", owner_id=owner_id, queue_id=queue_id))
    values = {"owner_id": owner_id, "queue_id": queue_id, "changed_at": now, "version": Task.version + 1}
    await connection.execute(update(Task).where(Task.id == task_id).values(values))
    await append(connection, by, now, "task.assign", task_id, {"owner_id": owner_id, "queue_id": queue_id})


async def _callback_of(connection: AsyncConnection, call_id: str) -> TaskRow | None:
    query = select(Task.id).where(
        Task.call_id == call_id, Task.kind == TaskKind.CALLBACK.value, Task.state == TaskState.OPEN.value
    )
    task_id = await connection.scalar(query.order_by(Task.id).limit(1))
    return None if task_id is None else await read_task(connection, task_id)


async def _with_call(connection: AsyncConnection, draft: TaskDraft) -> TaskDraft:
    if draft.call_id is None:
        return draft
    query = select(Call.customer_id, Call.number, Call.queue_id).where(Call.id == draft.call_id)
    call = (await connection.execute(query)).first()
    if call is None:
        raise NotFound("call", draft.call_id)
    nobodys = draft.owner_id is None and draft.queue_id is None
    return replace(
        draft,
        customer_id=draft.customer_id if draft.customer_id is not None else call.customer_id,
        number=draft.number or call.number,
        queue_id=call.queue_id if nobodys else draft.queue_id,
    )


async def _check_references(connection: AsyncConnection, draft: TaskDraft) -> None:
    if draft.customer_id is not None:
        await _require(connection, Customer, "customer", draft.customer_id)
    if draft.owner_id is not None:
        active = select(User.id).where(User.id == draft.owner_id, User.active.is_(True))
        if await connection.scalar(active) is None:
            refuse("owner_id", "unknown_user", "is nobody who works here")
    if draft.queue_id is not None:
        active = select(Queue.id).where(Queue.id == draft.queue_id, Queue.active.is_(True))
        if await connection.scalar(active) is None:
            refuse("queue_id", "unknown_queue", "is not one of the queues")


async def _require(connection: AsyncConnection, table: type[Customer], kind: str, key: int) -> None:
    if await connection.scalar(select(table.id).where(table.id == key)) is None:
        raise NotFound(kind, key)


async def _require_open(connection: AsyncConnection, task_id: int) -> None:
    state = await connection.scalar(select(Task.state).where(Task.id == task_id).with_for_update())
    if state is None:
        raise NotFound("task", task_id)
    if state != TaskState.OPEN:
        raise TaskClosed(task_id, state)
