"""Figures of the trade."""

from crm_core.domain.counts import Counts
from crm_core.domain.figures import figures_of
from crm_core.domain.service_level import Formula, Rule


def test_figures_are_divided_as_they_are_defined() -> None:
    counts = Counts(
        offered=12, answered=8, abandoned=1, short_abandoned=2, passed_on=1, answered_in_time=6, abandoned_in_time=2,
        wait_s=80.0, handled=7, handle_s=840.0,
    )  # fmt: skip
    found = figures_of(counts, Rule(Formula.NEGATIVE))
    assert (found.offered, found.answered, found.abandoned, found.short_abandoned) == (12, 8, 1, 2)
    assert (found.passed_on, found.open) == (1, 0)
    assert (found.asa_s, found.aht_s, found.abandon_ratio) == (10.0, 120.0, 0.1)
    assert found.service_level_ratio == 0.5


def test_promised_callbacks_are_a_figure_of_their_own() -> None:
    counts = Counts(offered=14, answered=8, abandoned=2, short_abandoned=1, callbacks_promised=3, callbacks_kept=2)
    found = figures_of(counts, Rule())
    assert (found.callbacks_promised, found.callbacks_kept, found.abandon_ratio) == (3, 2, 0.2)


def test_nothing_is_no_figure() -> None:
    found = figures_of(Counts(), Rule())
    assert (found.asa_s, found.aht_s, found.abandon_ratio, found.service_level_ratio) == (None, None, None, None)
    assert figures_of(Counts(offered=1, short_abandoned=1), Rule()).abandon_ratio is None
