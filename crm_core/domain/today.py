"""The day that is being counted: told each fact of the floor, asked for counts at any moment."""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime, tzinfo

from crm_core.domain.counts import Counts, Limits, Scope
from crm_core.domain.day import day_of
from crm_core.domain.desks import Desks
from crm_core.domain.ordered_callbacks import OrderedCallbacks
from crm_core.domain.running_count import RunningCount
from crm_core.domain.shifts import Shifts
from crm_core.domain.visits import Visits
from cti.domain.facts import AgentChanged, Fact

MOST_COUNTINGS = 200  # ways of counting that are remembered; each is a set of queues with its limits
LIVELY = 4  # quarters of an hour of which each call's part is remembered; in older ones few calls change


class Today:
    """Counted again are only calls that are different, or have waited for T."""

    def __init__(self, zone: tzinfo, now: datetime) -> None:
        self._zone = zone
        day = day_of(now, zone)
        self.visits = Visits(day)
        self.shifts = Shifts(day)
        self.desks = Desks()
        self.ordered = OrderedCallbacks(day)
        self._counted: OrderedDict[tuple[Scope, Limits], list[RunningCount]] = OrderedDict()

    def take(self, at: datetime, fact: Fact) -> None:
        """Take one fact of the floor, or of the call log, in their order."""
        self.look_at_clock(at)
        self.visits.take(at, fact)
        self.desks.take(fact)
        self.ordered.take(at, fact)
        if isinstance(fact, AgentChanged):
            self.shifts.take(at, fact)

    def look_at_clock(self, now: datetime) -> None:
        """Begin anew after midnight; a clock that was set back does not bring yesterday back."""
        if now >= self.visits.day.ends_at:
            day = day_of(now, self._zone)
            self.visits.begin(day)
            self.shifts.begin(day)
            self.ordered.begin(day)
            self.desks = Desks()
            self._counted.clear()

    def by_slot(self, scope: Scope, limits: Limits, now: datetime) -> list[Counts]:
        """Count each quarter of an hour of the day."""
        for _ in self.count(scope, limits, now):
            pass
        counted, oldest = self._counted[scope, limits], (self.visits.day.slot(now) or 0) - LIVELY
        for quarter in counted[: max(0, oldest)]:
            quarter.rest()
        return [quarter.counts for quarter in counted]

    def count(self, scope: Scope, limits: Limits, now: datetime) -> Iterator[None]:
        """Do the same a few calls at a time: a whole busy quarter at once would keep calls waiting."""
        self.look_at_clock(now)
        if (scope, limits) not in self._counted:
            slots = enumerate(self.visits.slots)
            self._counted[scope, limits] = [RunningCount(slot, number, scope, limits) for number, slot in slots]
        self._counted.move_to_end((scope, limits))
        while len(self._counted) > MOST_COUNTINGS:
            self._counted.popitem(last=False)
        for quarter in self._counted[scope, limits]:
            if quarter.is_over(now):
                yield from quarter.count(now)
                yield
