"""The figures of the trade, made of counts."""

from dataclasses import dataclass

from crm_core.domain.counts import Counts
from crm_core.domain.service_level import Rule, service_level


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some queues in some time; a ratio or mean is None while there is nothing to divide by.

    - offered: calls that came into line, each once, in the interval in which it came
    - answered: of these, talked with an agent, whenever that was
    - abandoned, short_abandoned: the caller hung up in line, after and within the limit for short ones
    - passed_on: left the line otherwise (`visits.Fate`); open: still in it
    - callbacks_promised: left the line to be called when their turn comes; callbacks_kept: of these, those with whom an
      agent has talked since, whoever called whom; who asks twice was promised twice, and called once for both
    - service_level_ratio: see `service_level.Formula`
    - asa_s: average speed of answer, the sum of the waits of answered calls / answered (short and long alike)
    - aht_s: average handle time, (talk with hold + wrap-up) / answered calls that nobody talks with any more; a call
      that was transferred is one call, with the time of all its agents in these queues
    - abandon_ratio: abandoned / (offered - short_abandoned - callbacks_promised): who gave up at once, or is called
      back, is in neither part
    """

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    passed_on: int
    callbacks_promised: int
    callbacks_kept: int
    open: int
    service_level_ratio: float | None
    asa_s: float | None
    aht_s: float | None
    abandon_ratio: float | None


def decidable(counts: Counts) -> int:
    """Return how many an agent could have answered in line."""
    return counts.offered - counts.short_abandoned - counts.callbacks_promised


def figures_of(counts: Counts, rule: Rule) -> Figures:
    """Divide."""
    return Figures(
        offered=counts.offered,
        answered=counts.answered,
        abandoned=counts.abandoned,
        short_abandoned=counts.short_abandoned,
        passed_on=counts.passed_on,
        callbacks_promised=counts.callbacks_promised,
        callbacks_kept=counts.callbacks_kept,
        open=counts.open,
        service_level_ratio=service_level(counts, rule),
        asa_s=_ratio(counts.wait_s, counts.answered),
        aht_s=_ratio(counts.handle_s, counts.handled),
        abandon_ratio=_ratio(counts.abandoned, decidable(counts)),
    )


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None
