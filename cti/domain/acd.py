"""Which waiting call goes to which free agent, and why.

The best call over all lines that somebody free serves goes first (priority, then waiting time), and it goes to the
agent of that line who has been idle longest. So an agent of several queues always gets the best call of all of them,
whichever queue was set up first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cti.domain.agent import Agent
from cti.domain.queue import Place, Queue
from cti.domain.standby import Standby


@dataclass(frozen=True, slots=True)
class Choice:
    """`why` is for the diary and the supervisor: facts, not a formula."""

    call_id: str
    queue_id: int
    agent_id: int
    why: str


def choose(
    queues: Iterable[Queue],
    agents: Mapping[int, Agent],
    standby: Standby,
    may_ring: Callable[[str], bool],
    now: datetime,
) -> Choice | None:
    """The next offer to make, or None; `may_ring(call_id)` is False for a call whose switch is out of reach."""
    best: tuple[Place, Queue] | None = None
    for queue in queues:
        if not len(queue) or not standby.of(queue.settings.queue_id).free:
            continue
        place = next((place for place in queue.places() if may_ring(place[2])), None)
        if place is not None and (best is None or place < best[0]):
            best = (place, queue)
    if best is None:
        return None
    place, queue = best
    agent_id = standby.longest_idle(queue.settings.queue_id)
    assert agent_id is not None  # noqa: S101 - only queues with somebody free are looked at
    return _give(place, queue, agents[agent_id], standby.of(queue.settings.queue_id).free, now)


def _give(place: Place, queue: Queue, agent: Agent, free: int, now: datetime) -> Choice:
    idle_s = (now - (agent.idle_since or agent.since)).total_seconds()
    came_s = (now - place[1]).total_seconds()
    why = (
        f"longest idle of {free}: {idle_s:.0f} s; "
        f"call is number {queue.position(place)} of {len(queue)}: came {came_s:.0f} s ago, priority {-place[0]}"
    )
    return Choice(place[2], queue.settings.queue_id, agent.agent_id, why)
