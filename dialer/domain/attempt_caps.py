"""How often somebody may be tried: the caps of every policy over what was tried before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dialer.domain.policy import Cap, CapScope, Policy


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One dialing of a customer's number; `reached`: they talked, `abandoned`: nobody was there for them."""

    at: datetime
    number: str
    reached: bool = False
    abandoned: bool = False


@dataclass(frozen=True, slots=True)
class Capped:
    """`cap` is full until `until`, since the attempt that filled it; None for the rest after an abandoned call."""

    policy: str
    cap: Cap | None
    until: datetime
    since: datetime


def capped(
    policies: Sequence[Policy],
    number: str,
    past: Sequence[PastAttempt],
    now: datetime,
    *,
    agent_is_certain: bool = False,
) -> Capped | None:
    """Return the cap that keeps this number of a customer longest, or None.

    `past` holds the customer's attempts on all numbers, in any order, at least as far back as the longest cap.
    """
    found = [
        Capped(policy.name, cap, *full)
        for policy in policies
        for cap in policy.caps
        if (full := _full(cap, number, past, now)) is not None
    ]
    if not agent_is_certain and (rest := _rest(policies, past, now)) is not None:
        found.append(rest)
    return max(found, key=lambda each: each.until, default=None)


def _full(cap: Cap, number: str, past: Sequence[PastAttempt], now: datetime) -> tuple[datetime, datetime] | None:
    """Return until and since when."""
    within = timedelta(hours=cap.within_h)
    counted = sorted(
        attempt.at
        for attempt in past
        if now - within < attempt.at <= now
        and (cap.scope is CapScope.CUSTOMER or attempt.number == number)
        and (attempt.reached or not cap.counts_talks_only)
    )
    if len(counted) < cap.attempts:
        return None
    # the oldest of those that must fall out of the stretch before there is room
    return counted[len(counted) - cap.attempts] + within, counted[cap.attempts - 1]


def _rest(policies: Sequence[Policy], past: Sequence[PastAttempt], now: datetime) -> Capped | None:
    rest = timedelta(hours=max((policy.rest_after_abandoned_h for policy in policies), default=0.0))
    abandoned = [attempt.at for attempt in past if attempt.abandoned and attempt.at + rest > now]
    if not abandoned:
        return None
    name = max(policies, key=lambda policy: policy.rest_after_abandoned_h).name
    return Capped(name, None, max(abandoned) + rest, max(abandoned))
