import math

import pytest

from dialer.simulation.law import Law, LawKind


@pytest.mark.parametrize(
    ("law", "value"),
    [
        (Law(LawKind.CONSTANT, 25.0), 25.0),
        (Law(LawKind.EXPONENTIAL, 10.0), 10 * math.log(2)),
        (Law(LawKind.LOGNORMAL, 90.0, 0.5), 90 * math.exp(0.5)),
        (Law(LawKind.NORMAL, 20.0, 3.0), 23.0),
        (Law(LawKind.NORMAL, 20.0, 3.0, most_s=21.0), 21.0),
        (Law(LawKind.NORMAL, 20.0, 3.0, least_s=24.0), 24.0),
    ],
)
def test_draws_become_seconds(law: Law, value: float) -> None:
    assert law.value_s(0.5, 1.0) == pytest.approx(value)


@pytest.mark.parametrize(
    ("law", "mean_s"),
    [
        (Law(LawKind.CONSTANT, 25.0), 25.0),
        (Law(LawKind.EXPONENTIAL, 10.0), 10.0),
        (Law(LawKind.LOGNORMAL, 91.0, 0.8), 91 * math.exp(0.32)),
        (Law(LawKind.NORMAL, 20.0, 3.0), 20.0),
    ],
)
def test_the_mean_is_that_of_the_law(law: Law, mean_s: float) -> None:
    assert law.mean_s == pytest.approx(mean_s)
