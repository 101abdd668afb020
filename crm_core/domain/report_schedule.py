"""When a report is due to be mailed, and which days it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Every(StrEnum):
    """How often; NEVER: the report is only kept."""

    NEVER = "never"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Range(StrEnum):
    """Days by name, counted from the day on which they are asked for. Weeks begin on Monday."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    LAST_7 = "last_7"
    LAST_30 = "last_30"
    THIS_YEAR = "this_year"


@dataclass(frozen=True, slots=True)
class Timetable:
    """`minute` of the day, by the clocks there. `weekday` 0 is Monday; a `monthday` that it has not is the last."""

    every: Every = Every.NEVER
    minute: int = 420
    weekday: int = 0
    monthday: int = 1


def next_due(timetable: Timetable, after: datetime, zone: tzinfo) -> datetime | None:
    """Return the first time after this moment. One that clocks skip is when they have gone on, one twice the first."""
    if timetable.every is Every.NEVER:
        return None
    day = after.astimezone(zone).date()
    while True:
        if _is_day(day, timetable):
            at = _at(day, timetable.minute, zone)
            if at > after:
                return at
        day += timedelta(days=1)


def _is_day(day: date, timetable: Timetable) -> bool:
    if timetable.every is Every.WEEK:
        return day.weekday() == timetable.weekday
    if timetable.every is Every.MONTH:
        return day.day == min(timetable.monthday, (_next_month(day) - timedelta(days=1)).day)
    return True


def _at(day: date, minute: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def days_of(name: Range, today: date) -> tuple[date, date]:
    """Return the first and the last day."""
    return _DAYS[name](today)


def _ago(day: date, days: int) -> date:
    return day - timedelta(days=days)


_DAYS: dict[Range, Callable[[date], tuple[date, date]]] = {
    Range.TODAY: lambda day: (day, day),
    Range.YESTERDAY: lambda day: (_ago(day, 1), _ago(day, 1)),
    Range.THIS_WEEK: lambda day: (_ago(day, day.weekday()), day),
    Range.LAST_WEEK: lambda day: (_ago(day, day.weekday() + 7), _ago(day, day.weekday() + 1)),
    Range.THIS_MONTH: lambda day: (day.replace(day=1), day),
    Range.LAST_MONTH: lambda day: (_ago(day.replace(day=1), 1).replace(day=1), _ago(day.replace(day=1), 1)),
    Range.LAST_7: lambda day: (_ago(day, 6), day),
    Range.LAST_30: lambda day: (_ago(day, 29), day),
    Range.THIS_YEAR: lambda day: (day.replace(month=1, day=1), day),
}
