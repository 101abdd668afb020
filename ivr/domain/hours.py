"""Business hours: a weekly plan, holidays, and days with a plan of their own.

All times are wall times of the calendar's time zone, so a day that daylight saving makes 23 or 25 hours long
opens and closes when the clock on the wall says so. The zone itself is handed in: its rules live on disk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

MINUTES_OF_DAY = 24 * 60


class Opening(StrEnum):
    """What the calendar says about a moment."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Span:
    """From and until in minutes after midnight; `until_min` not after `from_min` means: past midnight."""

    from_min: int
    until_min: int

    def covers(self, minute: int) -> bool:
        """Whether this minute of the day on which the span begins is in it."""
        if self.until_min > self.from_min:
            return self.from_min <= minute < self.until_min
        return minute >= self.from_min

    def reaches_over(self, minute: int) -> bool:
        """Whether this minute of the day after is still in it."""
        return self.until_min <= self.from_min and minute < self.until_min


@dataclass(frozen=True, slots=True)
class Calendar:
    """`weekly` by weekday, Monday 0. `special` days replace the weekly plan (a Sunday that is worked, a short day)."""

    time_zone: str
    weekly: Mapping[int, tuple[Span, ...]]
    holidays: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Span, ...]] | None = None

    def spans(self, day: date) -> tuple[Span, ...]:
        """Return the plan of a day; a special day wins over a holiday."""
        special = self.special or {}
        if day in special:
            return special[day]
        if day in self.holidays:
            return ()
        return self.weekly.get(day.weekday(), ())


def opening(calendar: Calendar, now: datetime, zone: tzinfo) -> Opening:
    """Say whether the business is open `now`; a night shift that began yesterday still counts."""
    local = now.astimezone(zone)
    today, minute = local.date(), local.hour * 60 + local.minute
    if any(span.covers(minute) for span in calendar.spans(today)):
        return Opening.OPEN
    if any(span.reaches_over(minute) for span in calendar.spans(today - timedelta(days=1))):
        return Opening.OPEN
    special = calendar.special or {}
    return Opening.HOLIDAY if today in calendar.holidays and today not in special else Opening.CLOSED
