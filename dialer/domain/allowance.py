"""How much abandonment the window still allows, and the risk that is accepted for it.

The window is the policy's: a day, a campaign, thirty days. What may still be abandoned is spread over the people who
will yet answer before it closes; the accepted risk follows in proportion, and is learned besides, because one accepted
risk brings different abandonment to three agents and to a hundred.
"""

import math
from collections.abc import Sequence

from dialer.domain.pace_words import Window

_MARGIN_RATIO = 0.035
"""Stays unused of the limit, so that the pooled figure of many windows is below it."""
_RESERVE_CALLS = 1.5
"""Abandoned calls that can still come from lines that ring when the pacing stops: of a small window a large part."""
_HASTE = 1.5
"""What was saved is not spent at once: risk costs more than it brings."""
_FIRST_RISK_RATIO = 0.05
_RISK_BOUNDS = (0.002, 0.5)
_GAIN = 0.003
_FIRST_ANSWERS = 15.0
_SURELY_DEVIATIONS = 1.645
"""Nineteen times of twenty at least so many come."""
_LAST_ANSWERS = 3.0
_USUAL_KNOWN_S = 3600.0
"""What earlier windows say of the answers to come is worth so much time of this one."""
_FIRST_ANSWERS_PER_S, _FIRST_KNOWN_ANSWERS = 0.02, 6.0
"""What the first morning assumes, and how many answers that is worth."""


class Allowance:
    """Keeps the limit; what it learned goes on into the next window."""

    def __init__(self, limit_ratio: float) -> None:
        self.limit_ratio = limit_ratio
        self.window = Window(0.0, math.inf)
        self._risk_ratio = _FIRST_RISK_RATIO
        self._answers = 0
        self._answers_per_s = _FIRST_ANSWERS_PER_S
        self._begin_anew()

    def open(self, window: Window) -> None:
        """Begin a window, with what it counted already (after a restart)."""
        self.window = window
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._first_s: float | None = None
        self._since_first = 0
        self._usual_per_s = self._answers_per_s
        self._usual_answers = min(_FIRST_KNOWN_ANSWERS + self._answers, _USUAL_KNOWN_S * self._usual_per_s)

    def learned(self) -> tuple[float, int, float]:
        """Return which risk brings which abandonment, for `recall`; what the window counted is counted anew."""
        return self._risk_ratio, self._answers, self._answers_per_s

    def recall(self, learned: Sequence[float]) -> None:
        """Go on with what another one had learned."""
        risk_ratio, answers, self._answers_per_s = learned
        self._risk_ratio, self._answers = min(max(risk_ratio, _RISK_BOUNDS[0]), _RISK_BOUNDS[1]), int(answers)
        self._begin_anew()

    def connected(self, now_s: float) -> None:
        """Count a person who was connected in time."""
        self._count(0, now_s)

    def not_a_person(self) -> None:
        """Take one back who was counted as connected: the limit is about people alone."""
        self.window.humans = max(self.window.abandoned, self.window.humans - 1)
        self._since_first = max(0, self._since_first - 1)

    def abandoned(self, now_s: float) -> None:
        """Count a person who was not."""
        self._count(1, now_s)

    def _count(self, abandoned: int, now_s: float) -> None:
        self.window.humans += 1
        self.window.abandoned += abandoned
        self._answers += 1
        if not abandoned:
            # who finds no agent promises no more: a carrier that answers everything at once would open the flood
            self._learn_rate(now_s)
        aim = min(max(self._still_allowed_ratio(now_s), 0.0), _HASTE * self.limit_ratio)
        # Robbins and Monro's stochastic approximation, with a last gain that lets it follow a campaign that changes
        gain = max(_GAIN, 1 / (_FIRST_ANSWERS + self._answers))
        grown = self._risk_ratio * math.exp(gain * (aim - abandoned) / self.limit_ratio)
        self._risk_ratio = min(max(grown, _RISK_BOUNDS[0]), _RISK_BOUNDS[1])

    def _learn_rate(self, now_s: float) -> None:
        # a window may be open for long before anybody is dialed in it: it counts from its first answer
        if self._first_s is None:
            self._first_s = now_s
        else:
            self._since_first += 1
        lasted_s = self._usual_answers / self._usual_per_s + now_s - self._first_s
        self._answers_per_s = (self._usual_answers + self._since_first) / lasted_s

    def _still_allowed_ratio(self, now_s: float) -> float:
        """Return which share of the people who will yet answer may be abandoned; zero or less: nobody more."""
        to_come = self._surely_to_come(now_s)
        in_all = self.limit_ratio * (self.window.humans + to_come)
        left = in_all * (1 - _MARGIN_RATIO) - _RESERVE_CALLS - self.window.abandoned
        return left / max(to_come, _LAST_ANSWERS)

    def _surely_to_come(self, now_s: float) -> float:
        """Return how many people will answer at least before the window closes, as far as chance and the rate allow."""
        expected = self._answers_per_s * min(max(0.0, self.window.closes_s - now_s), 86_400.0)
        known = max(self.window.humans, self._usual_answers + self._since_first)
        variance = expected + expected**2 / known
        return max(0.0, expected - _SURELY_DEVIATIONS * math.sqrt(variance))

    def accepted_risk_ratio(self, now_s: float) -> float:
        """Return the chance of harm that one more call may bring now; zero when the window's abandonment is used up."""
        if self.limit_ratio <= 0:
            return 0.0
        share = self._still_allowed_ratio(now_s) / (self.limit_ratio * (1 - _MARGIN_RATIO))
        return self._risk_ratio * min(max(share, 0.0), _HASTE)
