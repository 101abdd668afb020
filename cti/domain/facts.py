"""What the floor decided, as the diary keeps it: the payload of a Change.

Every fact names the call or agent that it is about; times are those of the Change around it.
"""

from dataclasses import dataclass
from datetime import datetime

from cti.domain.attempt_words import AttemptChanged, AttemptHeard
from cti.domain.callback_words import CallbackFact
from cti.domain.climb_facts import LadderClimbed
from cti.domain.dial_facts import CallDialed, DialEnded
from cti.domain.party import PartyResult
from cti.domain.steering import SteeringFact
from cti.domain.take_words import RecordingStarted, RecordingStopped
from cti.domain.values import AgentState, Caller, Direction, EndReason, LineClosed, NoRecording, OfferResult


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A call is on the floor. Repeated with the same id when it came back after Callroom was away.

    `caller` is the person outside and `dialed` our number, whoever called. A call that an agent dials begins without a
    `leg_id`, and is told once more when they answer.
    """

    call_id: str
    leg_id: str
    node: str
    caller: Caller
    dialed: str
    arrived_at: datetime
    direction: Direction = Direction.INBOUND


@dataclass(frozen=True, slots=True)
class CallLinked:
    """The call belongs to this customer (None: to nobody known)."""

    call_id: str
    customer_id: int | None


@dataclass(frozen=True, slots=True)
class WaitStarted:
    """The caller stands in line; `since` when it is not now: who came back after an outage has the place of before."""

    call_id: str
    queue_id: int
    priority: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordingWithheld:
    """This caller is not recorded, and why."""

    call_id: str
    why: NoRecording


@dataclass(frozen=True, slots=True)
class OfferMade:
    """A call rings at an agent."""

    call_id: str
    agent_id: int
    leg_id: str
    why: str


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """It rings no more."""

    call_id: str
    agent_id: int
    leg_id: str
    result: OfferResult


@dataclass(frozen=True, slots=True)
class TalkStarted:
    """Customer and agent are in one room. `waited_s` since the caller queued; `queue_id` None: nobody knows it."""

    call_id: str
    agent_id: int
    leg_id: str
    queue_id: int | None
    waited_s: float
    recording_id: str | None


@dataclass(frozen=True, slots=True)
class TalkInterrupted:
    """The agent's page went; the customer hears music. `talked_s` since the talk began or was resumed."""

    call_id: str
    agent_id: int
    leg_id: str
    talked_s: float


@dataclass(frozen=True, slots=True)
class TalkResumed:
    """The agent is back on a new leg, after `away_s`; the recording goes on."""

    call_id: str
    agent_id: int
    leg_id: str
    away_s: float


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """They are not any more. `talked_s` since the talk began or was resumed; an interrupted talk ended by that."""

    call_id: str
    agent_id: int
    leg_id: str
    talked_s: float


@dataclass(frozen=True, slots=True)
class HoldStarted:
    """The customer hears music, and the agent's talk goes on."""

    call_id: str
    agent_id: int
    leg_id: str


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """No more, after `held_s`: they are together again, or the talk or the call is over."""

    call_id: str
    agent_id: int
    leg_id: str
    held_s: float


@dataclass(frozen=True, slots=True)
class PartyInvited:
    """The agent calls somebody to the call: a colleague or a number outside."""

    call_id: str
    party_id: str
    agent_id: int
    to_agent_id: int | None
    number: str | None


@dataclass(frozen=True, slots=True)
class PartyAnswered:
    """They took it, after `rang_s`."""

    call_id: str
    party_id: str
    rang_s: float


@dataclass(frozen=True, slots=True)
class PartyBroughtIn:
    """From consulting to a conference: they are with the customer and the agent now."""

    call_id: str
    party_id: str
    agent_id: int


@dataclass(frozen=True, slots=True)
class PartyEnded:
    """They are not in the call any more, `talked_s` after they answered; or never were."""

    call_id: str
    party_id: str
    result: PartyResult
    cause: int
    talked_s: float


@dataclass(frozen=True, slots=True)
class CallTransferred:
    """The agent passed the caller on, `announced` after talking with whom it went to; one of the last three is set."""

    call_id: str
    agent_id: int
    announced: bool
    to_agent_id: int | None = None
    queue_id: int | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class CallParked:
    """The agent parked the caller under a short number, for colleagues of this line."""

    call_id: str
    agent_id: int
    slot: int
    queue_id: int


