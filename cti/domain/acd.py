"""Which waiting call goes to which free agent, and why.

The best call over all lines that somebody free serves goes first (priority, then waiting time), and it goes to the
agent of that line who has been idle longest. So an agent of several queues always gets the best call of all of them,
whichever queue was set up first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cti.domain.agent import Agent
from cti.domain.queue import Place, Queue


@dataclass(frozen=True, slots=True)
class Choice:
    """`why` is for the diary and the supervisor: facts, not a formula."""

    call_id: str
    queue_id: int
    agent_id: int
    why: str


def choose(
    queues: Sequence[Queue], agents: Sequence[Agent], may_ring: Callable[[str], bool], now: datetime
) -> Choice | None:
    """The next offer to make, or None; `may_ring(call_id)` is False for a call whose switch is out of reach."""
    free = [agent for agent in agents if agent.can_take_a_call]
    best: tuple[Place, Queue] | None = None
    for queue in queues:
        if not any(queue.settings.queue_id in agent.settings.queue_ids for agent in free):
            continue
        place = next((place for place in queue.places() if may_ring(place[2])), None)
        if place is not None and (best is None or place < best[0]):
            best = (place, queue)
    return None if best is None else _give(best[0], best[1], free, now)


def _give(place: Place, queue: Queue, free: Sequence[Agent], now: datetime) -> Choice:
    queue_id = queue.settings.queue_id
    serving = [agent for agent in free if queue_id in agent.settings.queue_ids]
    agent = min(serving, key=lambda one: (one.idle_since or one.since, one.agent_id))
    idle_s = (now - (agent.idle_since or agent.since)).total_seconds()
    waited_s = (now - place[1]).total_seconds()
    why = (
        f"longest idle of {len(serving)}: {idle_s:.0f} s; "
        f"call is number {queue.position(place)} of {len(queue)}: waited {waited_s:.0f} s, priority {-place[0]}"
    )
    return Choice(place[2], queue_id, agent.agent_id, why)
