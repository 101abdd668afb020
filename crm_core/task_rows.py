"""Tasks as screens read them: pages in the order of an index, whoever's they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from crm_core.domain.task import TaskState
from crm_core.errors import NotFound
from crm_core.models import Attempt, Campaign, Customer, Lead, Queue, Task, User
from crm_core.storage.rows import build

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task; `number` is a key (E.164, "cn:…"), `tries` how often the caller has tried in vain.

    `campaign_id` and `person_name` are of the campaign's call that it was agreed in, and of whom its list has there.
    """

    id: int
    kind: str
    state: str
    title: str
    note: str
    outcome: str
    priority: int
    customer_id: int | None
    customer_name: str | None
    campaign_id: int | None
    campaign_name: str | None
    person_name: str | None
    number: str | None
    call_id: str | None
    message_id: int | None
    queue_id: int | None
    queue_name: str | None
    owner_id: int | None
    owner_name: str | None
    due_at: datetime | None
    sort_at: datetime
    remind_at: datetime | None
    tries: int
    tried_at: datetime | None
    created_at: datetime
    created_by: int | None
    created_by_name: str | None
    done_at: datetime | None
    done_by: int | None
    done_by_name: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Audience:
    """One person's tasks: `own` those that are theirs, `team` what is anybody's of their queues, or of the house."""

    user_id: int
    queue_ids: frozenset[int]
    own: bool = True
    team: bool = True

    def sees(self, row: TaskRow) -> bool:
        """Whether it is theirs to do."""
        if row.owner_id is not None:
            return row.owner_id == self.user_id
        return row.queue_id is None or row.queue_id in self.queue_ids


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """None means: any; `since` and `until` are about the time when it is due, or was closed."""

    state: TaskState = TaskState.OPEN
    audience: Audience | None = None
    owner_id: int | None = None
    queue_id: int | None = None
    customer_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def page_query(wanted: TaskFilter, after: Place | None, limit: int) -> Select[*tuple[Any, ...]]:
    """Ask for open ones by the time when they are due, for closed ones the newest first."""
    found = _tasks().where(Task.id.in_(ids_query(wanted, after, limit)))
    return found.order_by(*_order(wanted.state)).limit(limit)


def ids_query(wanted: TaskFilter, after: Place | None, limit: int) -> Any:
    """Ask for the ids of the page, and of no more than a page for each of whom the tasks may be.

    Each branch reads its index in order and no further than that.
    """
    branches = [_branch(wanted, whose, after, limit).subquery() for whose in _whose(wanted)]
    return union_all(*(select(one.c.id) for one in branches)) if len(branches) > 1 else select(branches[0].c.id)


def _branch(wanted: TaskFilter, whose: ColumnElement[bool] | None, after: Place | None, limit: int) -> Select[Any]:
    query = select(Task.id).where(Task.state == wanted.state.value)
    if whose is not None:
        query = query.where(whose)
    for column, value in ((Task.owner_id, wanted.owner_id), (Task.queue_id, wanted.queue_id)):
        if value is not None:
            query = query.where(column == value)
    if wanted.customer_id is not None:
        query = query.where(Task.customer_id == wanted.customer_id)
    if wanted.since is not None:
        query = query.where(Task.sort_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Task.sort_at < wanted.until)
    if after is not None:
        query = query.where(_beyond(wanted.state, *after))
    return query.order_by(*_order(wanted.state)).limit(limit)


def _whose(wanted: TaskFilter) -> list[ColumnElement[bool] | None]:
    audience = wanted.audience
    if audience is None:
        return [None]
    nobody = Task.owner_id.is_(None)
    branches: list[ColumnElement[bool] | None] = [Task.owner_id == audience.user_id] if audience.own else []
    if audience.team:
        branches += [and_(nobody, Task.queue_id == queue_id) for queue_id in sorted(audience.queue_ids)]
        branches.append(and_(nobody, Task.queue_id.is_(None)))
    return branches


def _order(state: TaskState) -> Sequence[ColumnElement[Any]]:
    if state is TaskState.OPEN:
        return Task.sort_at.asc(), Task.id.asc()
    return Task.sort_at.desc(), Task.id.desc()


