from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dialer.domain.calling_window import Closed, Place, closed
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


def test_without_hours_it_is_always_open() -> None:
    assert closed([ALWAYS], Place((SHANGHAI,)), at("2026-11-23 03:00")) is None


@pytest.mark.parametrize(("moment", "is_open"), [("07:59", False), ("08:00", True), ("20:59", True), ("21:00", False)])
def test_hours_are_the_called_persons(moment: str, is_open: bool) -> None:
    found = closed([US], Place((NEW_YORK,)), at(f"2026-11-23 {moment}").astimezone(UTC))
    assert (found is None) is is_open


def test_every_zone_that_comes_into_question_must_be_open() -> None:
    place = Place((NEW_YORK, DENVER))
    assert closed([US], place, at("2026-11-23 09:00")) == Closed("us", at("2026-11-23 10:00"))
    assert closed([US], place, at("2026-11-23 10:00")) is None
    assert closed([US], place, at("2026-11-23 21:30")) == Closed("us", at("2026-11-24 10:00"))


def test_where_nobody_knows_the_zone_nobody_is_called() -> None:
    assert closed([ALWAYS, US], Place(()), at("2026-11-23 12:00")) == Closed("us", None)
    assert closed([ALWAYS], Place(()), at("2026-11-23 12:00")) is None


def test_several_policies_hold_together() -> None:
    lunch = at("2026-11-23 13:30", PARIS)
    assert closed([US, FR], Place((PARIS,)), lunch) == Closed("fr", at("2026-11-23 14:00", PARIS))


def test_a_weekend_ends_on_monday_and_a_holiday_when_it_is_over() -> None:
    saturday = at("2026-11-28 11:00", PARIS)
    assert closed([FR], Place((PARIS,)), saturday) == Closed("fr", at("2026-11-30 10:00", PARIS))
    place = Place((PARIS,), holidays=lambda day: day == date(2026, 11, 30))
    assert closed([FR], place, saturday) == Closed("fr", at("2026-12-01 10:00", PARIS))
    assert closed([FR], place, at("2026-11-30 11:00", PARIS)) is not None


def test_a_holiday_is_a_day_like_any_other_where_the_policy_says_nothing() -> None:
    assert closed([US], Place((NEW_YORK,), holidays=lambda _: True), at("2026-11-26 12:00")) is None


def test_who_is_never_open_is_told_so() -> None:
    never = Policy("never", "", (), hours=CallingHours(((),) * 7))
    assert closed([never], Place((PARIS,)), at("2026-11-28 11:00", PARIS)) == Closed("never", None)


def test_hours_that_only_begin_at_the_end_of_a_day_do_not_begin() -> None:
    odd = Policy("odd", "", (), hours=CallingHours(((Span(time.max, time.max),),) * 7))
    assert closed([odd], Place((PARIS,)), at("2026-11-28 11:00", PARIS)) == Closed("odd", None)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_hour_is_right_on_the_days_when_clocks_change(day: str) -> None:
    place, opens = Place((PARIS,)), at(f"{day} 08:00", PARIS)
    assert closed([US], place, opens.astimezone(UTC) - timedelta(seconds=1)) == Closed("us", opens)
    assert closed([US], place, opens.astimezone(UTC)) is None
