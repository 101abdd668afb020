"""ImpactDialing's rule (simulator/newest_simulator.rb and app/models/predictive.rb), restated in our own words.

Every few minutes it lives an hour with the rings and talks of the last ten minutes, drawn at random, once for each
setting that it could dial with, and takes the one that keeps agents busiest within the limit. Taken as it is meant: in
its source the share of abandoned calls is a division of whole numbers and nearly always 0, and counts go on from one
setting to the next.
"""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import NamedTuple

import numpy as np

from dialer.domain.pace_words import (
    AgentLeft,
    AgentReady,
    AttemptEnded,
    Connected,
    HumanAnswered,
    Pace,
    PaceEvent,
    RouteFailed,
)
from dialer.simulation.rivals import Tally

_REPLAY_EVERY_S = 300.0
_SEEN_S = 600.0
_LIVES_S = 3600.0
_STEPS = 10
_OVER_LIMIT = 0.75
_LOOK_AGAIN_S = 1.0
_DICE = 50_000


class Ring(NamedTuple):
    """How long an attempt rang, and whether a person answered then."""

    rang_s: float
    answered: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """`counts_after_s`: who has talked for so long is counted as available, until the longest talk's length."""

    lines_per_available: float = 1.0
    counts_after_s: float = float("inf")


@dataclass(slots=True)
class Seen:
    """What the replay draws from; talks have their wrap-up with them."""

    rings: Sequence[Ring]
    talks_s: Sequence[float]

    @property
    def rings_per_answer(self) -> float:
        """The most lines for each who is available that make sense."""
        return len(self.rings) / max(1, sum(ring.answered for ring in self.rings))


class Lived(NamedTuple):
    """What a replayed hour came to."""

    occupancy_ratio: float
    abandonment_ratio: float


def live(seen: Seen, agents: int, setting: Setting, seed: int) -> Lived:
    """Replay an hour; nobody waits in it: who finds no agent is abandoned."""
    return _Hour(seen, agents, setting, seed).lived()


def best_setting(seen: Seen, agents: int, limit_ratio: float, seed: int) -> Setting:
    """Return the setting of the busiest hour within the limit: the lines first, then from when talks count."""
    most = seen.rings_per_answer
    lines = [Setting(1 + (most - 1) * step / _STEPS) for step in range(_STEPS)]
    best = _busiest(seen, agents, limit_ratio, seed, lines)
    mean_s, longest_s = float(np.mean(seen.talks_s)), max(seen.talks_s)
    ages_s = [mean_s + (longest_s - mean_s) * step / _STEPS for step in range(_STEPS)]
    return _busiest(
        seen, agents, limit_ratio, seed, [best, *(Setting(best.lines_per_available, age_s) for age_s in ages_s)]
    )


def _busiest(seen: Seen, agents: int, limit_ratio: float, seed: int, settings: Sequence[Setting]) -> Setting:
    hours = [(live(seen, agents, setting, seed), setting) for setting in settings]
    kept = [(hour, setting) for hour, setting in hours if hour.abandonment_ratio <= limit_ratio]
    return max(kept, key=lambda each: each[0].occupancy_ratio)[1] if kept else settings[0]