@dataclass(frozen=True, slots=True)
class ParkingEnded:
    """After `parked_s`: this agent picks the caller up, or (None) nobody did, or the caller left."""

    call_id: str
    slot: int
    agent_id: int | None
    parked_s: float


@dataclass(frozen=True, slots=True)
class SupervisionStarted:
    """A supervisor attends the talk of `agent_id`, first by `mode`; their phone rings."""

    call_id: str
    supervision_id: str
    supervisor_id: int
    agent_id: int
    mode: str


@dataclass(frozen=True, slots=True)
class SupervisionChanged:
    """In another way from now on."""

    call_id: str
    supervision_id: str
    supervisor_id: int
    mode: str


@dataclass(frozen=True, slots=True)
class SupervisionEnded:
    """No more, `lasted_s` after the supervisor's phone was answered."""

    call_id: str
    supervision_id: str
    supervisor_id: int
    why: str
    lasted_s: float


@dataclass(frozen=True, slots=True)
class CallTakenOver:
    """The talk of `agent_id` is the supervisor's from now on."""

    call_id: str
    agent_id: int
    supervisor_id: int


@dataclass(frozen=True, slots=True)
class CallForcedDown:
    """A supervisor ended the call of `agent_id`."""

    call_id: str
    agent_id: int
    supervisor_id: int


@dataclass(frozen=True, slots=True)
class RecordingPaused:
    """The recording is silent from `at_s` seconds after its beginning."""

    call_id: str
    agent_id: int
    recording_id: str
    at_s: float


@dataclass(frozen=True, slots=True)
class RecordingResumed:
    """It has sound again; `by_itself` when the time of a pause was over."""

    call_id: str
    agent_id: int
    recording_id: str
    at_s: float
    by_itself: bool


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The visit is over; `agent_id` who talked last, None if nobody did."""

    call_id: str
    reason: EndReason
    cause: int
    queue_id: int | None
    agent_id: int | None
    waited_s: float
    talked_s: float


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """The agent's state; `reason` is the pause reason's code, "" in other states.

    `call_id` is the call whose wrap-up begins or ends with this, None at all other changes.
    """

    agent_id: int
    state: AgentState
    reason: str
    previous: AgentState
    lasted_s: float
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class SwitchChanged:
    """A node is seen or not."""

    node: str
    up: bool


@dataclass(frozen=True, slots=True)
class WaitRefused:
    """The line took the caller no more, or could not keep them; they get its overflow at once."""

    call_id: str
    queue_id: int
    why: LineClosed


@dataclass(frozen=True, slots=True)
class TalkRated:
    """The caller said how the talk with this agent was, from 1 to 5."""

    call_id: str
    agent_id: int
    score: int


Fact = (
    CallStarted
    | CallDialed
    | DialEnded
    | CallLinked
    | WaitStarted
    | RecordingWithheld
    | OfferMade
    | OfferEnded
    | TalkStarted
    | TalkInterrupted
    | TalkResumed
    | TalkEnded
    | HoldStarted
    | HoldEnded
    | PartyInvited
    | PartyAnswered
    | PartyBroughtIn
    | PartyEnded
    | CallTransferred
    | WaitRefused
    | LadderClimbed
    | TalkRated
    | SteeringFact
    | CallParked
    | ParkingEnded
    | SupervisionStarted
    | SupervisionChanged
    | SupervisionEnded
    | CallTakenOver
    | CallForcedDown
    | RecordingStarted
    | RecordingStopped
    | RecordingPaused
    | RecordingResumed
    | CallEnded
    | CallbackFact
    | AttemptChanged
    | AttemptHeard
    | AgentChanged
    | SwitchChanged
)


@dataclass(frozen=True, slots=True)
class Change:
    """One numbered step of the floor.

    `facts` may be empty (a position in line moved). `touched` are the view keys ("call:<id>", "agent:<id>",
    "queue:<id>", "callback:<id>", "system") whose `Floor.view(key)` is different now; None as a view means: gone.
    """

    seq: int
    at: datetime
    facts: tuple[Fact, ...]
    touched: tuple[str, ...]
