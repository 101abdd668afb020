"""Calls as whole numbers that can be added up over any days, lines and labels, and taken away again.

A call that came into several lines is counted for each set of them: for each line alone, for each pair, for all. So the
figures of any choice of lines are sums of rows, in which each call is once. Times are whole milliseconds: nothing
is lost by adding and taking away, in whatever order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from crm_core.domain.counts import Counts, Limits, decisive, wait_until_fate_s
from crm_core.domain.visits import Fate, Stay
from crm_core.domain.work import Share, Work

# What a report can be asked for: sums are kept for these alone.
THRESHOLDS_S = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300)
SHORTS_S = (3, 5, 6, 10)
_GIVEN_UP_S = tuple(sorted({*THRESHOLDS_S, *SHORTS_S}))
# Sets of more lines would be too many: whoever comes into more of them is counted by the first ones.
MOST_LINES = 6

WORK = ("talk_ms", "hold_ms", "wrap_up_ms", "missed", "declined", "transferred", "invited", "conferences")
STORED = (
    *("arrived", "in_menu", "outbound", "reached", "outbound_talk_ms"),
    *("offered", "answered", "given_up", "passed_on", "callbacks_promised", "callbacks_kept", "wait_ms", "handled"),
    *WORK,
    *("rated", "rating"),
    *(f"answered_{step}" for step in THRESHOLDS_S),
    *(f"given_up_{step}" for step in _GIVEN_UP_S),
)
Sums = dict[str, int]
Lines = tuple[int, ...]


class Outcome(StrEnum):
    """What became of a call in a set of lines; the last three were in no line, `callback_kept` is a callback made."""

    OPEN = "open"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    PASSED_ON = "passed_on"
    CALLBACK = "callback"
    CALLBACK_KEPT = "callback_kept"
    IN_MENU = "in_menu"
    REACHED = "reached"
    UNREACHED = "unreached"


PROMISED = (Outcome.CALLBACK, Outcome.CALLBACK_KEPT)


@dataclass(frozen=True, slots=True)
class Tally:
    """One call in one set of lines: those of `path`, which are all that it came into, or some of them.

    `handled`: answered, and nobody talks any more; only then it has times. `rating` 0: none.
    """

    path: Lines
    lines: Lines
    since: datetime
    outcome: Outcome
    wait_s: float
    handled: bool
    work: Sums
    rating: int = 0

    @property
    def is_whole(self) -> bool:
        """All of its lines: each call has one such."""
        return self.path == self.lines


def tallies(stays: list[Stay], work: Work) -> Iterator[Tally]:
    """Count a call that came into line for each set of its lines; one that was in none has nothing to count here."""
    stays = stays[:MOST_LINES]
    path = tuple(sorted(stay.queue_id for stay in stays))
    for size in range(1, len(stays) + 1):
        for some in combinations(stays, size):
            yield _tally(path, list(some), work)


def _tally(path: Lines, stays: list[Stay], work: Work) -> Tally:
    word, lines = decisive(stays), {stay.queue_id for stay in stays}
    handled = word.fate is Fate.ANSWERED and not any(stay.talking for stay in stays)
    shares = (share for (line, _), share in work.shares.items() if line in lines)
    done = work_of(shares, with_times=handled)
    wait_s = 0.0 if word.fate is Fate.OPEN else wait_until_fate_s(stays[0], word, stays[0].since)
    rating = work.rating or 0
    outcome = Outcome.CALLBACK_KEPT if word.kept and word.fate is Fate.CALLBACK else Outcome(word.fate)
    return Tally(path, tuple(sorted(lines)), stays[0].since, outcome, wait_s, handled, done, rating)


def outside(since: datetime, work: Work, *, is_outbound: bool) -> Tally:
    """Count a call that was in no line: it came and ended in the menu, or an agent made it."""
    mine = [share for (line, _), share in work.shares.items() if line is None]
    reached = any(share.talks for share in mine)
    outcome = (Outcome.REACHED if reached else Outcome.UNREACHED) if is_outbound else Outcome.IN_MENU
    return Tally((), (), since, outcome, 0.0, False, work_of(mine, with_times=True))


def work_of(shares: Iterable[Share], *, with_times: bool) -> Sums:
    """Add up what agents did; times of a call that goes on come when it is over."""
    found = dict.fromkeys(WORK, 0)
    for share in shares:
        for name in ("missed", "declined", "transferred", "invited", "conferences"):
            found[name] += getattr(share, name)
        if with_times:
            found["talk_ms"] += ms(share.talked_s) - ms(share.held_s)
            found["hold_ms"] += ms(share.held_s)
            found["wrap_up_ms"] += ms(share.wrap_up_s)
    return found


def sums_of(tally: Tally) -> Sums:
    """Return what one call adds; a call that is open adds what `open_sums` says instead."""
    found: Sums = {}
    if tally.outcome in (Outcome.REACHED, Outcome.UNREACHED):
        found = {"outbound": 1, "reached": int(tally.outcome is Outcome.REACHED)}
        return found | {"outbound_talk_ms": tally.work["talk_ms"] + tally.work["hold_ms"]}
    if tally.is_whole:
        found["arrived"] = 1
    if tally.outcome is Outcome.IN_MENU:
        return found | {"in_menu": 1}
    found |= {"offered": 1, **tally.work}
    if tally.rating:
        found |= {"rated": 1, "rating": tally.rating}
    if tally.outcome is Outcome.ANSWERED:
        found |= {"answered": 1, "wait_ms": ms(tally.wait_s), "handled": int(tally.handled)}
        return found | {f"answered_{step}": 1 for step in THRESHOLDS_S if tally.wait_s <= step}
    if tally.outcome is Outcome.ABANDONED:
        found["given_up"] = 1
        return found | {f"given_up_{step}": 1 for step in _GIVEN_UP_S if tally.wait_s <= step}
    if tally.outcome in PROMISED:
        return found | {"callbacks_promised": 1, "callbacks_kept": int(tally.outcome is Outcome.CALLBACK_KEPT)}
    return found | {"passed_on": int(tally.outcome is Outcome.PASSED_ON)}


def open_sums(tally: Tally, limits: Limits, now: datetime) -> Sums:
    """Return what a call in line adds at this moment, beside what `sums_of` says: nothing of it is kept."""
    if tally.outcome is not Outcome.OPEN:
        return {}
    return {"open": 1, "late": int(now - tally.since > timedelta(seconds=limits.threshold_s))}


def add(into: Sums, more: Sums, times: int = 1) -> None:
    """Add, or take away with -1."""
    for name, value in more.items():
        into[name] = into.get(name, 0) + times * value


def counts_of(sums: Sums, limits: Limits) -> Counts:
    """Return the counts that the formulas and the wallboard know; `limits` must be of those that are kept."""
    give_ups, short = sums.get("given_up", 0), sums.get(f"given_up_{int(limits.short_s)}", 0)
    handle_ms = sum(sums.get(name, 0) for name in ("talk_ms", "hold_ms", "wrap_up_ms"))
    return Counts(
        offered=sums.get("offered", 0),
        answered=sums.get("answered", 0),
        abandoned=give_ups - short,
        short_abandoned=short,
        passed_on=sums.get("passed_on", 0),
        callbacks_promised=sums.get("callbacks_promised", 0),
        callbacks_kept=sums.get("callbacks_kept", 0),
        open=sums.get("open", 0),
        answered_in_time=sums.get(f"answered_{int(limits.threshold_s)}", 0),
        abandoned_in_time=sums.get(f"given_up_{int(limits.threshold_s)}", 0),
        late=sums.get("late", 0),
        wait_s=sums.get("wait_ms", 0) / 1000,
        handled=sums.get("handled", 0),
        handle_s=handle_ms / 1000,
    )


def ms(seconds: float) -> int:
    """Round to whole milliseconds."""
    return round(seconds * 1000)
