"""Callers come first: which agents of campaigns are left for those who wait in their lines, or will soon."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_MEMORY_S = 600.0
_FIRST_S = 60.0
"""Nothing is known of a line at first; so long a quiet minute is assumed before it."""


@dataclass(slots=True)
class _Flow:
    came: int
    looked_s: float
    counted: float = 0.0
    over_s: float = _FIRST_S


@dataclass(slots=True)
class CallerFlows:
    """How many callers come into each line, by its own last minutes."""

    _flows: dict[int, _Flow] = field(default_factory=dict)

    def look(self, came: Mapping[int, int], now_s: float) -> None:
        """Count who came into each line since the last look; `came` counts from midnight."""
        self._flows = {queue_id: flow for queue_id, flow in self._flows.items() if queue_id in came}
        for queue_id, today in came.items():
            flow = self._flows.setdefault(queue_id, _Flow(today, now_s))
            passed_s = max(0.0, now_s - flow.looked_s)
            kept = math.exp(-passed_s / _MEMORY_S)
            # since midnight there are fewer than before it
            new = today - flow.came if today >= flow.came else today
            flow.counted, flow.over_s = flow.counted * kept + new, flow.over_s * kept + passed_s
            flow.came, flow.looked_s = today, now_s

    def expected(self, queue_id: int, within_s: float) -> float:
        """Return how many will come in this time."""
        flow = self._flows.get(queue_id)
        return 0.0 if flow is None else flow.counted / flow.over_s * within_s


@dataclass(frozen=True, slots=True)
class Server:
    """An agent of some lines. `rank`: the smallest is left for callers first, of equals who has the fewest lines.

    `blends`: also dialed for.
    """

    agent_id: int
    queue_ids: frozenset[int]
    rank: int
    blends: bool


def kept_for_callers(needed: Mapping[int, float], servers: Iterable[Server]) -> frozenset[int]:
    """Return those agents of campaigns who are left for callers; who serves callers alone takes one first."""
    in_order = sorted(servers, key=lambda one: (one.blends, one.rank, len(one.queue_ids), one.agent_id))
    taken, kept = set[int](), set[int]()
    for queue_id, callers in sorted(needed.items()):
        # what is less than half a caller is nobody yet
        wanted = math.floor(callers + 0.5)
        for server in in_order:
            if wanted <= 0:
                break
            if queue_id in server.queue_ids and server.agent_id not in taken:
                taken.add(server.agent_id)
                wanted -= 1
                if server.blends:
                    kept.add(server.agent_id)
    return frozenset(kept)
