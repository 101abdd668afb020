"""A quarter that is counted as it goes says what one counting of all its calls would say."""

from datetime import UTC, datetime, timedelta
from math import fsum
from random import Random
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain import running_count as running_module
from crm_core.domain.counts import Counts, Limits, Scope, columns, count, stays_in
from crm_core.domain.day import day_of
from crm_core.domain.running_count import RunningCount
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
        visit.version = version
        slot.touch(visit)
    return slot


def counted(slot: Slot, number: int, scope: Scope, now: datetime) -> Counts:
    quarter = RunningCount(slot, number, scope, LIMITS)
    quarter.count(now)
    return quarter.counts


def counted_at_once(slot: Slot, number: int, scope: Scope, limits: Limits, now: datetime) -> Counts:
    of_scope = [stays_in(visit, scope) for visit in slot.visits.values()]
    each = [columns(count(stays, limits, now)) for stays in of_scope if stays and stays[0].slot == number]
    exact = [fsum(column) for column in zip(columns(Counts()), *each, strict=True)]
    return Counts(*exact)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(20))
def test_whenever_it_is_asked_it_says_what_one_counting_says(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 dice
    day = random_day(seed, AT, calls=60)
    visits = Visits(day_of(AT, ZONE))
    running = [
        (number, scope, limits, RunningCount(slot, number, scope, limits))
        for number, slot in enumerate(visits.slots)
        for scope in SCOPES
        for limits in (LIMITS, Limits(threshold_s=2.5, short_s=1))
    ]
    for change in day.changes:
        for fact in change.facts:
            visits.take(change.at, fact)
        for number, scope, limits, quarter in dice.sample(running, 40):
            if quarter.is_over(change.at):
                quarter.count(change.at)
            if dice.random() < 0.1:
                quarter.rest()
            assert quarter.counts == counted_at_once(visits.slots[number], number, scope, limits, change.at)


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
            quarter.count(after(seconds))
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
    quarter.count(after(10))
    assert len(asked) == 100
    visits[50].stays[0].decide(Fate.ANSWERED, 3.0)
    visits[50].version = 101
    slot.touch(visits[50])
    quarter.count(after(20.5))
    assert len(asked) == 102, "the one that was answered, and the one that has waited for T"
    assert (quarter.counts.offered, quarter.counts.answered, quarter.counts.late) == (100, 1, 1)


def test_while_somebody_waits_for_t_nothing_is_forgotten() -> None:
    quarter = RunningCount(slot_of(Visit("c", [stay(Fate.OPEN)])), 36, None, LIMITS)
    quarter.count(AT)
    quarter.rest()
    assert quarter.is_over(after(21))
    quarter.count(after(21))
    assert quarter.counts == Counts(offered=1, open=1, late=1)
