"""Business hours: a weekly plan, holidays, days with a plan of their own, and what somebody switched by hand.

All times are wall times of the calendar's time zone, so a day that daylight saving makes 23 or 25 hours long
opens and closes when the clock on the wall says so. The zone itself is handed in: its rules live on disk.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

MINUTES_OF_DAY = 24 * 60
SEEN_AHEAD_DAYS = 40  # the longest closing that a change is looked for behind
_MINUTE = timedelta(minutes=1)


class Opening(StrEnum):
    """What the calendar says about a moment."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


class Because(StrEnum):
    """Which part of the calendar says so."""

    SWITCHED = "switched"
    SPECIAL = "special"
    HOLIDAY = "holiday"
    WEEKLY = "weekly"


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
class Switched:
    """Open or closed by hand, whatever the plan says; `until` None: until it is taken back."""

    opening: Opening
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """`weekly` by weekday, Monday 0. `special` days replace the weekly plan (a Sunday that is worked, a short day).

    `names` are those of holidays and special days, as people call them.
    """

    time_zone: str
    weekly: Mapping[int, tuple[Span, ...]]
    holidays: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Span, ...]] | None = None
    names: Mapping[date, str] = field(default_factory=dict)
    switched: Switched | None = None

    def spans(self, day: date) -> tuple[Span, ...]:
        """Return the plan of a day; a special day wins over a holiday."""
        special = self.special or {}
        if day in special:
            return special[day]
        if day in self.holidays:
            return ()
        return self.weekly.get(day.weekday(), ())

    def because(self, day: date) -> Because:
        """Which part has the plan of a day."""
        if day in (self.special or {}):
            return Because.SPECIAL
        return Because.HOLIDAY if day in self.holidays else Because.WEEKLY


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds at a moment and why; `until` it changes, None if that is far away. `day` is the plan's, `name` its."""

    opening: Opening
    because: Because
    day: date
    name: str
    until: datetime | None


def opening(calendar: Calendar, now: datetime, zone: tzinfo) -> Opening:
    """Say whether the business is open `now`; a night shift that began yesterday still counts."""
    return _planned(calendar, now, zone)[0]


def verdict(calendar: Calendar, now: datetime, zone: tzinfo) -> Verdict:
    """Say what holds `now`, why, and until when."""
    found, because, day = _planned(calendar, now, zone)
    name = "" if because is Because.SWITCHED else calendar.names.get(day, "")
    return Verdict(found, because, day, name, _changes_at(calendar, now, zone))


def opens_at(calendar: Calendar, now: datetime, zone: tzinfo) -> datetime | None:
    """Find the next moment at which it is open, `now` if it is; None if that is farther away than anybody plans."""
    at: datetime | None = now
    while at is not None and opening(calendar, at, zone) is not Opening.OPEN:
        # from closed it may become a holiday, and closed again behind that
        at = _changes_at(calendar, at, zone) if at - now < timedelta(days=SEEN_AHEAD_DAYS) else None
    return at


def open_until(calendar: Calendar, since: datetime, open_s: float, zone: tzinfo) -> datetime:
    """Find when it has been open for `open_s` since then; behind what anybody plans all time counts."""
    left, at = timedelta(seconds=open_s), since
    for begins, ends in _stretches(calendar, since, zone):
        at = ends
        if opening(calendar, begins, zone) is Opening.OPEN:
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
    return at + left


def open_between(calendar: Calendar, since: datetime, until: datetime, zone: tzinfo) -> float:
    """How many seconds of these it is open; behind what anybody plans all of them."""
    found, at = timedelta(), since
    for begins, ends in _stretches(calendar, since, zone):
        if begins >= until:
            break
        at = min(ends, until)
        if opening(calendar, begins, zone) is Opening.OPEN:
            found += at - begins
    return (found + max(until - at, timedelta())).total_seconds()


def _stretches(calendar: Calendar, since: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """Times in which one thing holds, one after the other."""
    return pairwise([since, *sorted({moment for moment in _edges(calendar, since, zone) if moment > since})])


def _planned(calendar: Calendar, now: datetime, zone: tzinfo) -> tuple[Opening, Because, date]:
    local = now.astimezone(zone)
    today, minute = local.date(), local.hour * 60 + local.minute
    switched = calendar.switched
    if switched is not None and (switched.until is None or now < switched.until):
        return switched.opening, Because.SWITCHED, today
    yesterday = today - timedelta(days=1)
    if any(span.covers(minute) for span in calendar.spans(today)):
        return Opening.OPEN, calendar.because(today), today
    if any(span.reaches_over(minute) for span in calendar.spans(yesterday)):
        return Opening.OPEN, calendar.because(yesterday), yesterday
    because = calendar.because(today)
    return Opening.HOLIDAY if because is Because.HOLIDAY else Opening.CLOSED, because, today


def _changes_at(calendar: Calendar, now: datetime, zone: tzinfo) -> datetime | None:
    """Find the first minute from which something else holds."""
    present, before = opening(calendar, now, zone), now
    for moment in sorted({moment for moment in _edges(calendar, now, zone) if moment > now}):
        if opening(calendar, moment, zone) is not present:
            return _first_minute(calendar, before, moment, zone)
        before = moment
    return None


def _edges(calendar: Calendar, now: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Every moment at which a plan may begin or end; where a clock is set back, both of them."""
    if calendar.switched is not None and calendar.switched.until is not None:
        yield calendar.switched.until
    first = now.astimezone(zone).date() - timedelta(days=1)
    for ahead in range(SEEN_AHEAD_DAYS + 1):
        day = first + timedelta(days=ahead)
        for span in calendar.spans(day):
            past = MINUTES_OF_DAY if span.until_min <= span.from_min else 0
            for minute in (span.from_min, span.until_min + past):
                yield from _moments(day, minute, zone)
        yield from _moments(day, 0, zone)


def _moments(day: date, minute: int, zone: tzinfo) -> Iterator[datetime]:
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    for fold in (0, 1):
        yield wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _first_minute(calendar: Calendar, before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Between the two it changes once: at `after`, or where the clock was set forward over an edge."""
    present = opening(calendar, before, zone)
    low = before.astimezone(UTC).replace(second=0, microsecond=0)
    minutes = -((low - after) // _MINUTE)
    least, most = 0, minutes
    while least < most:
        middle = (least + most) // 2
        if opening(calendar, low + middle * _MINUTE, zone) is present:
            least = middle + 1
        else:
            most = middle
    return min(low + least * _MINUTE, after)
