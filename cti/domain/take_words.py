"""What becomes of a recorder: told by the customer's coroutine, which begins it, and by the switch, which ends it.

And what the diary keeps of it.
"""

from dataclasses import dataclass

from cti.domain.values import NoRecording


@dataclass(frozen=True, slots=True)
class TapeRuns:
    """The customer's coroutine began a recording again that has to be silent; it waits with the bridge."""

    call_id: str


@dataclass(frozen=True, slots=True)
class TapeBegan:
    """The customer's coroutine has begun the recording that somebody asked for, and goes back into the room."""

    call_id: str


@dataclass(frozen=True, slots=True)
class TapeNotBegun:
    """It has not: `why` the customer may not be recorded; None: the switch refused."""

    call_id: str
    why: NoRecording | None = None


@dataclass(frozen=True, slots=True)
class RecordingCut:
    """The recording on a customer's leg has ended as ordered; not `done`: nobody knows."""

    leg_id: str
    done: bool


TapeEvent = TapeRuns | TapeBegan | TapeNotBegun


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """Somebody (`by`) had the talk recorded from now on; this part of it was `talked_s` long by then."""

    call_id: str
    agent_id: int
    recording_id: str
    by: int
    by_supervisor: bool
    talked_s: float


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    """The recording that somebody asked for is over, `at_s` long; this part of the talk was `talked_s` long by then."""

    call_id: str
    agent_id: int
    recording_id: str
    at_s: float
    talked_s: float
