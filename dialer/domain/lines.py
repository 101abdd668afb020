"""A campaign's calls that have no agent yet: those that ring and those where a person waits."""

from collections.abc import Sequence

import numpy as np

from dialer.domain.answer_level import AnswerLevel
from dialer.domain.ring_law import SECONDS, RingLaw
from dialer.domain.surplus import Floats, cumulants

_CERTAIN_AT_MOST = 0.97
_FORGET_AFTER_S = 2.0 * SECONDS
_WAITS_AT_MOST_S = 30.0


class Lines:
    """Tells how many people will be there at each horizon, from the age of each line."""

    def __init__(self) -> None:
        self.law = RingLaw()
        self.level = AnswerLevel()
        self._ringing: dict[str, float] = {}
        self._waiting: dict[str, float] = {}
        # of whom an agent or an end was told before their answer
        self._gone: dict[str, float] = {}
        # by second of age, and of a new one below them
        self._within: Floats = np.zeros((SECONDS + 1, 0))
        self._cumulants = cumulants(self._within)
        self._at_level = 1.0

    @property
    def ringing(self) -> int:
        """How many ring."""
        return len(self._ringing)

    @property
    def waiting(self) -> int:
        """How many people wait for an agent."""
        return len(self._waiting)

    def start(self, attempt_id: str, now_s: float) -> None:
        """Begin to ring."""
        self._ringing[attempt_id] = now_s

    def answer(self, attempt_id: str, now_s: float) -> None:
        """Let a person wait; learn when people answer."""
        if self._gone.pop(attempt_id, None) is not None:
            return
        self._learn(attempt_id, now_s, answered=True)
        self._waiting[attempt_id] = now_s

    def end(self, attempt_id: str, now_s: float) -> None:
        """Learn that nobody answered."""
        self._learn(attempt_id, now_s, answered=False)

    def _learn(self, attempt_id: str, now_s: float, *, answered: bool) -> None:
        started_s = self._ringing.pop(attempt_id, None)
        if started_s is None:
            return
        rang_s = now_s - started_s
        self.level.see(answered, self.law.expected_answers(rang_s))
        self.law.see(rang_s, answered)

    def fail(self, attempt_id: str) -> None:
        """Forget a line that the carrier refused."""
        self._ringing.pop(attempt_id, None)

    def hand_over(self, attempt_id: str, now_s: float) -> float | None:
        """Forget a person who has an agent, or was abandoned, and return since when they waited.

        That they answered may be told later, or never: then it is None.
        """
        if attempt_id in self._ringing:
            self._learn(attempt_id, now_s, answered=True)
            self._gone[attempt_id] = now_s
        return self._waiting.pop(attempt_id, None)

    def leave(self, attempt_id: str) -> None:
        """Forget a person who has an agent, or left; nothing is learned from it."""
        self._ringing.pop(attempt_id, None)
        self._waiting.pop(attempt_id, None)

    def forget_lost(self, now_s: float) -> None:
        """Drop what cannot be true any more: its end was never told."""
        for lines, age_s in ((self._ringing, _FORGET_AFTER_S), (self._gone, _WAITS_AT_MOST_S)):
            while lines and now_s - (oldest := next(iter(lines.items())))[1] > age_s:
                del lines[oldest[0]]

    def overdue(self, now_s: float, waits_at_most_s: float) -> int:
        """Forget people of whom it was not told that they have an agent, or left; say how many there were."""
        overdue = [attempt_id for attempt_id, since_s in self._waiting.items() if now_s - since_s > waits_at_most_s]
        for attempt_id in overdue:
            del self._waiting[attempt_id]
        return len(overdue)

    def _rang_s(self, now_s: float) -> Floats:
        return now_s - np.fromiter(self._ringing.values(), np.float64, len(self._ringing))

    def learn(self, now_s: float) -> bool:
        """Bring the law up to date when there is enough news; say whether it changed."""
        if news := self.law.has_news:
            self.law.learn(self._rang_s(now_s))
        return news

    def look_ahead(self, horizons_s: Sequence[float]) -> None:
        """Prepare the chances for these horizons from what the law knows now."""
        law = self.law
        self._within = np.vstack([law.answers_within(horizons_s), law.new_answers_within(horizons_s)])
        self._weigh(self._at_level)

    def ages(self, now_s: float) -> Floats:
        """Count the ringing lines by second of age."""
        seconds = np.clip(self._rang_s(now_s), 0, SECONDS - 1).astype(np.intp)
        return np.bincount(seconds, minlength=SECONDS).astype(np.float64)

    def people(self, ages: Floats, level: float) -> Floats:
        """Return the cumulants of the people who wait or will have answered by each horizon.

        `level`: how many more or less answer than the law says.
        """
        summed: Floats = ages @ self._of_level(level)[:-1]
        summed[: self._within.shape[-1]] += len(self._waiting)
        return summed

    def answers(self, people: Floats) -> Floats:
        """Return how many of those `people` are only expected: who waits is there."""
        expected: Floats = people[: self._within.shape[-1]] - len(self._waiting)
        return expected

    def one_more(self, level: float) -> Floats:
        """Return the cumulants that one call placed now would add."""
        added: Floats = self._of_level(level)[-1]
        return added

    def _of_level(self, level: float) -> Floats:
        if level != self._at_level:
            self._weigh(level)
        return self._cumulants

    def _weigh(self, level: float) -> None:
        self._at_level = level
        self._cumulants = cumulants(np.minimum(self._within * level, _CERTAIN_AT_MOST))
