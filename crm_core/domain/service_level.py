"""The service level: how many were served in time, by each of the formulas that the trade calls so.

They differ in what callers who gave up count for. With 70 answered within T, 10 who gave up within T and 20 answered
later: 77.8, 70, 80, 70, 80 and 77.8 %, in the order of `Formula`. None decides what is not decided: a call that waits
counts once it has waited for T (Cisco's "service level event"), and whoever was passed on was offered. Who was promised
a callback is in no part of any: nobody answered and nobody gave up, and what became of it is a figure of its own.
"""

from dataclasses import dataclass
from enum import StrEnum

from crm_core.domain.counts import Counts


class Formula(StrEnum):
    """`ignore_abandons`, `negative` and `positive` are Cisco's (ICM and CTI OS user guide, table 3).

    - ignore_abandons: answered in time / (offered - given up in time)
    - negative: answered in time / offered; in Chinese reports X秒接通率 of all calls, 服务水平
    - positive: (answered + given up in time) / offered
    - genesys: answered in time / (answered + given up); what else is in the divisor is chosen (Genesys Cloud,
      "Configure the service level calculation")
    - cisco_wfm: (answered + given up in time) / (answered + given up)
    - of_answered: answered in time / answered; X秒接通率 of answered calls, 占接通量
    """

    IGNORE_ABANDONS = "ignore_abandons"
    NEGATIVE = "negative"
    POSITIVE = "positive"
    GENESYS = "genesys"
    CISCO_WFM = "cisco_wfm"
    OF_ANSWERED = "of_answered"


@dataclass(frozen=True, slots=True)
class Rule:
    """A formula; the three choices are those of `genesys` and mean nothing to the others."""

    formula: Formula = Formula.IGNORE_ABANDONS
    with_passed_on: bool = False
    without_short: bool = False
    without_abandons: bool = False


def service_level(counts: Counts, rule: Rule) -> float | None:
    """Return the ratio, None while there is nothing to divide by."""
    part, whole = _FRACTIONS[rule.formula](counts, rule)
    return part / whole if whole > 0 else None


def decided(counts: Counts) -> int:
    """Return how many offered calls have had their service level event; a promised callback has none."""
    return counts.offered - counts.callbacks_promised - counts.open + counts.late


def gave_up(counts: Counts) -> int:
    """Return all who gave up, shortly or not."""
    return counts.abandoned + counts.short_abandoned


def _ignore_abandons(counts: Counts, _: Rule) -> tuple[int, int]:
    return counts.answered_in_time, decided(counts) - counts.abandoned_in_time


def _negative(counts: Counts, _: Rule) -> tuple[int, int]:
    return counts.answered_in_time, decided(counts)


def _positive(counts: Counts, _: Rule) -> tuple[int, int]:
    return counts.answered_in_time + counts.abandoned_in_time, decided(counts)


def _genesys(counts: Counts, rule: Rule) -> tuple[int, int]:
    given_up = counts.abandoned if rule.without_short else gave_up(counts)
    whole = counts.answered + (0 if rule.without_abandons else given_up)
    return counts.answered_in_time, whole + (counts.passed_on if rule.with_passed_on else 0)


def _cisco_wfm(counts: Counts, _: Rule) -> tuple[int, int]:
    return counts.answered_in_time + counts.abandoned_in_time, counts.answered + gave_up(counts)


def _of_answered(counts: Counts, _: Rule) -> tuple[int, int]:
    return counts.answered_in_time, counts.answered


_FRACTIONS = {
    Formula.IGNORE_ABANDONS: _ignore_abandons,
    Formula.NEGATIVE: _negative,
    Formula.POSITIVE: _positive,
    Formula.GENESYS: _genesys,
    Formula.CISCO_WFM: _cisco_wfm,
    Formula.OF_ANSWERED: _of_answered,
}
