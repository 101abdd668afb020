"""Who could take a call now, by queue and in the queue's order, and how many are in which state: known without a scan.

Told of an agent (`look`) after each change; a property test holds it against a look at everybody after every step.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cti.domain.agent import Agent
from cti.domain.values import AgentState, Strategy

_NEVER = datetime.min.replace(tzinfo=UTC)
_Rank = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Idle:
    """What orders free agents: since when they are, how many calls they took in this shift, when one was offered."""

    agent_id: int
    since: datetime
    taken: int
    offered_at: datetime


def _longest_idle(one: Idle) -> _Rank:
    return one.since, one.agent_id


def _fewest_calls(one: Idle) -> _Rank:
    return one.taken, one.since, one.agent_id


def _round_robin(one: Idle) -> _Rank:
    return one.offered_at, one.since, one.agent_id


# Smallest first; of equals the lowest id.
RANKS: dict[Strategy, Callable[[Idle], _Rank]] = {
    Strategy.LONGEST_IDLE: _longest_idle,
    Strategy.FEWEST_CALLS: _fewest_calls,
    Strategy.ROUND_ROBIN: _round_robin,
}


@dataclass(frozen=True, slots=True)
class _Known:
    """An agent as it was counted last; `idle` None: could take no call."""

    queue_ids: frozenset[int]
    state: AgentState
    serves: bool
    idle: Idle | None


@dataclass(slots=True)
class Staffing:
    """One queue's agents; `working` counts as capacity."""

    strategy: Strategy = Strategy.LONGEST_IDLE
    states: Counter[AgentState] = field(default_factory=Counter)
    working: int = 0
    _free: list[tuple[_Rank, Idle]] = field(default_factory=list)

    @property
    def free(self) -> int:
        """How many could take a call at once."""
        return len(self._free)

    def first(self, fits: Callable[[int], bool]) -> Idle | None:
        """Return the first in the queue's order for whom `fits(agent_id)` is true."""
        return next((one for _, one in self._free if fits(one.agent_id)), None)

    def add(self, one: Idle) -> None:
        """One more is free."""
        insort(self._free, (RANKS[self.strategy](one), one), key=_rank)

    def remove(self, one: Idle) -> None:
        """One less is."""
        del self._free[bisect_left(self._free, RANKS[self.strategy](one), key=_rank)]

    def order_by(self, strategy: Strategy) -> None:
        """Another order from now on."""
        if strategy is not self.strategy:
            self.strategy = strategy
            self._free = sorted(((RANKS[strategy](one), one) for _, one in self._free), key=_rank)


def _rank(entry: tuple[_Rank, Idle]) -> _Rank:
    return entry[0]


class Standby:
    """All agents by queue."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._queues: dict[int, Staffing] = {}

    def of(self, queue_id: int) -> Staffing:
        """Return the queue's agents in numbers and in order."""
        staffing = self._queues.get(queue_id)
        if staffing is None:
            staffing = self._queues[queue_id] = Staffing()
        return staffing

    def look(self, agent: Agent, *, is_gone: bool = False) -> None:
        """Count the agent as they are now."""
        settings = agent.settings
        idle = _idle(agent) if agent.can_take_a_call else None
        now = _Known(frozenset() if is_gone else settings.queue_ids, agent.state, agent.serves, idle)
        before = self._known.get(agent.agent_id)
        if now == before:
            return
        if before is not None:
            self._forget(before)
        if is_gone:
            self._known.pop(agent.agent_id, None)
        else:
            self._known[agent.agent_id] = now
        for queue_id in now.queue_ids:
            staffing = self.of(queue_id)
            staffing.states[now.state] += 1
            staffing.working += now.serves
            if idle is not None:
                staffing.add(idle)

    def _forget(self, before: _Known) -> None:
        for queue_id in before.queue_ids:
            staffing = self._queues[queue_id]
            staffing.states[before.state] -= 1
            staffing.working -= before.serves
            if before.idle is not None:
                staffing.remove(before.idle)


def _idle(agent: Agent) -> Idle:
    return Idle(agent.agent_id, agent.idle_since or agent.since, agent.taken, agent.offered_at or _NEVER)
