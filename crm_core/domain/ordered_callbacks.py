"""Callbacks that were ordered without a call today: how many in each line, and with how many somebody has talked."""

from collections import Counter
from datetime import datetime

from crm_core.domain.counts import Scope
from crm_core.domain.day import Day
from cti.domain.callback import TALKED_SINCE
from cti.domain.callback_words import CallbackChanged
from cti.domain.facts import Fact


class OrderedCallbacks:
    """Each belongs to the day on which it was ordered, like a call: what becomes of it later changes that day alone."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._ordered = Counter[int]()
        self._reached = Counter[int]()
        self._open: dict[str, int | None] = {}  # which line's of today; None: of a day before

    def begin(self, day: Day) -> None:
        """Midnight: those that are not over are of a day before."""
        self._day = day
        self._ordered.clear()
        self._reached.clear()
        self._open = dict.fromkeys(self._open)

    def take(self, at: datetime, fact: Fact) -> None:
        """Take one fact; the first that is told of one is that it was ordered."""
        if not isinstance(fact, CallbackChanged) or fact.call_id:
            return
        if fact.callback_id not in self._open:
            is_of_today = at >= self._day.begins_at
            self._open[fact.callback_id] = fact.queue_id if is_of_today else None
            self._ordered[fact.queue_id] += int(is_of_today)
        if fact.result is not None:
            queue_id = self._open.pop(fact.callback_id)
            if queue_id is not None:
                self._reached[queue_id] += int(fact.result in TALKED_SINCE)

    def ordered(self, scope: Scope) -> int:
        """How many of these lines were ordered."""
        return _sum(self._ordered, scope)

    def reached(self, scope: Scope) -> int:
        """With how many of them an agent has talked since."""
        return _sum(self._reached, scope)


def _sum(counts: Counter[int], scope: Scope) -> int:
    return counts.total() if scope is None else sum(counts[queue_id] for queue_id in scope)
