"""What happened, in the past tense: the only input of the floor.

Three sources: the customer's coroutine (`Call…`), the switch (`Leg…`, `Room…`, `Phone…`, `Switch…`), and people
(`Agent…`, `Supervisor…`, `Forced…`). A leg id is the Asterisk unique id of a channel, unique over all nodes because
`systemname` prefixes it.
"""

from dataclasses import dataclass
from datetime import datetime

from cti.domain.attempt_words import AttemptAsksAgent, AttemptKeyPressed, DialerEvent, LegProgressed
from cti.domain.callback_words import CallbackEvent
from cti.domain.mute_words import LegNotMuted
from cti.domain.oversight import SupervisorEvent
from cti.domain.take_words import RecordingCut, TapeEvent
from cti.domain.values import UNKNOWN_CALLER, Caller, EndReason, NoRecording, Roster
from cti.domain.wishes import Wish


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A customer's leg reached Callroom (again, if `arrived_at` is in the past: after Callroom was away).

    `outbound`: an agent dialed them, and they answered. `held`: they hear music for an agent and not for a line.
    """

    call_id: str
    leg_id: str
    node: str
    caller: Caller
    dialed: str
    arrived_at: datetime
    talked_before: bool = False
    outbound: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class CallReached:
    """Whoever an agent dialed answered and heard what there is to be heard first; `no_recording` as in `CallQueued`."""

    call_id: str
    no_recording: NoRecording | None = None


@dataclass(frozen=True, slots=True)
class CallQueued:
    """The flow sent the caller into a line; higher `priority` is served first, 0 is usual.

    `no_recording` is why this caller must not be recorded; a refusal holds in every later line.
    """

    call_id: str
    queue_id: int
    priority: int = 0
    language: str = "zh"
    no_recording: NoRecording | None = None


@dataclass(frozen=True, slots=True)
class CallRecognised:
    """The CRM knows who it is; `customer_id` is None again when an agent unlinks.

    `agent_id` is the customer's own agent, if they have one; `level` their class ("A").
    """

    call_id: str
    customer_id: int | None
    customer_name: str = ""
    agent_id: int | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class CallRated:
    """After the talk the caller said how it was: `score` from 1 (very poor) to 5 (very good)."""

    call_id: str
    score: int


@dataclass(frozen=True, slots=True)
class CallLeft:
    """The customer's coroutine is over. `reason` is None when the caller hung up: the floor knows the rest.

    `cut_off`: its connection broke without a word of a hang-up; only the switch knows what became of the caller.
    """

    call_id: str
    reason: EndReason | None = None
    cause: int = 16
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class JoinEnded:
    """`EXEC Bridge` came back to the customer's coroutine while the customer is still there."""

    call_id: str
    leg_id: str
    succeeded: bool


@dataclass(frozen=True, slots=True)
class OutsideEnded:
    """The number outside, to which the caller was passed on, hung up; or (not `answered`) was never reached."""

    call_id: str
    answered: bool


@dataclass(frozen=True, slots=True)
class LegBorn:
    """The switch made the leg to somebody outside whom `DialOutside` called."""

    leg_id: str
    node: str
    dialer_leg_id: str


@dataclass(frozen=True, slots=True)
class DialFailed:
    """Nobody outside took the call of this leg; `cause` is the Q.850 number, `sip_status` SIP's; 0: there is none."""

    leg_id: str
    cause: int
    sip_status: int = 0


@dataclass(frozen=True, slots=True)
class LegRang:
    """The phone of an agent's leg is ringing."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """An agent's leg is up and waits in its loop."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class LegStays:
    """An agent's persistent leg is up, and at its resting place (again)."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A channel is gone; `cause` is the Q.850 number (include/asterisk/causes.h), `sip_status` SIP's, 0: none known."""

    leg_id: str
    cause: int = 16
    sip_status: int = 0


@dataclass(frozen=True, slots=True)
class MemberRang:
    """The fallback queue rings an agent's phone: a leg that the floor did not order."""

    leg_id: str
    extension: str


@dataclass(frozen=True, slots=True)
class RoomJoined:
    """A leg entered a bridge."""

    leg_id: str
    room_id: str


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """A leg left a bridge."""

    leg_id: str
    room_id: str


@dataclass(frozen=True, slots=True)
class LegSpies:
    """A supervisor's leg hears the leg `peer` from now on; `whispers`: and is heard by it."""

    leg_id: str
    peer: str
    whispers: bool


