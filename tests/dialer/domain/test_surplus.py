import itertools
import math

import numpy as np
import pytest

from dialer.domain.surplus import at_least_zero, chance_of_harm, cumulants, opposite


def exactly(up: list[float], down: list[float], constant: int = 0) -> float:
    """All outcomes, one by one."""
    total = 0.0
    for outcome in itertools.product((0, 1), repeat=len(up) + len(down)):
        chances = [p if happened else 1 - p for p, happened in zip(up + down, outcome, strict=True)]
        if constant + sum(outcome[: len(up)]) - sum(outcome[len(up) :]) >= 0:
            total += math.prod(chances)
    return total


def of(up: list[float], down: list[float], constant: int = 0) -> float:
    summed = sum((cumulants(np.array([p])) for p in up), np.zeros(3))
    summed = summed + opposite(1) * sum((cumulants(np.array([p])) for p in down), np.zeros(3))
    summed[0] += constant
    return at_least_zero(*summed.tolist())


@pytest.mark.parametrize("seed", range(200))
def test_it_is_close_to_counting_all_outcomes(seed: int) -> None:
    dice = np.random.default_rng(seed)
    up, down = dice.random(dice.integers(3, 8)).tolist(), dice.random(dice.integers(3, 7)).tolist()
    constant = int(dice.integers(-3, 3))
    assert of(up, down, constant) == pytest.approx(exactly(up, down, constant), abs=0.05)


def test_cumulants_stand_side_by_side() -> None:
    found = cumulants(np.array([[0.5, 0.25], [0.0, 1.0]]))
    assert found.tolist() == [[0.5, 0.25, 0.25, 0.1875, 0.0, 0.09375], [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]]


@pytest.mark.parametrize(("mean", "chance"), [(-1.0, 0.0), (0.0, 1.0), (2.0, 1.0)])
def test_what_is_certain_needs_no_approximation(mean: float, chance: float) -> None:
    assert at_least_zero(mean, 0.0, 0.0) == chance


@pytest.mark.parametrize(("mean", "chance"), [(-40.0, 0.0), (40.0, 1.0)])
def test_what_is_far_away_is_certain(mean: float, chance: float) -> None:
    assert at_least_zero(mean, 4.0, 0.5) == chance


def test_one_more_call_does_more_harm_than_the_one_before() -> None:
    each = cumulants(np.array([0.05, 0.15])).tolist()
    surplus = [-2.0, -2.0, 0.0, 0.0, 0.0, 0.0]
    risks = [chance_of_harm(surplus, each, more) for more in range(20)]
    assert risks == sorted(risks)
    assert risks[0] == 0.0
    assert risks[-1] > 0.4


def test_who_takes_an_agent_early_is_charged_with_who_misses_one_later() -> None:
    nothing = [0.0] * 6
    late_only = [-5.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    early_only = [1.0, -5.0, 0.0, 0.0, 0.0, 0.0]
    assert chance_of_harm(late_only, nothing, 0) == 1.0
    assert chance_of_harm(early_only, nothing, 0) == 0.5


def test_a_chance_that_is_hardly_known_does_more_harm_than_one_that_is() -> None:
    each = cumulants(np.array([0.2, 0.2])).tolist()
    surplus = [-4.0, -4.0, 0.0, 0.0, 0.0, 0.0]
    known = [chance_of_harm(surplus, each, more, [0.0, 0.0], 0.0) for more in range(12)]
    assert known == [chance_of_harm(surplus, each, more) for more in range(12)]
    doubted = [chance_of_harm(surplus, each, more, [0.0, 0.0], 0.8) for more in range(12)]
    assert doubted == sorted(doubted)
    assert all(one > other for one, other in zip(doubted[4:], known[4:], strict=True))
    beside = chance_of_harm([-3.2, -3.2, 0.64, 0.64, 0.384, 0.384], each, 4, [0.8, 0.8], 0.8)
    assert beside == pytest.approx(doubted[8]), "those that ring are in the same doubt"
