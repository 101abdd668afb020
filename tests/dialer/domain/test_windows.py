from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from dialer.domain.policy import MIDNIGHT_AGAIN, AbandonmentWindow, CallingHours, Policy, Span
from dialer.domain.windows import nobody_called_after, window_of

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 5, 15, 30, tzinfo=NEW_YORK)


def of(window: AbandonmentWindow) -> tuple[str, str]:
    begins, ends = window_of([Policy("a", "", (), abandonment_limit_ratio=0.03, abandonment_window=window)], NOW)
    return begins.isoformat()[:16], "never" if ends is None else ends.isoformat()[:16]


def test_each_window_on_the_house_s_calendar() -> None:
    assert of(AbandonmentWindow.CALENDAR_DAY) == ("2026-12-05T00:00", "2026-12-06T00:00")
    assert of(AbandonmentWindow.CALENDAR_MONTH) == ("2026-12-01T00:00", "2027-01-01T00:00")
    assert of(AbandonmentWindow.ROLLING_30_DAYS) == ("2026-11-06T00:00", "2026-12-06T00:00")
    assert of(AbandonmentWindow.CAMPAIGN) == ("1970-01-01T00:00", "never")


def test_without_a_limit_the_day_counts() -> None:
    begins, _ = window_of([], NOW.astimezone(UTC))
    assert begins == datetime(2026, 12, 5, tzinfo=UTC)


def open_until(*until: time) -> Policy:
    """The same on every day."""
    spans = tuple(Span(time(number), end) for number, end in enumerate(until))
    return Policy("p", "", (), hours=CallingHours((spans,) * 7))


def test_the_policy_that_closes_first_ends_the_day_s_calls() -> None:
    found = nobody_called_after([open_until(time(13), time(21)), open_until(time(20, 30)), Policy("a", "", ())], NOW)
    assert found == datetime(2026, 12, 5, 20, 30, tzinfo=NEW_YORK)


def test_without_hours_of_today_nothing_ends_them() -> None:
    assert nobody_called_after([Policy("a", "", ())], NOW) is None
    assert nobody_called_after([open_until()], NOW) is None
    assert nobody_called_after([open_until(MIDNIGHT_AGAIN)], NOW) is None
