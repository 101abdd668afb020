from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.hours import Calendar, Opening, Span, opening

OFFICE = Span(9 * 60, 18 * 60)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def calendar(**more: object) -> Calendar:
    return Calendar("x", dict.fromkeys(range(5), (OFFICE,)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(0, 59, Opening.CLOSED), (1, 0, Opening.OPEN), (9, 59, Opening.OPEN), (10, 0, Opening.CLOSED)],
)
def test_the_wall_clock_of_the_zone_counts(hour: int, minute: int, expected: Opening) -> None:
    monday = datetime(2026, 11, 23, hour, minute, tzinfo=UTC)
    assert opening(calendar(), monday, SHANGHAI) is expected


def test_the_date_is_that_of_the_zone() -> None:
    # Sunday evening in UTC is Monday morning in Shanghai
    assert opening(calendar(), datetime(2026, 11, 23, 1, tzinfo=UTC), SHANGHAI) is Opening.OPEN
    early = Calendar("x", {0: (Span(0, 600),)})
    assert opening(early, datetime(2026, 11, 22, 17, tzinfo=UTC), SHANGHAI) is Opening.OPEN


@pytest.mark.parametrize(
    ("day", "utc_hour", "expected"),
    [
        (27, 7, Opening.CLOSED),  # Friday before: winter time, 08:00 in Berlin
        (27, 8, Opening.OPEN),
        (30, 6, Opening.CLOSED),  # Monday after: summer time
        (30, 7, Opening.OPEN),
        (30, 16, Opening.CLOSED),
    ],
)
def test_daylight_saving_moves_the_opening(day: int, utc_hour: int, expected: Opening) -> None:
    assert opening(calendar(), datetime(2026, 3, day, utc_hour, tzinfo=UTC), BERLIN) is expected


def test_the_hour_that_comes_twice_is_open_twice() -> None:
    night = Calendar("x", {6: (Span(2 * 60, 3 * 60),)})
    hours = [opening(night, datetime(2026, 10, 25, hour, 30, tzinfo=UTC), BERLIN) for hour in range(4)]
    assert hours == [Opening.OPEN, Opening.OPEN, Opening.CLOSED, Opening.CLOSED]


def test_a_night_shift_reaches_into_the_next_day() -> None:
    night = Calendar("x", {4: (Span(22 * 60, 6 * 60),)}, frozenset({date(2026, 11, 28)}))
    friday_late = datetime(2026, 11, 27, 23, tzinfo=UTC)
    saturday_early = datetime(2026, 11, 28, 5, 59, tzinfo=UTC)
    assert opening(night, friday_late, UTC) is Opening.OPEN
    assert opening(night, saturday_early, UTC) is Opening.OPEN
    assert opening(night, datetime(2026, 11, 28, 6, tzinfo=UTC), UTC) is Opening.HOLIDAY
    assert opening(night, datetime(2026, 11, 27, 21, tzinfo=UTC), UTC) is Opening.CLOSED
    assert opening(calendar(), datetime(2026, 11, 28, 1, tzinfo=UTC), UTC) is Opening.CLOSED


def test_holidays_close_and_special_days_win() -> None:
    noon = datetime(2026, 10, 1, 12, tzinfo=UTC)
    free = frozenset({noon.date()})
    assert opening(calendar(holidays=free), noon, UTC) is Opening.HOLIDAY
    assert opening(calendar(holidays=free, special={noon.date(): (OFFICE,)}), noon, UTC) is Opening.OPEN
    assert opening(calendar(holidays=free, special={noon.date(): ()}), noon, UTC) is Opening.CLOSED
