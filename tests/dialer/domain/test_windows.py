from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from dialer.domain.calling_window import no_holidays
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
    found = nobody_called_after(
        [open_until(time(13), time(21)), open_until(time(20, 30)), Policy("a", "", ())], NOW, no_holidays
    )
    assert found == datetime(2026, 12, 5, 20, 30, tzinfo=NEW_YORK)


def test_without_hours_of_today_nothing_ends_them() -> None:
    assert nobody_called_after([Policy("a", "", ())], NOW, no_holidays) is None
    assert nobody_called_after([open_until()], NOW, no_holidays) is None
    assert nobody_called_after([open_until(MIDNIGHT_AGAIN)], NOW, no_holidays) is None


def test_on_a_holiday_the_hours_of_a_holiday_end_them() -> None:
    week = ((Span(time(8), time(20)),),) * 7
    short = Policy("p", "", (), hours=CallingHours(week, holiday=(Span(time(10), time(14)),)))
    never = Policy("q", "", (), hours=CallingHours(week, holiday=()))
    like_any = Policy("r", "", (), hours=CallingHours(week))

    def feast(day: date, _regional: bool) -> str:
        return "St. Nicholas" if day == NOW.date() else ""

    assert nobody_called_after([short, never], NOW, feast) == datetime(2026, 12, 5, 14, tzinfo=NEW_YORK)
    assert nobody_called_after([never], NOW, feast) is None
    assert nobody_called_after([like_any], NOW, feast) == datetime(2026, 12, 5, 20, tzinfo=NEW_YORK)
