"""Days and their quarters, also where clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.domain.day import SLOT, day_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Two zones change clocks at midnight itself: Santiago skips it in September, Havana has it twice in November.
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/Santiago", "America/Havana", "Australia/Lord_Howe", "Asia/Beirut"]


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    day = day_of(datetime(2026, 11, 21, 16, 0, tzinfo=UTC), SHANGHAI)
    assert str(day.date) == "2026-11-22"
    assert (day.begins_at, day.slots) == (datetime(2026, 11, 21, 16, 0, tzinfo=UTC), 96)
    assert day_of(day.begins_at - timedelta(microseconds=1), SHANGHAI).ends_at == day.begins_at


@pytest.mark.parametrize(
    ("zone", "month", "day", "hours"),
    [
        ("Europe/Berlin", 3, 29, 23),
        ("Europe/Berlin", 10, 25, 25),
        ("America/Santiago", 9, 6, 23),
        ("America/Havana", 11, 1, 25),
        ("Australia/Lord_Howe", 4, 5, 24.5),
    ],
)
def test_a_day_is_as_long_as_it_is(zone: str, month: int, day: int, hours: float) -> None:
    noon = datetime(2026, month, day, 12, tzinfo=ZoneInfo(zone))
    found = day_of(noon, ZoneInfo(zone))
    assert found.ends_at - found.begins_at == timedelta(hours=hours)
    assert found.slots == hours * 4


def test_moments_of_other_days_have_no_quarter() -> None:
    day = day_of(datetime(2026, 11, 22, 12, tzinfo=SHANGHAI), SHANGHAI)
    assert day.slot(day.begins_at) == 0
    assert day.slot(day.begins_at - timedelta(seconds=1)) is None
    assert day.slot(day.ends_at) is None
    assert day.slot(day.ends_at - timedelta(microseconds=1)) == 95


@given(after_s=st.integers(0, 10 * 366 * 86_400), zone=st.sampled_from(ZONES))
def test_every_moment_is_in_one_quarter_of_one_day(after_s: int, zone: str) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=after_s)
    day = day_of(at, ZoneInfo(zone))
    number = day.slot(at)
    assert number is not None
    assert 0 <= number < day.slots
    begins_at = day.slot_begins_at(number)
    assert begins_at <= at < begins_at + SLOT
    assert day_of(day.ends_at, ZoneInfo(zone)).begins_at == day.ends_at, "no moment lies between two days"
    assert day_of(begins_at, ZoneInfo(zone)) == day
