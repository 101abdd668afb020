"""What an agent wishes with the people of a call; events like all others, told by a button and decided by the floor.

Every `number` passed the dial policy, which also said what is shown of ours: `shown_as`, or nothing if `withheld`.
"""

from dataclasses import dataclass

from cti.domain.attempt_words import AttemptTerms


@dataclass(frozen=True, slots=True)
class AgentDialed:
    """Call somebody outside: the agent's own phone first, then the number. `call_id` is the name of the call to be.

    `task_id`: what the agent wanted to do by it. `attempt`: the terms of a campaign, whose attempt it is; then the
    number rings for `ring_s` from the first ring on, and whose it is is known: a customer, or whom the list names.
    """

    agent_id: int
    call_id: str
    number: str
    shown_as: str = ""
    withheld: bool = False
    task_id: int | None = None
    attempt: AttemptTerms | None = None
    ring_s: float | None = None
    customer_id: int | None = None
    customer_name: str = ""
    called_name: str = ""


@dataclass(frozen=True, slots=True)
class AgentHeld:
    """Music for the customer. In a conference the agent steps out and the others talk on."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentRetrieved:
    """Back to the customer; somebody who is being consulted hears music."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentInvited:
    """Call a colleague (`to_agent_id`) or a number outside, to talk in private first; the customer is held."""

    agent_id: int
    call_id: str
    to_agent_id: int | None = None
    number: str | None = None
    shown_as: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class AgentSwapped:
    """To the consulted party if the agent is with the customer, and back."""

    agent_id: int
    call_id: str
    party_id: str


@dataclass(frozen=True, slots=True)
class AgentBroughtIn:
    """Everybody in one room: customer, agent and this party."""

    agent_id: int
    call_id: str
    party_id: str


@dataclass(frozen=True, slots=True)
class AgentDropped:
    """The party is no longer needed: end their leg, also while it rings."""

    agent_id: int
    call_id: str
    party_id: str


@dataclass(frozen=True, slots=True)
class AgentLeft:
    """The agent leaves the customer to whoever was consulted or is in the room (completes a transfer)."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentTransferred:
    """Pass the caller on unannounced: to a colleague, a queue, or a number outside."""

    agent_id: int
    call_id: str
    to_agent_id: int | None = None
    queue_id: int | None = None
    number: str | None = None
    shown_as: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class AgentAskedForHelp:
    """Supervisors shall see that this talk needs one of them."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentNeedsNoHelp:
    """Not any more."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentSentToSurvey:
    """End the talk, and have the customer asked how it was, whether or not their line asks everybody."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentParked:
    """Keep the caller with music under a short number, from where a colleague picks them up."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentPickedUp:
    """Take a parked caller at one's own telephone; `of_any_team`: also from a line that is not theirs."""

    agent_id: int
    call_id: str
    of_any_team: bool = False


@dataclass(frozen=True, slots=True)
class AgentPausedRecording:
    """What the caller says now must not be kept."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentResumedRecording:
    """It may be kept again."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentStartedRecording:
    """The talk shall be recorded from now on."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentStoppedRecording:
    """The recording that an agent asked for shall end; the talk goes on."""

    agent_id: int
    call_id: str


@dataclass(frozen=True, slots=True)
class AgentMuted:
    """The switch shall let nothing of their voice through, or (not `muted`) let it through again."""

    agent_id: int
    call_id: str
    muted: bool


@dataclass(frozen=True, slots=True)
class AgentPressedKey:
    """A key of the keypad, as if it was pressed at their telephone."""

    agent_id: int
    call_id: str
    key: str


@dataclass(frozen=True, slots=True)
class AgentRedialed:
    """The agent's persistent leg shall be called anew: it is down, or nobody hears it any more."""

    agent_id: int


Wish = (
    AgentDialed
    | AgentHeld
    | AgentRetrieved
    | AgentInvited
    | AgentSwapped
    | AgentBroughtIn
    | AgentDropped
    | AgentLeft
    | AgentTransferred
    | AgentAskedForHelp
    | AgentNeedsNoHelp
    | AgentSentToSurvey
    | AgentParked
    | AgentPickedUp
    | AgentPausedRecording
    | AgentResumedRecording
    | AgentStartedRecording
    | AgentStoppedRecording
    | AgentMuted
    | AgentPressedKey
    | AgentRedialed
)
