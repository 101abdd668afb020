"""How long agents were in which state today, and how much of their time at work was work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crm_core.domain.day import Day
from cti.domain.facts import AgentChanged
from cti.domain.values import AgentState

_BUSY = (AgentState.DIALING, AgentState.TALKING, AgentState.WRAP_UP)
_AT_WORK = (AgentState.READY, AgentState.RINGING, *_BUSY)


@dataclass(frozen=True, slots=True)
class Now:
    """What an agent does at this moment, and since when."""

    agent_id: int
    state: AgentState
    since: datetime


@dataclass(slots=True)
class Shifts:
    """Times that are over, cut off at midnight; the one that lasts is added when it is asked for."""

    day: Day
    seconds: dict[int, dict[AgentState, float]] = field(default_factory=dict)

    def begin(self, day: Day) -> None:
        """Midnight."""
        self.day, self.seconds = day, {}

    def take(self, at: datetime, fact: AgentChanged) -> None:
        """A state is over: how much of it was today."""
        began_at = max(at - timedelta(seconds=fact.lasted_s), self.day.begins_at)
        if at > began_at:
            own = self.seconds.setdefault(fact.agent_id, {})
            own[fact.previous] = own.get(fact.previous, 0.0) + (at - began_at).total_seconds()

    def occupancy(self, people: Iterable[Now], now: datetime) -> float | None:
        """(dialing + talk with hold + wrap-up) / (the same + ready + ringing) of these agents today.

        None if nobody was at work.

        Pauses are in neither part (so it is defined by Calabrio; with them it would be utilisation), and ringing is
        time in which an agent was there for a call and did not work on one.
        """
        total: dict[AgentState, float] = {}
        for one in people:
            spent = dict(self.seconds.get(one.agent_id, {}))
            lasting_s = max(0.0, (now - max(one.since, self.day.begins_at)).total_seconds())
            spent[one.state] = spent.get(one.state, 0.0) + lasting_s
            for state, seconds in spent.items():
                total[state] = total.get(state, 0.0) + seconds
        return occupancy_of(total)


def occupancy_of(spent: Mapping[AgentState, float]) -> float | None:
    """Of time spent in each state, in any unit: see `Shifts.occupancy`."""
    at_work = sum(spent.get(state, 0) for state in _AT_WORK)
    return sum(spent.get(state, 0) for state in _BUSY) / at_work if at_work else None
