"""The end of a list, from the pace of the last minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from dialer.domain.forecast import forecast_end

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_as_many_as_are_left_at_the_pace_of_the_last_minutes() -> None:
    assert forecast_end(600, 100, 900.0, NOW) == NOW + timedelta(hours=1, minutes=30)


@pytest.mark.parametrize(("remaining", "ended", "over_s"), [(0, 5, 900.0), (5, 0, 900.0), (5, 5, 59.0)])
def test_what_cannot_be_known_is_not_said(remaining: int, ended: int, over_s: float) -> None:
    assert forecast_end(remaining, ended, over_s, NOW) is None
