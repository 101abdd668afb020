"""A quarter of an hour counted as it goes: only the calls that are different now are counted again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from crm_core.domain.counts import NOTHING, Counts, Limits, Scope, columns, count, decisive, stays_in
from crm_core.domain.visits import Fate, Slot, Visit

PIECE = 100  # calls that are counted in one go: a millisecond or two
_ARE_TIMES = tuple(isinstance(one, float) for one in columns(NOTHING))
# Parts of a second: 2^-1074 is the smallest that a float knows. Whole numbers are a tenth of a Fraction's work.
_HALVINGS = 1074
_SECOND = 1 << _HALVINGS


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
        self._counted = -1
        self._until: datetime | None = None
        self._begin()

    def _begin(self) -> None:
        self._known = -1
        self._of: dict[str, Counts] = {}
        self._due: dict[str, tuple[datetime, Visit]] = {}
        self._sums = _exact(NOTHING)

    def is_over(self, now: datetime) -> bool:
        """Tell whether one of the calls is different, or has waited for T."""
        return self._counted != self._slot.version or (self._until is not None and self._until <= now)

    def count(self, now: datetime) -> Iterator[None]:
        """Bring the counts up to now, a few calls at a time; until the end they are as before.

        What changes between two pieces is counted again by whoever counts next, also where this one is given up.
        """
        version, parts = self._slot.version, self._of
        waited = [visit for due, visit in self._due.values() if due <= now]
        for place, visit in enumerate([*self._slot.touched_since(self._known, self._scope), *waited], 1):
            self._take(visit, now)
            if place % PIECE == 0:
                yield
                if self._of is not parts:
                    return  # somebody else came to the end meanwhile, and kept the sum only
        self._counted = self._known = max(self._known, version)
        self.counts = _told(self._sums)
        self._until = min((due for due, _ in self._due.values()), default=None)

    def rest(self) -> None:
        """Keep only what was counted: whatever changes later has the whole quarter counted once more."""
        if self._of and not self._due:
            self._begin()

    def _take(self, visit: Visit, now: datetime) -> None:
        stays = stays_in(visit, self._scope)
        if not stays or stays[0].slot != self._number:
            return
        counts = count(stays, self._limits, now)
        if decisive(stays).fate is Fate.OPEN and not counts.late:
            self._due[visit.call_id] = stays[0].since + timedelta(seconds=self._limits.threshold_s), visit
        else:
            self._due.pop(visit.call_id, None)
        before = self._of.get(visit.call_id, NOTHING)
        if counts != before:
            self._of[visit.call_id] = counts
            changes = zip(self._sums, _exact(counts), _exact(before), strict=True)
            self._sums = [total + new - old for total, new, old in changes]


def _exact(counts: Counts) -> list[int]:
    return [_parts(one) if is_time else one for one, is_time in zip(columns(counts), _ARE_TIMES, strict=True)]


def _parts(seconds: float) -> int:
    parts, halved = float(seconds).as_integer_ratio()
    return parts << (_HALVINGS + 1 - halved.bit_length())


def _told(sums: list[int]) -> Counts:
    return Counts(*(one / _SECOND if is_time else one for one, is_time in zip(sums, _ARE_TIMES, strict=True)))  # type: ignore[arg-type]
