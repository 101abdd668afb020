"""What was dialed on each day, measured against the policies once more, from nothing but the rows of the attempts.

A second opinion: hours and holidays are computed again from zones, calendars and moments, caps counted again, consent
and registers compared with what was kept of them, whatever was decided then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from dialer.domain.attempt_caps import PastAttempt
from dialer.domain.calling_window import Place
from dialer.domain.clearance import CAPPED, CLOSED, HOLIDAY, NO_CONSENT, REGISTER_OLD, RESTS, Law, Whom, all_put_off
from dialer.domain.policy import Policy, strictest
from dialer.domain.verdict import Verdict
from dialer.domain.who_answered import MACHINES
from dialer.domain.windows import window_of

LOOK_BACK = timedelta(days=31)
RINGS_S = 15.0
"""Four rings: what several laws ask before a call that nobody answers is given up."""


@dataclass(frozen=True, slots=True)
class Dialed:
    """One attempt that was sent, under the policies of that moment, with what was known then.

    `unknown_policies`: some held that nobody has any more, so that nobody can say whether they were kept.
    """

    at: datetime
    number: str
    place: Place
    policies: tuple[Policy, ...]
    consent_at: datetime | None = None
    registers: Mapping[str, datetime] = field(default_factory=dict)
    unknown_policies: bool = False
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
    on_holidays: int = 0
    without_consent: int = 0
    register_old: int = 0
    over_caps: int = 0
    unknown_policies: int = 0
    list_unchecked: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def window_ratio(self) -> float | None:
        """Abandoned of the people of the policy's window that ends with this day."""
        return self.window_abandoned / self.window_people if self.window_people else None


_COUNTED = {
    CLOSED: "outside_hours",
    HOLIDAY: "on_holidays",
    NO_CONSENT: "without_consent",
    REGISTER_OLD: "register_old",
    CAPPED: "over_caps",
    RESTS: "over_caps",
}
_BROKEN = ("rang_too_short", *dict.fromkeys(_COUNTED.values()), "list_unchecked", "unknown_policies")


class Judging:
    """Takes attempt after attempt and keeps a line for each day; `zone` is the house's, where a day ends."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._days: dict[date, ComplianceDay] = {}
        self._policies: dict[date, tuple[Policy, ...]] = {}
        self._before: dict[date, tuple[int, int]] = {}

    def before(self, day: date, people: int, abandoned: int) -> None:
        """A day that is not judged itself, and counts for the windows of later ones."""
        self._before[day] = people, abandoned

    def take(self, one: Dialed, past: Sequence[PastAttempt]) -> None:
        """Judge one; `past`: what any campaign had tried before at its number, and of its person."""
        day = one.at.astimezone(self._zone).date()
        line = self._days.setdefault(day, ComplianceDay(day))
        self._policies[day] = one.policies
        _count(line, one)
        whom = Whom(one.place, one.number, past, one.consent_at)
        broken = {_COUNTED[wait.why] for wait in all_put_off(Law(one.policies, one.registers), whom, one.at)}
        for name in broken:
            setattr(line, name, getattr(line, name) + 1)

    def days(self) -> tuple[ComplianceDay, ...]:
        """Give the days on which somebody was dialed."""
        answered = {day: (line.people, line.abandoned) for day, line in self._days.items()}
        for day, line in self._days.items():
            _judge(line, self._policies[day], self._zone, self._before | answered)
        return tuple(line for _, line in sorted(self._days.items()))


def _count(line: ComplianceDay, one: Dialed) -> None:
    line.attempts += 1
    is_person = one.verdict not in MACHINES
    line.people += is_person and (one.connected_at is not None or one.abandoned)
    line.abandoned += is_person and one.abandoned
    line.list_unchecked += not one.list_checked
    line.unknown_policies += one.unknown_policies
    if one.verdict in (Verdict.NO_ANSWER, Verdict.WITHDRAWN) and one.rang_at is not None and one.ended_at is not None:
        rang_s = (one.ended_at - one.rang_at).total_seconds()
        line.rang_out += 1
        line.rang_least_s = rang_s if line.rang_least_s is None else min(line.rang_least_s, rang_s)
        line.rang_long_enough += rang_s >= RINGS_S
        line.rang_too_short += rang_s < strictest(one.policies).rings_at_least_s


def _judge(
    line: ComplianceDay, policies: Sequence[Policy], zone: tzinfo, answered: Mapping[date, tuple[int, int]]
) -> None:
    noon = datetime(line.day.year, line.day.month, line.day.day, 12, tzinfo=zone)
    begins = window_of(policies, noon)[0].date()
    within = [counts for day, counts in answered.items() if begins <= day <= line.day]
    line.window_people = sum(people for people, _ in within)
    line.window_abandoned = sum(abandoned for _, abandoned in within)
    line.limit_ratio = strictest(policies).abandonment_limit_ratio
    ratio, limit = line.window_ratio, line.limit_ratio
    if ratio is not None and limit is not None and ratio > limit:
        line.broken.append("abandonment")
    line.broken += [name for name in _BROKEN if getattr(line, name)]