@dataclass(frozen=True, slots=True)
class RecordingMuted:
    """The recording on a customer's leg is silent from now on, or has sound again."""

    leg_id: str
    muted: bool


@dataclass(frozen=True, slots=True)
class RecordingNotMuted:
    """An order to do so failed; without an answer, whether it was done is unknown."""

    leg_id: str
    muted: bool


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """An endpoint has a usable contact now, or has none."""

    extension: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class LegMuted:
    """The switch lets nothing through of what this leg says, or does again."""

    leg_id: str
    muted: bool


@dataclass(frozen=True, slots=True)
class LegSnapshot:
    """One channel as the switch listed it; `call_id` and `agent_extension` come from channel variables.

    `fallback` is what the dialplan does with it without Callroom: a caller "waits" in the fallback queue or "speaks" to
    the emergency script, an agent's leg is its "member"; "" is none of these.
    `recording_id` is what it is being recorded under, or was last; `recording_paused` None: nobody ever paused it, and
    `recording_turned_s` is where in the recording it was paused, or went on, last.
    `supervises`: it was rung for a supervisor, who may have taken the talk over since. `outbound`: of a call that an
    agent dialed, be it the agent's or the other's.
    `persistent`: it is kept up, and `plays` is the leg of a call that it plays, or played last. `muted`: by us.
    """

    leg_id: str
    node: str
    call_id: str | None
    agent_extension: str | None
    room_id: str | None
    is_up: bool
    arrived_at: datetime | None = None
    caller: Caller = UNKNOWN_CALLER
    dialed: str = ""
    fallback: str = ""
    recording_id: str | None = None
    recording_paused: bool | None = None
    recording_turned_s: float | None = None
    supervises: bool = False
    outbound: bool = False
    persistent: bool = False
    plays: str = ""
    muted: bool = False


@dataclass(frozen=True, slots=True)
class SwitchLost:
    """No word from this node any more; calls go on there, what we see of them is stale."""

    node: str


@dataclass(frozen=True, slots=True)
class SwitchBack:
    """A node answers again: everything that it has, listed. `restarted` when Asterisk itself was down between.

    `up_for_s` is the age of its process: a call that is older has been lost with the one before.
    """

    node: str
    legs: tuple[LegSnapshot, ...]
    reachable_extensions: frozenset[str]
    restarted: bool = False
    up_for_s: float | None = None


@dataclass(frozen=True, slots=True)
class RosterChanged:
    """An administrator changed agents or queues."""

    roster: Roster


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """A person took their seat: not ready until they say so."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class AgentSignedOut:
    """Refused in a call."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class AgentWentReady:
    """Refused while the phone is unreachable, and in wrap-up before the call has its disposition."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class AgentWentNotReady:
    """In a call it is remembered as the next state. `reason` is the code of a pause reason."""

    agent_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class AgentDeclined:
    """The agent does not want the call that rings."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentHungUp:
    """The agent ends the call for both sides."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentRejoins:
    """The agent's page is back, its phone is registered, and it has no leg of the call that the agent talks in."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentDisposed:
    """The agent said what the call was; wrap-up may end."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class ScreenLost:
    """No browser of this agent is connected any more."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class ScreenBack:
    """A browser of this agent is connected."""

    agent_id: int


_OfVisit = CallArrived | CallReached | CallQueued | CallRecognised | CallRated | CallLeft
_OfAttempt = AttemptKeyPressed | AttemptAsksAgent
CallEvent = _OfVisit | _OfAttempt | JoinEnded | TapeEvent | OutsideEnded
SwitchEvent = (
    LegBorn
    | DialFailed
    | LegProgressed
    | LegRang
    | LegAnswered
    | LegStays
    | LegEnded
    | MemberRang
    | RoomJoined
    | RoomLeft
    | LegSpies
    | RecordingMuted
    | RecordingNotMuted
    | RecordingCut
    | LegMuted
    | LegNotMuted
    | PhoneChanged
    | SwitchLost
    | SwitchBack
)
AgentEvent = (
    AgentSignedIn
    | AgentSignedOut
    | AgentWentReady
    | AgentWentNotReady
    | AgentDeclined
    | AgentHungUp
    | AgentRejoins
    | Wish
    | AgentDisposed
    | ScreenLost
    | ScreenBack
)
Event = CallEvent | SwitchEvent | AgentEvent | SupervisorEvent | CallbackEvent | DialerEvent | RosterChanged
