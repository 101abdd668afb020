"""Tasks: callbacks and follow-ups, whoever has to do them."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from agent_ui.api.ask import Ask
from agent_ui.api.calls import check_mine, once_written
from agent_ui.api.numbers import number_behind
from agent_ui.api.probing import spend_probe
from agent_ui.api.problems import invalid
from agent_ui.api.route import Answer, Body, NumberText, OwnText, Route
from agent_ui.api.shapes import Named, PageAnswer, PageQuery, named, shown_number
from agent_ui.api.task_rights import audience_of, my_task
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError, FieldProblem
from crm_core.domain.masking import restore_text
from crm_core.domain.phone import normalise
from crm_core.domain.task import Due, TaskKind, TaskState
from crm_core.task_rows import TaskFilter, TaskRow
from crm_core.task_writing import TaskDraft
from crm_core.tasks import TaskChanges

LONGEST_SNOOZE_S = 30 * 86_400


class TaskQuery(PageQuery):
    """`scope` "mine": what is mine; "team": what anybody of my queues may take; "all": of everybody (supervisors)."""

    scope: Literal["todo", "mine", "team", "all"] = "todo"
    state: Literal["open", "done", "cancelled"] = "open"
    due: Literal["overdue", "today", "later"] | None = None
    owner_id: int | None = None
    queue_id: int | None = None
    customer_id: int | None = None


class NewTask(Body):
    """`call_id` brings customer, number and queue. `owner_id` absent: mine; null: anybody's of the queue.

    A callback needs no title, and cannot be due at a time that is over.

    The number as typed, or `number_ref` as it came with one.
    """

    title: str = Field("", max_length=200)
    kind: Literal[TaskKind.FOLLOW_UP, TaskKind.CALLBACK] = TaskKind.FOLLOW_UP
    note: str = Field("", max_length=10_000)
    due_at: AwareDatetime | None = None
    priority: int = Field(0, ge=-1, le=1)
    owner_id: int | None = None
    queue_id: int | None = None
    customer_id: int | None = None
    call_id: str | None = Field(None, max_length=64)
    number: str | None = Field(None, max_length=64)
    number_ref: str | None = Field(None, max_length=80)


class ChangedTask(Body):
    """Only what is named changes."""

    version: int
    title: str | None = Field(None, max_length=200)
    note: str | None = Field(None, max_length=10_000)
    due_at: AwareDatetime | None = None
    priority: int | None = Field(None, ge=-1, le=1)
    customer_id: int | None = None


class Outcome(Body):
    """What came of it, or why it will not be done."""

    note: str = Field("", max_length=2000)


class Snooze(Body):
    """Remind again after so many seconds; null: no more."""

    after_s: int | None = Field(600, ge=60, le=LONGEST_SNOOZE_S)


class Assignment(Body):
    """To whom it goes: a person, or anybody of a queue; neither: anybody."""

    owner_id: int | None = None
    queue_id: int | None = None


class TaskAnswer(Answer):
    """One task; `number` of whom it is about, `number_ref` to ask for it or to dial it.

    `title` is empty where nobody gave a callback one. `person_name` is whom the campaign's list has, of a call of its.
    """

    id: int
    kind: str
    state: str
    title: str
    note: str
    outcome: str
    priority: int
    customer: Named | None
    campaign: Named | None
    person_name: str | None
    number: NumberText | None
    number_ref: OwnText | None
    call_id: OwnText | None
    message_id: int | None
    queue: Named | None
    owner: Named | None
    due_at: datetime | None
    remind_at: datetime | None
    tries: int
    tried_at: datetime | None
    created_at: datetime
    created_by: str | None
    done_at: datetime | None
    done_by: str | None
    version: int


async def list_tasks(ask: Ask) -> dict[str, Any]:
    """List open ones by the time when they are due, closed ones the newest first."""
    query: TaskQuery = ask.query
    if query.scope == "all":
        ask.need(Permission.SEE_ALL_TASKS)
    since, until = _bounds(ask, query)
    wanted = TaskFilter(
        state=TaskState(query.state),
        audience=None if query.scope == "all" else _audience(ask, query.scope),
        owner_id=query.owner_id,
        queue_id=query.queue_id,
        customer_id=query.customer_id,
        since=since,
        until=until,
    )
    page = await ask.parts.memory.tasks.page(wanted, query.cursor, query.limit)
    return {"items": [task_answer(row) for row in page.items], "next_cursor": page.next_cursor}


def _audience(ask: Ask, scope: str) -> Any:
    return audience_of(ask, own=scope != "team", team=scope != "mine")


def _bounds(ask: Ask, query: TaskQuery) -> tuple[datetime | None, datetime | None]:
    if query.due is None or query.state != "open":
        return None, None
    now, tomorrow = ask.parts.clock.now(), ask.parts.reminders.tomorrow()
    just_later = now + timedelta(microseconds=1)
    bounds = {Due.OVERDUE: (None, just_later), Due.TODAY: (just_later, tomorrow), Due.LATER: (tomorrow, None)}
    return bounds[Due(query.due)]


async def show_task(ask: Ask) -> dict[str, Any]:
    """Show one."""
    return task_answer(await my_task(ask, ask.number("task_id")))


async def add_task(ask: Ask) -> dict[str, Any]:
    """Open one; it is mine unless it is said whose."""
    body: NewTask = ask.body
    if body.call_id is not None:
        await check_mine(ask, body.call_id)
        await once_written(ask, body.call_id, lambda: ask.parts.memory.calls.get(body.call_id or ""))
    mine = "owner_id" not in body.model_fields_set and body.queue_id is None
    draft = TaskDraft(
        body.title,
        kind=body.kind,
        note=body.note,
        due_at=body.due_at,
        priority=body.priority,
        owner_id=ask.me.user_id if mine else body.owner_id,
        queue_id=body.queue_id,
        customer_id=body.customer_id,
        call_id=body.call_id,
        number=await _number(ask, body),
    )
    return task_answer(await ask.parts.memory.tasks.open(draft, ask.actor))


async def _number(ask: Ask, body: NewTask) -> str | None:
    if body.number_ref:
        return (await number_behind(ask, body.number_ref)).key
    if not body.number:
        return None
    if not ask.me.sees_numbers:
        await spend_probe(ask, body.number)
    key = normalise(body.number).key
    if key is None or key.startswith("raw:"):
        raise invalid([FieldProblem("number", "not_a_number", "is not a telephone number")])
    return key


async def change_task(ask: Ask) -> dict[str, Any]:
    """Save changes, unless somebody else saved in between."""
    body: ChangedTask = ask.body
    row = await my_task(ask, ask.number("task_id"))
    changes: TaskChanges = {}
    for name in body.model_fields_set - {"version"}:
        value = getattr(body, name)
        if value is None and name not in {"due_at", "customer_id"}:
            continue
        if isinstance(value, str) and not ask.me.sees_numbers:
            value = restore_text(value, getattr(row, name))
        changes[name] = value  # type: ignore[literal-required]
    return task_answer(await ask.parts.memory.tasks.change(row.id, body.version, changes, ask.actor))


async def finish_task(ask: Ask) -> dict[str, Any]:
    """It is done."""
    row = await my_task(ask, ask.number("task_id"))
    return task_answer(await ask.parts.memory.tasks.complete(row.id, ask.actor, ask.body.note))


async def cancel_task(ask: Ask) -> dict[str, Any]:
    """It will not be done."""
    row = await my_task(ask, ask.number("task_id"))
    return task_answer(await ask.parts.memory.tasks.cancel(row.id, ask.actor, ask.body.note))


async def reopen_task(ask: Ask) -> dict[str, Any]:
    """Undo either."""
    row = await my_task(ask, ask.number("task_id"))
    return task_answer(await ask.parts.memory.tasks.reopen(row.id, ask.actor))


async def snooze_task(ask: Ask) -> dict[str, Any]:
    """Be reminded later, or no more; of a team's task the whole team is."""
    row = await my_task(ask, ask.number("task_id"))
    after_s = ask.body.after_s
    until = None if after_s is None else ask.parts.clock.now() + timedelta(seconds=after_s)
    return task_answer(await ask.parts.memory.tasks.snooze(row.id, until))


