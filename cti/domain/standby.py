"""Who could take a call now, by queue and longest idle first, and how many are in which state: known without a scan.

Told of an agent (`look`) after each change; a property test holds it against a look at everybody after every step.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush

from cti.domain.agent import Agent
from cti.domain.values import AgentState

_SPARE_ENTRIES = 64

_Rank = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class _Known:
    """An agent as it was counted last."""

    queue_ids: frozenset[int]
    state: AgentState
    serves: bool
    rank: _Rank | None


@dataclass(slots=True)
class Staffing:
    """One queue's agents; `working` counts as capacity, `free` could take a call at once."""

    states: Counter[AgentState] = field(default_factory=Counter)
    working: int = 0
    free: int = 0
    _heap: list[_Rank] = field(default_factory=list)

    def longest_idle(self, is_free: Callable[[_Rank], bool]) -> int | None:
        """Return the agent's id; entries of agents who are not free any more fall out on the way."""
        while self._heap and not is_free(self._heap[0]):
            heappop(self._heap)
        return self._heap[0][1] if self._heap else None

    def add(self, rank: _Rank, is_free: Callable[[_Rank], bool]) -> None:
        """One more is free. A queue that nobody calls is tidied up here."""
        self.free += 1
        if len(self._heap) > 2 * self.free + _SPARE_ENTRIES:
            self._heap = [one for one in set(self._heap) if is_free(one) and one != rank]
            heapify(self._heap)
        heappush(self._heap, rank)


class Standby:
    """All agents by queue."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._queues: dict[int, Staffing] = {}

    def of(self, queue_id: int) -> Staffing:
        """Return the queue's agents in numbers."""
        staffing = self._queues.get(queue_id)
        if staffing is None:
            staffing = self._queues[queue_id] = Staffing()
        return staffing

    def longest_idle(self, queue_id: int) -> int | None:
        """Return who serves the queue, is free, and has been so longest; of equals the lowest id."""
        return self.of(queue_id).longest_idle(lambda rank: self._is_free(queue_id, rank))

    def look(self, agent: Agent, *, is_gone: bool = False) -> None:
        """Count the agent as they are now."""
        settings = agent.settings
        rank = (agent.idle_since or agent.since, agent.agent_id) if agent.can_take_a_call else None
        now = _Known(frozenset() if is_gone else settings.queue_ids, agent.state, agent.serves, rank)
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
            if rank is not None:
                staffing.add(rank, lambda one, queue_id=queue_id: self._is_free(queue_id, one))  # type: ignore[misc]

    def _forget(self, before: _Known) -> None:
        for queue_id in before.queue_ids:
            staffing = self._queues[queue_id]
            staffing.states[before.state] -= 1
            staffing.working -= before.serves
            staffing.free -= before.rank is not None

    def _is_free(self, queue_id: int, rank: _Rank) -> bool:
        known = self._known.get(rank[1])
        return known is not None and known.rank == rank and queue_id in known.queue_ids
