"""Calls counted by their stays."""

from datetime import UTC, datetime, timedelta

from crm_core.domain.counts import Counts, Limits, count, stays_in, total
from crm_core.domain.visits import Fate, Stay, Visit

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LIMITS = Limits(threshold_s=20, short_s=6)


def stay(
    fate: Fate, wait_s: float = 0.0, after_s: float = 0, queue_id: int = 1, slot: int = 36, **more: object
) -> Stay:
    return Stay(queue_id, AT + timedelta(seconds=after_s), slot, fate, wait_s, **more)  # type: ignore[arg-type]


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def test_an_answer_counts_with_its_wait_and_its_work() -> None:
    one = count([stay(Fate.ANSWERED, 20.0, handle_s=90.0)], LIMITS, AT)
    assert one == Counts(offered=1, answered=1, answered_in_time=1, wait_s=20.0, handled=1, handle_s=90.0)
    late = count([stay(Fate.ANSWERED, 20.1, handle_s=30.0, talking=True)], LIMITS, AT)
    assert late == Counts(offered=1, answered=1, wait_s=20.1), "a talk that goes on is not handled yet"


def test_who_gives_up_at_once_is_apart() -> None:
    assert count([stay(Fate.ABANDONED, 6.0)], LIMITS, AT) == Counts(offered=1, short_abandoned=1, abandoned_in_time=1)
    assert count([stay(Fate.ABANDONED, 7.0)], LIMITS, AT) == Counts(offered=1, abandoned=1, abandoned_in_time=1)
    assert count([stay(Fate.ABANDONED, 21.0)], LIMITS, AT) == Counts(offered=1, abandoned=1)


def test_who_is_passed_on_or_waits_is_neither() -> None:
    assert count([stay(Fate.PASSED_ON, 100.0)], LIMITS, AT) == Counts(offered=1, passed_on=1)
    assert count([stay(Fate.OPEN)], LIMITS, after(20)) == Counts(offered=1, open=1)
    assert count([stay(Fate.OPEN)], LIMITS, after(21)) == Counts(offered=1, open=1, late=1)


def test_a_promised_callback_is_a_class_of_its_own() -> None:
    assert count([stay(Fate.CALLBACK, 3.0)], LIMITS, AT) == Counts(offered=1, callbacks_promised=1)
    kept = [stay(Fate.PASSED_ON, 3.0), stay(Fate.CALLBACK, 30.0, 5, 2, kept=True)]
    assert count(kept, LIMITS, AT) == Counts(offered=1, callbacks_promised=1, callbacks_kept=1)


def test_of_several_lines_a_call_is_one() -> None:
    first, second = stay(Fate.PASSED_ON, 15.0), stay(Fate.ANSWERED, 3.0, after_s=17, queue_id=2, handle_s=50.0)
    both = count([first, second], LIMITS, AT)
    assert (both.offered, both.answered, both.wait_s, both.answered_in_time) == (1, 1, 20.0, 1)
    assert count([first], LIMITS, AT) == Counts(offered=1, passed_on=1)
    assert count([second], LIMITS, AT).wait_s == 3.0
    twice = count([stay(Fate.ANSWERED, 3.0, handle_s=10.0), stay(Fate.ANSWERED, 8.0, 60, 2, handle_s=20.0)], LIMITS, AT)
    assert (twice.answered, twice.wait_s, twice.handle_s) == (1, 3.0, 30.0)


def test_a_call_that_came_back_to_its_first_line_is_what_became_of_it_there() -> None:
    there = stay(Fate.PASSED_ON, 10.0, after_s=20, queue_id=2)
    assert count([stay(Fate.ABANDONED, 50.0), there], LIMITS, AT) == Counts(offered=1, abandoned=1)
    assert count([stay(Fate.OPEN), there], LIMITS, after(50)) == Counts(offered=1, open=1, late=1)


def test_a_call_is_counted_by_its_stays_in_the_lines_that_are_asked_for() -> None:
    both = [stay(Fate.PASSED_ON), stay(Fate.OPEN, queue_id=2)]
    visit = Visit("c", both)
    assert stays_in(visit, None) == both
    assert [stays_in(visit, frozenset({queue_id})) for queue_id in (1, 2, 3)] == [both[:1], both[1:], []]


def test_counts_add_up() -> None:
    assert total([]) == Counts()
    assert total([Counts(offered=1, wait_s=1.5), Counts(offered=2, open=1)]) == Counts(offered=3, open=1, wait_s=1.5)
