"""Today's figures out of the call log are those that were counted live."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from crm_core.audit import Actor
from crm_core.callbacks import Callbacks, note_callback
from crm_core.diary.day_log import Logged, in_order, read_day
from crm_core.diary.fallback import FallbackCalls, FallbackVisit
from crm_core.diary.journal import Journal
from crm_core.diary.spool import Spool
from crm_core.domain.counts import Counts, Limits, total
from crm_core.domain.day import day_of
from crm_core.domain.shifts import Now
from crm_core.domain.today import Today
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.users import UserDraft, Users
from cti.bus import Bus
from cti.domain.callback import CallbackResult, CallbackState
from cti.domain.callback_values import CallbackMemory
from cti.domain.callback_words import CallbackChanged
from cti.domain.facts import CallEnded, CallStarted, Change, Fact, WaitStarted
from cti.domain.values import AgentState, Caller, EndReason
from tests.crm_core.conftest import EXTENSIONS, HandClock
from tests.crm_core.random_day import RandomDay, random_day

ZONE = ZoneInfo("Asia/Shanghai")
LIMITS = Limits()
SYSTEM = Actor(None)
MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
BEFORE_MIDNIGHT = datetime(2026, 11, 22, 15, 50, tzinfo=UTC)


async def people(database: Database, clock: HandClock) -> tuple[list[int], list[int]]:
    queues = Queues(database, clock)
    queue_ids = [(await queues.add(QueueDraft(name), SYSTEM)).id for name in "ABC"]
    users = Users(database, clock, EXTENSIONS)
    return [(await users.add(UserDraft(name, name, "-", "agent"), SYSTEM)).id for name in "xyz"], queue_ids


async def write(database: Database, changes: list[Change], folder: Path) -> None:
    bus = Bus()
    journal = Journal(database, bus.subscribe_lossless("diary"), Spool(folder))
    for change in changes:
        bus.publish(change)
    bus.close()
    await journal.run()


def live(day: RandomDay, since: datetime) -> Today:
    today = Today(ZONE, since)
    for change in day.changes:
        for fact in change.facts:
            today.take(change.at, fact)
    return today


async def from_log(database: Database, until: datetime) -> Today:
    today = Today(ZONE, until)
    for one in await read_day(database, day_of(until, ZONE).begins_at, until):
        today.take(one.at, one.fact)
    return today


def figures(today: Today, queue_ids: list[int], now: datetime) -> list[list[Counts]]:
    scopes = [None, frozenset(queue_ids[:2]), *(frozenset({one}) for one in queue_ids)]
    return [today.by_slot(scope, LIMITS, now) for scope in scopes]


def assert_same(one: list[list[Counts]], other: list[list[Counts]]) -> None:
    for ours, theirs in zip(one, other, strict=True):
        for mine, yours in zip(ours, theirs, strict=True):
            # sums of the same seconds in another order
            assert (mine.wait_s, mine.handle_s) == pytest.approx((yours.wait_s, yours.handle_s))
            assert _without_sums(mine) == _without_sums(yours)


def _without_sums(counts: Counts) -> Counts:
    return Counts(**{**{name: getattr(counts, name) for name in Counts.__slots__}, "wait_s": 0.0, "handle_s": 0.0})


@pytest.mark.parametrize("begin", [MORNING, BEFORE_MIDNIGHT])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_random_days_come_out_of_the_log_as_they_were(
    seed: int, begin: datetime, database: Database, clock: HandClock, tmp_path: Path
) -> None:
    agent_ids, queue_ids = await people(database, clock)
    day = random_day(seed, begin, 60, agent_ids, queue_ids)
    await write(database, day.changes, tmp_path / "spool")
    now = day.changes[-1].at + timedelta(microseconds=1)
    told, read = live(day, begin), await from_log(database, now)
    assert_same(figures(told, queue_ids, now), figures(read, queue_ids, now))
    assert total(told.by_slot(None, LIMITS, now)).offered > 0
    assert read.shifts.seconds.keys() == told.shifts.seconds.keys()
    for agent_id, spent in told.shifts.seconds.items():
        assert read.shifts.seconds[agent_id] == pytest.approx(spent)
    here = [Now(agent_id, AgentState.READY, now) for agent_id in agent_ids]
    assert told.shifts.occupancy(here, now) == pytest.approx(read.shifts.occupancy(here, now))


async def test_what_is_told_after_the_restart_goes_on_from_there(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    agent_ids, queue_ids = await people(database, clock)
    day = random_day(7, MORNING, 60, agent_ids, queue_ids)
    restart = day.changes[len(day.changes) // 2].at
    await write(database, [change for change in day.changes if change.at < restart], tmp_path / "spool")
    read, now = await from_log(database, restart), day.changes[-1].at
    for change in day.changes:
        for fact in change.facts if change.at >= restart else ():
            read.take(change.at, fact)
    assert_same(figures(live(day, MORNING), queue_ids, now), figures(read, queue_ids, now))


async def test_callbacks_ordered_on_a_page_are_counted_on_from_there(database: Database, clock: HandClock) -> None:
    _, (queue_id, *_) = await people(database, clock)
    callbacks, told = Callbacks(database), dict[str, CallbackChanged]()
    for callback_id, asked_at in (
        ("talked", MORNING),
        ("open", MORNING + timedelta(minutes=1)),
        ("of yesterday", MORNING - timedelta(days=1)),
        ("over since yesterday", MORNING - timedelta(days=1)),
        ("not yet", MORNING + timedelta(hours=3)),
    ):
        order = CallbackMemory(callback_id, queue_id, "+8613800138000", None, *[asked_at] * 4)
        await callbacks.keep(replace(order, origin="web"))
        over = CallbackState.OVER
        told[callback_id] = CallbackChanged(
            "", callback_id, over, "", queue_id, 1, None, "", None, CallbackResult.REACHED
        )
    for callback_id in ("talked", "over since yesterday"):
        fact = told[callback_id]
        await database.write(lambda connection, fact=fact: note_callback(connection, MORNING, fact))
    restart = MORNING + timedelta(hours=2)
    read = await from_log(database, restart)
    assert (read.ordered.ordered(None), read.ordered.reached(None)) == (2, 1)
    read.take(restart, told["open"])
    read.take(restart, told["of yesterday"])
    assert (read.ordered.ordered(frozenset({queue_id})), read.ordered.reached(None)) == (2, 2)


async def test_a_call_that_the_fallback_ended_is_passed_on(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    _, queue_ids = await people(database, clock)
    facts: list[Fact] = [
        CallStarted("c", "leg", "n1", Caller(None), "4001", MORNING),
        WaitStarted("c", queue_ids[0], 0),
    ]
    await write(database, [Change(1, MORNING, tuple(facts), ())], tmp_path / "spool")
    left = MORNING + timedelta(seconds=90)
    await FallbackCalls(database).take(
        FallbackVisit("emergency:1", "c", "n1", None, "4001", MORNING, left, "voicemail")
    )
    counts = total((await from_log(database, left + timedelta(seconds=1))).by_slot(None, LIMITS, left))
    assert (counts.offered, counts.passed_on) == (1, 1)


async def test_a_row_of_a_later_version_is_left_out(
    database: Database, clock: HandClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _, queue_ids = await people(database, clock)
    started = CallStarted("c", "leg", "n1", Caller(None), "4001", MORNING)
    ended = CallEnded("c", EndReason.ABANDONED_IN_QUEUE, 16, queue_ids[0], None, 1.0, 0.0)
    await write(database, [Change(1, MORNING, (started, WaitStarted("c", queue_ids[0], 0), ended), ())], tmp_path / "s")

    async def change(connection: object) -> None:
        statement = text("UPDATE call_events SET detail = '{\"reason\": \"beamed_up\"}' WHERE kind = 'CallEnded'")
        await connection.execute(statement)  # type: ignore[attr-defined]

    await database.write(change)
    counts = total((await from_log(database, MORNING + timedelta(seconds=9))).by_slot(None, LIMITS, MORNING))
    assert (counts.offered, counts.open) == (1, 1)
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize("dialect", ["sqlite"])  # PostgreSQL reads small tables whole on purpose
async def test_every_look_is_by_an_index(database: Database) -> None:
    plans = []
    async with database.reading() as connection:
        for table, where in (
            ("calls", "ended_at >= '2026-11-22'"),
            ("calls", "ended_at IS NULL"),
            ("call_events", "call_id IN ('a', 'b') AND at < '2026-11-22' AND kind IN ('WaitStarted', 'CallEnded')"),
            ("callback_orders", "asked_at < '2026-11-23' AND quarter >= 1997000"),
            ("agent_states", "agent_id IN (1, 2) AND at >= '2026-11-22' AND at < '2026-11-23'"),
        ):
            rows = await connection.execute(text(f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {where}"))  # noqa: S608
            plans += [row.detail for row in rows]
    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN")], plans


def test_facts_are_put_in_the_order_in_which_they_were_told() -> None:
    fact = WaitStarted("c", 1, 0)
    late, early = MORNING + timedelta(hours=1), MORNING
    # in the second run the clock was set back
    keys = [
        ("b:2:0", early),
        ("b:1:0", late),
        ("emergency:7", early),
        ("a:10:1", early),
        ("a:9:0", MORNING),
        ("a:10:0", early),
    ]
    told = in_order([Logged(key, at - timedelta(hours=key < "b"), fact) for key, at in keys])
    assert [one.key for one in told] == ["a:9:0", "a:10:0", "a:10:1", "b:1:0", "b:2:0", "emergency:7"]
