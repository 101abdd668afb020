"""A recording that somebody asked for in the middle of a talk: its life, as a table.

A recording that a line makes of every talk has no such life: it is there from the beginning, and nobody stops it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.errors import UnexpectedEvent

# Whose disk is asked about for calls that stand in no line.
OF_NO_QUEUE = 0


class TakeState(StrEnum):
    """How far it is."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    OVER = "over"


class TakeStep(StrEnum):
    """What can happen to it."""

    BEGAN = "began"
    NOT_BEGUN = "not_begun"
    STOP_ASKED = "stop_asked"
    STOPPED = "stopped"
    NOT_STOPPED = "not_stopped"


TAKE_TRANSITIONS: dict[TakeState, dict[TakeStep, TakeState]] = {
    # The customer is fetched out of the room, told of it where the line wants that, and the recorder is begun.
    TakeState.STARTING: {TakeStep.BEGAN: TakeState.RUNNING, TakeStep.NOT_BEGUN: TakeState.OVER},
    TakeState.RUNNING: {TakeStep.STOP_ASKED: TakeState.STOPPING},
    TakeState.STOPPING: {TakeStep.STOPPED: TakeState.OVER, TakeStep.NOT_STOPPED: TakeState.RUNNING},
    TakeState.OVER: {},
}


@dataclass(slots=True)
class Take:
    """`by` asked for it, a supervisor or the agent themselves; `stop_failed`: the switch did not do the last stop.

    `left_out`: the customer went into a room without it in the meantime, so it is over whatever the switch says.
    """

    recording_id: str
    by: int
    by_supervisor: bool
    state: TakeState = TakeState.STARTING
    stop_failed: bool = False
    left_out: bool = False

    def take(self, step: TakeStep) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = TAKE_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedEvent(self.state, step) from None

    @property
    def is_changing(self) -> bool:
        """Neither quite there nor quite gone."""
        return self.state in (TakeState.STARTING, TakeState.STOPPING)


@dataclass(frozen=True, slots=True)
class TakeMemory:
    """A recording that somebody asked for: it runs since `began_at`."""

    by: int
    by_supervisor: bool
    began_at: datetime
