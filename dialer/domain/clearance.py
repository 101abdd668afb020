"""May this lead be tried at this moment? One answer from hours, caps and rests of every policy, with its reason.

Whether the number may be dialed at all (do-not-call, kinds of numbers) is the house's dial policy, asked besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dialer.domain.attempt_caps import PastAttempt, capped
from dialer.domain.calling_window import Place, closed
from dialer.domain.policy import Policy

_ASK_AGAIN = timedelta(days=1)
"""Where no opening is near."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """Not before `until`; `why` is a code ("closed", "capped", "rests"), `policy` the one that says so."""

    why: str
    policy: str
    until: datetime


def put_off_by_both(
    policies: Sequence[Policy],
    place: Place,
    number: str,
    past: Sequence[PastAttempt],
    clocks: tuple[datetime, datetime],
) -> PutOff | None:
    """The same by the house's clock and by the machine's, which was set to another time: each may say no.

    `until` is by the house's clock, the first of `clocks`, in which leads fall due.
    """
    now, found = clocks[0], list[PutOff]()
    for clock in clocks:
        wait = put_off(policies, place, number, past, clock)
        if wait is not None:
            found.append(replace(wait, until=wait.until - (clock - now)))
    return max(found, key=lambda each: each.until, default=None)


def put_off(
    policies: Sequence[Policy], place: Place, number: str, past: Sequence[PastAttempt], now: datetime
) -> PutOff | None:
    """Return what stands before this attempt longest, or None."""
    found = []
    if (shut := closed(policies, place, now)) is not None:
        found.append(PutOff("closed", shut.policy, shut.opens_at or now + _ASK_AGAIN))
    if (full := capped(policies, number, past, now)) is not None:
        found.append(PutOff("rests" if full.cap is None else "capped", full.policy, full.until))
    return max(found, key=lambda each: each.until, default=None)
