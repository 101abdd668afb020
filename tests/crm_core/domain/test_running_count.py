"""A quarter that is counted as it goes says what one counting of all its calls would say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import fsum
from random import Random
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain import running_count as running_module
from crm_core.domain.counts import Counts, Limits, Scope, columns, count, stays_in
from crm_core.domain.day import day_of
from crm_core.domain.running_count import PIECE, RunningCount
from crm_core.domain.visits import Fate, Slot, Stay, Visit, Visits
from tests.crm_core.random_day import QUEUES, random_day

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LIMITS = Limits(threshold_s=20, short_s=6)
ZONE = ZoneInfo("Asia/Shanghai")
SCOPES: list[Scope] = [None, frozenset({QUEUES[0]}), frozenset(QUEUES[:2])]


def stay(
    fate: Fate, wait_s: float = 0.0, after_s: float = 0, queue_id: int = 1, slot: int = 36, **more: object
) -> Stay:
    return Stay(queue_id, AT + timedelta(seconds=after_s), slot, fate, wait_s, **more)  # type: ignore[arg-type]


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def slot_of(*visits: Visit) -> Slot:
    slot = Slot()
    for version, visit in enumerate(visits, 1):
        change(slot, visit, version)
    return slot


def change(slot: Slot, visit: Visit, version: int) -> None:
    visit.version = version
    for one in visit.stays:
        slot.touch(visit, one.queue_id)


def bring_up(quarter: RunningCount, now: datetime) -> None:
    for _ in quarter.count(now):
        pass


def counted(slot: Slot, number: int, scope: Scope, now: datetime) -> Counts:
    quarter = RunningCount(slot, number, scope, LIMITS)
    bring_up(quarter, now)
    return quarter.counts


def counted_at_once(visits: Visits, number: int, scope: Scope, limits: Limits, now: datetime) -> Counts:
    of_scope = [stays_in(visit, scope) for visit in visits.visits.values()]
    each = [columns(count(stays, limits, now)) for stays in of_scope if stays and stays[0].slot == number]
    exact = [fsum(column) for column in zip(columns(Counts()), *each, strict=True)]
    return Counts(*exact)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(20))
def test_whenever_it_is_asked_it_says_what_one_counting_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where others look at the same figures meanwhile, are given up, or come to their end after it was asked."""
    dice = Random(seed)  # noqa: S311 dice
    monkeypatch.setattr(running_module, "PIECE", 2)
    day = random_day(seed, AT, calls=60)
    visits = Visits(day_of(AT, ZONE))
    running = [
        (number, scope, limits, RunningCount(slot, number, scope, limits))
        for number, slot in enumerate(visits.slots)
        for scope in SCOPES
        for limits in (LIMITS, Limits(threshold_s=2.5, short_s=1))
    ]
    lively = [one for one in running if one[0] in range(68, 76)]
    begun: list[Iterator[None]] = []
    for step in day.changes:
        for fact in step.facts:
            visits.take(step.at, fact)
        for number, scope, limits, quarter in (*dice.sample(running, 20), *dice.sample(lively, 10)):
            if dice.random() < 0.5:
                begun.append(quarter.count(step.at))
            for one in dice.sample(begun, min(4, len(begun))):
                next(one, None)
            if quarter.is_over(step.at):
                bring_up(quarter, step.at)
            if dice.random() < 0.1:
                quarter.rest()
            assert quarter.counts == counted_at_once(visits, number, scope, limits, step.at)


def test_a_quarter_counts_calls_that_began_in_it() -> None:
    slot = slot_of(Visit("c", [stay(Fate.PASSED_ON, 5.0, slot=36), stay(Fate.OPEN, after_s=5, queue_id=2, slot=37)]))
    assert counted(slot, 36, None, after(5)) == Counts(offered=1, open=1)
    assert counted(slot, 37, None, after(5)) == Counts()
    assert counted(slot, 37, frozenset({2}), after(5)) == Counts(offered=1, open=1)
    assert counted(slot, 36, frozenset({1}), after(5)) == Counts(offered=1, passed_on=1)
    assert counted(slot, 36, frozenset({3}), after(5)) == Counts()


def test_a_count_holds_until_somebody_has_waited_for_t() -> None:
    waiting = [Visit(name, [stay(Fate.OPEN, after_s=seconds)]) for name, seconds in (("a", 4), ("b", 2), ("c", 3))]
    quarter = RunningCount(slot_of(*waiting, Visit("d", [stay(Fate.ANSWERED, 1.0)])), 36, None, LIMITS)
    assert quarter.is_over(AT), "nothing was counted yet"
    late = []
    for seconds in (10, 21.9, 22, 22.1, 23.1, 24.1, 99):
        if quarter.is_over(after(seconds)):
            bring_up(quarter, after(seconds))
        late.append(quarter.counts.late)
        assert quarter.is_over(after(seconds)) == (seconds == 22), "at T itself nobody is late, a moment later one is"
    assert late == [0, 0, 0, 1, 2, 3, 3]


def test_only_what_is_different_is_counted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def spy(stays: list[Stay], limits: Limits, now: datetime) -> Counts:
        asked.append(len(stays))
        return count(stays, limits, now)

    monkeypatch.setattr(running_module, "count", spy)
    visits = [Visit(str(number), [stay(Fate.OPEN, after_s=number)]) for number in range(100)]
    slot = slot_of(*visits)
    quarter = RunningCount(slot, 36, None, LIMITS)
    bring_up(quarter, after(10))
    assert len(asked) == 100
    visits[50].stays[0].decide(Fate.ANSWERED, 3.0)
    change(slot, visits[50], 101)
    bring_up(quarter, after(20.5))
    assert len(asked) == 102, "the one that was answered, and the one that has waited for T"
    assert (quarter.counts.offered, quarter.counts.answered, quarter.counts.late) == (100, 1, 1)


def test_while_somebody_waits_for_t_nothing_is_forgotten() -> None:
    quarter = RunningCount(slot_of(Visit("c", [stay(Fate.OPEN)])), 36, None, LIMITS)
    bring_up(quarter, AT)
    quarter.rest()
    assert quarter.is_over(after(21))
    bring_up(quarter, after(21))
    assert quarter.counts == Counts(offered=1, open=1, late=1)


def test_many_calls_are_counted_a_few_at_a_time_and_told_when_all_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def spy(stays: list[Stay], limits: Limits, now: datetime) -> Counts:
        asked.append(len(stays))
        return count(stays, limits, now)

    monkeypatch.setattr(running_module, "count", spy)
    visits = [Visit(str(number), [stay(Fate.ANSWERED, 3.0)]) for number in range(3 * PIECE + 1)]
    slot = slot_of(*visits)
    quarter = RunningCount(slot, 36, None, LIMITS)
    pieces = []
    for _ in quarter.count(AT):
        pieces.append(len(asked))
        asked.clear()
        assert quarter.counts == Counts()
    assert (pieces, len(asked)) == ([PIECE] * 3, 1)
    assert quarter.counts.answered == 3 * PIECE + 1


def test_who_comes_to_the_end_after_the_parts_were_forgotten_changes_nothing() -> None:
    visits = [Visit(str(number), [stay(Fate.ANSWERED, 3.0)]) for number in range(PIECE + 1)]
    quarter = RunningCount(slot_of(*visits), 36, None, LIMITS)
    slow = quarter.count(AT)
    next(slow)
    bring_up(quarter, AT)
    quarter.rest()
    assert list(slow) == []
    assert quarter.counts.answered == PIECE + 1
    assert not quarter.is_over(AT)
