"""Which waiting call goes to which free agent, and why.

Of the calls that some free agent would do for, the best goes first: that of the heaviest line, then by priority, then
by waiting time. It goes to the first of those agents in its line's order. So an agent of several queues always gets the
best call of all of them, whichever queue was set up first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cti.domain.agent import Agent
from cti.domain.demand import Demand, fits
from cti.domain.queue import Place, Queue
from cti.domain.standby import Idle, Standby
from cti.domain.values import Strategy


@dataclass(frozen=True, slots=True)
class Choice:
    """`why` is for the diary and the supervisor: facts, not a formula."""

    call_id: str
    queue_id: int
    agent_id: int
    why: str


@dataclass(frozen=True, slots=True)
class _Fit:
    queue: Queue
    place: Place
    demand: Demand
    idle: Idle
    helps: bool = False

    @property
    def rank(self) -> tuple[int, Place]:
        return -self.queue.settings.routing.weight, self.place


def choose(
    queues: Iterable[Queue],
    agents: Mapping[int, Agent],
    standby: Standby,
    demand_of: Callable[[str], Demand | None],
    now: datetime,
) -> Choice | None:
    """The next offer to make, or None; `demand_of(call_id)` is None for a call that nobody can be rung for now."""
    found: list[_Fit] = []
    for queue in queues:
        if len(queue) and _somebody_is_free(queue, standby):
            fit = _first_fit(queue, agents, standby, demand_of)
            if fit is not None:
                found.append(fit)
    if not found:
        return None
    best = min(found, key=lambda fit: fit.rank)
    queue_id = best.queue.settings.queue_id
    return Choice(best.place[2], queue_id, best.idle.agent_id, _why(best, standby.of(queue_id).free, now))


def _somebody_is_free(queue: Queue, standby: Standby) -> bool:
    """In the line, or where its ladder leads."""
    settings = queue.settings
    helping = (rung.also_queue_id for rung in settings.routing.ladder if rung.also_queue_id is not None)
    return any(standby.of(queue_id).free for queue_id in (settings.queue_id, *helping))


def _first_fit(
    queue: Queue, agents: Mapping[int, Agent], standby: Standby, demand_of: Callable[[str], Demand | None]
) -> _Fit | None:
    """The first call in line for whom there is somebody; what nobody can do is asked once."""
    queue_id = queue.settings.queue_id
    hopeless: set[Demand] = set()
    for place in queue.places():
        demand = demand_of(place[2])
        if demand is None or demand in hopeless:
            continue
        # the line's own agents before those of others, who help out
        for asked in (queue_id, *demand.also):
            idle = _first_idle(standby, agents, asked, demand)
            if idle is not None:
                return _Fit(queue, place, demand, idle, helps=asked != queue_id)
        hopeless.add(demand)
    return None


def _first_idle(standby: Standby, agents: Mapping[int, Agent], queue_id: int, demand: Demand) -> Idle | None:
    return standby.of(queue_id).first(lambda agent_id: fits(agents[agent_id], queue_id, demand))


def _why(fit: _Fit, free: int, now: datetime) -> str:
    came_s = (now - fit.place[1]).total_seconds()
    idle_s = (now - fit.idle.since).total_seconds()
    said = {
        Strategy.LONGEST_IDLE: f"longest idle of {free}: {idle_s:.0f} s",
        Strategy.FEWEST_CALLS: f"fewest calls of {free}: {fit.idle.taken}, idle {idle_s:.0f} s",
        Strategy.ROUND_ROBIN: f"next in turn of {free}: idle {idle_s:.0f} s",
    }[fit.queue.settings.routing.strategy]
    needs = fit.demand.told()
    if fit.helps:
        said = f"helps out from another queue: idle {idle_s:.0f} s"
    return (
        f"{said}; call is number {fit.queue.position(fit.place)} of {len(fit.queue)}: came {came_s:.0f} s ago, "
        f"priority {-fit.place[0]}{f'; {needs}' if needs else ''}"
    )
