"""The book of tasks on both databases: whose they are, their order, and that no list is made by looking through all."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Select, insert, text

from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import Customers
from crm_core.domain.task import TaskKind, TaskState
from crm_core.errors import Invalid, NotFound, StaleVersion, TaskClosed
from crm_core.messages import MessageDraft, Messages
from crm_core.models import Task
from crm_core.privacy import Privacy
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.task_rows import Audience, TaskFilter, ids_query
from crm_core.task_writing import NO_TIME, TaskDraft, open_task
from crm_core.tasks import Changed, TaskBook, TaskChanges
from crm_core.users import UserDraft, Users
from tests.crm_core.conftest import EXTENSIONS, HandClock


class Office:
    def __init__(self, database: Database, clock: HandClock, by: Actor) -> None:
        self.database, self.clock, self.by = database, clock, by
        self.book = TaskBook(database, clock)
        self.told: list[frozenset[int]] = []
        self.book.on_change(self.told.append)

    async def open(self) -> None:
        queues, users = Queues(self.database, self.clock), Users(self.database, self.clock, EXTENSIONS)
        self.sales = (await queues.add(QueueDraft("Sales"), self.by)).id
        self.service = (await queues.add(QueueDraft("Service"), self.by)).id
        self.ann = (await users.add(UserDraft("ann", "Ann", "h"), self.by)).id
        self.bob = (await users.add(UserDraft("bob", "Bob", "h"), self.by)).id

    def in_(self, **ahead: float) -> datetime:
        return self.clock.now() + timedelta(**ahead)

    async def titles(self, wanted: TaskFilter) -> list[str]:
        return [row.title for row in (await self.book.page(wanted)).items]


@pytest.fixture
async def office(database: Database, clock: HandClock, by: Actor) -> Office:
    office = Office(database, clock, by)
    await office.open()
    return office


async def test_a_task_is_opened_changed_done_and_opened_again(office: Office) -> None:
    customer = await Customers(office.database, office.clock).add(CustomerDraft("张伟"), office.by)
    draft = TaskDraft(
        " call back ", note="about X200", due_at=office.in_(hours=1), owner_id=office.ann, customer_id=customer.id
    )
    row = await office.book.open(draft, office.by)
    assert (row.title, row.state, row.customer_name, row.owner_name) == ("call back", "open", "张伟", "Ann")
    assert (row.remind_at, row.sort_at, row.created_by_name) == (draft.due_at, draft.due_at, "Boss")
    later = office.in_(days=1)
    row = await office.book.change(row.id, row.version, {"title": "ring", "due_at": later, "note": ""}, office.by)
    assert (row.title, row.due_at, row.remind_at, row.note, row.version) == ("ring", later, later, "", 2)
    with pytest.raises(StaleVersion):
        await office.book.change(row.id, 1, {"title": "old"}, office.by)
    assert await office.book.of_customer(customer.id) == (row,)
    done = await office.book.complete(row.id, Actor(office.bob), "was glad")
    assert (done.state, done.done_by_name, done.outcome, done.remind_at) == ("done", "Bob", "was glad", None)
    assert await office.book.of_customer(customer.id) == ()
    with pytest.raises(TaskClosed) as caught:
        await office.book.complete(row.id, office.by)
    assert caught.value.state == "done"
    for late in (office.book.change(row.id, 3, {"title": "x"}, office.by), office.book.snooze(row.id, None)):
        with pytest.raises(TaskClosed):
            await late
    again = await office.book.reopen(row.id, office.by)
    assert (again.state, again.done_at, again.done_by, again.due_at, again.outcome) == ("open", None, None, later, "")
    gone = await office.book.cancel(row.id, office.by, "wrong number")
    assert (gone.state, gone.outcome) == ("cancelled", "wrong number")
    page = await AuditLog(office.database, office.clock).page(AuditFilter(object_kind="task"))
    assert [entry.action for entry in page.items] == [
        "task.cancel",
        "task.reopen",
        "task.close",
        "task.change",
        "task.add",
    ]
    assert "张伟" not in str([entry.detail for entry in page.items])


async def test_what_is_wrong_is_refused(office: Office) -> None:
    for draft, path in (
        (TaskDraft("  "), "title"),
        (TaskDraft("x", owner_id=999), "owner_id"),
        (TaskDraft("x", queue_id=999), "queue_id"),
        (TaskDraft("x", priority=9), "priority"),
    ):
        with pytest.raises(Invalid) as caught:
            await office.book.open(draft, office.by)
        assert caught.value.problems[0].path == path
    for missing in (TaskDraft("x", customer_id=999), TaskDraft("x", call_id="none")):
        with pytest.raises(NotFound):
            await office.book.open(missing, office.by)
    for work in (office.book.get(9), office.book.complete(9, office.by), office.book.snooze(9, None)):
        with pytest.raises(NotFound):
            await work


async def test_nobody_is_called_back_at_a_time_that_is_over(office: Office) -> None:
    over = TaskDraft("", TaskKind.CALLBACK, due_at=office.in_(minutes=-5), owner_id=office.ann)
    with pytest.raises(Invalid) as caught:
        await office.book.open(over, office.by)
    assert [(one.path, one.code) for one in caught.value.problems] == [("due_at", "in_past")]
    row = await office.book.open(replace(over, due_at=office.in_(minutes=5)), office.by)
    with pytest.raises(Invalid):
        await office.book.change(row.id, row.version, {"due_at": office.in_(minutes=-5)}, office.by)
    office.clock.advance(hours=1)
    late: TaskChanges = {"note": "rings in vain", "due_at": row.due_at}
    assert (await office.book.change(row.id, row.version, late, office.by)).note == "rings in vain", "its time stays"
    other = await office.book.open(TaskDraft("look it up", due_at=office.in_(minutes=-5)), office.by)
    assert other.due_at is not None, "what is late already may be written down"


async def test_a_callback_needs_no_title_and_everything_else_does(office: Office) -> None:
    callback = await office.book.open(TaskDraft("", TaskKind.CALLBACK), office.by)
    named = await office.book.change(callback.id, callback.version, {"title": "about X200"}, office.by)
    assert (await office.book.change(callback.id, named.version, {"title": " "}, office.by)).title == ""
    other = await office.book.open(TaskDraft("x"), office.by)
    with pytest.raises(Invalid) as caught:
        await office.book.change(other.id, other.version, {"title": " "}, office.by)
    assert [(one.path, one.code) for one in caught.value.problems] == [("title", "missing")]


async def test_a_task_goes_from_the_team_to_a_person_and_on(office: Office) -> None:
    row = await office.book.open(TaskDraft("x", queue_id=office.sales), office.by)
    ann = Audience(office.ann, frozenset({office.sales}))
    stranger = Audience(office.bob, frozenset({office.service}))
    assert (ann.sees(row), stranger.sees(row)) == (True, False)
    taken = await office.book.assign(row.id, office.ann, office.sales, Actor(office.ann))
    assert (taken.owner_name, taken.queue_name) == ("Ann", "Sales")
    office.told.clear()
    passed = await office.book.assign(row.id, office.bob, office.sales, Actor(office.ann))
    assert (ann.sees(passed), stranger.sees(passed)) == (False, True)
    assert office.told == [frozenset({office.ann})], "who had it is told, too"
    anybodys = await office.book.assign(row.id, None, None, office.by)
    assert ann.sees(anybodys)
    assert stranger.sees(anybodys)
    with pytest.raises(Invalid):
        await office.book.assign(row.id, 999, None, office.by)


async def test_lists_are_in_the_order_of_their_time_and_paged(office: Office) -> None:
    for title, owner, queue, hours in (
        ("mine late", office.ann, None, -1),
        ("bobs", office.bob, None, 0),
        ("sales", None, office.sales, 1),
        ("service", None, office.service, 2),
        ("anybodys", None, None, 3),
        ("mine sometime", office.ann, office.sales, None),
    ):
        due_at = None if hours is None else office.in_(hours=hours)
        await office.book.open(TaskDraft(title, owner_id=owner, queue_id=queue, due_at=due_at), office.by)
    ann = Audience(office.ann, frozenset({office.sales}))
    todo = ["mine late", "sales", "anybodys", "mine sometime"]
    assert await office.titles(TaskFilter(audience=ann)) == todo
    first = await office.book.first_due({office.ann: frozenset({office.sales}), office.bob: frozenset()}, 2)
    titles = {user_id: [row.title for row in rows] for user_id, rows in first.items()}
    assert titles == {office.ann: todo[:2], office.bob: ["bobs", "anybodys"]}
    mine, team = Audience(ann.user_id, ann.queue_ids, team=False), Audience(ann.user_id, ann.queue_ids, own=False)
    assert await office.titles(TaskFilter(audience=mine)) == ["mine late", "mine sometime"]
    assert await office.titles(TaskFilter(audience=team)) == ["sales", "anybodys"]
    assert len(await office.titles(TaskFilter())) == 6
    assert await office.titles(TaskFilter(owner_id=office.bob)) == ["bobs"]
    assert await office.titles(TaskFilter(queue_id=office.sales)) == ["sales", "mine sometime"]
    assert await office.titles(TaskFilter(audience=ann, since=office.in_(hours=1), until=office.in_(hours=2))) == [
        "sales"
    ]
    assert await office.titles(TaskFilter(customer_id=5)) == []
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = await office.book.page(TaskFilter(audience=ann), cursor, 2)
        seen += [row.title for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert (seen, cursor) == (todo, None)


async def test_what_is_closed_is_listed_the_newest_first(office: Office) -> None:
    ids = [(await office.book.open(TaskDraft(title, owner_id=office.ann), office.by)).id for title in "abc"]
    for task_id in (ids[1], ids[0], ids[2]):
        office.clock.advance(seconds=1)
        await office.book.complete(task_id, office.by)
    mine = Audience(office.ann, frozenset())
    wanted = TaskFilter(state=TaskState.DONE, audience=mine)
    assert await office.titles(wanted) == ["c", "a", "b"]
    first = await office.book.page(wanted, None, 2)
    assert [row.title for row in (await office.book.page(wanted, first.next_cursor, 2)).items] == ["b"]


async def test_reminders_and_what_is_due_next(office: Office) -> None:
    start = office.clock.now()
    row = await office.book.open(TaskDraft("x", owner_id=office.ann, due_at=office.in_(minutes=5)), office.by)
    await office.book.open(TaskDraft("y", queue_id=office.sales, due_at=office.in_(minutes=9)), office.by)
    await office.book.open(TaskDraft("sometime"), office.by)
    assert await office.book.next_after(start) == row.due_at
    assert await office.book.due_between(start, office.in_(minutes=4)) == (set(), set())
    assert await office.book.due_between(start, office.in_(minutes=5)) == ({office.ann}, set())
    assert await office.book.due_between(office.in_(minutes=5), office.in_(minutes=9)) == (set(), {office.sales})
    office.clock.advance(minutes=5)
    until = office.in_(minutes=2)
    put_off = await office.book.snooze(row.id, until)
    assert (put_off.remind_at, put_off.due_at) == (until, row.due_at), "still due"
    assert await office.book.next_after(office.clock.now()) == until
    now = office.clock.now()
    assert await office.book.changed_since(now) == {Changed(row.id, office.ann, None, now)}
    others = {(one.owner_id, one.queue_id) for one in await office.book.changed_since(start) if one.task_id != row.id}
    assert others == {(None, office.sales), (None, None)}
    assert (await office.book.snooze(row.id, None)).remind_at is None


async def test_one_of_an_origin_is_open_at_a_time(office: Office) -> None:
    draft = TaskDraft("Sales", open_key="missed:1:+861", tries=1, call_id="c1")

    async def again(call_id: str) -> int:
        made = TaskDraft("Sales", open_key="missed:1:+861", tries=1, call_id=call_id)
        return await office.database.write(lambda connection: open_task(connection, made, office.clock.now()))

    first = await office.database.write(lambda connection: open_task(connection, draft, office.clock.now()))
    office.clock.advance(minutes=1)
    assert await again("c2") == first
    row = await office.book.get(first)
    assert (row.tries, row.call_id, row.tried_at, row.sort_at) == (2, "c2", office.clock.now(), NO_TIME)
    await office.book.complete(first, office.by)
    second = await again("c3")
    assert second != first
    # undone beside a newer one: both are open, and the newer one is counted on
    await office.book.reopen(first, office.by)
    assert await again("c4") == second


async def test_a_message_and_its_task_are_dealt_with_together(office: Office) -> None:
    messages = Messages(office.database, office.clock)
    told: list[str] = []
    messages.on_change(lambda: told.append("changed"))
    at = office.clock.now()
    draft = MessageDraft("v1", "voicemail", at, "13800138000", queue_id=office.sales, note="call me")
    first, second = await messages.add(draft), await messages.add(MessageDraft("v2", "callback", at))
    assert await messages.add(draft) == first, "taken once"
    rows = {row.message_id: row for row in (await office.book.page(TaskFilter())).items}
    assert len(rows) == 2
    assert (rows[first].kind, rows[first].title, rows[first].number) == ("voicemail", "Sales", "+8613800138000")
    assert (rows[first].due_at, rows[second].kind, rows[second].queue_id) == (at, "callback", None)
    await messages.close(first, office.by)
    assert (await office.book.get(rows[first].id)).state == "done"
    await messages.close(first, office.by)
    await office.book.complete(rows[second].id, Actor(office.ann))
    closed = await messages.get(second)
    assert (closed.state, closed.done_by) == ("done", office.ann)
    await office.book.reopen(rows[second].id, office.by)
    assert (await messages.get(second)).state == "new"
    await office.book.cancel(rows[second].id, office.by)
    await messages.close(second, office.by)
    assert len(told) == 6


MANY = 2000


async def test_every_list_is_read_by_its_index(office: Office) -> None:
    at = office.clock.now()
    plain = {"kind": "missed", "state": "open", "note": "", "outcome": "", "priority": 0, "tries": 1, "version": 1}
    rows = [
        {
            **plain,
            "title": f"t{place}",
            "queue_id": office.sales if place % 2 else office.service,
            "owner_id": office.bob if place % 3 else None,
            "sort_at": at + timedelta(seconds=place),
            "created_at": at,
            "changed_at": at,
        }
        for place in range(MANY)
    ]
    await office.database.write(lambda connection: connection.execute(insert(Task), rows))
    await office.book.open(TaskDraft("mine", owner_id=office.ann, due_at=at), office.by)
    await office.database.write(lambda connection: connection.execute(text("ANALYZE")))
    whole = Audience(office.ann, frozenset({office.sales, office.service}))
    for wanted in (
        TaskFilter(audience=whole),
        TaskFilter(audience=Audience(office.ann, frozenset(), team=False)),
        TaskFilter(),
        TaskFilter(queue_id=office.sales),
        TaskFilter(state=TaskState.DONE, audience=whole),
    ):
        for after in (None, (at + timedelta(seconds=MANY // 2), 5)):
            async with office.database.reading() as connection:
                steps = await connection.run_sync(_plan, ids_query(wanted, after, 51))
            assert not any("SCAN tasks" in step or "Seq Scan on tasks" in step for step in steps), steps
            assert any("ix_tasks_" in step for step in steps), steps


def _plan(connection: Connection, query: Select[Any]) -> list[str]:
    asked = str(query.compile(connection.engine, compile_kwargs={"literal_binds": True}))
    if connection.dialect.name != "sqlite":
        return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {asked}")]
    return [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")]


async def test_an_erased_person_leaves_no_task(office: Office) -> None:
    customers = Customers(office.database, office.clock)
    person = await customers.add(CustomerDraft("张伟", phones=(PhoneDraft("13800138000"),)), office.by)
    await office.book.open(TaskDraft("theirs", customer_id=person.id), office.by)
    await office.book.open(TaskDraft("of their number", number="+8613800138000"), office.by)
    await office.book.open(TaskDraft("of another", number="+8613800138001"), office.by)
    counts = await Privacy(office.database, office.clock).erase(person.id, office.by)
    assert counts["tasks"] == 2
    assert await office.titles(TaskFilter()) == ["of another"]
