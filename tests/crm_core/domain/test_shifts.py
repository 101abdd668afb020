"""Time at work."""

from datetime import UTC, datetime, timedelta

import pytest

from crm_core.domain.day import day_of
from crm_core.domain.shifts import Now, Shifts
from cti.domain.facts import AgentChanged
from cti.domain.values import AgentState as S

DAY = day_of(datetime(2026, 11, 22, 12, tzinfo=UTC), UTC)


def minutes(count: float) -> datetime:
    return DAY.begins_at + timedelta(minutes=count)


def test_pauses_are_in_neither_part() -> None:
    shifts = Shifts(DAY)
    # Calabrio's example: 4.5 h talk, 0.5 h wrap-up, 1 h ready, 1 h pause: 83.3 %, and not 71.4 % with the pause
    for state, hours, end in ((S.TALKING, 4.5, 4.5), (S.WRAP_UP, 0.5, 5), (S.READY, 1, 6), (S.NOT_READY, 1, 7)):
        shifts.take(minutes(60 * end), AgentChanged(1, S.READY, "", state, hours * 3600))
    assert shifts.occupancy([Now(1, S.SIGNED_OUT, minutes(420))], minutes(480)) == pytest.approx(5 / 6)


def test_what_lasts_is_counted_until_now_and_from_midnight_on() -> None:
    shifts = Shifts(DAY)
    shifts.take(minutes(10), AgentChanged(1, S.TALKING, "", S.READY, 3600))
    assert shifts.seconds == {1: {S.READY: 600}}
    people = [Now(1, S.TALKING, minutes(10)), Now(2, S.RINGING, minutes(-60))]
    assert shifts.occupancy(people, minutes(20)) == pytest.approx(10 / (10 + 10 + 20))
    assert shifts.occupancy(people[:1], minutes(20)) == pytest.approx(0.5)


def test_nobody_at_work_is_no_figure() -> None:
    shifts = Shifts(DAY)
    shifts.take(minutes(5), AgentChanged(1, S.NOT_READY, "", S.SIGNED_OUT, 300))
    assert shifts.occupancy([Now(1, S.NOT_READY, minutes(5))], minutes(9)) is None
    assert shifts.occupancy([], minutes(9)) is None


def test_a_state_that_lasted_no_time_or_ended_yesterday_is_none() -> None:
    shifts = Shifts(DAY)
    shifts.take(minutes(5), AgentChanged(1, S.READY, "", S.WRAP_UP, 0))
    shifts.take(minutes(-5), AgentChanged(1, S.READY, "", S.WRAP_UP, 60))
    assert shifts.seconds == {}
    shifts.take(minutes(5), AgentChanged(1, S.READY, "", S.WRAP_UP, 60))
    shifts.begin(day_of(DAY.ends_at, UTC))
    assert (shifts.seconds, shifts.day.begins_at) == ({}, DAY.ends_at)
