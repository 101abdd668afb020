"""How long talks and wrap-ups last: learned, and asked what their age says about their end.

Piecewise constant hazards (Aalen, Borgan and Gjessing, Survival and Event History Analysis, chapter 3) in stretches
that widen with age, so that a few talks already say something and many say it exactly.
"""

import math
from collections.abc import Mapping, Sequence
from enum import IntEnum

import numpy as np

from dialer.domain.surplus import Floats

SECONDS = 1200
"""Of what is older the last hazard holds."""
_MEMORY = 400.0
_FIRST_STRETCH_S = 2
_WIDENING = 0.15


class Handling(IntEnum):
    """What an agent who is not free does."""

    TALK = 0
    WRAP_UP = 1


# What the first morning assumes, worth one talk.
_PRIOR_MEAN_S = {Handling.TALK: 80.0, Handling.WRAP_UP: 15.0}


def _stretches() -> Floats:
    edges = [0]
    while edges[-1] < SECONDS:
        edges.append(edges[-1] + max(_FIRST_STRETCH_S, int(edges[-1] * _WIDENING)))
    return np.array(edges, dtype=np.float64)


class HandlingLaw:
    """One for the agents of a campaign."""

    def __init__(self) -> None:
        self._edges = _stretches()
        self._widths = np.diff(self._edges)
        self._ended = np.zeros((len(Handling), len(self._widths)))
        self._lasted_s = np.zeros((len(Handling), len(self._widths)))
        self._new = 0
        self._seen = 0
        self.learn({what: np.zeros(0) for what in Handling})

    def see(self, what: Handling, lasted_s: float) -> None:
        """Take a talk or wrap-up that ended."""
        kept = 1 - 1 / _MEMORY
        self._ended[what] *= kept
        self._lasted_s[what] = self._lasted_s[what] * kept + np.clip(lasted_s - self._edges[:-1], 0, self._widths)
        stretch = int(np.searchsorted(self._edges, lasted_s, side="right")) - 1
        self._ended[what, min(stretch, len(self._widths) - 1)] += 1
        self._new += 1
        self._seen += 1

    def learned(self) -> list[list[list[float]]]:
        """Return what was counted by stretch, for `recall`."""
        return [self._ended.tolist(), self._lasted_s.tolist()]

    def recall(self, counts: Sequence[Sequence[Sequence[float]]]) -> None:
        """Go on with what another one had learned."""
        self._ended, self._lasted_s = (np.array(each, dtype=np.float64) for each in counts)
        self._seen = int(self._ended.sum())
        self.learn({what: np.zeros(0) for what in Handling})

    @property
    def has_news(self) -> bool:
        """Enough was seen since it learned to matter."""
        return self._new >= max(5.0, min(100.0, self._seen * 0.05))

    def learn(self, going_on_s: Mapping[Handling, Floats]) -> None:
        """Take what was seen into the law, and how long others last already: the short ones are heard of first."""
        self._new = 0
        self._survivals = {what: self._survival(what, going_on_s[what]) for what in Handling}

    def _survival(self, what: Handling, going_on_s: Floats) -> Floats:
        still_s = np.clip(going_on_s[:, None] - self._edges[:-1], 0, self._widths).sum(axis=0)
        ended, lasted_s = self._ended[what], self._lasted_s[what] + still_s
        mean_hazard = (ended.sum() + 1) / (lasted_s.sum() + _PRIOR_MEAN_S[what])
        hazard = (ended + 0.5) / (lasted_s + 0.5 / mean_hazard)
        by_second = np.repeat(hazard, self._widths.astype(int))[:SECONDS]
        return np.concatenate([[1.0], np.exp(-np.cumsum(by_second))])

    def free_within(self, what: Handling, horizons_s: Sequence[float]) -> Floats:
        """Return P(free within each horizon | this old), by second of age: (SECONDS, K).

        A talk has its wrap-up to come.
        """
        of_age = self._talk_free if what is Handling.TALK else self._wrap_up_free
        return np.clip(np.stack([of_age(horizon) for horizon in horizons_s], axis=-1), 0.0, 1.0)

    def _wrap_up_free(self, horizon_s: float) -> Floats:
        going_on, grid, ages = self._survivals[Handling.WRAP_UP], np.arange(SECONDS + 1), np.arange(SECONDS) + 0.5
        later = np.interp(ages + horizon_s, grid, going_on)
        free: Floats = 1 - later / np.maximum(np.interp(ages, grid, going_on), 1e-9)
        return free

    def _talk_free(self, horizon_s: float) -> Floats:
        # The talk ends in one of the seconds up to the horizon, and the wrap-up within what is left.
        talking, wrapping = self._survivals[Handling.TALK], self._survivals[Handling.WRAP_UP]
        seconds = max(1, math.ceil(horizon_s))
        left_s = np.maximum(horizon_s - np.arange(seconds) - 0.5, 0)
        wrapped = np.interp(left_s, np.arange(SECONDS + 1), 1 - wrapping)
        ends = np.concatenate([talking[:-1] - talking[1:], np.zeros(seconds - 1)])
        return np.convolve(ends, wrapped[::-1], "valid") / np.maximum(talking[:-1], 1e-9)
