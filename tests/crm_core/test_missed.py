"""Calls that nobody took, as the diary writes them: one task for each caller and queue, until they are reached."""

import pytest
from sqlalchemy import select, update

from crm_core.audit import Actor
from crm_core.customer_writing import CustomerDraft
from crm_core.customers import Customers
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.domain.task import TaskState
from crm_core.models import Call, Task
from crm_core.queues import QueueDraft, QueueRow, Queues
from crm_core.storage.database import Database
from crm_core.task_rows import TaskFilter, TaskRow
from crm_core.tasks import TaskBook
from crm_core.users import UserDraft, Users
from cti.domain.facts import CallEnded, CallLinked, Change, TalkStarted, WaitStarted
from cti.domain.values import EndReason
from tests.crm_core.conftest import EXTENSIONS, HandClock
from tests.crm_core.floor_story import answered_call, changes, started


class Line:
    def __init__(self, database: Database, clock: HandClock, by: Actor) -> None:
        self.database, self.clock, self.by = database, clock, by
        self.book, self.queues = TaskBook(database, clock), Queues(database, clock)

    async def open(self) -> None:
        self.sales = await self.queues.add(QueueDraft("Sales", missed_due_s=600), self.by)
        self.service = await self.queues.add(QueueDraft("Service"), self.by)
        draft = UserDraft("ann", "Ann", "h")
        self.ann = (await Users(self.database, self.clock, EXTENSIONS).add(draft, self.by)).id

    async def write(self, told: list[Change], run: str) -> None:
        for change in told:
            for place, fact in enumerate(change.facts):
                entry = Entry(f"{run}:{change.seq}:{place}", change.seq, change.at, fact)
                await self.database.write(lambda connection, entry=entry: write_group(connection, [entry]))

    async def misses(
        self,
        call_id: str,
        queue: QueueRow,
        number: str | None = "13800138000",
        customer_id: int | None = None,
        reason: EndReason = EndReason.ABANDONED_IN_QUEUE,
    ) -> list[Change]:
        at = self.clock.now()
        end = CallEnded(call_id, reason, 16, queue.id, None, 9.0, 0.0)
        told = changes(
            at,
            [
                (0, [started(call_id, at, number), CallLinked(call_id, customer_id)]),
                (1, [WaitStarted(call_id, queue.id, 0)]),
                (10, [end]),
            ],
        )
        await self.write(told, call_id)
        self.clock.advance(minutes=1)
        return told

    async def open_tasks(self) -> list[TaskRow]:
        return list((await self.book.page(TaskFilter())).items)


@pytest.fixture
async def line(database: Database, clock: HandClock, by: Actor) -> Line:
    line = Line(database, clock, by)
    await line.open()
    return line


async def test_a_caller_whom_nobody_took_becomes_a_task_of_the_queue(line: Line) -> None:
    customer = await Customers(line.database, line.clock).add(CustomerDraft("张伟"), line.by)
    begin = line.clock.now()
    told = await line.misses("c1", line.sales, customer_id=customer.id)
    (row,) = await line.open_tasks()
    assert (row.kind, row.title, row.owner_id, row.queue_name) == ("missed", "Sales", None, "Sales")
    assert (row.customer_name, row.number, row.call_id, row.tries) == ("张伟", "+8613800138000", "c1", 1)
    assert row.due_at is not None
    assert (row.due_at - begin).total_seconds() == 610, "ten minutes after the end"
    await line.write(told, "c1")
    assert (await line.open_tasks())[0].tries == 1, "the same facts again"


async def test_who_tries_again_raises_the_counter(line: Line) -> None:
    await line.misses("c1", line.sales)
    (first,) = await line.open_tasks()
    await line.misses("c2", line.sales)
    await line.misses("c3", line.sales, "13900139000")
    await line.misses("c4", line.service)
    rows = {(row.number, row.queue_name): row for row in await line.open_tasks()}
    assert len(rows) == 3
    again = rows["+8613800138000", "Sales"]
    assert (again.id, again.tries, again.call_id, again.due_at) == (first.id, 2, "c2", first.due_at)


