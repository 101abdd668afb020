"""Visits counted: numbers and sums that can be added up over intervals."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

from crm_core.domain.visits import Fate, Stay, Visit

Scope = frozenset[int] | None  # queues; None is all of them, also those that are not there any more


@dataclass(frozen=True, slots=True)
class Limits:
    """`threshold_s` is the T of the service level; who gives up within `short_s` did so before anybody could answer."""

    threshold_s: float = 20.0
    short_s: float = 6.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the calls that came into line: `offered = answered + abandoned + short_abandoned +
    passed_on + callbacks_promised + open`.

    `..._in_time` waited at most T, short abandons among them; `late` are open and have waited longer, so that their
    service is decided already. `callbacks_kept` are of those promised. `wait_s` is the sum of what the answered waited;
    `handled` were answered and do not talk any more, `handle_s` is the sum of their talks and wrap-ups.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    passed_on: int = 0
    callbacks_promised: int = 0
    callbacks_kept: int = 0
    open: int = 0
    answered_in_time: int = 0
    abandoned_in_time: int = 0
    late: int = 0
    wait_s: float = 0.0
    handled: int = 0
    handle_s: float = 0.0


NOTHING = Counts()
columns = attrgetter(*(one.name for one in fields(Counts)))


def total(counts: Iterable[Counts]) -> Counts:
    """Add up."""
    return Counts(*map(sum, zip(*map(columns, counts), strict=True)))


def stays_in(visit: Visit, scope: Scope) -> list[Stay]:
    """Return the stays in these queues."""
    return visit.stays if scope is None else [stay for stay in visit.stays if stay.queue_id in scope]


def count(stays: list[Stay], limits: Limits, now: datetime) -> Counts:
    """Count one call by its stays in some queues."""
    last_word = decisive(stays)
    wait_s = wait_until_fate_s(stays[0], last_word, now)
    in_time = wait_s <= limits.threshold_s
    if last_word.fate is Fate.ANSWERED:
        handled = not any(stay.talking for stay in stays)
        return Counts(
            offered=1,
            answered=1,
            answered_in_time=int(in_time),
            wait_s=wait_s,
            handled=int(handled),
            handle_s=sum(stay.handle_s for stay in stays) if handled else 0.0,
        )
    if last_word.fate is Fate.ABANDONED:
        short = wait_s <= limits.short_s
        return Counts(offered=1, abandoned=int(not short), short_abandoned=int(short), abandoned_in_time=int(in_time))
    if last_word.fate is Fate.CALLBACK:
        return Counts(offered=1, callbacks_promised=1, callbacks_kept=int(last_word.kept))
    if last_word.fate is Fate.PASSED_ON:
        return Counts(offered=1, passed_on=1)
    return Counts(offered=1, open=1, late=int(not in_time))


def decisive(stays: list[Stay]) -> Stay:
    """Return the stay that says what became of the call: an answer in any line, else where it is, else its own end."""
    for fate in (Fate.ANSWERED, Fate.OPEN, Fate.CALLBACK, Fate.ABANDONED):
        for stay in stays:
            if stay.fate is fate:
                return stay
    return stays[-1]


def wait_until_fate_s(first: Stay, last_word: Stay, now: datetime) -> float:
    """Return the wait from the first line of these until the fate, or until now while it is open."""
    if last_word.fate is Fate.OPEN:
        return (now - first.since).total_seconds()
    before_s = max(0.0, (last_word.since - first.since).total_seconds())
    return before_s + last_word.wait_s
