"""Calls that nobody took become tasks, one for each caller and queue, and are done when the caller is reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.task import Priority, TaskKind, TaskState, missed_key
from crm_core.models import Call, Queue, Task
from crm_core.task_writing import TaskDraft, closed, open_task

# Built once: to build a statement takes longer than to run it, and each call that ends or is answered asks them.
_CALL = select(Call.number, Call.customer_id, Call.priority, Call.direction).where(Call.id == bindparam("wanted"))
_RULE = select(Queue.name, Queue.missed_tasks, Queue.missed_due_s).where(Queue.id == bindparam("wanted"))
_REACHED = update(Task).where(
    Task.number == select(Call.number).where(Call.id == bindparam("wanted")).scalar_subquery(),
    Task.state == TaskState.OPEN.value,
    Task.kind == TaskKind.MISSED.value,
)


async def note_missed(connection: AsyncConnection, call_id: str, queue_id: int, at: datetime) -> int | None:
    """Open a task for the caller, or raise the open one; None where the queue wants none, or nobody can be rung."""
    rule = (await connection.execute(_RULE, {"wanted": queue_id})).first()
    call = (await connection.execute(_CALL, {"wanted": call_id})).first()
    if rule is None or call is None or not rule.missed_tasks:
        return None
    if call.number is None or call.direction != "inbound":
        return None
    draft = TaskDraft(
        title=rule.name,
        kind=TaskKind.MISSED,
        due_at=at + timedelta(seconds=rule.missed_due_s),
        queue_id=queue_id,
        customer_id=call.customer_id,
        call_id=call_id,
        number=call.number,
        priority=Priority.HIGH if call.priority > 0 else Priority.NORMAL,
        open_key=missed_key(queue_id, call.number),
        tries=1,
    )
    return await open_task(connection, draft, at)


@dataclass(frozen=True, slots=True)
class Promised:
    """Who asked for a callback without calling, in their own words; `number` is a key."""

    number: str
    customer_id: int | None
    priority: int
    name: str
    wish: str


async def note_promise(connection: AsyncConnection, promised: Promised, queue_id: int, at: datetime) -> None:
    """They were told that we call, and nobody reached them: the task is as for a caller whom nobody took."""
    rule = (await connection.execute(_RULE, {"wanted": queue_id})).first()
    if rule is None or not rule.missed_tasks:
        return
    draft = TaskDraft(
        title=rule.name,
        kind=TaskKind.MISSED,
        note=": ".join(said for said in (promised.name, promised.wish) if said),
        due_at=at + timedelta(seconds=rule.missed_due_s),
        queue_id=queue_id,
        customer_id=promised.customer_id,
        number=promised.number,
        priority=Priority.HIGH if promised.priority > 0 else Priority.NORMAL,
        open_key=missed_key(queue_id, promised.number),
        tries=1,
    )
    await open_task(connection, draft, at)


async def note_reached(connection: AsyncConnection, call_id: str, agent_id: int | None, at: datetime) -> None:
    """Somebody of ours talks with this caller: what was missed of them, in whatever queue, is done."""
    done = {**closed(at, agent_id), "state": TaskState.DONE.value, "changed_at": at, "outcome": "reached"}
    await connection.execute(_REACHED, {"wanted": call_id, **done})
