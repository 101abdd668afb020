"""A campaign's agents, and when they will be free."""

from collections.abc import Sequence

import numpy as np

from dialer.domain.handling_law import SECONDS, Handling, HandlingLaw
from dialer.domain.surplus import Floats, cumulants

_DOUBTED_S, _DOUBTED_AT_MOST_S = 60.0, 960.0


class Agents:
    """Tells how many will be free at each horizon, from the age of each talk and wrap-up."""

    def __init__(self) -> None:
        self.law = HandlingLaw()
        self._idle: dict[str, float] = {}
        # who was said to be free and cannot be: until when they are not counted on, and how often that was so
        self._doubted: dict[str, float] = {}
        self._doubts: dict[str, int] = {}
        self._busy: dict[Handling, dict[str, float]] = {what: {} for what in Handling}
        # who will not be free after what they do now
        self._leaving: set[str] = set()
        # by second of age, of talks first and of wrap-ups below them
        self._within: Floats = np.zeros((0, 0))
        self._horizons = 0

    @property
    def idle(self) -> int:
        """How many wait for a person."""
        return len(self._idle)

    @property
    def present(self) -> int:
        """How many there are, busy or not; who leaves after this talk is not one of them any more."""
        busy = sum(len(since) for since in self._busy.values())
        return len(self._idle) + len(self._doubted) + busy - len(self._leaving)

    def knows(self, agent_id: str) -> bool:
        """Whether they are there."""
        known = (self._idle, self._doubted, *self._busy.values())
        return any(agent_id in since_s for since_s in known)

    def ready(self, agent_id: str, now_s: float) -> None:
        """Be free; learn from the wrap-up that it ended."""
        self._end(agent_id, Handling.WRAP_UP, now_s)
        self._busy[Handling.TALK].pop(agent_id, None)
        self._leaving.discard(agent_id)
        self._heard_of(agent_id)
        self._idle[agent_id] = now_s

    def talk(self, agent_id: str, now_s: float) -> None:
        """Be busy with a person."""
        leaving = agent_id in self._leaving
        self.leave(agent_id)
        self._busy[Handling.TALK][agent_id] = now_s
        self.plan_to_leave(agent_id, leaving=leaving)

    def take_over(self, agent_id: str, now_s: float) -> None:
        """Be busy with somebody else's person; who talks already goes on."""
        if agent_id not in self._busy[Handling.TALK]:
            self.talk(agent_id, now_s)

    def wrap_up(self, agent_id: str, now_s: float) -> None:
        """Be busy with what is left of it; learn from the talk that it ended."""
        self._end(agent_id, Handling.TALK, now_s)
        self._idle.pop(agent_id, None)
        self._heard_of(agent_id)
        self._busy[Handling.WRAP_UP][agent_id] = now_s

    def _end(self, agent_id: str, what: Handling, now_s: float) -> None:
        # of what was not heard to begin nothing is known when it ends
        since_s = self._busy[what].pop(agent_id, None)
        if since_s is not None:
            self.law.see(what, now_s - since_s)

    def plan_to_leave(self, agent_id: str, *, leaving: bool) -> None:
        """Be gone after this talk and its wrap-up, or not after all; who is free leaves at once or stays."""
        if leaving and any(agent_id in since_s for since_s in self._busy.values()):
            self._leaving.add(agent_id)
        else:
            self._leaving.discard(agent_id)

    def leave(self, agent_id: str) -> None:
        """Be gone; nothing is learned from it."""
        self._leaving.discard(agent_id)
        self._idle.pop(agent_id, None)
        self._heard_of(agent_id)
        for since_s in self._busy.values():
            since_s.pop(agent_id, None)

    def doubt(self, since_s: float, now_s: float) -> None:
        """Take those for busy who were said to be free all the time in which somebody waited in vain.

        That they talk was not told, or before that they were free. Not for long: nobody may tell it again.
        """
        for agent_id in [agent_id for agent_id, free_s in self._idle.items() if free_s <= since_s]:
            self._doubt(agent_id, now_s)

    def doubt_first(self, people: int, now_s: float) -> None:
        """Take those for busy who were free for longest: so many people have an agent of whom it was not told."""
        for agent_id in list(self._idle)[:people]:
            self._doubt(agent_id, now_s)

    def _doubt(self, agent_id: str, now_s: float) -> None:
        del self._idle[agent_id]
        times = self._doubts[agent_id] = self._doubts.get(agent_id, 0) + 1
        self._doubted[agent_id] = now_s + min(_DOUBTED_AT_MOST_S, _DOUBTED_S * 2 ** (times - 1))

    def _heard_of(self, agent_id: str) -> None:
        self._doubted.pop(agent_id, None)
        self._doubts.pop(agent_id, None)

    def trust_again(self, now_s: float) -> None:
        """Count on those again who were doubted some time ago; longer and longer while nothing is told of them."""
        for agent_id in [agent_id for agent_id, until_s in self._doubted.items() if until_s <= now_s]:
            del self._doubted[agent_id]
            self._idle[agent_id] = now_s

    def _lasts_s(self, what: Handling, now_s: float) -> Floats:
        since_s = self._busy[what]
        return now_s - np.fromiter(since_s.values(), np.float64, len(since_s))

    def learn(self, now_s: float) -> bool:
        """Bring the law up to date when there is enough news; say whether it changed."""
        if news := self.law.has_news:
            self.law.learn({what: self._lasts_s(what, now_s) for what in Handling})
        return news

    def look_ahead(self, horizons_s: Sequence[float]) -> None:
        """Prepare the chances for these horizons from what the law knows now."""
        of_each = [cumulants(self.law.free_within(what, horizons_s)) for what in Handling]
        self._within = np.concatenate(of_each)
        self._horizons = len(horizons_s)

    def free(self, now_s: float) -> Floats:
        """Return the cumulants of the agents who are free, or will be by each horizon."""
        rows = [
            what * SECONDS + min(max(int(now_s - since_s), 0), SECONDS - 1)
            for what, since in self._busy.items()
            for agent_id, since_s in since.items()
            if agent_id not in self._leaving
        ]
        summed: Floats = self._within[rows].sum(axis=0) if rows else np.zeros(3 * self._horizons)
        summed[: self._horizons] += len(self._idle)
        return summed
