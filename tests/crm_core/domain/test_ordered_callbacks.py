from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain.day import day_of
from crm_core.domain.ordered_callbacks import OrderedCallbacks
from cti.domain.callback import CallbackResult, CallbackState
from cti.domain.callback_words import CallbackAsked, CallbackChanged

ZONE = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SALES, CARE = 1, 2


def told(
    callback_id: str, result: CallbackResult | None = None, queue_id: int = SALES, call_id: str = ""
) -> CallbackChanged:
    state = CallbackState.WAITING if result is None else CallbackState.OVER
    return CallbackChanged(call_id, callback_id, state, "", queue_id, 0, None, "", None, result)


def day(*facts: CallbackChanged) -> OrderedCallbacks:
    ordered = OrderedCallbacks(day_of(NINE, ZONE))
    for fact in facts:
        ordered.take(NINE, fact)
    return ordered


def figures(ordered: OrderedCallbacks, *queue_ids: int) -> tuple[int, int]:
    scope = frozenset(queue_ids) or None
    return ordered.ordered(scope), ordered.reached(scope)


def test_each_counts_once_in_its_line_however_often_it_is_told_of() -> None:
    ordered = day(told("a"), told("a"), told("b"), told("c", queue_id=CARE), told("b", CallbackResult.REACHED))
    assert figures(ordered, SALES) == (2, 1)
    assert figures(ordered, CARE) == (1, 0)
    assert figures(ordered, SALES, CARE) == figures(ordered) == (3, 1)
    assert figures(ordered, 77) == (0, 0)


@pytest.mark.parametrize("result", CallbackResult)
def test_reached_are_those_with_whom_somebody_talked(result: CallbackResult) -> None:
    assert figures(day(told("a"), told("a", result))) == (1, int(result in ("reached", "called_in")))


def test_who_asked_in_a_call_is_counted_by_that_call() -> None:
    ordered = day(told("a", call_id="c"), told("a", CallbackResult.REACHED, call_id="c"))
    ordered.take(NINE, CallbackAsked("c", "a", SALES))
    assert figures(ordered) == (0, 0)


def test_what_becomes_of_one_of_yesterday_does_not_change_today() -> None:
    ordered = day(told("late"))
    ordered.begin(day_of(NINE + timedelta(days=1), ZONE))
    assert figures(ordered) == (0, 0)
    ordered.take(NINE + timedelta(days=1), told("late", CallbackResult.REACHED))
    ordered.take(NINE + timedelta(days=1), told("new"))
    assert figures(ordered) == (1, 0)


def test_one_of_a_day_before_the_restart_is_not_of_today_either() -> None:
    ordered = OrderedCallbacks(day_of(NINE, ZONE))
    ordered.take(NINE - timedelta(days=1), told("old"))
    ordered.take(NINE, told("old", CallbackResult.REACHED))
    assert figures(ordered) == (0, 0)
