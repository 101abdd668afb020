"""What supervisors see to on the floor, as the diary keeps it: who was moved in line, and who asked for help."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """The agent wants a supervisor in this talk."""

    call_id: str
    agent_id: int


@dataclass(frozen=True, slots=True)
class HelpTaken:
    """A supervisor sees to it."""

    call_id: str
    agent_id: int
    supervisor_id: int


@dataclass(frozen=True, slots=True)
class HelpEnded:
    """No more, `lasted_s` after it was asked for; `by` None: with the talk."""

    call_id: str
    agent_id: int
    by: int | None
    lasted_s: float


@dataclass(frozen=True, slots=True)
class CallMoved:
    """A supervisor moved who waits: to a line, to an agent, before somebody ("": to the end), or to a priority."""

    call_id: str
    supervisor_id: int
    queue_id: int | None = None
    agent_id: int | None = None
    before_call_id: str | None = None
    priority: int | None = None


SteeringFact = HelpAsked | HelpTaken | HelpEnded | CallMoved
