import pytest

from dialer.domain.pace_words import Pace, PaceLimits
from dialer.simulation.bound import MarkovCase, optimum
from dialer.simulation.figures import score
from dialer.simulation.rivals import Tally
from dialer.simulation.simulation import markov_case
from dialer.simulation.workload import load_workload
from dialer.simulation.world import World


@pytest.mark.parametrize(
    ("case", "percent"),
    [
        (MarkovCase(3), 69.4),
        (MarkovCase(5, human_ratio=0.5), 84.1),
        (MarkovCase(5, handle_s=45.0), 66.1),
    ],
)
def test_it_is_the_optimum_of_the_reference(case: MarkovCase, percent: float) -> None:
    assert 100 * optimum(case, 0.03).occupancy_ratio == pytest.approx(percent, abs=0.3)


class ByTheBook(Tally):
    """Places what the optimum says."""

    def __init__(self, lines: tuple[int, ...]) -> None:
        super().__init__()
        self.lines = lines

    def calls_to_place(self, now_s: float) -> Pace:
        self.forget_lost(now_s)
        return self.place(self.lines[len(self.talking) + len(self.waiting)] - len(self.ringing))


def test_the_world_lives_what_the_theory_says() -> None:
    """The validity gate of the whole simulation: the optimal policy, in the world, reaches the computed optimum."""
    workload = load_workload("W0")
    best = optimum(markov_case(workload, 10), PaceLimits().abandonment_limit_ratio)
    world = World(workload, 10, 11, ByTheBook(best.lines))
    lived = score([world.run_day() for _ in range(8)], 0.03)
    assert lived.occupancy_ratio == pytest.approx(best.occupancy_ratio, abs=0.008)
    assert lived.abandonment_ratio == pytest.approx(0.03, abs=0.004)


def test_a_looser_limit_allows_more() -> None:
    assert 100 * optimum(MarkovCase(5), 0.05).occupancy_ratio == pytest.approx(77.9, abs=0.3)
