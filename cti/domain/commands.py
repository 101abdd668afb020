"""What shall be done, in the imperative: the floor's orders to the switch and to the customers' coroutines."""

from dataclasses import dataclass

from cti.domain.values import Caller, Overflow


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Make a leg with this id to the agent's phone; it waits in `agent-wait` when answered.

    `rejoins`: the agent was in this talk a moment ago, so that the page answers by itself.
    """

    node: str
    leg_id: str
    extension: str
    call_id: str
    caller: Caller
    ring_s: float
    rejoins: bool = False


@dataclass(frozen=True, slots=True)
class HangUpLeg:
    """End one channel; ending one that is gone is no error."""

    node: str
    leg_id: str
    cause: int = 16


@dataclass(frozen=True, slots=True)
class OfferToFallback:
    """Keep `app_queue`'s plain queue in step, for the time when Callroom is away."""

    extension: str
    available: bool


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Have the dialplan bring a caller from the fallback queue to Callroom again."""

    node: str
    leg_id: str


@dataclass(frozen=True, slots=True)
class MuteRecording:
    """Let the recording on the customer's leg go on in silence, or with sound again."""

    node: str
    leg_id: str
    muted: bool
    recording_id: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """To the customer's coroutine: leave the music, bridge with this agent leg. `recording_id` None: not recorded.

    `silently`: the recording goes on in a pause; say `TapeRuns` and wait for `TapeIsSilent` before the bridge.
    """

    call_id: str
    leg_id: str
    agent_id: int
    recording_id: str | None
    silently: bool = False


@dataclass(frozen=True, slots=True)
class TapeIsSilent:
    """To the customer's coroutine: the recording that it began writes silence; not `succeeded`: it does not."""

    call_id: str
    succeeded: bool


@dataclass(frozen=True, slots=True)
class StopWaiting:
    """To the customer's coroutine: nobody came in time, do this instead."""

    call_id: str
    overflow: Overflow


@dataclass(frozen=True, slots=True)
class SayGoodbye:
    """To the customer's coroutine: the talk is over, end politely (the agent hung up)."""

    call_id: str


@dataclass(frozen=True, slots=True)
class KeepWaiting:
    """To the customer's coroutine: the agent's leg was lost; back to the music, at the front of the line."""

    call_id: str


@dataclass(frozen=True, slots=True)
class HoldForAgent:
    """To the customer's coroutine: the agent's page went and may be back in a moment; music without a word."""

    call_id: str


SwitchCommand = RingAgent | HangUpLeg | OfferToFallback | TakeBack | MuteRecording
LineCommand = Join | TapeIsSilent | StopWaiting | SayGoodbye | KeepWaiting | HoldForAgent
Command = SwitchCommand | LineCommand
