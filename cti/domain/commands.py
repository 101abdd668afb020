"""What shall be done, in the imperative: the floor's orders to the switch and to the customers' coroutines."""

from dataclasses import dataclass
from enum import StrEnum

from cti.domain.values import PAGE_PHONE, Caller, Overflow, Phone


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Make a leg with this id to the agent's phone; it waits in `agent-wait` when answered.

    `rejoins`: the agent was in this talk a moment ago; `supervises`: a supervisor asked for it; `dials`: the agent
    calls somebody from it; `connects`: somebody whom a dialer called has answered and waits. The page answers each of
    these by itself, a desk phone that can the last; of the second and third the switch keeps what they are.
    `stays`: of no call, kept up in `agent-stay`. `calls_back`: when the agent took it, somebody who waits for that is
    called from it.
    """

    node: str
    leg_id: str
    extension: str
    call_id: str
    caller: Caller
    ring_s: float
    rejoins: bool = False
    supervises: bool = False
    dials: bool = False
    calls_back: bool = False
    phone: Phone = PAGE_PHONE
    stays: bool = False
    connects: bool = False


@dataclass(frozen=True, slots=True)
class HangUpLeg:
    """End one channel; ending one that is gone is no error."""

    node: str
    leg_id: str
    cause: int = 16


class Place(StrEnum):
    """Where a leg can be sent, by the dialplan's contexts; HOLD, MUSIC, RINGBACK and STAY need no `peer`.

    An agent's persistent leg rests at STAY; by BEEP and QUIET it is told of a call, and `peer` is the leg of
    that call, which it plays from then on.
    """

    HOLD = "leg-hold"
    MUSIC = "leg-music"
    RINGBACK = "leg-ringback"
    PAIR = "leg-pair"
    ADD = "leg-add"
    LISTEN = "leg-listen"
    WHISPER = "leg-whisper"
    STAY = "agent-stay"
    BEEP = "agent-beep"
    QUIET = "agent-quiet"


@dataclass(frozen=True, slots=True)
class SendLeg:
    """Take a leg out of its room: to wait, (PAIR, ADD) to talk with the leg `peer`, or (LISTEN, WHISPER) to hear it."""

    node: str
    leg_id: str
    place: Place
    peer: str = ""


@dataclass(frozen=True, slots=True)
class DialOutside:
    """Let a waiting leg call a number outside; what the line says on the way is heard by it alone.

    `shown_as` is the number of ours that is offered as the caller's, "" the trunk's own; `withheld`: none is shown.
    `leads`: who answers is the call's customer, whose coroutine comes then, and no third person.
    """

    node: str
    leg_id: str
    number: str
    ring_s: float
    shown_as: str = ""
    withheld: bool = False
    leads: bool = False


@dataclass(frozen=True, slots=True)
class DialCustomer:
    """Make a leg with this id to somebody outside, who gets a coroutine when they answer; the rest as above."""

    node: str
    leg_id: str
    call_id: str
    number: str
    ring_s: float
    shown_as: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class ListenToLine:
    """Bring what is heard on the leg `peer` to a listener of ours on `port`, as `stream_id` (a UUID), until it ends.

    Also before it is answered. `leg_id` is the new leg that listens; nobody hears it.
    """

    node: str
    leg_id: str
    peer: str
    stream_id: str
    port: int


@dataclass(frozen=True, slots=True)
class OfferToFallback:
    """Keep `app_queue`'s plain queue in step, when Callroom is away; `extension` is the phone's endpoint."""

    extension: str
    available: bool


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Have the dialplan bring a caller from the fallback queue to Callroom again."""

    node: str
    leg_id: str


@dataclass(frozen=True, slots=True)
class MuteRecording:
    """Let the recording on the customer's leg go on in silence, or with sound again, from `at_s` in it."""

    node: str
    leg_id: str
    muted: bool
    recording_id: str | None = None
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class MuteLeg:
    """Let nothing through of what this leg says, or let it through again; `LegMuted` confirms it."""

    node: str
    leg_id: str
    muted: bool


@dataclass(frozen=True, slots=True)
class PressKey:
    """Have this leg send a key, to whoever is in its room."""

    node: str
    leg_id: str
    key: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    """Who talks on this customer's leg is not recorded from now on; `RecordingCut` confirms it."""

    node: str
    leg_id: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the customer is told before a recording that somebody asked for, if anything."""

    prompt: str | None = None
    refusable: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """To the customer's coroutine: leave the music, bridge with this agent leg. `recording_id` None: not recorded.

    `silently`: the recording goes on in a pause; say `TapeRuns` and wait for `TapeIsSilent` before the bridge.
    `channel`: the leg at the switch, where an agent's persistent one plays it; "": it is itself there.
    `notice`: somebody asked for the recording; give the notice, begin it, and say `TapeBegan` or `TapeNotBegun` before
    the bridge.
    """

    call_id: str
    leg_id: str
    agent_id: int
    recording_id: str | None
    silently: bool = False
    channel: str = ""
    notice: Notice | None = None


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
    """To the customer's coroutine: the talk is over, end politely (the agent hung up).

    `survey`: the agent wants to know how it was, also where the line does not ask.
    """

    call_id: str
    survey: bool = False


@dataclass(frozen=True, slots=True)
class GoOutside:
    """To the customer's coroutine: the agent passed the caller on to this number outside.

    `shown_as` and `withheld` as with `DialOutside`.
    """

    call_id: str
    number: str
    ring_s: float
    shown_as: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class KeepWaiting:
    """To the customer's coroutine: back to the music, in line: the agent was lost, or passed the caller on.

    `queue_id` is the line when it is not the one of before, or the place in it is by another `priority`.
    """

    call_id: str
    queue_id: int | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class GreetCalledBack:
    """To the customer's coroutine: they asked to be called from this line; then what a dialed customer is told."""

    call_id: str
    queue_id: int
    language: str


@dataclass(frozen=True, slots=True)
class BeginAttempt:
    """To the coroutine of whom a dialer dialed: this line is theirs; then what a dialed customer is told."""

    call_id: str
    queue_id: int
    language: str
    flow_id: int | None = None


@dataclass(frozen=True, slots=True)
class AwaitBeep:
    """To the coroutine of whom a dialer dialed: a machine answered. Keep silent until a message is to be left."""

    call_id: str
    most_s: float


@dataclass(frozen=True, slots=True)
class LeaveMessage:
    """To the same: it records now; say this, and the call is over."""

    call_id: str
    prompt: str


@dataclass(frozen=True, slots=True)
class HoldForAgent:
    """To the customer's coroutine: on hold, or the agent's page went for a moment; music without a word."""

    call_id: str


SwitchCommand = (
    RingAgent
    | HangUpLeg
    | SendLeg
    | DialOutside
    | DialCustomer
    | ListenToLine
    | OfferToFallback
    | TakeBack
    | MuteRecording
    | StopRecording
    | MuteLeg
    | PressKey
)
LineCommand = (
    Join
    | TapeIsSilent
    | StopWaiting
    | SayGoodbye
    | KeepWaiting
    | HoldForAgent
    | GoOutside
    | GreetCalledBack
    | BeginAttempt
    | AwaitBeep
    | LeaveMessage
)
Command = SwitchCommand | LineCommand
