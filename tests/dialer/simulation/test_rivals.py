import pytest

from dialer.domain.pace_words import (
    AgentReady,
    AttemptEnded,
    AttemptStarted,
    Connected,
    HumanAnswered,
    PaceLimits,
)
from dialer.errors import UnknownRule
from dialer.simulation.cell import RULES, Cell, run_cell
from dialer.simulation.figures import Score, score
from dialer.simulation.hindsight import best_setting
from dialer.simulation.rivals import Issabel, Ratio
from dialer.simulation.workload import load_workload

LIMITS = PaceLimits()


def cell(rule: str, *, name: str = "W1", agents: int = 10, days: int = 2, setting: float | None = None) -> Cell:
    return Cell(load_workload(name), agents, rule, 3, days, LIMITS, setting)


def scored(rule: str, **more: object) -> Score:
    return score(run_cell(cell(rule, **more)), 0.03)  # type: ignore[arg-type]


def test_the_vicidial_rule_spends_the_limit_and_stays_near_progressive() -> None:
    """Of the reference: 46.3 % at 3.18 % with ten agents on W1."""
    found = scored("vicidial")
    assert found.occupancy_ratio == pytest.approx(0.463, abs=0.02)
    assert found.abandonment_ratio == pytest.approx(0.032, abs=0.006)


def test_the_issabel_rule_has_no_brake() -> None:
    """Of the reference: 73.8 % at 6.1 % with ten agents on W1."""
    assert scored("issabel").abandonment_ratio > 0.03


def test_issabel_counts_no_more_than_a_fifth_as_answering() -> None:
    rule = Issabel()
    for number in range(2000):
        rule.handle(AttemptStarted(str(number)), 0.0)
        rule.handle(AttemptEnded(str(number)), 1.0)
    rule.handle(AttemptStarted("x"), 2.0)
    rule.handle(HumanAnswered("x"), 5.0)
    rule.handle(Connected("x", "a"), 5.0)
    assert rule.calls_to_place(6.0).calls == 0
    assert rule.calls_to_place(6000.0).calls == 5


def test_hindsight_finds_a_ratio_that_keeps_the_limit_and_could_not_be_much_higher() -> None:
    setting, found = best_setting(cell("ratio"), run_cell)
    assert found.abandonment_ratio <= 0.03
    assert scored("ratio", setting=setting + 0.5).abandonment_ratio > 0.03
    assert found.occupancy_ratio == scored("ratio", setting=setting).occupancy_ratio


def test_a_line_whose_end_is_never_told_is_forgotten() -> None:
    rule = Ratio(1.0)
    rule.handle(AgentReady("a"), 0.0)
    rule.handle(AttemptStarted("lost"), 0.0)
    assert rule.calls_to_place(80.0).calls == 0
    assert rule.next_deadline_s() > 80.0
    assert rule.calls_to_place(100.0).calls == 1


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(UnknownRule, match="progressive"):
        run_cell(cell("magic"))
    assert "callroom" in RULES
