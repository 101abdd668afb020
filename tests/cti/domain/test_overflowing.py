"""Overflow of those who wait already, by place and by expected wait: who goes, and that nobody is tossed about."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from cti.domain.call import Call
from cti.domain.commands import StopWaiting
from cti.domain.events import AgentDeclined, CallQueued, RosterChanged
from cti.domain.facts import WaitRefused, WaitStarted
from cti.domain.overflowing import RELAXED, last_kept
from cti.domain.oversight import WaitingPlaced
from cti.domain.queue import LEAST_HANDLED
from cti.domain.standby import Staffing
from cti.domain.values import LineClosed, Overflow, OverflowAction, QueueSettings, Roster, Routing
from tests.cti.domain import callings
from tests.cti.domain.stage import ANN, BOB, CARE, Stage

TO_CARE = Overflow(OverflowAction.QUEUE, queue_id=2)
TO_SALES = Overflow(OverflowAction.QUEUE, queue_id=1)
CARL = replace(BOB, agent_id=13, name="Carl", extension="1003", queue_ids=frozenset({2}))


def line(number: int, overflow: Overflow, **routing: Any) -> QueueSettings:
    return QueueSettings(number, f"line {number}", max_wait_s=3600.0, overflow=overflow, routing=Routing(**routing))


def house(overflow: Overflow = TO_CARE, other: QueueSettings = CARE, **routing: Any) -> Stage:
    return Stage(Roster((BOB, CARL), (line(1, overflow, **routing), other)))


def handled(stage: Stage, queue_id: int, mean_s: float) -> None:
    stage.floor._board.queues[queue_id].recent_s.extend([mean_s] * LEAST_HANDLED)


def moved(stage: Stage) -> list[str]:
    return [order.call_id for order in stage.all(StopWaiting)]


def busy(stage: Stage, *agent_ids: int) -> None:
    for agent_id in agent_ids:
        stage.ready(agent_id)
        stage.talk(f"talk-{agent_id}", 1 if agent_id == 12 else 2)


def test_who_stands_too_far_back_for_so_long_goes_on_and_keeps_the_wait() -> None:
    stage = house(overflow_beyond=2, overflow_held_s=15.0)
    stage.arrive("c1")
    stage.arrive("c2")
    stage.wait(40)
    stage.arrive("c3")
    began = stage.call("c3")["waiting_since"]
    stage.wait(14.9)
    assert moved(stage) == []
    stage.wait(0.2)
    assert moved(stage) == ["c3"]
    assert stage.last(WaitRefused) == WaitRefused("c3", 1, LineClosed.FULL)
    assert stage.last(StopWaiting).overflow == TO_CARE
    stage.arrive("late", 2)
    stage.tell(CallQueued("c3", 2))
    assert (stage.queue(2)["waiting"], stage.call("c3")["waiting_since"]) == (["c3", "late"], began)
    stage.wait(300)
    assert stage.queue(1)["waiting"] == ["c1", "c2"]


def test_who_moves_up_in_time_stays_and_the_time_begins_anew() -> None:
    stage = house(overflow_beyond=1, overflow_held_s=15.0)
    stage.arrive("c1")
    stage.arrive("c2")
    stage.wait(10)
    stage.leave("c1")
    stage.wait(10)
    stage.arrive("c0", priority=9)
    stage.wait(14)
    assert moved(stage) == []
    stage.wait(1)
    assert moved(stage) == ["c2"]


def test_who_is_rung_is_not_moved_and_goes_on_counting_afterwards() -> None:
    stage = house(overflow_beyond=1)
    stage.ready(12)
    stage.arrive("rung", priority=2)
    stage.arrive("c2")
    stage.wait(16)
    assert moved(stage) == []
    stage.tell(AgentDeclined(12, "rung"))
    stage.wait(16)
    assert moved(stage) == ["c2"]


def test_a_wait_that_is_too_long_and_its_margin() -> None:
    stage = house(Overflow(OverflowAction.VOICEMAIL), overflow_expected_s=100.0)
    busy(stage, 12)
    handled(stage, 1, 40.0)
    for number in range(3):
        stage.arrive(f"c{number}")
    queue, staffing = stage.floor._board.queues[1], stage.floor._board.standby.of(1)
    assert last_kept(queue, staffing, 1.0) == 2, "120 s are too long, 80 s are not"
    assert queue.beyond == {"c2"}
    stage.leave("c0")
    assert queue.beyond == set(), "80 s: exactly at the margin"
    queue.recent_s.clear()
    handled(stage, 1, 45.0)
    stage.arrive("c3", priority=1)
    assert queue.beyond == {"c2"}
    stage.leave("c3")
    assert queue.beyond == {"c2"}, "90 s would not have begun it, and do not end it"
    assert last_kept(queue, staffing, RELAXED) == 1
    stage.wait(15)
    assert stage.last(WaitRefused) == WaitRefused("c2", 1, LineClosed.TOO_LONG)


@pytest.mark.parametrize(("routing", "mean_s", "kept"), [
    ({}, 60.0, 5),
    ({"overflow_beyond": 3}, 60.0, 3),
    ({"overflow_beyond": 9}, 60.0, 5),
    ({"overflow_expected_s": 59.0}, 60.0, 0),
    ({"overflow_expected_s": 120.0}, 60.0, 2),
    ({"overflow_expected_s": 900.0}, 60.0, 5),
    ({"overflow_expected_s": 120.0, "overflow_beyond": 1}, 60.0, 1),
    ({"overflow_expected_s": 120.0, "overflow_beyond": 4}, 60.0, 2),
    ({"overflow_expected_s": 1.0}, 0.0, 5),
])  # fmt: skip
def test_both_limits_are_one_place(routing: dict[str, Any], mean_s: float, kept: int) -> None:
    stage = Stage(Roster((BOB,), (line(1, Overflow(OverflowAction.VOICEMAIL)),)))
    busy(stage, 12)
    if mean_s:
        handled(stage, 1, mean_s)
    for number in range(5):
        stage.arrive(f"c{number}")
    queue = stage.floor._board.queues[1]
    queue.settings = line(1, TO_CARE, **routing)
    staffing: Staffing = stage.floor._board.standby.of(1)
    assert last_kept(queue, staffing, 1.0) == kept


def test_one_after_the_other_until_the_next_line_has_as_many_as_it_keeps() -> None:
    stage = house(other=line(2, TO_SALES, overflow_beyond=2), overflow_beyond=1, overflow_held_s=10.0)
    for number in range(5):
        stage.arrive(f"c{number}")
    stage.wait(10)
    assert len(moved(stage)) == 1
    for _ in range(60):
        stage.wait(1)
        for call_id in moved(stage):
            if stage.call(call_id)["state"] == "in_menu":
                stage.tell(CallQueued(call_id, 2))
    assert len(moved(stage)) == 2
    assert (len(stage.queue(1)["waiting"]), len(stage.queue(2)["waiting"])) == (3, 2)


def test_a_line_that_takes_nobody_or_is_slower_or_gone_gets_nobody() -> None:
    for other in (replace(CARE, routing=Routing(needs_staff=True)), replace(CARE, queue_id=3)):
        stage = house(other=other, overflow_beyond=1)
        stage.arrive("c1")
        stage.arrive("c2")
        stage.wait(100)
        assert moved(stage) == []
    stage = house(overflow_beyond=1)
    busy(stage, 12, 13)
    handled(stage, 1, 30.0)
    handled(stage, 2, 90.0)
    stage.arrive("c1")
    stage.arrive("c2")
    stage.wait(100)
    assert moved(stage) == [], "60 s here, 90 s there"
    stage.floor._board.queues[2].recent_s.clear()
    handled(stage, 2, 50.0)
    stage.wait(20)
    assert moved(stage) == ["c2"]


def test_a_line_that_would_send_them_on_for_the_expected_wait_gets_nobody() -> None:
    stage = house(other=line(2, TO_SALES, overflow_expected_s=40.0), overflow_beyond=1)
    busy(stage, 12, 13)
    handled(stage, 1, 90.0)
    handled(stage, 2, 50.0)
    stage.arrive("c1")
    stage.arrive("c2")
    stage.wait(60)
    assert moved(stage) == []


def test_who_has_talked_or_was_placed_by_a_supervisor_or_comes_from_there_stays() -> None:
    stage = house(overflow_beyond=1)
    stage.arrive("from", 2)
    stage.wait(100)
    stage.tell(CallQueued("from", 1))
    stage.arrive("put")
    stage.arrive("talked")
    stage.floor._board.calls["talked"].returned = True
    stage.tell(WaitingPlaced("put", 11, None))
    stage.clear()
    stage.wait(200)
    assert moved(stage) == []


def test_a_line_that_overflows_into_itself_or_is_gone_keeps_its_callers() -> None:
    stage = house(Overflow(OverflowAction.QUEUE, queue_id=1), overflow_beyond=1)
    stage.arrive("c1")
    stage.arrive("c2")
    stage.wait(100)
    assert moved(stage) == []


def test_limits_that_are_taken_away_end_it_and_new_ones_begin_it() -> None:
    stage = house(overflow_beyond=1)
    stage.arrive("c1")
    stage.arrive("c2")
    stage.wait(10)
    stage.tell(RosterChanged(Roster((BOB,), (line(1, TO_CARE), CARE))))
    stage.wait(60)
    assert moved(stage) == []
    stage.tell(RosterChanged(Roster((BOB,), (line(1, TO_CARE, overflow_beyond=1), CARE))))
    stage.wait(10)
    stage.tell(RosterChanged(Roster((BOB,), (CARE,))))
    stage.wait(60)
    assert moved(stage) == ["c1", "c2"], "by the end of the line"


def test_longest_wait_and_overflow_at_the_same_moment_are_one() -> None:
    stage = Stage(Roster((BOB,), (replace(line(1, TO_CARE, overflow_beyond=1), max_wait_s=15.0), CARE)))
    stage.arrive("c1", priority=1)
    stage.arrive("c2")
    stage.wait(15)
    assert sorted(moved(stage)) == ["c1", "c2"]


def test_who_was_sent_is_let_in_although_the_line_filled_meanwhile() -> None:
    stage = house(other=replace(CARE, routing=Routing(most_waiting=1)), overflow_beyond=1)
    stage.arrive("c1")
    stage.arrive("c2")
    stage.wait(15)
    stage.arrive("other", 2)
    stage.tell(CallQueued("c2", 2))
    assert stage.queue(2)["waiting"] == ["c2", "other"]


def test_a_callback_in_line_is_not_sent_on() -> None:
    stage = callings.promised()
    settings = stage.floor._board.queues[1].settings
    stage.tell(RosterChanged(Roster((ANN, BOB), (replace(settings, routing=Routing(overflow_beyond=1)), CARE))))
    stage.arrive("c0", priority=9)
    stage.wait(60)
    assert "c0" not in moved(stage)


@pytest.mark.parametrize("seed", range(150))
def test_nobody_is_sent_back_and_forth(seed: int) -> None:
    """Three lines that overflow in a ring, at random limits and times: each is entered once at most."""
    dice = Random(seed)  # noqa: S311
    lines = tuple(
        replace(
            line(
                number,
                Overflow(OverflowAction.QUEUE, queue_id=number % 3 + 1),
                overflow_beyond=dice.randint(0, 3),
                overflow_expected_s=dice.choice([0.0, 20.0, 60.0]),
                overflow_held_s=dice.choice([1.0, 5.0]),
                most_waiting=dice.choice([0, 0, 4]),
            ),
            max_wait_s=dice.choice([40.0, 600.0]),
        )
        for number in (1, 2, 3)
    )
    people = tuple(replace(BOB, agent_id=20 + n, extension=f"2{n}", queue_ids=frozenset({n})) for n in (1, 2, 3))
    stage = Stage(Roster(people, lines))
    began: dict[str, tuple[Call, Any]] = {}
    seen = 0
    for number in range(60):
        handled(stage, dice.randint(1, 3), dice.choice([5.0, 30.0, 90.0]))
        if number < 25:
            stage.arrive(f"c{number}", dice.randint(1, 3), dice.randint(0, 1))
            call = stage.floor._board.calls[f"c{number}"]
            began[f"c{number}"] = call, call.waiting_since
        before = len(stage.facts)
        stage.wait(dice.choice([0.5, 2.0, 8.0]))
        sent = {fact.call_id for fact in stage.facts[before:] if isinstance(fact, WaitRefused)}
        orders, seen = stage.all(StopWaiting)[seen:], len(stage.all(StopWaiting))
        for order in orders:
            call = began[order.call_id][0]
            entered = [fact.queue_id for fact in stage.all(WaitStarted) if fact.call_id == order.call_id]
            assert order.call_id not in sent or order.overflow.queue_id not in entered, "sent back"
            if order.overflow.queue_id in entered:
                stage.leave(order.call_id)  # ivr.customer: two lines that point at each other
            elif call.state == "in_menu":
                stage.tell(CallQueued(order.call_id, order.overflow.queue_id or 0))
    for call_id, (call, since) in began.items():
        entered = [fact.queue_id for fact in stage.all(WaitStarted) if fact.call_id == call_id]
        assert len(entered) == len(set(entered)) <= 3
        assert call.waiting_since == since
