"""May somebody be called at this moment, by their own clock? If not: since which rule, and when again?

Where a person is cannot be known from a number: every time zone that comes into question must be open at once. Where
none is known nobody can say what time it is there, and whoever has hours is closed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from dialer.domain.policy import MIDNIGHT_AGAIN, CallingHours, Policy, Span

Holidays = Callable[[date, bool], str]
"""The name of the public holiday that this day is where the called person may be, "" if none; the second argument:
also of only a part of the country."""

_SEARCH_DAYS = 21
"""Longer than any row of holidays; who is closed for longer is closed."""
_A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Closed:
    """`policy` says why; `opens_at` is the next moment at which all policies are open in all zones, if one is near.

    `since`: when this one closed; `holiday`: the name of the day that has other hours than usual.
    """

    policy: str
    opens_at: datetime | None
    since: datetime | None = None
    holiday: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the called person may be, and which days are public holidays there."""

    zones: tuple[tzinfo, ...]
    holidays: Holidays


def no_holidays(_day: date, _regional: bool) -> str:
    """For a place where nobody keeps any."""
    return ""


def is_open(policies: Sequence[Policy], place: Place, moment: datetime) -> bool:
    """Whether all of them are open then."""
    return all(policy.hours is None or _is_open(policy.hours, place, moment) for policy in policies)


def closed(policies: Sequence[Policy], place: Place, now: datetime) -> Closed | None:
    """Return why nobody may be called now, or None."""
    return next(all_closed(policies, place, now), None)


def all_closed(policies: Sequence[Policy], place: Place, now: datetime) -> Iterator[Closed]:
    """Give what each policy that is closed says of it."""
    for policy in policies:
        hours = policy.hours
        if hours is None or _is_open(hours, place, now):
            continue
        days = [now.astimezone(zone).date() for zone in place.zones]
        names = {} if hours.holiday is None else {place.holidays(day, hours.regional_holidays): None for day in days}
        opens_at = _next_opening(policies, place, now)
        yield Closed(policy.name, opens_at, _closed_since(hours, place, now), ", ".join(filter(None, names)))


def ever_open(asked: Sequence[CallingHours]) -> bool:
    """Whether in a usual week there is any moment at which all of them are open: some span must begin just then."""
    return any(
        all(any(span.holds(begun.since) for span in hours.days[day]) for hours in asked)
        for day in range(7)
        for begun in (span for hours in asked for span in hours.days[day])
    )


def _is_open(hours: CallingHours, place: Place, moment: datetime) -> bool:
    held = [_holds(hours, place, moment.astimezone(zone)) for zone in place.zones]
    return bool(held) and all(held)


def _holds(hours: CallingHours, place: Place, local: datetime) -> bool:
    return any(span.holds(local.time()) for span in spans_on(hours, place.holidays, local.date()))


def spans_on(hours: CallingHours, holidays: Holidays, day: date) -> tuple[Span, ...]:
    """Give the hours of a day: the holiday's, where it is one and has its own."""
    if hours.holiday is not None and holidays(day, hours.regional_holidays):
        return hours.holiday
    return hours.days[day.weekday()]


def _closed_since(hours: CallingHours, place: Place, now: datetime) -> datetime | None:
    """Return the last moment before which it was open."""
    ends = {
        datetime.combine(day, span.until, zone).astimezone(UTC)
        for zone in place.zones
        for day in (now.astimezone(zone).date() - timedelta(days=number) for number in range(_SEARCH_DAYS))
        for span in spans_on(hours, place.holidays, day)
    }
    before = sorted((moment for moment in ends if moment <= now), reverse=True)
    return next((moment for moment in before if _is_open(hours, place, moment - _A_MOMENT)), None)


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
        for span in spans_on(hours, place.holidays, day)
        if span.since < MIDNIGHT_AGAIN
    ]
