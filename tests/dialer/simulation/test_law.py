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
