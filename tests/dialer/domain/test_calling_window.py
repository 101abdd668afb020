from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dialer.domain.calling_window import Closed, Place, all_closed, closed, ever_open, is_open, no_holidays
from dialer.domain.policy import CallingHours, Policy, Span

EIGHT_TO_NINE = CallingHours((((Span(time(8), time(21)),)),) * 7)
WEEKDAYS = CallingHours(((Span(time(10), time(13)), Span(time(14), time(20))),) * 5 + ((), ()), holiday=())
ALWAYS = Policy("always", "", ())
US, FR = Policy("us", "", (), hours=EIGHT_TO_NINE), Policy("fr", "", (), hours=WEEKDAYS)
NEW_YORK, DENVER, PARIS, SHANGHAI = (
    ZoneInfo(name) for name in ("America/New_York", "America/Denver", "Europe/Paris", "Asia/Shanghai")
)


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


FRIDAY = at("2026-11-27 20:00", PARIS)
"""When France closes before the weekend."""


def test_without_hours_it_is_always_open() -> None:
    assert closed([ALWAYS], Place((SHANGHAI,), no_holidays), at("2026-11-23 03:00")) is None


@pytest.mark.parametrize(("moment", "is_open"), [("07:59", False), ("08:00", True), ("20:59", True), ("21:00", False)])
def test_hours_are_the_called_persons(moment: str, is_open: bool) -> None:
    found = closed([US], Place((NEW_YORK,), no_holidays), at(f"2026-11-23 {moment}").astimezone(UTC))
    assert (found is None) is is_open


def test_all_policies_must_be_open() -> None:
    place = Place((PARIS,), no_holidays)
    assert is_open([ALWAYS, US, FR], place, at("2026-11-23 10:00", PARIS))
    assert not is_open([ALWAYS, US, FR], place, at("2026-11-23 13:30", PARIS))
    assert not is_open([US], Place((), no_holidays), at("2026-11-23 10:00", PARIS)), (
        "nobody knows what time it is there"
    )


def test_every_zone_that_comes_into_question_must_be_open() -> None:
    place = Place((NEW_YORK, DENVER), no_holidays)
    assert closed([US], place, at("2026-11-23 09:00")) == Closed("us", at("2026-11-23 10:00"), at("2026-11-22 21:00"))
    assert closed([US], place, at("2026-11-23 10:00")) is None
    assert closed([US], place, at("2026-11-23 21:30")) == Closed("us", at("2026-11-24 10:00"), at("2026-11-23 21:00"))


def test_where_nobody_knows_the_zone_nobody_is_called() -> None:
    assert closed([ALWAYS, US], Place((), no_holidays), at("2026-11-23 12:00")) == Closed("us", None)
    assert closed([ALWAYS], Place((), no_holidays), at("2026-11-23 12:00")) is None


def test_several_policies_hold_together() -> None:
    lunch = at("2026-11-23 13:30", PARIS)
    found = closed([US, FR], Place((PARIS,), no_holidays), lunch)
    assert found == Closed("fr", at("2026-11-23 14:00", PARIS), at("2026-11-23 13:00", PARIS))


def test_a_weekend_ends_on_monday_and_a_holiday_when_it_is_over() -> None:
    saturday = at("2026-11-28 11:00", PARIS)
    assert closed([FR], Place((PARIS,), no_holidays), saturday) == Closed("fr", at("2026-11-30 10:00", PARIS), FRIDAY)
    place = Place((PARIS,), holidays=lambda day, _: "Foundation" if day == date(2026, 11, 30) else "")
    assert closed([FR], place, saturday) == Closed("fr", at("2026-12-01 10:00", PARIS), FRIDAY)
    monday = closed([FR], place, at("2026-11-30 11:00", PARIS))
    assert monday == Closed("fr", at("2026-12-01 10:00", PARIS), FRIDAY, "Foundation")


def test_a_policy_may_leave_out_what_is_a_holiday_in_a_part_of_the_country() -> None:
    place = Place((PARIS,), holidays=lambda _, regional: "Abolition" if regional else "")
    national = Policy("national", "", (), hours=replace(WEEKDAYS, regional_holidays=False))
    noon = at("2026-11-27 11:00", PARIS)
    found = closed([FR], place, noon)
    assert found is not None
    assert (found.policy, found.holiday, found.opens_at, found.since) == ("fr", "Abolition", None, None)
    assert closed([national], place, noon) is None


def test_each_policy_that_is_closed_says_so() -> None:
    night = at("2026-11-27 22:00", PARIS)
    found = {one.policy: one.since for one in all_closed([US, FR, ALWAYS], Place((PARIS,), no_holidays), night)}
    assert found == {"us": at("2026-11-27 21:00", PARIS), "fr": FRIDAY}


def test_a_holiday_is_a_day_like_any_other_where_the_policy_says_nothing() -> None:
    assert closed([US], Place((NEW_YORK,), holidays=lambda *_: "Thanksgiving"), at("2026-11-26 12:00")) is None


def test_who_is_never_open_is_told_so() -> None:
    never = Policy("never", "", (), hours=CallingHours(((),) * 7))
    assert closed([never], Place((PARIS,), no_holidays), at("2026-11-28 11:00", PARIS)) == Closed("never", None)


def test_hours_that_only_begin_at_the_end_of_a_day_do_not_begin() -> None:
    odd = Policy("odd", "", (), hours=CallingHours(((Span(time.max, time.max),),) * 7))
    assert closed([odd], Place((PARIS,), no_holidays), at("2026-11-28 11:00", PARIS)) == Closed("odd", None)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_hour_is_right_on_the_days_when_clocks_change(day: str) -> None:
    place, opens = Place((PARIS,), no_holidays), at(f"{day} 08:00", PARIS)
    assert closed([US], place, opens.astimezone(UTC) - timedelta(seconds=1)) == Closed(
        "us", opens, opens - timedelta(days=1) + timedelta(hours=13)
    )
    assert closed([US], place, opens.astimezone(UTC)) is None


def week(*spans: Span, on: int = 6) -> CallingHours:
    return CallingHours(tuple(spans if day == on else () for day in range(7)))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (week(Span(time(9), time(12))), week(Span(time(11), time(20))), True),
        (week(Span(time(9), time(12))), week(Span(time(12), time(20))), False),
        (week(Span(time(9), time(12))), week(Span(time(9), time(12)), on=5), False),
        (week(), week(Span(time(9), time(12))), False),
    ],
)
def test_hours_that_never_meet_leave_none(one: CallingHours, other: CallingHours, expected: bool) -> None:
    assert ever_open([one, other]) is ever_open([other, one]) is expected
