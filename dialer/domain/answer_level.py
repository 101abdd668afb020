"""How much more or less people answer just now than the learned law says.

Answers are compared with how many the law expected of the same attempts, so that calls that still ring bias nothing.
Several memories run side by side; each weighs by how well it foretold the last outcomes (discounted Bayesian model
averaging: Raftery, Karny and Ettler, Technometrics 52, 2010), so that a step is seen at once and a calm hour is not
disturbed by chance.
"""

import math
from collections.abc import Sequence

MEMORIES_ANSWERS = (12.0, 50.0, 200.0)
_PRIOR_ANSWERS = 3.0
_SCORE_KEPT = 0.99


class AnswerLevel:
    """1.0 is as the law says."""

    def __init__(self) -> None:
        self._answered = [0.0] * len(MEMORIES_ANSWERS)
        self._expected = [0.0] * len(MEMORIES_ANSWERS)
        self._scores = [0.0] * len(MEMORIES_ANSWERS)

    def see(self, answered: bool, expected: float) -> None:
        """Take one attempt's outcome; `expected` is the law's cumulative hazard of an answer until then."""
        for i, memory in enumerate(MEMORIES_ANSWERS):
            level = self._of(i)
            likelihood = (math.log(level) if answered else 0.0) - level * expected
            self._scores[i] = self._scores[i] * _SCORE_KEPT + likelihood
            kept = 1 - min(0.5, expected / memory)
            self._answered[i] = self._answered[i] * kept + answered
            self._expected[i] = self._expected[i] * kept + expected

    def learned(self) -> list[list[float]]:
        """Return what each memory holds, for `recall`."""
        return [list(self._answered), list(self._expected), list(self._scores)]

    def recall(self, memories: Sequence[Sequence[float]]) -> None:
        """Go on with what another one had learned."""
        self._answered, self._expected, self._scores = (list(each) for each in memories)

    def _of(self, i: int) -> float:
        return (self._answered[i] + _PRIOR_ANSWERS) / (self._expected[i] + _PRIOR_ANSWERS)

    def value(self) -> float:
        """Return the level now."""
        best = max(self._scores)
        weights = [math.exp(score - best) for score in self._scores]
        return sum(weight * self._of(i) for i, weight in enumerate(weights)) / sum(weights)
