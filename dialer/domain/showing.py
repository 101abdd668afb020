"""Which number of ours somebody sees whom a campaign calls: in turn or the nearest one, and none too often.

What the numbers are and how often each was shown is told; here is only the choice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

SHOWN_USED_UP = "shown_used_up"
"""Why nobody is called while no number may be shown."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Region:
    """Where a number is from, each as far as it tells; "" where it does not.

    `area`: its geographic area code, which a mobile has not everywhere; `place`: the city it is given out in.
    """

    country: str = ""
    province: str = ""
    place: str = ""
    area: str = ""


class Distance(IntEnum):
    """How far two numbers are from one another, the nearest first."""

    SAME_PLACE = 0
    SAME_PROVINCE = 1
    SAME_COUNTRY = 2
    ELSEWHERE = 3


@dataclass(frozen=True, slots=True)
class ShownCaps:
    """How many calls may show one number; None: as many as there are."""

    per_hour: int | None = None
    per_day: int | None = None

    @property
    def hold(self) -> bool:
        """Whether there is any."""
        return self.per_hour is not None or self.per_day is not None


@dataclass(frozen=True, slots=True)
class ShownUse:
    """How often one was shown since midnight, and when in the last hour at least."""

    today: int = 0
    lately: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class UsedUp:
    """None of them may be shown before `until`."""

    until: datetime


def distance(one: Region, other: Region) -> Distance:
    """Compare them; what is not known of one is not the same."""
    if not one.country or one.country != other.country:
        return Distance.ELSEWHERE
    if _same(one.area, other.area) or _same(one.place, other.place):
        return Distance.SAME_PLACE
    return Distance.SAME_PROVINCE if _same(one.province, other.province) else Distance.SAME_COUNTRY


def _same(one: str, other: str) -> bool:
    return one != "" and one == other


def in_turn(pool: Sequence[str], turn: int) -> tuple[str, ...]:
    """Begin with the one whose turn it is; the same person sees the same number each time, while there is room."""
    first = turn % len(pool)
    return (*pool[first:], *pool[:first])


def nearest_first(pool: Sequence[str], region: Callable[[str], Region], called: Region) -> tuple[str, ...]:
    """Order them by how near they are to who is called; as near ones as they stand in the pool."""
    return tuple(sorted(pool, key=lambda number: distance(region(number), called)))


def first_with_room(
    order: Sequence[str], use_of: Callable[[str], ShownUse], caps: ShownCaps, now: datetime, day_ends_at: datetime
) -> str | UsedUp:
    """Give the first of them that may be shown once more; `order` has one at least."""
    ends = []
    for number in order:
        until = used_up_until(use_of(number), caps, now, day_ends_at)
        if until is None:
            return number
        ends.append(until)
    return UsedUp(min(ends))


def used_up_until(use: ShownUse, caps: ShownCaps, now: datetime, day_ends_at: datetime) -> datetime | None:
    """Return when it may be shown again; None: now."""
    ends = []
    if caps.per_day is not None and use.today >= caps.per_day:
        ends.append(day_ends_at)
    if caps.per_hour is not None:
        lately = sorted(at for at in use.lately if at > now - HOUR)
        if len(lately) >= caps.per_hour:
            # the oldest of those that must be an hour ago before there is room
            ends.append(lately[len(lately) - caps.per_hour] + HOUR)
    return max(ends, default=None)
