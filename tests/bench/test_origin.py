import pytest

from dialer.simulation.simulation import ALL_RULES, BOUND
from tests.bench.origin import modules, origin

PACING = {"dialer.domain.pacing", "dialer.domain.surplus", "dialer.domain.allowance", "dialer.domain.ring_law"}


@pytest.mark.parametrize("rule", ["callroom", "oracle"])
def test_our_own_rule_is_made_of_the_pacing(rule: str) -> None:
    assert modules(rule) >= PACING


@pytest.mark.parametrize("rule", [rule for rule in (*ALL_RULES, BOUND) if rule not in ("callroom", "oracle")])
def test_a_rival_stays_as_it_was_when_the_pacing_changes(rule: str) -> None:
    assert not modules(rule) & {"dialer.domain.pacing", "dialer.domain.allowance", "dialer.simulation.oracle"}
    assert modules(rule) >= {"dialer.simulation.world", "dialer.simulation.draws", "dialer.domain.pace_words"}


def test_each_rule_and_world_has_an_origin_of_its_own() -> None:
    found = [origin(rule, name) for rule in ("callroom", "oracle", "ratio", "replay", BOUND) for name in ("W1", "S2")]
    assert len(set(found)) == len(found)
    assert all(len(each) == 12 for each in found)
