"""What a country's rules ask of dialing, as data; several may hold for one campaign, and the strictest wins.

Not legal advice: each policy names its sources, and an operator may write one of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TypeVar

MIDNIGHT_AGAIN = time.max


class AbandonmentWindow(StrEnum):
    """Over what the abandonment limit is counted, the strictest first: a day's limit keeps every longer one."""

    CALENDAR_DAY = "calendar_day"
    CALENDAR_MONTH = "calendar_month"
    ROLLING_30_DAYS = "rolling_30_days"
    CAMPAIGN = "campaign"


class CapScope(StrEnum):
    """Whose attempts a cap counts."""

    NUMBER = "number"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a day by the called person's clock; `until` itself is outside, `time.max` is the day's end."""

    since: time
    until: time

    def holds(self, moment: time) -> bool:
        """Whether the moment lies in it."""
        return self.since <= moment < self.until or (self.until == MIDNIGHT_AGAIN and moment == MIDNIGHT_AGAIN)


@dataclass(frozen=True, slots=True)
class CallingHours:
    """Seven days from Monday, and what holds on a public holiday instead."""

    days: tuple[tuple[Span, ...], ...]
    holiday: tuple[Span, ...] | None = None
    """None: holidays are days like any other."""
    regional_holidays: bool = True
    """Also those of only the called person's part of the country."""


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many attempts within so many hours that end now."""

    attempts: int
    scope: CapScope
    within_h: float
    counts_talks_only: bool = False
    """Attempts in which somebody was reached: "seven days after a conversation"."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One country's, or one regulator's."""

    name: str
    about: str
    sources: tuple[str, ...]
    countries: tuple[str, ...] = ()
    """Whose people it is for, by ISO 3166; (): those of any."""
    abandonment_limit_ratio: float | None = None
    abandonment_window: AbandonmentWindow = AbandonmentWindow.CALENDAR_DAY
    connect_deadline_s: float = 2.0
    rings_at_least_s: float = 0.0
    hours: CallingHours | None = None
    caps: tuple[Cap, ...] = ()
    rest_after_abandoned_h: float = 0.0
    """How long a person whom nobody was there for is left alone, unless an agent is certain."""
    asks_consent: bool = False
    do_not_call_age_max_days: int | None = None
    """How old the register may be that numbers were compared with."""
    about_zh: str = ""
    sources_zh: tuple[str, ...] = ()
    """The same words in Chinese; where there are none, the others are shown."""


@dataclass(frozen=True, slots=True)
class Strictest:
    """What several policies together leave for pacing; hours and caps hold one by one."""

    abandonment_limit_ratio: float | None
    abandonment_window: AbandonmentWindow
    connect_deadline_s: float
    rings_at_least_s: float
    rest_after_abandoned_h: float
    asks_consent: bool
    do_not_call_age_max_days: int | None


def strictest(policies: Sequence[Policy]) -> Strictest:
    """Return the strictest of each; without any policy only the deadline of two seconds is left."""
    order = list(AbandonmentWindow)
    limited = [policy for policy in policies if policy.abandonment_limit_ratio is not None]
    return Strictest(
        abandonment_limit_ratio=_least(policy.abandonment_limit_ratio for policy in policies),
        abandonment_window=min((policy.abandonment_window for policy in limited), key=order.index, default=order[0]),
        connect_deadline_s=min((policy.connect_deadline_s for policy in policies), default=2.0),
        rings_at_least_s=max((policy.rings_at_least_s for policy in policies), default=0.0),
        rest_after_abandoned_h=max((policy.rest_after_abandoned_h for policy in policies), default=0.0),
        asks_consent=any(policy.asks_consent for policy in policies),
        do_not_call_age_max_days=_least(policy.do_not_call_age_max_days for policy in policies),
    )


def uncovered(policies: Sequence[Policy], countries: Iterable[str]) -> list[str]:
    """Name the countries of which none of these policies is; whoever is there is still called by all of them."""
    if any(not policy.countries for policy in policies):
        return []
    covered = {country for policy in policies for country in policy.countries}
    return sorted(set(countries) - covered)


Number = TypeVar("Number", int, float)


def _least(values: Iterable[Number | None]) -> Number | None:
    return min((value for value in values if value is not None), default=None)
