"""The chance that a sum of independent yes-or-no chances is not below zero.

Answers that will come count up, agents who will be free count down. The sum is kept as its first three cumulants, which
simply add; its distribution is read from the refined normal approximation of Poisson binomial sums (Volkova 1996; Hong,
Computational Statistics & Data Analysis 59, 2013, equation 10).
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROOT_TWO_PI = math.sqrt(2 * math.pi)
_CERTAIN_VARIANCE = 1e-9
_SURELY = 6.0


def cumulants(chances: Floats) -> Floats:
    """Mean, variance and third cumulant of each chance, side by side: from (…, K) to (…, 3 K)."""
    variance = chances * (1 - chances)
    return np.concatenate([chances, variance, variance * (1 - 2 * chances)], axis=-1)


def opposite(horizons: int) -> Floats:
    """Return what turns cumulants of a sum into those of its negative: odd ones change their sign."""
    return np.repeat([-1.0, 1.0, -1.0], horizons)


def at_least_zero(mean: float, variance: float, third: float) -> float:
    """Return P(sum >= 0) of an integer sum with these cumulants."""
    if variance < _CERTAIN_VARIANCE:
        return 1.0 if mean > -0.5 else 0.0
    deviation = math.sqrt(variance)
    # most of what is asked is certain, and exp() is dear
    if abs(mean) > _SURELY * deviation + 1:
        return 1.0 if mean > 0 else 0.0
    x = (-0.5 - mean) / deviation
    skewness = third / (deviation * variance)
    below = 0.5 * math.erfc(-x / math.sqrt(2)) + skewness * (1 - x * x) * math.exp(-0.5 * x * x) / _ROOT_TWO_PI / 6
    return min(1.0, max(0.0, 1 - below))


def chance_of_harm(
    surplus: Sequence[float],
    each: Sequence[float],
    more: int,
    answers: Sequence[float] = (),
    doubt_ratio: float = 0.0,
) -> float:
    """Return the chance that one call beside `more` new ones is, or makes somebody, without an agent.

    `surplus` and `each` hold the cumulants of people less agents, and of one new call, at each horizon. An answer takes
    an agent whom a later answer will miss: so each horizon counts with the worst of those after it. Horizons are
    equally likely.
    `answers`: how many of those in `surplus` are expected by a learned chance, whose own relative variance is
    `doubt_ratio`. Where it is too low it is so for all of them at once: variance and third cumulant grow by what a
    Gamma-distributed factor of mean 1 brings (the negative binomial's).
    """
    horizons = len(surplus) // 3
    worst = total = 0.0
    for k in range(horizons - 1, -1, -1):
        v, t = k + horizons, k + 2 * horizons
        mean, variance, third = surplus[k] + more * each[k], surplus[v] + more * each[v], surplus[t] + more * each[t]
        if doubt_ratio > 0:
            expected = answers[k] + more * each[k]
            spread = doubt_ratio * expected * expected
            variance, third = variance + spread, third + spread * (3 + 2 * doubt_ratio * expected)
        worst = max(worst, at_least_zero(mean, variance, third))
        total += worst
    return total / horizons
