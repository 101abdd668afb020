"""How much abandonment the window still allows, and the risk that is accepted for it.

The window is the policy's: a day, a campaign, thirty days. What may still be abandoned is spread over the people who
will yet answer before it closes; the accepted risk follows in proportion, and is learned besides, because one accepted
risk brings different abandonment to three agents and to a hundred.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_MARGIN_RATIO = 0.035
"""Stays unused of the limit, so that the pooled figure of many windows is below it."""
_RESERVE_CALLS = 1.5
"""Abandoned calls that can still come from lines that ring when the pacing stops."""
_UNTIL_RESERVE_CALLS = 6.0
"""A window this small keeps less than the whole reserve."""
_HASTE = 1.5
"""What was saved is not spent at once: risk costs more than it brings."""
_FIRST_RISK_RATIO = 0.05
_RISK_BOUNDS = (0.002, 0.5)
_GAIN = 0.003
_FIRST_ANSWERS = 15.0
_RATE_KNOWN_ANSWERS = 20
_LAST_ANSWERS = 3.0
_SHORTEST_S = 600.0
_FIRST_ANSWERS_PER_S = 0.02


@dataclass(slots=True)
class Window:
    """Times on the pacing's clock."""

    opens_s: float
    closes_s: float
    humans: int = 0
    abandoned: int = 0

    @property
    def abandonment_ratio(self) -> float:
        """Abandoned of the people who answered, so far."""
        return self.abandoned / self.humans if self.humans else 0.0


class Allowance:
    """Keeps the limit; what it learned goes on into the next window."""

    def __init__(self, limit_ratio: float) -> None:
        self.limit_ratio = limit_ratio
        self.window = Window(0.0, math.inf)
        self._risk_ratio = _FIRST_RISK_RATIO
        self._answers = 0
        self._answers_per_s = _FIRST_ANSWERS_PER_S

    def open(self, window: Window) -> None:
        """Begin a window, with what it counted already (after a restart)."""
        self.window = window

    def learned(self) -> tuple[float, int, float]:
        """Return which risk brings which abandonment, for `recall`; what the window counted is counted anew."""
        return self._risk_ratio, self._answers, self._answers_per_s

    def recall(self, learned: Sequence[float]) -> None:
        """Go on with what another one had learned."""
        risk_ratio, answers, self._answers_per_s = learned
        self._risk_ratio, self._answers = min(max(risk_ratio, _RISK_BOUNDS[0]), _RISK_BOUNDS[1]), int(answers)

    def connected(self, now_s: float) -> None:
        """Count a person who was connected in time."""
        self._count(0, now_s)

    def not_a_person(self) -> None:
        """Take one back who was counted as connected: the limit is about people alone."""
        self.window.humans = max(self.window.abandoned, self.window.humans - 1)

    def abandoned(self, now_s: float) -> None:
        """Count a person who was not."""
        self._count(1, now_s)

    def _count(self, abandoned: int, now_s: float) -> None:
        self.window.humans += 1
        self.window.abandoned += abandoned
        self._answers += 1
        if self.window.humans > _RATE_KNOWN_ANSWERS:
            self._answers_per_s = self.window.humans / max(_SHORTEST_S, now_s - self.window.opens_s)
        aim = min(max(self._still_allowed_ratio(now_s), 0.0), _HASTE * self.limit_ratio)
        # Robbins and Monro's stochastic approximation, with a last gain that lets it follow a campaign that changes
        gain = max(_GAIN, 1 / (_FIRST_ANSWERS + self._answers))
        grown = self._risk_ratio * math.exp(gain * (aim - abandoned) / self.limit_ratio)
        self._risk_ratio = min(max(grown, _RISK_BOUNDS[0]), _RISK_BOUNDS[1])

    def _still_allowed_ratio(self, now_s: float) -> float:
        """Return which share of the people who will yet answer may be abandoned; below zero: too many were."""
        to_come = self._answers_per_s * min(max(0.0, self.window.closes_s - now_s), 86_400.0)
        in_all = self.limit_ratio * (self.window.humans + to_come)
        reserve = _RESERVE_CALLS * min(1.0, in_all / _UNTIL_RESERVE_CALLS)
        return (in_all * (1 - _MARGIN_RATIO) - reserve - self.window.abandoned) / max(to_come, _LAST_ANSWERS)

    def accepted_risk_ratio(self, now_s: float) -> float:
        """Return the chance of harm that one more call may bring now; zero when the window's abandonment is used up."""
        if self.limit_ratio <= 0:
            return 0.0
        share = self._still_allowed_ratio(now_s) / (self.limit_ratio * (1 - _MARGIN_RATIO))
        return self._risk_ratio * min(max(share, 0.0), _HASTE)
