"""What makes a task and moves it on, inside a transaction: for the book of tasks, the diary and messages alike."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.task import Priority, Step, TaskKind, TaskState, after, missed_key
from crm_core.errors import NotFound, TaskClosed
from crm_core.models import Task

# Where a task without a time stands in the list.
NO_TIME = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task that is to be opened. Without `owner_id` it is anybody's of the queue, without both anybody's.

    A callback needs no `title`: that it is one, for whom and of which campaign, its other fields say in any language.

    `open_key` names its origin: while one of the same origin is open, that one is raised instead. `number` is a key.
    """

    title: str
    kind: TaskKind = TaskKind.FOLLOW_UP
    note: str = ""
    due_at: datetime | None = None
    owner_id: int | None = None
    queue_id: int | None = None
    customer_id: int | None = None
    call_id: str | None = None
    message_id: int | None = None
    number: str | None = None
    priority: int = Priority.NORMAL
    open_key: str | None = None
    created_by: int | None = None
    tries: int = 0


_RAISE = (
    update(Task)
    .where(Task.open_key == bindparam("wanted"))
    .values(
        tries=Task.tries + 1,
        tried_at=bindparam("at"),
        call_id=bindparam("last_call"),
        changed_at=bindparam("at"),
        version=Task.version + 1,
    )
    .returning(Task.id)
)
_ADD = insert(Task).returning(Task.id)


async def open_task(connection: AsyncConnection, draft: TaskDraft, at: datetime) -> int:
    """Write it, or raise the counter of the open one of the same origin; give its id."""
    if draft.open_key is not None:
        given = {"wanted": draft.open_key, "at": at, "last_call": draft.call_id}
        raised = await connection.scalar(_RAISE, given)
        if raised is not None:
            return int(raised)
    names = (name for name in draft.__dataclass_fields__ if name not in ("kind", "priority"))
    row = {
        **{name: getattr(draft, name) for name in names},
        "kind": draft.kind.value,
        "priority": int(draft.priority),
        "state": TaskState.OPEN.value,
        "outcome": "",
        "sort_at": draft.due_at or NO_TIME,
        "remind_at": draft.due_at,
        "tried_at": at if draft.tries else None,
        "created_at": at,
        "changed_at": at,
        "version": 1,
    }
    return int((await connection.execute(_ADD, row)).scalar_one())


async def move(
    connection: AsyncConnection, task_id: int, step: Step, by: int | None, at: datetime, outcome: str = ""
) -> None:
    """Take one step of the life cycle; raise TaskClosed where it does not fit."""
    query = select(Task.state, Task.kind, Task.due_at, Task.outcome, Task.number, Task.queue_id)
    row = (await connection.execute(query.where(Task.id == task_id).with_for_update())).first()
    if row is None:
        raise NotFound("task", task_id)
    target = after(TaskState(row.state), step)
    if target is None:
        raise TaskClosed(task_id, row.state)
    values = closed(at, by)
    if target is TaskState.OPEN:
        values = {**reopened(row.due_at), "open_key": await _free_key(connection, row)}
    if outcome:
        values["outcome"] = outcome
    changes = {**values, "state": target.value, "changed_at": at, "version": Task.version + 1}
    await connection.execute(update(Task).where(Task.id == task_id).values(changes))


async def _free_key(connection: AsyncConnection, row: Any) -> str | None:
    """Find the origin that a missed call's task stands for again, unless a later one does so meanwhile."""
    if row.kind != TaskKind.MISSED.value or row.number is None or row.queue_id is None:
        return None
    key = missed_key(row.queue_id, row.number)
    taken = await connection.scalar(select(Task.id).where(Task.open_key == key))
    return key if taken is None else None


def closed(at: datetime, by: int | None) -> dict[str, Any]:
    """What a closed task has: nobody is reminded of it, and another one of the same origin may be opened."""
    return {"done_at": at, "done_by": by, "sort_at": at, "remind_at": None, "open_key": None}


def reopened(due_at: datetime | None) -> dict[str, Any]:
    """What a task has that was closed by mistake."""
    return {"done_at": None, "done_by": None, "sort_at": due_at or NO_TIME, "remind_at": due_at, "outcome": ""}


def dated(due_at: datetime | None) -> dict[str, Any]:
    """What an open task has that is due at another time."""
    return {"due_at": due_at, "sort_at": due_at or NO_TIME, "remind_at": due_at}