async def assign_task(ask: Ask) -> dict[str, Any]:
    """Take it, or pass it on."""
    body: Assignment = ask.body
    row = await my_task(ask, ask.number("task_id"))
    if row.owner_id is not None and row.owner_id == body.owner_id and row.queue_id == body.queue_id:
        raise ApiError(409, "same_owner", "It is theirs already.")
    return task_answer(await ask.parts.memory.tasks.assign(row.id, body.owner_id, body.queue_id, ask.actor))


def task_answer(row: TaskRow) -> dict[str, Any]:
    """Turn a row into its answer."""
    return {
        **{name: getattr(row, name) for name in PLAIN},
        "customer": named(row.customer_id, row.customer_name),
        "campaign": named(row.campaign_id, row.campaign_name),
        "number": shown_number(row.number),
        "number_ref": None if row.number is None else f"task:{row.id}",
        "queue": named(row.queue_id, row.queue_name),
        "owner": named(row.owner_id, row.owner_name),
        "created_by": row.created_by_name,
        "done_by": row.done_by_name,
    }


PLAIN = (
    "id",
    "kind",
    "state",
    "title",
    "note",
    "outcome",
    "priority",
    "person_name",
    "call_id",
    "message_id",
    "due_at",
    "remind_at",
    "tries",
    "tried_at",
    "created_at",
    "done_at",
    "version",
)


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    more = {"answer": TaskAnswer, **more}
    return Route(method=method, path=path, permission=Permission.DO_TASKS, handler=handler, summary=summary, **more)


ONE = "/tasks/{task_id:int}"
ROUTES = [
    _route("GET", "/tasks", list_tasks, "List tasks", query=TaskQuery, answer=PageAnswer[TaskAnswer]),
    _route("POST", "/tasks", add_task, "Open a task", body=NewTask, status=201),
    _route("GET", ONE, show_task, "One task"),
    _route("PATCH", ONE, change_task, "Change a task", body=ChangedTask),
    _route("POST", f"{ONE}/done", finish_task, "It is done", body=Outcome),
    _route("POST", f"{ONE}/cancel", cancel_task, "It will not be done", body=Outcome),
    _route("POST", f"{ONE}/reopen", reopen_task, "It is to be done after all"),
    _route("POST", f"{ONE}/snooze", snooze_task, "Be reminded later", body=Snooze),
    _route("POST", f"{ONE}/assign", assign_task, "Take it, or pass it on", body=Assignment),
]
