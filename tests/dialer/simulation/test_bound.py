import pytest

from dialer.simulation.bound import MarkovCase, occupancy_bound


@pytest.mark.parametrize(
    ("case", "percent"),
    [
        (MarkovCase(3), 69.4),
        (MarkovCase(5, human_ratio=0.5), 84.1),
        (MarkovCase(5, handle_s=45.0), 66.1),
    ],
)
def test_it_is_the_optimum_of_the_reference(case: MarkovCase, percent: float) -> None:
    assert 100 * occupancy_bound(case, 0.03) == pytest.approx(percent, abs=0.3)


def test_a_looser_limit_allows_more() -> None:
    assert 100 * occupancy_bound(MarkovCase(5), 0.05) == pytest.approx(77.9, abs=0.3)
