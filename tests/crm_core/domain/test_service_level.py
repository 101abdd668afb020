"""The formulas, by the example that the trade explains them with."""

from dataclasses import replace

import pytest

from crm_core.domain.counts import Counts
from crm_core.domain.service_level import Formula, Rule, decided, gave_up, service_level

# 70 answered within T, 10 given up within T (4 of them at once), 20 answered later
EXAMPLE = Counts(offered=100, answered=90, abandoned=6, short_abandoned=4, answered_in_time=70, abandoned_in_time=10)


@pytest.mark.parametrize(
    ("formula", "percent"),
    [
        (Formula.IGNORE_ABANDONS, 77.8),
        (Formula.NEGATIVE, 70.0),
        (Formula.POSITIVE, 80.0),
        (Formula.GENESYS, 70.0),
        (Formula.CISCO_WFM, 80.0),
        (Formula.OF_ANSWERED, 77.8),
    ],
)
def test_each_formula_gives_the_figure_of_its_example(formula: Formula, percent: float) -> None:
    found = service_level(EXAMPLE, Rule(formula))
    assert found is not None
    assert round(100 * found, 1) == percent
    assert service_level(Counts(), Rule(formula)) is None


@pytest.mark.parametrize("rule", [*map(Rule, Formula), Rule(Formula.GENESYS, with_passed_on=True)])
def test_promised_callbacks_are_in_no_part_of_it(rule: Rule) -> None:
    with_them = replace(EXAMPLE, offered=EXAMPLE.offered + 7, callbacks_promised=7, callbacks_kept=3)
    assert service_level(with_them, rule) == service_level(EXAMPLE, rule)
    assert service_level(Counts(offered=2, callbacks_promised=2), rule) is None, "two promises are no 0 %"


def test_the_divisor_of_genesys_is_chosen() -> None:
    counts = Counts(
        offered=110,
        answered=90,
        abandoned=6,
        short_abandoned=4,
        passed_on=10,
        answered_in_time=70,
        abandoned_in_time=10,
    )
    assert service_level(counts, Rule(Formula.GENESYS, without_short=True)) == 70 / 96
    assert service_level(counts, Rule(Formula.GENESYS, without_abandons=True)) == 70 / 90
    assert service_level(counts, Rule(Formula.GENESYS, with_passed_on=True)) == 70 / 110
    assert service_level(counts, Rule(Formula.GENESYS, with_passed_on=True, without_short=True)) == 70 / 106


def test_who_waits_counts_once_t_has_passed() -> None:
    waiting = Counts(offered=3, answered=1, answered_in_time=1, open=2, late=1)
    assert (decided(waiting), gave_up(waiting)) == (2, 0)
    assert service_level(waiting, Rule(Formula.NEGATIVE)) == 0.5
    assert service_level(waiting, Rule(Formula.GENESYS)) == 1.0, "of decided calls alone"


def test_all_who_gave_up_in_time_leave_nothing_to_divide_by() -> None:
    assert service_level(Counts(offered=2, short_abandoned=2, abandoned_in_time=2), Rule()) is None