def _beyond(state: TaskState, at: datetime, task_id: int) -> ColumnElement[bool]:
    if state is TaskState.OPEN:
        return and_(Task.sort_at >= at, or_(Task.sort_at > at, Task.id > task_id))
    return and_(Task.sort_at <= at, or_(Task.sort_at < at, Task.id < task_id))


def _tasks() -> Select[*tuple[Any, ...]]:
    maker, doer = aliased(User), aliased(User)
    return (
        select(
            *Task.__table__.columns,
            Customer.name.label("customer_name"),
            Campaign.id.label("campaign_id"),
            Campaign.name.label("campaign_name"),
            Lead.name.label("person_name"),
            Queue.name.label("queue_name"),
            User.name.label("owner_name"),
            maker.name.label("created_by_name"),
            doer.name.label("done_by_name"),
        )
        .outerjoin(Customer, Customer.id == Task.customer_id)
        .outerjoin(Attempt, Attempt.attempt_id == Task.call_id)
        .outerjoin(Campaign, Campaign.id == Attempt.campaign_id)
        .outerjoin(Lead, Lead.id == Attempt.lead_id)
        .outerjoin(Queue, Queue.id == Task.queue_id)
        .outerjoin(User, User.id == Task.owner_id)
        .outerjoin(maker, maker.id == Task.created_by)
        .outerjoin(doer, doer.id == Task.done_by)
    )


async def read_page(connection: AsyncConnection, wanted: TaskFilter, after: Place | None, limit: int) -> list[TaskRow]:
    """Read rows in the order of the list."""
    rows = await connection.execute(page_query(wanted, after, limit))
    return [build(TaskRow, row) for row in rows.mappings()]


async def read_first(
    connection: AsyncConnection, people: Mapping[int, frozenset[int]], most: int
) -> dict[int, list[TaskRow]]:
    """Read each person's first open tasks; `people` gives their queues. What several share is read once."""
    everybodys = await _list(connection, _OF_HOUSE, most)
    queues = frozenset[int]().union(*people.values())
    of_queue = {one: await _list(connection, _OF_QUEUE, most, queue=one) for one in sorted(queues)}
    first = {}
    for user_id, queue_ids in people.items():
        own = await _list(connection, _OF_OWNER, most, owner=user_id)
        lists = (own, everybodys, *(of_queue[one] for one in queue_ids))
        first[user_id] = list(islice(merge(*lists, key=lambda row: (row.sort_at, row.id)), most))
    return first


async def _list(connection: AsyncConnection, query: Any, most: int, **whose: int) -> list[TaskRow]:
    return [build(TaskRow, row) for row in (await connection.execute(query, {"most": most, **whose})).mappings()]


# Built once: to build one takes longer than to run it, and each change asks them of everybody whom it concerns.
_OPEN = _tasks().where(Task.state == TaskState.OPEN.value).order_by(*_order(TaskState.OPEN)).limit(bindparam("most"))
_OF_OWNER = _OPEN.where(Task.owner_id == bindparam("owner"))
_OF_QUEUE = _OPEN.where(Task.owner_id.is_(None), Task.queue_id == bindparam("queue"))
_OF_HOUSE = _OPEN.where(Task.owner_id.is_(None), Task.queue_id.is_(None))


async def read_task(connection: AsyncConnection, task_id: int) -> TaskRow:
    """Raise NotFound if there is none."""
    row: Mapping[Any, Any] | None
    row = (await connection.execute(_tasks().where(Task.id == task_id))).mappings().first()
    if row is None:
        raise NotFound("task", task_id)
    return build(TaskRow, row)


async def read_of_customer(connection: AsyncConnection, customer_id: int, limit: int) -> list[TaskRow]:
    """Read what is open with a customer, the most urgent first."""
    query = _tasks().where(Task.customer_id == customer_id, Task.done_at.is_(None))
    rows = await connection.execute(query.order_by(Task.sort_at, Task.id).limit(limit))
    return [build(TaskRow, row) for row in rows.mappings()]