async def test_who_is_talked_with_is_done_in_every_queue(line: Line) -> None:
    await line.misses("c1", line.sales)
    await line.misses("c2", line.service)
    await line.misses("c3", line.sales, "13900139000")
    await line.write(answered_call("c4", line.clock.now(), line.ann, line.sales.id), "c4")
    assert [row.number for row in await line.open_tasks()] == ["+8613900139000"]
    done = (await line.book.page(TaskFilter(state=TaskState.DONE))).items
    assert {(row.outcome, row.done_by_name, row.number) for row in done} == {("reached", "Ann", "+8613800138000")}
    await line.misses("c5", line.sales)
    assert len(await line.open_tasks()) == 2, "a new one, after that talk"


async def test_a_task_that_was_opened_again_is_raised_unless_another_took_its_place(line: Line) -> None:
    await line.misses("c1", line.sales)
    (first,) = await line.open_tasks()
    await line.book.complete(first.id, line.by)
    await line.book.reopen(first.id, line.by)
    await line.misses("c2", line.sales)
    assert [(row.id, row.tries) for row in await line.open_tasks()] == [(first.id, 2)]
    await line.book.complete(first.id, line.by)
    await line.misses("c3", line.sales)
    await line.book.reopen(first.id, line.by)
    await line.misses("c4", line.sales)
    assert sorted((row.id == first.id, row.tries) for row in await line.open_tasks()) == [(False, 2), (True, 2)]


async def test_what_makes_no_task(line: Line) -> None:
    await line.misses("withheld", line.sales, None)
    await line.misses("voicemail", line.sales, reason=EndReason.VOICEMAIL)
    off = await line.queues.save(
        line.service.id, None, QueueDraft("Service", missed_tasks=False, missed_due_s=60), line.by
    )
    assert (off.missed_tasks, off.missed_due_s) == (False, 60)
    await line.misses("off", line.service)
    at = line.clock.now()
    in_menu = CallEnded("menu", EndReason.ABANDONED_IN_MENU, 16, None, None, 0.0, 0.0)
    await line.write(changes(at, [(0, [started("menu", at), in_menu])]), "menu")
    assert await line.open_tasks() == []


async def test_our_own_calls_are_nobodys_missed_ones(line: Line) -> None:
    at = line.clock.now()
    await line.write(changes(at, [(0, [started("out", at)]), (1, [WaitStarted("out", line.sales.id, 0)])]), "out")
    await line.database.write(
        lambda connection: connection.execute(update(Call).where(Call.id == "out").values(direction="outbound"))
    )
    end = CallEnded("out", EndReason.FAILED, 16, line.sales.id, None, 0.0, 0.0)
    await line.write(changes(at, [(2, [end])], first=9), "out")
    assert await line.open_tasks() == []


async def test_a_talk_of_a_caller_without_a_number_closes_nothing(line: Line) -> None:
    await line.misses("c1", line.sales)
    at = line.clock.now()
    talk = TalkStarted("hidden", line.ann, "leg", line.sales.id, 1.0, None)
    await line.write(changes(at, [(0, [started("hidden", at, None), talk])]), "hidden")
    # a talk whose call the diary does not know
    await line.write(changes(at, [(0, [started("c9", at)])], first=7), "c9")
    assert len(await line.open_tasks()) == 1


async def test_who_comes_first_in_line_stands_out(line: Line) -> None:
    at = line.clock.now()
    end = CallEnded("vip", EndReason.ABANDONED_RINGING, 16, line.sales.id, None, 9.0, 0.0)
    told = changes(at, [(0, [started("vip", at)]), (1, [WaitStarted("vip", line.sales.id, 5)]), (2, [end])])
    await line.write(told, "vip")
    async with line.database.reading() as connection:
        assert await connection.scalar(select(Task.priority)) == 1
