"""Calls of the time without Callroom: one row each, in whatever order diary and record come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crm_core.audit import Actor
from crm_core.calls import CallFilter, Calls
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.customers import Customers
from crm_core.diary.entry import Entry
from crm_core.diary.fallback import FallbackCalls, FallbackVisit
from crm_core.diary.group import write_group
from crm_core.storage.database import Database
from crm_core.timeline import Timeline
from crm_core.users import UserDraft, UserRow, Users
from cti.domain.facts import CallEnded, Fact, TalkEnded
from cti.domain.values import EndReason
from tests.crm_core.conftest import EXTENSIONS, HandClock
from tests.crm_core.floor_story import answered_call, started


def visit(clock: HandClock, **changes: object) -> FallbackVisit:
    at = clock.now()
    plain = FallbackVisit(
        key="emergency:1",
        call_id="call-1",
        node="n1",
        number="+8613800138000",
        dialed="4001",
        arrived_at=at,
        ended_at=at + timedelta(seconds=90),
        outcome="gave_up",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def talk(clock: HandClock, extension: str) -> FallbackVisit:
    began = clock.now() + timedelta(seconds=30)
    return visit(clock, outcome="answered", extension=extension, talk_started_at=began)


async def write(database: Database, at: datetime, facts: Sequence[Fact]) -> None:
    for seq, fact in enumerate(facts, 1):
        entry = Entry(f"{type(fact).__name__}:{seq}", seq, at, fact)
        await database.write(lambda connection, entry=entry: write_group(connection, [entry]))


@pytest.fixture
def taking(database: Database) -> FallbackCalls:
    return FallbackCalls(database, area_code="0755")


@pytest.fixture
def calls(database: Database, clock: HandClock) -> Calls:
    return Calls(database, clock)


@pytest.fixture
async def agent(database: Database, clock: HandClock, by: Actor) -> UserRow:
    return await Users(database, clock, EXTENSIONS).add(UserDraft("mei", "Mei", "hash", role="agent"), by)


async def add_customer(database: Database, clock: HandClock, by: Actor, name: str, number: str) -> int:
    draft = CustomerDraft(name, phones=(PhoneDraft(number),))
    return (await Customers(database, clock).add(draft, by)).id


async def test_a_talk_without_callroom_has_its_row(
    taking: FallbackCalls, calls: Calls, clock: HandClock, agent: UserRow
) -> None:
    for _ in range(2):
        await taking.take(talk(clock, agent.extension or ""))
    (row,) = (await calls.page(CallFilter())).items
    assert (row.end_reason, row.agent_name, row.waited_s, row.talked_s) == ("fallback", "Mei", 30.0, 60.0)
    assert (row.number, row.dialed, row.started_at) == ("+8613800138000", "4001", clock.now())
    (event,) = (await calls.get("call-1")).events
    assert event.detail == {"outcome": "answered", "extension": agent.extension}


async def test_an_extension_of_nobody_is_still_named(taking: FallbackCalls, calls: Calls, clock: HandClock) -> None:
    await taking.take(talk(clock, "7777"))
    detail = await calls.get("call-1")
    assert (detail.call.agent_id, detail.call.talked_s) == (None, 60.0)
    assert detail.events[0].detail["extension"] == "7777"


async def test_the_customer_is_found_and_has_the_call_on_the_timeline(
    taking: FallbackCalls, calls: Calls, database: Database, clock: HandClock, by: Actor
) -> None:
    wei = await add_customer(database, clock, by, "Wei", "0755-26881234")
    await taking.take(visit(clock, number="26881234"))
    assert (await calls.get("call-1")).call.customer_id == wei
    (line,) = (await Timeline(database, clock).page(wei)).items
    assert line.call is not None
    assert (line.kind, line.call.call_id, line.at) == ("call", "call-1", clock.now())


async def test_a_number_of_two_is_nobodys(
    taking: FallbackCalls, calls: Calls, database: Database, clock: HandClock, by: Actor
) -> None:
    for name in ("Wei", "Fang"):
        await add_customer(database, clock, by, name, "13800138000")
    await taking.take(visit(clock))
    assert (await calls.get("call-1")).call.customer_id is None


async def test_withheld_stays_withheld(taking: FallbackCalls, calls: Calls, clock: HandClock) -> None:
    await taking.take(visit(clock, number=None))
    assert (await calls.get("call-1")).call.number is None


@pytest.mark.parametrize("guess", [EndReason.LOST_WHILE_AWAY, EndReason.FALLBACK, EndReason.ABANDONED_IN_QUEUE])
@pytest.mark.parametrize("record_first", [True, False])
async def test_the_fallback_has_the_last_word_on_a_call_that_the_diary_knows(
    taking: FallbackCalls,
    calls: Calls,
    database: Database,
    clock: HandClock,
    agent: UserRow,
    guess: EndReason,
    record_first: bool,
) -> None:
    await write(database, clock.now(), [started("call-1", clock.now())])
    guessed = [CallEnded("call-1", guess, 0, None, None, 3.0, 0.0)]
    if record_first:
        await taking.take(talk(clock, agent.extension or ""))
    await write(database, clock.now() + timedelta(seconds=95), guessed)
    if not record_first:
        await taking.take(talk(clock, agent.extension or ""))
    (row,) = (await calls.page(CallFilter())).items
    assert (row.end_reason, row.agent_name, row.talked_s) == ("fallback", "Mei", 60.0)
    assert row.ended_at == clock.now() + timedelta(seconds=90)
    # a fact that comes late from the diary's files opens nothing again
    await write(database, clock.now(), [replace(started("call-1", clock.now()), leg_id="late")])
    assert (await calls.get("call-1")).call.ended_at == row.ended_at


async def test_who_left_during_the_outage_is_added_only_when_unknown(
    taking: FallbackCalls, calls: Calls, database: Database, clock: HandClock
) -> None:
    left = visit(clock, reached_fallback=False, outcome="gone")
    await write(database, clock.now(), [started("call-1", clock.now())])
    await taking.take(left)
    assert (await calls.get("call-1")).call.ended_at is None
    await taking.take(replace(left, key="emergency:2", call_id="call-2"))
    assert (await calls.get("call-2")).call.end_reason == "lost_while_away"


async def test_the_diary_knows_better_about_who_left_during_the_outage(
    taking: FallbackCalls, calls: Calls, database: Database, clock: HandClock
) -> None:
    await taking.take(visit(clock, reached_fallback=False, outcome="gone"))
    ended = CallEnded("call-1", EndReason.ABANDONED_IN_QUEUE, 16, None, None, 3.0, 0.0)
    await write(database, clock.now(), [started("call-1", clock.now()), ended])
    (row,) = (await calls.page(CallFilter())).items
    assert row.end_reason == "abandoned_in_queue"


async def test_a_clock_that_was_set_back_makes_no_negative_times(
    taking: FallbackCalls, calls: Calls, clock: HandClock
) -> None:
    await taking.take(visit(clock, ended_at=clock.now() - timedelta(seconds=5)))
    assert (await calls.get("call-1")).call.waited_s == 0.0


async def test_what_was_talked_with_callroom_was_not_waited_in_the_fallback(
    taking: FallbackCalls, calls: Calls, database: Database, clock: HandClock, agent: UserRow
) -> None:
    """In line for 5 s, talking from 10 to 20, Callroom dies, and the fallback finds an agent at 30."""
    story = answered_call("call-1", clock.now(), agent.id, 1)
    facts = [(change.at, fact) for change in story for fact in change.facts if not isinstance(fact, CallEnded)]
    facts[-1] = (clock.now() + timedelta(seconds=20), TalkEnded("call-1", agent.id, "call-1-out", 10.0))
    for seq, (at, fact) in enumerate(facts):
        entry = Entry(f"told:{seq}", seq, at, fact)
        await database.write(lambda connection, entry=entry: write_group(connection, [entry]))
    await taking.take(talk(clock, agent.extension or ""))
    assert (await calls.get("call-1")).call.waited_s == 5 + 10


async def test_who_waited_for_nothing_has_waited(
    taking: FallbackCalls, calls: Calls, database: Database, clock: HandClock
) -> None:
    await write(database, clock.now(), [started("call-1", clock.now())])
    await taking.take(visit(clock))
    row = (await calls.get("call-1")).call
    assert (row.end_reason, row.waited_s, row.talked_s) == ("fallback", 90.0, 0.0)
