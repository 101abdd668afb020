"""A quarter of an hour counted as it goes: only the calls that are different now are counted again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import chain

from crm_core.domain.counts import NOTHING, Counts, Limits, Scope, columns, count, decisive, stays_in
from crm_core.domain.visits import Fate, Slot, Visit


class RunningCount:
    """The calls of one quarter whose first stay in these queues began in it.

    Sums are exact, so that a thousand changes leave what one counting would have found.
    """

    def __init__(self, slot: Slot, number: int, scope: Scope, limits: Limits) -> None:
        self._slot = slot
        self._number = number
        self._scope = scope
        self._limits = limits
        self.counts = NOTHING
        self._counted: int | None = None
        self._until: datetime | None = None
        self._begin()

    def _begin(self) -> None:
        self._known = -1
        self._of: dict[str, Counts] = {}
        self._due: dict[str, datetime] = {}
        self._sums = _exact(NOTHING)

    def is_over(self, now: datetime) -> bool:
        """Tell whether one of the calls is different, or has waited for T."""
        return self._counted != self._slot.version or (self._until is not None and self._until <= now)

    def count(self, now: datetime) -> None:
        """Bring the counts up to now."""
        waited = [self._slot.visits[call_id] for call_id, due in self._due.items() if due <= now]
        self._take(chain(self._slot.touched_since(self._known), waited), now)
        self._counted = self._known = self._slot.version
        self.counts = Counts(*(float(one) if isinstance(one, Fraction) else one for one in self._sums))  # type: ignore[arg-type]
        self._until = min(self._due.values(), default=None)

    def rest(self) -> None:
        """Keep only what was counted: whatever changes later has the whole quarter counted once more."""
        if self._of and not self._due:
            self._begin()

    def _take(self, visits: Iterable[Visit], now: datetime) -> None:
        for visit in visits:
            stays = stays_in(visit, self._scope)
            if not stays or stays[0].slot != self._number:
                continue
            counts = count(stays, self._limits, now)
            if decisive(stays).fate is Fate.OPEN and not counts.late:
                self._due[visit.call_id] = stays[0].since + timedelta(seconds=self._limits.threshold_s)
            else:
                self._due.pop(visit.call_id, None)
            before = self._of.get(visit.call_id, NOTHING)
            if counts != before:
                self._of[visit.call_id] = counts
                changes = zip(self._sums, _exact(counts), _exact(before), strict=True)
                self._sums = [total + new - old for total, new, old in changes]


def _exact(counts: Counts) -> list[int | Fraction]:
    return [Fraction(one) if isinstance(one, float) else one for one in columns(counts)]
