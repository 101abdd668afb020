"""What theory says of M/M/c, and what a few runs say of a mean."""

import math
from collections.abc import Sequence

# Two-sided 95 % of Student's t for n - 1 = 1, 2, ... degrees of freedom.
_STUDENT = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26)


def erlang_c(agents: int, erlangs: float) -> float:
    """Return the share of callers who wait at all; Erlang B by its recursion, then C."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = erlangs * blocked / (number + erlangs * blocked)
    return agents * blocked / (agents - erlangs * (1 - blocked))


def mean_wait_s(agents: int, per_s: float, mean_s: float) -> float:
    """Return the mean wait over all callers."""
    return erlang_c(agents, per_s * mean_s) / (agents / mean_s - per_s)


def confidence(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and half of the 95 % interval of independent runs."""
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return mean, _STUDENT[len(values) - 2] * math.sqrt(variance / len(values))
