"""When somebody wants to be called again: which times can be meant, and which are offered to who talks with them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

MISSING, IN_PAST = "missing", "in_past"
_CHOSEN_TO = timedelta(minutes=1)
"""Times are chosen to the minute: the one that runs means now."""
_ROUND_S = 300
_HALF_HOUR = timedelta(minutes=30)
_AFTERNOON_AHEAD = timedelta(hours=1)
"""Sooner than that it is "in an hour"."""
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """What people call so, and the time in it that they mean if they name none."""

    since: time
    until: time
    usual: time


MORNING = PartOfDay(time(9), time(12), time(10))
AFTERNOON = PartOfDay(time(13), time(18), time(15))


@dataclass(frozen=True, slots=True)
class QuickTime:
    """One that is offered; `key` says what it is called."""

    key: str
    at: datetime


def time_problem(at: datetime | None, now: datetime) -> str:
    """Return the code of what is wrong with it, "" if nothing is."""
    if at is None:
        return MISSING
    return IN_PAST if at <= now - _CHOSEN_TO else ""


def quick_times(now: datetime, zone: tzinfo, is_open: Callable[[datetime], bool]) -> tuple[QuickTime, ...]:
    """Offer what is ahead and when they may be called, each time once; parts of days are those of `zone`."""
    found: dict[datetime, QuickTime] = {}
    for key, at in _wanted(now, zone, is_open):
        if at is not None and is_open(at):
            found.setdefault(at, QuickTime(key, at))
    return tuple(sorted(found.values(), key=lambda one: one.at))


def _wanted(now: datetime, zone: tzinfo, is_open: Callable[[datetime], bool]) -> Iterator[tuple[str, datetime | None]]:
    today = now.astimezone(zone).date()
    tomorrow, monday = today + timedelta(days=1), today + timedelta(days=(_MONDAY - today.weekday()) % 7 or 7)
    yield "in_quarter", _rounded_up(now + timedelta(minutes=15))
    yield "in_hour", _rounded_up(now + timedelta(hours=1))
    yield "afternoon", _within(today, AFTERNOON, zone, lambda at: at > now + _AFTERNOON_AHEAD and is_open(at))
    yield "tomorrow_morning", _within(tomorrow, MORNING, zone, is_open)
    yield "tomorrow_afternoon", _within(tomorrow, AFTERNOON, zone, is_open)
    yield "next_monday", _within(monday, MORNING, zone, is_open)


def _rounded_up(moment: datetime) -> datetime:
    over_s = moment.timestamp() % _ROUND_S
    return moment if over_s == 0 else moment + timedelta(seconds=_ROUND_S - over_s)


def _within(day: date, part: PartOfDay, zone: tzinfo, fits: Callable[[datetime], bool]) -> datetime | None:
    """Find the half hour next to the usual one that fits."""
    usual = datetime.combine(day, part.usual, zone)
    at, found = datetime.combine(day, part.since, zone), list[datetime]()
    while at < datetime.combine(day, part.until, zone):
        found.append(at)
        at += _HALF_HOUR
    return next((one for one in sorted(found, key=lambda one: abs(one - usual)) if fits(one)), None)
