from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dialer.domain.policy import AbandonmentWindow, Policy
from dialer.domain.windows import window_of

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
