"""The best that anybody can do in the Markov case, by a constrained Markov decision process.

States are (people who talk or wait, lines that ring); the action is how far to raise the lines. Maximise talking agents
less `price` times abandoned people, by relative value iteration on the uniformised chain (Puterman, Markov Decision
Processes, sections 8.5 and 11.4); the least over all prices of the Lagrangian is the optimum under the limit, since
strong duality holds (Altman, Constrained Markov Decision Processes, chapter 3).
"""

import math
from dataclasses import dataclass

import numpy as np

from dialer.domain.surplus import Floats


@dataclass(frozen=True, slots=True)
class MarkovCase:
    """The rates of a workload like W0."""

    agents: int
    handle_s: float = 105.0
    ring_s: float = 12.0
    human_ratio: float = 0.15
    patience_s: float = 2.0


_GOLDEN = (math.sqrt(5) - 1) / 2
_PRICE_CLOSE_ENOUGH_S = 1.5
_GAIN_CLOSE_ENOUGH = 2e-5
_ROUNDS_BETWEEN_LOOKS = 50


@dataclass(frozen=True, slots=True)
class Optimum:
    """`lines[people]` ring when so many people talk or wait."""

    occupancy_ratio: float
    lines: tuple[int, ...]


def optimum(case: MarkovCase, limit_ratio: float) -> Optimum:
    """Return the highest occupancy with no more than `limit_ratio` of the people abandoned, and how it is reached."""
    chain = _Chain(case, limit_ratio)
    low, high = 0.0, 40.0 * case.handle_s
    # the gain is convex in the price, so that golden sections find the least one (Kiefer 1953)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = chain.gain(left), chain.gain(right)
    best = min(1.0, at_left, at_right)
    while high - low > _PRICE_CLOSE_ENOUGH_S:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = chain.gain(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = chain.gain(right)
        best = min(best, at_left, at_right)
    return Optimum(best, chain.lines())


class _Chain:
    """Rows are people who talk or wait, columns lines that ring; both end where nobody wants to be."""

    def __init__(self, case: MarkovCase, limit_ratio: float) -> None:
        n = case.agents
        people, lines = n + 12 + n // 8, math.ceil(0.6 * (n + 6) / case.human_ratio) + 20
        x, r = np.arange(people + 1)[:, None], np.arange(lines + 1)[None, :]
        served = np.minimum(x, n) / case.handle_s
        abandoned = np.maximum(x - n, 0) / case.patience_s
        clock = n / case.handle_s + (people - n) / case.patience_s + lines / case.ring_s
        self._people_leave = (served + abandoned) / clock
        self._line_ends = r / case.ring_s / clock
        self._nothing = 1 - self._people_leave - self._line_ends
        self._human_ratio = case.human_ratio
        wide = np.zeros((people + 1, lines + 1))
        self._value = wide
        self._occupancy = np.minimum(x, n) / n + wide
        # abandoned <= limit x (abandoned + served), per agent
        self._over_limit = ((1 - limit_ratio) * abandoned - limit_ratio * served) / n + wide

    def gain(self, price: float) -> float:
        """Return the long-run occupancy less `price` seconds for each abandoned call over the limit."""
        reward = self._occupancy - price * self._over_limit
        # the last price's values are nearly this one's
        value = self._value
        low, high = -math.inf, math.inf
        while high - low > _GAIN_CLOSE_ENOUGH:
            for _ in range(_ROUNDS_BETWEEN_LOOKS):
                after = reward + self._expected(value)
                grown = after - value
                value = after - after[0, 0]
            low, high = float(grown.min()), float(grown.max())
        self._value = value
        return (low + high) / 2

    def lines(self) -> tuple[int, ...]:
        """Return the best number of lines for each number of people, at the last price."""
        return tuple(int(best) for best in self._value.argmax(axis=1))

    def _expected(self, value: Floats) -> Floats:
        # the decision first: any number of lines more
        best = np.maximum.accumulate(value[:, ::-1], axis=1)[:, ::-1]
        one_line_less = np.roll(best, 1, axis=1)
        answered = np.vstack([one_line_less[1:], one_line_less[-1:]])
        one_person_less = np.vstack([best[:1], best[:-1]])
        line_ended = self._human_ratio * answered + (1 - self._human_ratio) * one_line_less
        expected: Floats = self._people_leave * one_person_less + self._line_ends * line_ended + self._nothing * best
        return expected
