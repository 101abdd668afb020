"""May somebody be called at this moment, by their own clock? If not: since which rule, and when again?

Where a person is cannot be known from a number: every time zone that comes into question must be open at once. Where
none is known nobody can say what time it is there, and whoever has hours is closed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from dialer.domain.policy import MIDNIGHT_AGAIN, CallingHours, Policy, Span

Holidays = Callable[[date], bool]
"""Whether this day of the called person's calendar is a public holiday."""

_SEARCH_DAYS = 21
"""Longer than any row of holidays; who is closed for longer is closed."""


@dataclass(frozen=True, slots=True)
class Closed:
    """`policy` says why; `opens_at` is the next moment at which all policies are open in all zones, if one is near."""

    policy: str
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the called person may be."""

    zones: tuple[tzinfo, ...]
    holidays: Holidays = lambda _day: False


def closed(policies: Sequence[Policy], place: Place, now: datetime) -> Closed | None:
    """Return why nobody may be called now, or None."""
    for policy in policies:
        if policy.hours is not None and not _is_open(policy.hours, place, now):
            return Closed(policy.name, _next_opening(policies, place, now))
    return None


def _is_open(hours: CallingHours, place: Place, moment: datetime) -> bool:
    held = [_holds(hours, place, moment.astimezone(zone)) for zone in place.zones]
    return bool(held) and all(held)


def _holds(hours: CallingHours, place: Place, local: datetime) -> bool:
    return any(span.holds(local.time()) for span in _spans(hours, place, local.date()))


def _spans(hours: CallingHours, place: Place, day: date) -> tuple[Span, ...]:
    if hours.holiday is not None and place.holidays(day):
        return hours.holiday
    return hours.days[day.weekday()]


def _next_opening(policies: Sequence[Policy], place: Place, now: datetime) -> datetime | None:
    """Return the first moment at which everything is open: some span must begin just then."""
    asked = [policy.hours for policy in policies if policy.hours is not None]
    starts = sorted(
        moment
        for hours in asked
        for zone in place.zones
        for moment in _starts(hours, place, now.astimezone(zone))
        if moment > now
    )
    return next((moment for moment in starts if all(_is_open(hours, place, moment) for hours in asked)), None)


def _starts(hours: CallingHours, place: Place, local: datetime) -> list[datetime]:
    days = [local.date() + timedelta(days=number) for number in range(_SEARCH_DAYS)]
    return [
        datetime.combine(day, span.since, local.tzinfo)
        for day in days
        for span in _spans(hours, place, day)
        if span.since < MIDNIGHT_AGAIN
    ]
