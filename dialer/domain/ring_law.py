"""When people answer, and when attempts end without anybody: learned from attempts as they come out.

Two risks compete for each ringing attempt (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data,
chapter 8). Both are kept as counts by second of ringing, with the old ones fading.
"""

from collections.abc import Sequence

import numpy as np

from dialer.domain.surplus import Floats

SECONDS = 90
"""Attempts that ring longer are counted in the last second."""
_MEMORY_ATTEMPTS = 1500.0
_PRIOR_ATTEMPTS = 4.0
_PRIOR_ANSWER_RATIO = 0.2
_RESCALE_AT = 1e6
_HARMLESS = 1e-9


def _prior(first_s: int, last_s: int, ratio: float) -> Floats:
    counts = np.zeros(SECONDS)
    counts[first_s:last_s] = _PRIOR_ATTEMPTS * ratio / (last_s - first_s)
    return counts


class RingLaw:
    """What the first morning assumes is worth four attempts.

    `doubt_ratio`: the variance of the share that answers, relative to its square: how little is known of it.
    """

    def __init__(self) -> None:
        self._answers = np.zeros(SECONDS)
        self._others = np.zeros(SECONDS)
        self._prior_answers = _prior(4, 30, _PRIOR_ANSWER_RATIO)
        self._prior_others = _prior(1, 40, 1 - _PRIOR_ANSWER_RATIO)
        # A fading count without touching every bin: new ones weigh more instead.
        self._weight = 1.0
        self._new = 0
        # attempts that it was ever taught by, the assumed ones too; what drifts since is the level's affair
        self._taught = _PRIOR_ATTEMPTS
        self._settle(np.zeros(0))

    def see(self, rang_s: float, answered: bool) -> None:
        """Take one attempt's outcome."""
        self._weight /= 1 - 1 / _MEMORY_ATTEMPTS
        (self._answers if answered else self._others)[self.second(rang_s)] += self._weight
        self._new += 1
        self._taught += 1
        if self._weight > _RESCALE_AT:
            self._answers /= self._weight
            self._others /= self._weight
            self._weight = 1.0

    def learned(self) -> list[list[float]]:
        """Return the counts by second, for `recall`."""
        return [(counts / self._weight).tolist() for counts in (self._answers, self._others)]

    def recall(self, counts: Sequence[Sequence[float]]) -> None:
        """Go on with what another one had learned."""
        self._answers, self._others = (np.array(each, dtype=np.float64) for each in counts)
        self._weight = 1.0
        self._taught = _PRIOR_ATTEMPTS + float(self._answers.sum() + self._others.sum())
        self._settle(np.zeros(0))

    @staticmethod
    def second(rang_s: float) -> int:
        """Return the bin of this age."""
        return min(max(int(rang_s), 0), SECONDS - 1)

    @property
    def has_news(self) -> bool:
        """Enough was seen since it learned to matter."""
        return self._new >= max(10.0, min(200.0, self._known * 0.05))

    def learn(self, ringing_s: Floats) -> None:
        """Take what was seen into the law, and how long others ring already: those who answer fast are not all."""
        self._settle(ringing_s)

    def _settle(self, ringing_s: Floats) -> None:
        self._new = 0
        answers = self._answers / self._weight + self._prior_answers
        others = self._others / self._weight + self._prior_others
        ended = answers + others
        self._known = float(ended.sum())
        at_risk = np.cumsum(ended[::-1])[::-1]
        still = np.clip(ringing_s[:, None] - np.arange(SECONDS), 0, 1).sum(axis=0)
        exposed = np.maximum(at_risk + still, _HARMLESS)
        hazard = answers / exposed
        # Kaplan and Meier's product limit
        self._ringing = np.concatenate([[1.0], np.cumprod(1 - ended / exposed)])
        ended_by_answer = np.divide(answers, ended, out=np.zeros(SECONDS), where=ended > 0)
        share = (self._ringing[:-1] - self._ringing[1:]) * ended_by_answer
        self._answered = np.concatenate([[0.0], np.cumsum(share)])
        self._expected = np.cumsum(hazard)
        ratio = max(float(self._answered[-1]), _HARMLESS)
        # of a Beta posterior: (1 - p) / (p (m + 1))
        self.doubt_ratio = (1 - ratio) / (ratio * (self._taught + 1))

    def expected_answers(self, rang_s: float) -> float:
        """Return the cumulative hazard of an answer up to this age: what `AnswerLevel` compares with."""
        return float(self._expected[self.second(rang_s)])

    def answer_moments_s(self, parts: int) -> list[float]:
        """Return the middles of `parts` equally likely stretches of the time from dialing to an answer."""
        shares = (np.arange(parts) + 0.5) / parts * self._answered[-1]
        return [float(moment) for moment in np.interp(shares, self._answered, np.arange(SECONDS + 1))]

    def new_answers_within(self, horizons_s: Sequence[float]) -> Floats:
        """Return P(a call placed now is answered within each horizon)."""
        chances: Floats = np.interp(horizons_s, np.arange(SECONDS + 1), self._answered)
        return chances

    def answers_within(self, horizons_s: Sequence[float]) -> Floats:
        """Return P(answered within each horizon | still ringing), by second of age: (SECONDS, K)."""
        grid, ages = np.arange(SECONDS + 1), np.arange(SECONDS) + 0.5
        ringing = np.maximum(np.interp(ages, grid, self._ringing), _HARMLESS)
        until_now = np.interp(ages, grid, self._answered)
        columns = [(np.interp(ages + h, grid, self._answered) - until_now) / ringing for h in horizons_s]
        chances: Floats = np.clip(np.stack(columns, axis=-1), 0.0, 1.0)
        return chances
