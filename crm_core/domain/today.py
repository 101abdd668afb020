"""The day that is being counted: told each fact of the floor, asked for counts at any moment."""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime, tzinfo

from crm_core.domain.counts import Counted, Counts, Limits, Scope, count_slot
from crm_core.domain.day import day_of
from crm_core.domain.desks import Desks
from crm_core.domain.shifts import Shifts
from crm_core.domain.visits import Visits
from cti.domain.facts import AgentChanged, Fact

MOST_COUNTINGS = 200  # ways of counting that are remembered; each is a set of queues with its limits


class Today:
    """A quarter of an hour is counted again only when one of its calls is different, or has waited for T."""

    def __init__(self, zone: tzinfo, now: datetime) -> None:
        self._zone = zone
        day = day_of(now, zone)
        self.visits = Visits(day)
        self.shifts = Shifts(day)
        self.desks = Desks()
        self._counted: OrderedDict[tuple[Scope, Limits], dict[int, tuple[int, Counted]]] = OrderedDict()

    def take(self, at: datetime, fact: Fact) -> None:
        """Take one fact of the floor, or of the call log, in their order."""
        self.look_at_clock(at)
        self.visits.take(at, fact)
        self.desks.take(fact)
        if isinstance(fact, AgentChanged):
            self.shifts.take(at, fact)

    def look_at_clock(self, now: datetime) -> None:
        """Begin anew after midnight; a clock that was set back does not bring yesterday back."""
        if now >= self.visits.day.ends_at:
            day = day_of(now, self._zone)
            self.visits.begin(day)
            self.shifts.begin(day)
            self.desks = Desks()
            self._counted.clear()

    def by_slot(self, scope: Scope, limits: Limits, now: datetime) -> list[Counts]:
        """Count each quarter of an hour of the day."""
        for _ in self.count(scope, limits, now):
            pass
        known = self._counted[scope, limits]
        return [known[number][1].counts for number in range(len(self.visits.slots))]

    def count(self, scope: Scope, limits: Limits, now: datetime) -> Iterator[None]:
        """Do the same a quarter at a time: a whole busy day at once would keep calls waiting."""
        self.look_at_clock(now)
        known = self._counted.setdefault((scope, limits), {})
        self._counted.move_to_end((scope, limits))
        while len(self._counted) > MOST_COUNTINGS:
            self._counted.popitem(last=False)
        for number, slot in enumerate(self.visits.slots):
            before = known.get(number)
            if before is None or before[0] != slot.version or _is_over(before[1], now):
                known[number] = slot.version, count_slot(slot, number, scope, limits, now)
                yield


def _is_over(counted: Counted, now: datetime) -> bool:
    return counted.until is not None and counted.until <= now
