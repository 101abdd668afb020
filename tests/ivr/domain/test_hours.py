from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.hours import (
    SEEN_AHEAD_DAYS,
    Because,
    Calendar,
    Opening,
    Span,
    Switched,
    Verdict,
    open_between,
    open_until,
    opening,
    opens_at,
    verdict,
)

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


NIGHTS = Calendar("x", dict.fromkeys(range(7), (Span(9 * 60, 12 * 60), Span(22 * 60, 6 * 60))))
ALWAYS = Calendar("x", dict.fromkeys(range(7), (Span(0, 24 * 60),)))
DAWN = Calendar("x", {6: (Span(2 * 60 + 30, 4 * 60),), 0: (Span(2 * 60 + 30, 4 * 60),)})


def test_the_verdict_says_why_and_until_when() -> None:
    day, other = date(2026, 10, 1), date(2026, 10, 2)
    plan = calendar(
        holidays=frozenset({day}),
        special={other: (Span(600, 720),)},
        names={day: "National Day", other: "Short Friday"},
    )
    noon = datetime(2026, 10, 1, 12, tzinfo=UTC)
    opens = datetime(2026, 10, 2, 10, tzinfo=UTC)
    # from holiday to an ordinary closed night: the caller is told something else
    midnight = datetime(2026, 10, 2, tzinfo=UTC)
    assert verdict(plan, noon, UTC) == Verdict(Opening.HOLIDAY, Because.HOLIDAY, day, "National Day", midnight)
    assert verdict(plan, midnight, UTC) == Verdict(Opening.CLOSED, Because.SPECIAL, other, "Short Friday", opens)
    closes = datetime(2026, 10, 2, 12, tzinfo=UTC)
    assert verdict(plan, opens, UTC) == Verdict(Opening.OPEN, Because.SPECIAL, other, "Short Friday", closes)
    assert verdict(plan, closes, UTC).until == datetime(2026, 10, 5, 9, tzinfo=UTC), "Monday"
    before = datetime(2026, 9, 30, 10, tzinfo=UTC)
    assert verdict(plan, before, UTC).because is Because.WEEKLY


def test_a_night_shift_is_the_day_befores() -> None:
    friday = date(2026, 11, 27)
    night = Calendar("x", {4: (Span(22 * 60, 6 * 60),)}, names={friday: "stocktaking"}, special={})
    found = verdict(night, datetime(2026, 11, 28, 5, tzinfo=UTC), UTC)
    assert (found.day, found.name, found.until) == (friday, "stocktaking", datetime(2026, 11, 28, 6, tzinfo=UTC))


def test_by_hand_goes_before_everything_and_ends() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    until = datetime(2026, 11, 23, 12, 30, 20, tzinfo=UTC)
    shut = calendar(switched=Switched(Opening.CLOSED, until))
    assert verdict(shut, noon, UTC) == Verdict(Opening.CLOSED, Because.SWITCHED, noon.date(), "", until)
    assert opening(shut, until, UTC) is Opening.OPEN
    for_ever = calendar(switched=Switched(Opening.OPEN))
    assert verdict(for_ever, datetime(2026, 11, 22, 3, tzinfo=UTC), UTC).until is None
    # closed by hand beyond the end of the plan: nothing changes when the hand is taken away
    late = calendar(switched=Switched(Opening.CLOSED, datetime(2026, 11, 23, 20, tzinfo=UTC)))
    assert verdict(late, noon, UTC).until == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_what_never_changes_has_no_end() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert verdict(ALWAYS, now, UTC).until is None
    assert verdict(Calendar("x", {}), now, UTC) == Verdict(Opening.CLOSED, Because.WEEKLY, now.date(), "", None)


@pytest.mark.parametrize("plan", [calendar(), NIGHTS, DAWN], ids=["office", "nights", "dawn"])
@pytest.mark.parametrize("day", [datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)])
def test_the_end_is_the_first_minute_that_differs_also_when_clocks_are_set(plan: Calendar, day: datetime) -> None:
    minutes = [day + timedelta(minutes=minute) for minute in range(3 * 24 * 60)]
    states = [opening(plan, at, BERLIN) for at in minutes]
    for begin in range(0, 2 * 24 * 60, 47):
        differs = next((at for at, state in zip(minutes, states, strict=True) if at > minutes[begin]
                        and state is not states[begin]), None)  # fmt: skip
        if differs is not None:
            assert verdict(plan, minutes[begin], BERLIN).until == differs


