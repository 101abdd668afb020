"""What was dialed on each day, measured against the policies once more, from nothing but the rows of the attempts.

A second opinion: hours are computed again from zones and moments, caps counted again, whatever was decided then.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from dialer.domain.attempt_caps import PastAttempt, capped
from dialer.domain.calling_window import Place, closed
from dialer.domain.policy import Policy, strictest
from dialer.domain.verdict import Verdict
from dialer.domain.windows import window_of

LOOK_BACK = timedelta(days=31)
RINGS_S = 15.0
"""Four rings: what several laws ask before a call that nobody answers is given up."""


@dataclass(frozen=True, slots=True)
class Dialed:
    """One attempt that was sent, under the policies of that moment; `people`: its keys as a lead and a customer."""

    at: datetime
    number: str
    people: tuple[str, ...]
    zones: tuple[tzinfo, ...]
    policies: tuple[Policy, ...]
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    abandoned: bool = False
    verdict: str | None = None
    list_checked: bool = True


@dataclass(slots=True)
class ComplianceDay:
    """One day of a campaign; what is in `broken` should not have been."""

    day: date
    limit_ratio: float | None = None
    attempts: int = 0
    people: int = 0
    abandoned: int = 0
    window_people: int = 0
    window_abandoned: int = 0
    rang_out: int = 0
    rang_least_s: float | None = None
    rang_long_enough: int = 0
    rang_too_short: int = 0
    outside_hours: int = 0
    over_caps: int = 0
    list_unchecked: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def window_ratio(self) -> float | None:
        """Abandoned of the people of the policy's window that ends with this day."""
        return self.window_abandoned / self.window_people if self.window_people else None


class _Past:
    """Earlier attempts at the same number, or of the same person."""

    def __init__(self) -> None:
        self._of: dict[str, dict[int, PastAttempt]] = defaultdict(dict)
        self._count = 0

    def of(self, one: Dialed) -> list[PastAttempt]:
        found: dict[int, PastAttempt] = {}
        for key in (one.number, *one.people):
            found |= self._of[key]
        return list(found.values())

    def add(self, one: Dialed) -> None:
        if one.verdict == Verdict.ROUTE_FAULT:
            return
        reached = one.connected_at is not None
        self._count += 1
        for key in (one.number, *one.people):
            self._of[key][self._count] = PastAttempt(one.at, one.number, reached, one.abandoned and not reached)


def compliance(dialed: Iterable[Dialed], zone: tzinfo, first: date) -> tuple[ComplianceDay, ...]:
    """Judge the days from `first` on; `dialed` is in the order of time and begins LOOK_BACK before, for its caps."""
    days: dict[date, ComplianceDay] = {}
    policies: dict[date, tuple[Policy, ...]] = {}
    past = _Past()
    for one in dialed:
        day = one.at.astimezone(zone).date()
        line = days.setdefault(day, ComplianceDay(day))
        policies[day] = one.policies
        _count(line, one)
        if day >= first:
            line.outside_hours += closed(one.policies, Place(one.zones), one.at) is not None
            line.over_caps += capped(one.policies, one.number, past.of(one), one.at) is not None
        past.add(one)
    for day, line in days.items():
        _judge(line, policies[day], zone, days)
    return tuple(line for day, line in sorted(days.items()) if day >= first)


def _count(line: ComplianceDay, one: Dialed) -> None:
    line.attempts += 1
    line.people += one.connected_at is not None or one.abandoned
    line.abandoned += one.abandoned
    line.list_unchecked += not one.list_checked
    if one.verdict == Verdict.NO_ANSWER and one.rang_at is not None and one.ended_at is not None:
        rang_s = (one.ended_at - one.rang_at).total_seconds()
        line.rang_out += 1
        line.rang_least_s = rang_s if line.rang_least_s is None else min(line.rang_least_s, rang_s)
        line.rang_long_enough += rang_s >= RINGS_S
        line.rang_too_short += rang_s < strictest(one.policies).rings_at_least_s


def _judge(line: ComplianceDay, policies: Sequence[Policy], zone: tzinfo, days: dict[date, ComplianceDay]) -> None:
    noon = datetime(line.day.year, line.day.month, line.day.day, 12, tzinfo=zone)
    begins = window_of(policies, noon)[0].date()
    within = [other for day, other in days.items() if begins <= day <= line.day]
    line.window_people = sum(other.people for other in within)
    line.window_abandoned = sum(other.abandoned for other in within)
    line.limit_ratio = strictest(policies).abandonment_limit_ratio
    ratio, limit = line.window_ratio, line.limit_ratio
    if ratio is not None and limit is not None and ratio > limit:
        line.broken.append("abandonment")
    line.broken += [
        name for name in ("rang_too_short", "outside_hours", "over_caps", "list_unchecked") if getattr(line, name)
    ]
