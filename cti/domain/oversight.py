"""What supervisors ask for; events like all others, told by a button and decided by the floor."""

from dataclasses import dataclass

from cti.domain.callback_words import CallbackRemoved
from cti.domain.supervision import Mode


@dataclass(frozen=True, slots=True)
class SupervisorAsked:
    """A supervisor wants to attend the talk, or to attend it in another way."""

    supervisor_id: int
    call_id: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class SupervisorLeft:
    """A supervisor wants to hear no more of it."""

    supervisor_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class SupervisorStartedRecording:
    """A supervisor has a talk recorded from now on."""

    call_id: str
    by: int


@dataclass(frozen=True, slots=True)
class SupervisorStoppedRecording:
    """A supervisor ends the recording that somebody asked for."""

    call_id: str
    by: int


@dataclass(frozen=True, slots=True)
class ForcedHangUp:
    """A supervisor ends the agent's call; which, so that no later one is hit."""

    agent_id: int
    call_id: str
    by: int
    by_name: str = ""


@dataclass(frozen=True, slots=True)
class ForcedReady:
    """A supervisor makes the agent ready."""

    agent_id: int
    by: int
    by_name: str = ""


@dataclass(frozen=True, slots=True)
class ForcedNotReady:
    """A supervisor pauses the agent. `reason` is the code of a pause reason."""

    agent_id: int
    by: int
    reason: str
    by_name: str = ""


@dataclass(frozen=True, slots=True)
class ForcedSignOut:
    """A supervisor takes the agent from their seat."""

    agent_id: int
    by: int
    by_name: str = ""


@dataclass(frozen=True, slots=True)
class WaitingMoved:
    """A supervisor sends a waiting caller to another line."""

    call_id: str
    by: int
    queue_id: int


@dataclass(frozen=True, slots=True)
class WaitingPlaced:
    """A supervisor puts a waiting caller before another one of the same line; None: at its end."""

    call_id: str
    by: int
    before: str | None


@dataclass(frozen=True, slots=True)
class WaitingRanked:
    """A supervisor gives a waiting caller another priority."""

    call_id: str
    by: int
    priority: int


@dataclass(frozen=True, slots=True)
class WaitingGiven:
    """A supervisor gives a waiting caller to this agent; to `by` themselves: they want to answer."""

    call_id: str
    by: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class HelpAccepted:
    """A supervisor sees to the help that this agent asked for."""

    agent_id: int
    by: int


@dataclass(frozen=True, slots=True)
class HelpClosed:
    """A supervisor says that the help is done."""

    agent_id: int
    by: int


MoveEvent = WaitingMoved | WaitingPlaced | WaitingRanked | WaitingGiven
ForcedEvent = ForcedHangUp | ForcedReady | ForcedNotReady | ForcedSignOut
TakeEvent = SupervisorStartedRecording | SupervisorStoppedRecording
SupervisorEvent = (
    SupervisorAsked | SupervisorLeft | MoveEvent | CallbackRemoved | HelpAccepted | HelpClosed | TakeEvent | ForcedEvent
)
