"""What a dialer says to the floor of the numbers that it has dialed (events), and what the diary keeps of them."""

from dataclasses import dataclass
from enum import StrEnum

from cti.domain.values import AgentState, EndReason, Overflow


@dataclass(frozen=True, slots=True)
class AttemptTerms:
    """What is done with whoever answers: they are first in this line, for so long, and then hear `instead`.

    `listen_port`: where the dialer listens to what is heard before the answer, 0: nowhere. `agent_id`: from whose own
    phone it is dialed; they are with whoever answers from the first word on. `flow_id`: who answers is in this flow,
    and stands in a line only if it sends them there. `listens_on`: it also listens to whoever answered.
    """

    campaign_id: int
    queue_id: int
    connect_within_s: float
    instead: Overflow
    language: str = "zh"
    listen_port: int = 0
    agent_id: int | None = None
    flow_id: int | None = None
    listens_on: bool = False


class MachineStep(StrEnum):
    """What is to be done with a machine that answered; TELL: the agent's screen says so, and that is all."""

    TELL = "tell"
    HANG_UP = "hang_up"
    AWAIT_BEEP = "await_beep"
    LEAVE_MESSAGE = "leave_message"


@dataclass(frozen=True, slots=True)
class LineHopeless:
    """Nobody will answer this call: what is heard on its line says so, and `reason` is what it says."""

    call_id: str
    reason: EndReason


@dataclass(frozen=True, slots=True)
class MachineAnswered:
    """No person was heard on a line that was answered, but `what` (a verdict's word); `prompt` is left there.

    `at_deadline`: what is to be done where no agent came in time, instead of what is said to people.
    """

    call_id: str
    what: str
    then: MachineStep
    prompt: str = ""
    at_deadline: MachineStep = MachineStep.TELL


@dataclass(frozen=True, slots=True)
class AttemptKeyPressed:
    """Who answered pressed a key in the campaign's flow."""

    call_id: str
    key: str


@dataclass(frozen=True, slots=True)
class AttemptAsksAgent:
    """The campaign's flow leads whoever answered to a line, whether it is open or not."""

    call_id: str


@dataclass(frozen=True, slots=True)
class AttemptHeard:
    """All keys that they pressed by now, and how long they have listened. `asks_agent`: until they asked for one."""

    call_id: str
    campaign_id: int
    keys: str
    listened_s: float
    asks_agent: bool = False


@dataclass(frozen=True, slots=True)
class AttemptOrdered:
    """Dial this number; the row of the attempt is written, and `call_id` is its id.

    `number` passed the dial policy; `shown_as` and `withheld` as in `DialCustomer`. The customer's are as of a caller.
    `called_name`: whom the list says one calls.
    """

    call_id: str
    terms: AttemptTerms
    number: str
    ring_s: float
    shown_as: str = ""
    withheld: bool = False
    customer_id: int | None = None
    customer_name: str = ""
    customer_level: str = ""
    preferred_agent_id: int | None = None
    called_name: str = ""


@dataclass(frozen=True, slots=True)
class AttemptWithdrawn:
    """Ring them no longer: nobody would be there for them. Who has answered by now is not hung up on."""

    call_id: str


@dataclass(frozen=True, slots=True)
class LegProgressed:
    """A leg to somebody outside brings sound before anybody answers (SIP 183)."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class Attending:
    """An agent, for a dialer, and the lines that they work in (not those that they only help out in).

    `campaign_id`: whose call they have, or wrap up. `can_take`: who is ready would be rung just now. `leaves`: they are
    paused after what they do now.
    """

    agent_id: int
    state: AgentState
    queue_ids: frozenset[int]
    campaign_id: int | None
    can_take: bool = True
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class AttendedLine:
    """A line, for a dialer: callers in it now (and those who wait to be called back), and all since midnight."""

    queue_id: int
    waiting: int
    came: int


class AttemptPhase(StrEnum):
    """How far a dialing is."""

    SENT = "sent"
    RINGING = "ringing"
    ANSWERED = "answered"
    CONNECTED = "connected"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class AttemptChanged:
    """A dialing is one phase further. With its end comes why; before an answer also what the network said.

    `cause` by Q.850, `sip_status` by SIP, 0 where nobody said it. `agent_id`: whom they are connected with.
    """

    call_id: str
    campaign_id: int
    phase: AttemptPhase
    agent_id: int | None = None
    reason: EndReason | None = None
    cause: int = 0
    sip_status: int = 0


DialerEvent = AttemptOrdered | AttemptWithdrawn | LineHopeless | MachineAnswered
