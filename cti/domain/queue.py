"""A waiting line: who stands in it in which order, what was counted today, and how long it will take."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile

from cti.domain.pace import Pace
from cti.domain.values import QueueSettings

RECENT_CALLS = 20
LEAST_HANDLED = 3  # fewer are no basis for what a caller is told

Place = tuple[int, datetime, str]


def place_of(priority: int, queued_at: datetime, call_id: str) -> Place:
    """Sort key: higher priority first, then who came first."""
    return (-priority, queued_at, call_id)


@dataclass(slots=True)
class Counters:
    """Since midnight: calls that came into the line, were answered, gave up."""

    day: date
    offered: int = 0
    answered: int = 0
    abandoned: int = 0


@dataclass(slots=True)
class Queue:
    """One line. `recent_s` are the last calls' handle times (talk and wrap-up).

    `beyond` are the calls that stand too far back or have too long ahead; `sent_at` is when one was last sent here from
    another line.
    """

    settings: QueueSettings
    counters: Counters
    recent_s: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_CALLS))
    pace: Pace = field(default_factory=Pace)
    beyond: set[str] = field(default_factory=set)
    sent_at: datetime | None = None
    _places: list[Place] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[str]:
        return (place[2] for place in self._places)

    def places(self) -> Iterator[Place]:
        """All places in order."""
        return iter(self._places)

    def enter(self, place: Place) -> list[str]:
        """Stand in line; returns the calls behind, whose position changed."""
        insort(self._places, place)
        return self._behind(bisect_left(self._places, place) + 1)

    def leave(self, place: Place) -> list[str]:
        """Step out of line; returns the calls that move up."""
        index = bisect_left(self._places, place)
        del self._places[index]
        return self._behind(index)

    def put_anew(self, places: Sequence[Place]) -> list[str]:
        """Let those who stand here have these places; returns all from the first on whose position may have changed."""
        before, moved = self._places, {place[2] for place in places}
        self._places = sorted([*(place for place in before if place[2] not in moved), *places])
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, self._places, strict=True)))
        return self._behind(same)

    def position(self, place: Place) -> int:
        """1 is next."""
        return bisect_left(self._places, place) + 1

    def count_from(self, day: date) -> Counters:
        """The counters of `day`, begun anew at midnight."""
        if day != self.counters.day:
            self.counters = Counters(day)
        return self.counters

    def expected_wait_s(self, position: int, agents: int, ready: int) -> float | None:
        """How long the caller at `position` will wait; None when it cannot be told: nobody works, or nothing to go by.

        By the flow of the line as it was measured. Before that, by the last calls: n agents finish one every (handle
        time / n) on average, and one caller moves up each time.
        """
        if position <= ready:
            return 0.0
        measured_s = self.pace.expected_s(position - ready, agents)
        if measured_s is not None or agents == 0 or len(self.recent_s) < LEAST_HANDLED:
            return measured_s
        mean_s = sum(self.recent_s) / len(self.recent_s)
        return (position - ready) * mean_s / agents

    def _behind(self, index: int) -> list[str]:
        return [place[2] for place in self._places[index:]]
