"""One call counted from all that was told of it: by itself, without those around it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from crm_core.domain.day import day_of
from crm_core.domain.sums import Tally, outside, tallies
from crm_core.domain.visits import Visits
from crm_core.domain.work import Work
from cti.domain.facts import Fact


def count_call(
    started_at: datetime, told: Iterable[tuple[datetime, Fact]], *, is_outbound: bool
) -> tuple[list[Tally], Work]:
    """Return what became of it in each set of its lines, and who did what for it; `told` in the floor's order."""
    visits, work = Visits(day_of(started_at, UTC)), Work()
    for at, fact in told:
        visits.take(at, fact)
        work.take(at, fact)
    found = [one for visit in visits.visits.values() for one in tallies(visit.stays, work)]
    return found or [outside(started_at, work, is_outbound=is_outbound)], work
