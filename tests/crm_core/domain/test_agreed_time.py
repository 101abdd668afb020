"""Times at which somebody is called again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.domain.agreed_time import quick_times, time_problem

LONDON = ZoneInfo("Europe/London")
# a Wednesday
NOW = datetime(2026, 11, 25, 9, 2, 30, tzinfo=LONDON)


def offered(now: datetime, is_open: Callable[[datetime], bool] = lambda _: True) -> dict[str, str]:
    return {one.key: one.at.astimezone(LONDON).strftime("%a %H:%M") for one in quick_times(now, LONDON, is_open)}


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (None, "missing"),
        (NOW - timedelta(days=1), "in_past"),
        (NOW - timedelta(minutes=1), "in_past"),
        # the minute that runs
        (NOW - timedelta(seconds=59), ""),
        (NOW + timedelta(minutes=5), ""),
    ],
)
def test_a_time_in_the_past_cannot_be_meant(at: datetime | None, code: str) -> None:
    assert time_problem(at, NOW) == code


def test_what_is_ahead_at_round_times() -> None:
    assert offered(NOW) == {
        "in_quarter": "Wed 09:20",
        "in_hour": "Wed 10:05",
        "afternoon": "Wed 15:00",
        "tomorrow_morning": "Thu 10:00",
        "tomorrow_afternoon": "Thu 15:00",
        "next_monday": "Mon 10:00",
    }


def test_a_round_time_stays_as_it_is() -> None:
    assert offered(NOW.replace(minute=0, second=0))["in_quarter"] == "Wed 09:15"


def test_an_afternoon_that_goes_on_is_later_than_in_an_hour() -> None:
    assert offered(NOW.replace(hour=15, minute=40))["afternoon"] == "Wed 17:00"
    assert "afternoon" not in offered(NOW.replace(hour=16, minute=40))


def test_a_time_is_offered_once() -> None:
    sunday = NOW + timedelta(days=4)
    assert offered(sunday)["tomorrow_morning"] == "Mon 10:00"
    assert "next_monday" not in offered(sunday)
    assert offered(sunday + timedelta(days=1))["next_monday"] == "Mon 10:00"
    assert quick_times(sunday + timedelta(days=1), LONDON, lambda _: True)[-1].at.day == 7


def test_only_when_they_may_be_called() -> None:
    def is_open(at: datetime) -> bool:
        """Working days from eleven to half past two."""
        local = at.astimezone(LONDON)
        return local.weekday() < 5 and (11, 0) <= (local.hour, local.minute) < (14, 30)

    assert offered(NOW, is_open) == {
        "afternoon": "Wed 14:00",
        "tomorrow_morning": "Thu 11:00",
        "tomorrow_afternoon": "Thu 14:00",
        "next_monday": "Mon 11:00",
    }
    assert offered(NOW + timedelta(days=2), is_open) == {"afternoon": "Fri 14:00", "next_monday": "Mon 11:00"}
    assert offered(NOW, lambda _: False) == {}


def test_parts_of_a_day_are_those_of_where_they_are() -> None:
    now = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
    times = {one.key: one.at for one in quick_times(now, ZoneInfo("Asia/Shanghai"), lambda _: True)}
    assert times["afternoon"] == datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
    assert times["tomorrow_morning"] == datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
