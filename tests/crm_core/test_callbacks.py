"""Callers who are to be called when their turn comes, on disk."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from crm_core.audit import Actor
from crm_core.callbacks import Callbacks
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import Customers
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.errors import CustomerBusy
from crm_core.models import CallEvent
from crm_core.privacy import Privacy
from crm_core.queues import QueueDraft, Queues
from crm_core.roster import load_memories, load_roster
from crm_core.storage.database import Database
from crm_core.task_rows import TaskFilter
from crm_core.tasks import TaskBook
from cti.domain.callback import CallbackResult, CallbackState
from cti.domain.callback_values import CallbackMemory, CallbackRequest, CallbackRules
from cti.domain.callback_words import CallbackAsked, CallbackChanged, CallRequested
from cti.domain.facts import CallEnded, CallStarted, Fact
from cti.domain.values import Caller, Direction, EndReason
from tests.crm_core.conftest import HandClock
from tests.crm_core.floor_story import started


class Office:
    def __init__(self, database: Database, clock: HandClock, by: Actor) -> None:
        self.database, self.clock, self.by = database, clock, by
        self.callbacks = Callbacks(database)
        self.written = 0

    async def open(self) -> None:
        draft = QueueDraft("Sales", callbacks=CallbackRules(offered=True, attempts=5))
        self.queue = await Queues(self.database, self.clock).add(draft, self.by)
        await self.write(started("c1", self.clock.now(), "13900139000"))

    async def write(self, *facts: Fact) -> None:
        for fact in facts:
            self.written += 1
            entry = Entry(f"run:{self.written}", self.written, self.clock.now(), fact)
            await self.database.write(lambda connection, entry=entry: write_group(connection, [entry]))

    def memory(self, **more: object) -> CallbackMemory:
        now = self.clock.now()
        before = now - timedelta(seconds=90)
        memory = CallbackMemory(
            "b1", self.queue.id, "+8613900139000", "13900139000", before, before, now, now + timedelta(hours=4), "c1",
            "4001", 3, 2, "en", "vip",
        )  # fmt: skip
        return replace(memory, **more)  # type: ignore[arg-type]

    def changed(self, state: CallbackState, **more: object) -> CallbackChanged:
        memory = self.memory()
        fact = CallbackChanged(
            "c1", "b1", state, memory.number, self.queue.id, 0, None, "", None, None,
            queued_at=memory.queued_at, flow_priority=2,
        )  # fmt: skip
        return replace(fact, **more)  # type: ignore[arg-type]

    async def kept(self) -> tuple[CallbackMemory, ...]:
        return (await load_memories(self.database, self.clock.now())).callbacks


@pytest.fixture
async def office(database: Database, clock: HandClock, by: Actor) -> Office:
    office = Office(database, clock, by)
    await office.open()
    return office


async def test_what_was_promised_is_there_after_a_restart(office: Office) -> None:
    customer = await Customers(office.database, office.clock).add(CustomerDraft("张伟"), office.by)
    memory = office.memory(customer_id=customer.id)
    await office.callbacks.keep(memory)
    assert await office.kept() == (replace(memory, customer_name="张伟"),)


async def test_a_customer_who_is_gone_is_nobody(office: Office) -> None:
    await office.callbacks.keep(office.memory(customer_id=99))
    assert [memory.customer_id for memory in await office.kept()] == [None]


async def test_a_newer_one_of_the_same_person_has_what_they_wrote_for_the_first(office: Office) -> None:
    await office.callbacks.keep(office.memory(callback_id="w1", from_call_id="", origin="web", name="Li", wish="offer"))
    await office.callbacks.keep(office.memory())
    over = office.changed(CallbackState.OVER, call_id="", callback_id="w1", result=CallbackResult.REPLACED, why="b1")
    await office.write(over)
    assert [(one.callback_id, one.origin, one.name, one.wish) for one in await office.kept()] == [
        ("b1", "web", "Li", "offer")
    ]


async def test_what_came_to_nothing_is_forgotten(office: Office) -> None:
    await office.callbacks.keep(office.memory())
    await office.callbacks.forget("b1")
    assert await office.kept() == ()


async def test_the_diary_follows_it(office: Office) -> None:
    await office.callbacks.keep(office.memory())
    due_at = office.clock.now() + timedelta(seconds=300)
    paused = office.changed(
        CallbackState.PAUSED, attempts=1, due_at=due_at, why="busy", attempt_call_id="o1", stands_since=due_at
    )
    await office.write(CallbackAsked("c1", "b1", office.queue.id), office.changed(CallbackState.WAITING), paused)
    (memory,) = await office.kept()
    assert (memory.state, memory.attempts, memory.due_at, memory.why) == ("paused", 1, due_at, "busy")
    assert (memory.call_id, memory.stands_since) == ("o1", due_at)
    await office.write(office.changed(CallbackState.OVER, result=CallbackResult.REACHED))
    assert await office.kept() == ()


async def test_what_the_diary_tells_late_does_not_undo_that_it_will_be_dialed(office: Office) -> None:
    """Facts are written behind: that it stands in line may come after the word that it is called."""
    await office.callbacks.keep(office.memory())
    await office.callbacks.will_dial("b1", "o1")
    await office.write(office.changed(CallbackState.WAITING))
    assert [(memory.state, memory.call_id) for memory in await office.kept()] == [("calling", "o1")]
    await office.write(office.changed(CallbackState.WAITING, attempt_call_id="o1"))  # no agent took it
    assert [(memory.state, memory.call_id) for memory in await office.kept()] == [("waiting", "o1")]


async def test_one_that_a_cap_delays_expires_so_much_later(office: Office) -> None:
    await office.callbacks.keep(office.memory())
    expires_at = office.clock.now() + timedelta(hours=13)
    await office.write(office.changed(CallbackState.PAUSED, why="dial_cap_number", expires_at=expires_at))
    await office.write(office.changed(CallbackState.WAITING))
    assert [memory.expires_at for memory in await office.kept()] == [expires_at]


async def test_the_call_that_will_be_made_is_known_before_the_diary_is_there(office: Office) -> None:
    await office.callbacks.keep(office.memory())
    await office.callbacks.will_dial("b1", "o1")
    await office.write(office.changed(CallbackState.CHECKING))  # the diary comes behind
    assert [(memory.state, memory.call_id) for memory in await office.kept()] == [("calling", "o1")]


async def test_the_events_of_the_call_tell_it_without_the_number(office: Office) -> None:
    await office.callbacks.keep(office.memory())
    await office.write(office.changed(CallbackState.OVER, result=CallbackResult.HUNG_UP, why="abandoned_in_queue"))
    async with office.database.reading() as connection:
        rows = (await connection.execute(select(CallEvent.kind, CallEvent.detail))).all()
    detail = {row.kind: row.detail for row in rows}["CallbackChanged"]
    assert (detail["state"], detail["result"], detail["why"]) == ("over", "hung_up", "abandoned_in_queue")
    assert "13900139000" not in str(detail)


@pytest.mark.parametrize(
    ("result", "tasks"),
    [
        (CallbackResult.UNREACHED, 1),
        (CallbackResult.EXPIRED, 1),
        (CallbackResult.REFUSED, 1),
        (CallbackResult.REACHED, 0),
        (CallbackResult.CALLED_IN, 0),
        (CallbackResult.REMOVED, 0),
        (CallbackResult.REPLACED, 0),
    ],
)
async def test_a_promise_that_was_not_kept_becomes_a_task(office: Office, result: CallbackResult, tasks: int) -> None:
    await office.callbacks.keep(office.memory())
    await office.write(office.changed(CallbackState.OVER, result=result))
    page = await TaskBook(office.database, office.clock).page(TaskFilter())
    assert [row.kind for row in page.items] == ["missed"] * tasks


async def test_one_that_was_asked_for_elsewhere_has_no_call_to_tell_it_in(office: Office) -> None:
    await office.callbacks.keep(office.memory(from_call_id=""))
    await office.write(office.changed(CallbackState.OVER, call_id="", result=CallbackResult.EXPIRED))
    assert await office.kept() == ()


async def test_who_is_to_be_called_is_erased_when_that_is_over(office: Office) -> None:
    draft = CustomerDraft("张伟", phones=(PhoneDraft("13900139000"),))
    customer = await Customers(office.database, office.clock).add(draft, office.by)
    privacy = Privacy(office.database, office.clock)
    await office.write(CallEnded("c1", EndReason.CALLBACK, 16, office.queue.id, None, 9.0, 0.0))
    await office.callbacks.keep(office.memory())
    (promised,) = (await privacy.collect(customer.id)).callbacks
    assert (promised["number"], promised["from_call_id"]) == ("+8613900139000", "c1")
    with pytest.raises(CustomerBusy):
        await privacy.check_erasable(customer.id)
    with pytest.raises(CustomerBusy):
        await privacy.erase(customer.id, office.by)
    await office.callbacks.forget("b1")
    await privacy.erase(customer.id, office.by)


async def test_the_rules_of_a_queue_reach_the_floor(office: Office) -> None:
    roster = await load_roster(office.database)
    assert roster.queues[0].callbacks == CallbackRules(offered=True, attempts=5)


@pytest.mark.parametrize(
    ("result", "tasks"), [(CallbackResult.EXPIRED, 1), (CallbackResult.UNREACHED, 1), (CallbackResult.REMOVED, 0)]
)
async def test_a_promise_to_somebody_on_a_page_that_was_not_kept_becomes_a_task(
    office: Office, result: CallbackResult, tasks: int
) -> None:
    asked = office.memory(from_call_id="", origin="web", name="Li", wish="offer 7")
    await office.callbacks.keep(asked)
    (found,) = (await load_memories(office.database, office.clock.now())).callbacks
    assert (found.origin, found.name, found.wish) == ("web", "Li", "offer 7")
    await office.write(office.changed(CallbackState.OVER, call_id="", result=result))
    page = await TaskBook(office.database, office.clock).page(TaskFilter())
    assert [(task.number, task.note) for task in page.items] == [("+8613900139000", "Li: offer 7")] * tasks
    assert (await load_memories(office.database, office.clock.now())).callbacks == ()


async def test_a_line_that_wants_no_tasks_gets_none_of_a_page_either(office: Office) -> None:
    draft = QueueDraft("Sales", callbacks=CallbackRules(offered=True), missed_tasks=False)
    await Queues(office.database, office.clock).save(office.queue.id, 1, draft, office.by)
    await office.callbacks.keep(office.memory(from_call_id="", origin="web"))
    await office.write(office.changed(CallbackState.OVER, call_id="", result=CallbackResult.EXPIRED))
    assert (await TaskBook(office.database, office.clock).page(TaskFilter())).items == ()


async def test_the_call_keeps_what_they_said_on_the_page_until_they_are_erased(office: Office) -> None:
    draft = CustomerDraft("张伟", phones=(PhoneDraft("13900139000"),))
    customer = await Customers(office.database, office.clock).add(draft, office.by)
    wish = "offer 7 " * 62
    started = CallStarted("o1", "", "n1", Caller("13900139000"), "4001", office.clock.now(), Direction.OUTBOUND)
    await office.write(started, CallRequested("o1", "b1", "web", "Li", wish))
    memories = {
        memory.call_id: memory.request for memory in (await load_memories(office.database, office.clock.now())).calls
    }
    assert memories == {"c1": None, "o1": CallbackRequest("web", "Li", wish)}
    for call_id in memories:
        await office.write(CallEnded(call_id, EndReason.CALLER_HUNG_UP, 16, None, None, 0.0, 0.0))
    await Privacy(office.database, office.clock).erase(customer.id, office.by)
    async with office.database.reading() as connection:
        rows = (await connection.execute(select(CallEvent.kind, CallEvent.detail))).all()
    assert {row.kind: row.detail for row in rows}["CallRequested"] == {}