class _Hour:
    def __init__(self, seen: Seen, agents: int, setting: Setting, seed: int) -> None:
        self._seen, self._setting = seen, setting
        self._agents = self._idle = agents
        dice = np.random.default_rng(seed)
        self._which_ring = cycle(dice.integers(len(seen.rings), size=_DICE).tolist())
        self._which_talk = cycle(dice.integers(len(seen.talks_s), size=_DICE).tolist())
        self._queue: list[tuple[float, int, str]] = []
        self._ringing = self._old = self._connected = self._abandoned = 0
        self._busy_s = 0.0

    def lived(self) -> Lived:
        self._dial(0.0)
        while self._queue and self._queue[0][0] <= _LIVES_S:
            at_s, _, what = heapq.heappop(self._queue)
            getattr(self, f"_{what}")(at_s)
            self._dial(at_s)
        answered = self._connected + self._abandoned
        return Lived(self._busy_s / (self._agents * _LIVES_S), self._abandoned / max(1, answered))

    def _at(self, at_s: float, what: str) -> None:
        heapq.heappush(self._queue, (at_s, len(self._queue), what))

    def _dial(self, now_s: float) -> None:
        available = self._idle + self._old
        for _ in range(int(self._setting.lines_per_available * available) - self._ringing):
            ring = self._seen.rings[next(self._which_ring)]
            self._ringing += 1
            self._at(now_s + ring.rang_s, "answer" if ring.answered else "no_answer")

    def _no_answer(self, _: float) -> None:
        self._ringing -= 1

    def _answer(self, now_s: float) -> None:
        self._ringing -= 1
        if not self._idle:
            self._abandoned += 1
            return
        self._idle -= 1
        self._connected += 1
        talk_s = self._seen.talks_s[next(self._which_talk)]
        self._busy_s += min(talk_s, _LIVES_S - now_s)
        is_counted = talk_s > self._setting.counts_after_s
        if is_counted:
            self._at(now_s + self._setting.counts_after_s, "grow_old")
        self._at(now_s + talk_s, "end_old" if is_counted else "end")

    def _grow_old(self, _: float) -> None:
        self._old += 1

    def _end(self, _: float) -> None:
        self._idle += 1

    def _end_old(self, _: float) -> None:
        self._old -= 1
        self._idle += 1


class Replay(Tally):
    """Dials so many lines for each who is available by the last replay, and a quarter fewer while over the limit."""

    def __init__(self, limit_ratio: float) -> None:
        super().__init__()
        self.setting = Setting()
        self._limit_ratio = limit_ratio
        self._since_s: dict[str, float] = {}
        self._rings: deque[tuple[float, Ring]] = deque()
        self._talks: deque[tuple[float, float]] = deque()
        self._replay_at_s = 0.0
        self._replays = 0

    def handle(self, event: PaceEvent, now_s: float) -> None:
        """Remember how long it rang and how long an agent was busy."""
        match event:
            case HumanAnswered(attempt_id) | AttemptEnded(attempt_id) | RouteFailed(attempt_id):
                if (rang_s := self.ringing.get(attempt_id)) is not None:
                    self._rings.append((now_s, Ring(now_s - rang_s, isinstance(event, HumanAnswered))))
            case Connected(_, agent_id):
                self._since_s[agent_id] = now_s
            case AgentReady(agent_id) if agent_id in self._since_s:
                self._talks.append((now_s, now_s - self._since_s.pop(agent_id)))
            case AgentLeft(agent_id):
                self._since_s.pop(agent_id, None)
        super().handle(event, now_s)

    def next_deadline_s(self) -> float:
        """Talks grow older."""
        return self._asked_s + _LOOK_AGAIN_S

    def calls_to_place(self, now_s: float) -> Pace:
        """Fill up to the factor."""
        self.forget_lost(now_s)
        if now_s >= self._replay_at_s:
            self._replay_at_s = now_s + _REPLAY_EVERY_S
            self._replay(now_s)
        soon = sum(now_s - since_s > self.setting.counts_after_s for since_s in self._since_s.values())
        calls = self.setting.lines_per_available * (len(self.idle) + soon) - len(self.ringing) - len(self.waiting)
        is_over = self.window.abandonment_ratio > self._limit_ratio
        return self.place(int(_OVER_LIMIT * calls if is_over else calls))

    def _replay(self, now_s: float) -> None:
        for kept in (self._rings, self._talks):
            while kept and kept[0][0] < now_s - _SEEN_S:
                kept.popleft()
        seen = Seen([ring for _, ring in self._rings], [talk_s for _, talk_s in self._talks])
        if not (self.present and seen.talks_s and any(ring.answered for ring in seen.rings)):
            self.setting = Setting()
            return
        self._replays += 1
        self.setting = best_setting(seen, self.present, self._limit_ratio, self._replays)