def test_an_hour_that_is_skipped_opens_when_the_clock_has_jumped() -> None:
    # 02:30 is no time on that Sunday: at 02:00 it is 03:00
    assert verdict(DAWN, datetime(2026, 3, 29, 0, 40, tzinfo=UTC), BERLIN).until == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "because"),
    [(date(2026, 10, 1), Because.HOLIDAY), (date(2026, 10, 2), Because.SPECIAL), (date(2026, 10, 3), Because.WEEKLY)],
)
def test_whose_plan_a_day_has(day: date, because: Because) -> None:
    plan = calendar(holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2)}), special={date(2026, 10, 2): ()})
    assert plan.because(day) is because


def test_the_next_opening_is_found_behind_nights_and_holidays() -> None:
    noon = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
    assert opens_at(calendar(), noon, UTC) == noon, "it is open"
    night = noon.replace(hour=20)
    assert opens_at(calendar(), night, UTC) == datetime(2026, 11, 30, 9, tzinfo=UTC)
    free = frozenset({date(2026, 11, 30)})
    assert opens_at(calendar(holidays=free), night, UTC) == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_nobody_knows_when_what_is_never_open_opens() -> None:
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert opens_at(Calendar("x", {}), monday, UTC) is None
    assert opens_at(calendar(switched=Switched(Opening.CLOSED)), monday, UTC) is None
    far = frozenset(date(2026, 11, 23) + timedelta(days=day) for day in range(200) if day % 2)
    assert opens_at(Calendar("x", {}, holidays=far), monday, UTC) is None


def test_time_in_which_it_is_closed_does_not_count() -> None:
    friday, four_h = datetime(2026, 11, 27, 16, tzinfo=UTC), 4 * 3600.0
    assert open_until(calendar(), friday, 7200.0, UTC) == friday + timedelta(hours=2), "to its last minute"
    monday = datetime(2026, 11, 30, 11, tzinfo=UTC)
    assert open_until(calendar(), friday, four_h, UTC) == monday, "two hours on Friday, two on Monday"
    free = frozenset({monday.date()})
    assert open_until(calendar(holidays=free), friday, four_h, UTC) == monday + timedelta(days=1)
    assert open_until(calendar(), monday.replace(hour=3), four_h, UTC) == monday.replace(hour=13), "from the opening on"
    nine_to_six = 9 * 3600.0
    assert open_until(calendar(), friday, 5 * nine_to_six, UTC) == friday + timedelta(days=7)
    assert open_between(calendar(), friday, monday, UTC) == four_h
    assert open_between(calendar(), friday, friday + timedelta(minutes=5), UTC) == 300
    assert open_between(calendar(), friday.replace(hour=19), monday.replace(hour=9), UTC) == 0
    assert open_between(calendar(), monday, friday, UTC) == 0


def test_it_is_as_open_as_somebody_switched_it() -> None:
    monday = datetime(2026, 11, 30, 10, tzinfo=UTC)
    shut = calendar(switched=Switched(Opening.CLOSED, monday + timedelta(hours=2)))
    assert open_until(shut, monday, 60.0, UTC) == monday + timedelta(hours=2, minutes=1)
    assert open_between(shut, monday, monday + timedelta(hours=3), UTC) == 3600


def test_behind_what_anybody_plans_all_time_counts() -> None:
    monday = datetime(2026, 11, 30, 0, tzinfo=UTC)
    never = Calendar("x", {})
    seen = timedelta(days=SEEN_AHEAD_DAYS - 1)  # from yesterday on
    assert open_until(never, monday, 60.0, UTC) == monday + seen + timedelta(seconds=60)
    assert open_between(never, monday, monday + seen + timedelta(days=2), UTC) == 2 * 86_400


@pytest.mark.parametrize("zone", [UTC, SHANGHAI, BERLIN])
@pytest.mark.parametrize("open_s", [1.0, 3600.0, 100_000.0, 500_000.0])
def test_one_is_the_other_looked_at_from_the_end(zone: ZoneInfo, open_s: float) -> None:
    for hours in range(0, 24 * 9, 7):
        since = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(hours=hours)
        assert open_between(calendar(), since, open_until(calendar(), since, open_s, zone), zone) == open_s
