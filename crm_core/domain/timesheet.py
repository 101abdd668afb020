"""How long an agent was in which state, by quarters of an hour and by pause reasons, from the changes of state.

A state lasts until the next one begins. The last one lasts yet; what of it is over now is asked for apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import pairwise

from crm_core.domain.quarters import Quarter, split
from cti.domain.values import AgentState

STATES = (
    AgentState.READY,
    AgentState.RINGING,
    AgentState.DIALING,
    AgentState.TALKING,
    AgentState.WRAP_UP,
    AgentState.NOT_READY,
)


@dataclass(frozen=True, slots=True)
class Began:
    """From then on; `reason` is the pause's code where the state is not ready."""

    at: datetime
    state: AgentState
    reason: str = ""


@dataclass(slots=True)
class Timesheet:
    """Milliseconds. `pauses` are not-ready times by reason, `begun` how many of each, `sign_ins` those of each day."""

    quarters: dict[Quarter, dict[AgentState, int]] = field(default_factory=dict)
    pauses: dict[tuple[date, str], int] = field(default_factory=dict)
    begun: dict[tuple[date, str], int] = field(default_factory=dict)
    sign_ins: dict[date, int] = field(default_factory=dict)

    def add(self, began: Began, until: datetime, zone: tzinfo, since: datetime | None = None) -> None:
        """Add one state until its end, from `since` on if that is later than its beginning."""
        if began.state is AgentState.SIGNED_OUT:
            return
        start = began.at if since is None else max(began.at, since)
        for quarter, spent_ms in split(start, until, zone):
            states = self.quarters.setdefault(quarter, {})
            states[began.state] = states.get(began.state, 0) + spent_ms
            if began.state is AgentState.NOT_READY:
                place = quarter.day, began.reason
                self.pauses[place] = self.pauses.get(place, 0) + spent_ms

    def note(self, before: AgentState, began: Began, zone: tzinfo) -> None:
        """Count what begins."""
        day = began.at.astimezone(zone).date()
        if before is AgentState.SIGNED_OUT and began.state is not AgentState.SIGNED_OUT:
            self.sign_ins[day] = self.sign_ins.get(day, 0) + 1
        if began.state is AgentState.NOT_READY:
            place = day, began.reason
            self.begun[place] = self.begun.get(place, 0) + 1

    def by_day(self) -> dict[date, dict[AgentState, int]]:
        """Add the quarters up."""
        days: dict[date, dict[AgentState, int]] = {}
        for quarter, states in self.quarters.items():
            total = days.setdefault(quarter.day, {})
            for state, spent_ms in states.items():
                total[state] = total.get(state, 0) + spent_ms
        return days


def timesheet(states: Sequence[Began], since: datetime, zone: tzinfo) -> Timesheet:
    """Make it of states in their order; the first one may have begun before `since`, from where on it is wanted."""
    sheet = Timesheet()
    before = AgentState.SIGNED_OUT  # who is seen for the first time was signed out
    for began in states:
        if began.at >= since:
            sheet.note(before, began, zone)
        before = began.state
    for began, after in pairwise(states):
        sheet.add(began, after.at, zone, since)
    return sheet
