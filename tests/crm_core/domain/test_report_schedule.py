"""When reports are due."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain.report_schedule import Every, Range, Timetable, days_of, next_due

ZONE = ZoneInfo("Europe/Berlin")
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timetable", "due"),
    [
        (Timetable(Every.DAY, 7 * 60 + 30), datetime(2026, 11, 23, 6, 30, tzinfo=UTC)),
        (Timetable(Every.DAY, 13 * 60 + 1), datetime(2026, 11, 22, 12, 1, tzinfo=UTC)),
        (Timetable(Every.DAY, 13 * 60), datetime(2026, 11, 23, 12, tzinfo=UTC)),
        (Timetable(Every.WEEK, 420, weekday=2), datetime(2026, 11, 25, 6, tzinfo=UTC)),
        (Timetable(Every.WEEK, 420, weekday=6), datetime(2026, 11, 29, 6, tzinfo=UTC)),
        (Timetable(Every.MONTH, 420, monthday=1), datetime(2026, 12, 1, 6, tzinfo=UTC)),
        (Timetable(Every.MONTH, 420, monthday=31), datetime(2026, 11, 30, 6, tzinfo=UTC)),
        (Timetable(), None),
    ],
)
def test_the_next_time(timetable: Timetable, due: datetime | None) -> None:
    assert next_due(timetable, SUNDAY, ZONE) == due


def test_clocks_that_are_changed() -> None:
    at_half_past_two = Timetable(Every.DAY, 150)
    before = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    assert next_due(at_half_past_two, before, ZONE) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "03:30 there"
    autumn = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)
    once = next_due(at_half_past_two, autumn, ZONE)
    assert once == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_due(at_half_past_two, once, ZONE) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC), "not twice"


def test_days_by_name() -> None:
    day = date(2026, 3, 1)  # a Sunday
    assert {name: days_of(name, day) for name in Range} == {
        Range.TODAY: (day, day),
        Range.YESTERDAY: (date(2026, 2, 28), date(2026, 2, 28)),
        Range.THIS_WEEK: (date(2026, 2, 23), day),
        Range.LAST_WEEK: (date(2026, 2, 16), date(2026, 2, 22)),
        Range.THIS_MONTH: (day, day),
        Range.LAST_MONTH: (date(2026, 2, 1), date(2026, 2, 28)),
        Range.LAST_7: (date(2026, 2, 23), day),
        Range.LAST_30: (date(2026, 1, 31), day),
        Range.THIS_YEAR: (date(2026, 1, 1), day),
    }
