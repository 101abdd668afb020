"""Which line of a report calls are in."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain.quarters import Quarter, quarters_of
from crm_core.domain.report import Axis, Wanted
from crm_core.domain.report_lines import Lines, days_of, line_of, told

ZONE = ZoneInfo("Europe/Berlin")
DAY = date(2026, 11, 19)  # a Thursday
QUARTER = Quarter(DAY, 37, 37)
LAST = DAY + timedelta(days=12)


@pytest.mark.parametrize(
    ("axis", "key", "said"),
    [
        (Axis.INTERVAL, (DAY, 36), {"day": "2026-11-19", "at": "2026-11-19T08:00:00Z", "slot": 36, "label": "09:00"}),
        (Axis.CLOCK, (36,), {"clock": 36, "label": "09:00"}),
        (Axis.HEAT, (3, 9), {"weekday": 3, "hour": 9, "days": 2}),
        (Axis.DAY, (DAY,), {"day": "2026-11-19"}),
        (Axis.WEEK, (date(2026, 11, 16),), {"day": "2026-11-16"}),
        (Axis.MONTH, (date(2026, 11, 1),), {"month": "2026-11", "day": "2026-11-01"}),
    ],
)
def test_a_quarter_is_in_one_line(axis: Axis, key: Any, said: dict[str, Any]) -> None:
    wanted = Wanted(axis, DAY, LAST, interval_min=30)
    assert line_of(QUARTER, wanted) == key
    assert told(key, wanted, ZONE) == said
    lines = Lines.empty(wanted, ZONE)
    lines.add_quarter(QUARTER, {"offered": 1})
    lines.add_quarter(QUARTER, {"offered": 2})
    assert lines.sums[key] == {"offered": 3}


def test_days_without_calls_are_lines_as_well() -> None:
    counts = {axis: len(Lines.empty(Wanted(axis, DAY, LAST), ZONE).in_order()) for axis in Axis}
    assert counts == dict.fromkeys(Axis, 0) | {Axis.DAY: 13, Axis.WEEK: 3, Axis.MONTH: 2}
    assert list(days_of(Wanted(Axis.DAY, DAY, DAY))) == [DAY]


def test_intervals_between_two_calls_of_a_day_are_there() -> None:
    wanted = Wanted(Axis.INTERVAL, DAY, LAST, interval_min=15)
    lines = Lines.empty(wanted, ZONE)
    for quarter in (quarters_of(DAY, ZONE)[40], quarters_of(DAY, ZONE)[43], quarters_of(LAST, ZONE)[1]):
        lines.add_quarter(quarter, {"offered": 1})
    assert lines.in_order() == [(DAY, 40), (DAY, 41), (DAY, 42), (DAY, 43), (LAST, 1)]


def test_a_line_that_is_not_of_time() -> None:
    lines = Lines.empty(Wanted(Axis.QUEUE, DAY, DAY), ZONE)
    lines.add_to((7,), {"offered": 1})
    assert (lines.in_order(), lines.sums) == ([(7,)], {(7,): {"offered": 1}})
