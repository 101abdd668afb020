"""The small words that events, commands and facts are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cti.domain.callback_values import CallbackRules


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, as the trunk said it: raw text, not yet a telephone number.

    `number` is None when it was withheld (presentation restricted, RFC 3323) or absent.
    """

    number: str | None
    name: str = ""


UNKNOWN_CALLER = Caller(None)


class Direction(StrEnum):
    """Who began a call: somebody outside, or an agent. `Call.caller` is the person outside in both."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class AgentState(StrEnum):
    """What an agent is doing; the words of the screen."""

    SIGNED_OUT = "signed_out"
    NOT_READY = "not_ready"
    READY = "ready"
    RINGING = "ringing"
    DIALING = "dialing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


class CallState(StrEnum):
    """Where a call is between arrival and hang-up."""

    IN_MENU = "in_menu"
    DIALING = "dialing"
    WAITING = "waiting"
    RINGING = "ringing"
    CONNECTING = "connecting"
    TALKING = "talking"
    HELD = "held"
    HANDED_OVER = "handed_over"
    PARKED = "parked"
    REJOINING = "rejoining"
    LEAVING = "leaving"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a call is over; one of these is in the call log for every call.

    Those from BUSY to NO_PHONE are of calls that an agent dialed and nobody took (`cti.domain.dial`). WITHDRAWN: a
    campaign had nobody left for whoever would answer. CALLBACK: the caller hung up to be called when their turn comes,
    which is neither an answer nor an abandoned call. MACHINE: one answered, and the campaign ends such calls;
    MESSAGE_LEFT: or leaves a message there.
    """

    CALLER_HUNG_UP = "caller_hung_up"
    AGENT_HUNG_UP = "agent_hung_up"
    ABANDONED_IN_MENU = "abandoned_in_menu"
    ABANDONED_IN_QUEUE = "abandoned_in_queue"
    ABANDONED_RINGING = "abandoned_ringing"
    FLOW_ENDED = "flow_ended"
    VOICEMAIL = "voicemail"
    TRANSFERRED_OUT = "transferred_out"
    FALLBACK = "fallback"
    LOST_SWITCH = "lost_switch"
    LOST_WHILE_AWAY = "lost_while_away"
    FAILED = "failed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    NO_SUCH_NUMBER = "no_such_number"
    CONGESTION = "congestion"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    NO_PHONE = "no_phone"
    WITHDRAWN = "withdrawn"
    CALLBACK = "callback"
    MACHINE = "machine"
    MESSAGE_LEFT = "message_left"


class OfferResult(StrEnum):
    """How an offer to an agent came out."""

    ANSWERED = "answered"
    MISSED = "missed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"


class SystemPause(StrEnum):
    """Not-ready reasons that the system sets; the others are rows that an administrator edits."""

    SIGNED_IN = "signed_in"
    MISSED_CALL = "missed_call"
    DECLINED_CALL = "declined_call"
    PHONE_LOST = "phone_lost"
    SCREEN_LOST = "screen_lost"
    BY_SUPERVISOR = "by_supervisor"


class OverflowAction(StrEnum):
    """What a caller gets whom no agent took in time."""

    VOICEMAIL = "voicemail"
    MESSAGE = "message"
    QUEUE = "queue"
    HANG_UP = "hang_up"


class NoRecording(StrEnum):
    """Why a call is not recorded although its line records."""

    REFUSED = "refused"
    NOT_TOLD = "not_told"


@dataclass(frozen=True, slots=True)
class Overflow:
    """`prompt` is a prompt's name (message), `queue_id` the next line (queue)."""

    action: OverflowAction
    prompt: str | None = None
    queue_id: int | None = None


class LineClosed(StrEnum):
    """Why a line takes nobody now; CLOSED by its business hours, of one that callers are sent on to."""

    FULL = "full"
    TOO_LONG = "too_long"
    NO_STAFF = "no_staff"
    CLOSED = "closed"


class Strategy(StrEnum):
    """Which of several free agents is offered a call: `cti.domain.standby` has the order."""

    LONGEST_IDLE = "longest_idle"
    FEWEST_CALLS = "fewest_calls"
    ROUND_ROBIN = "round_robin"


@dataclass(frozen=True, slots=True)
class SkillStep:
    """The least level (1 to 10; 0: anybody) until the caller has waited `until_s`; None: from then on."""

    level: int
    until_s: float | None = None


@dataclass(frozen=True, slots=True)
class SkillRule:
    """What a line asks of agents, less and less as time goes by; the last step has no end.

    The skill LANGUAGE stands for the language that the caller chose ("zh", "en").
    """

    skill: str
    steps: tuple[SkillStep, ...]


LANGUAGE = "language"


class Climb(StrEnum):
    """What takes a caller up a step of the ladder: `cti.domain.climbing` says when it holds."""

    TIME = "time"
    DEPTH = "depth"
    EXPECTED_WAIT = "expected_wait"
    NO_STAFF = "no_staff"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a line's ladder: earlier in line, more agents asked.

    It is taken by who has waited `after_s`, as soon as more than `more_than` wait (DEPTH), more than `expected_s` are
    ahead of the last of them (EXPECTED_WAIT), nobody of the line is at work (NO_STAFF), or at once (TIME).
    `also_queue_id`: its agents are rung too, when nobody of the line itself is free.
    """

    after_s: float
    raise_by: int = 0
    also_queue_id: int | None = None
    cause: Climb = Climb.TIME
    more_than: int = 0
    expected_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Routing:
    """How a line finds its agents.

    `weight` orders lines for an agent of several: the heavier first, whatever waits in the others. `preferred_s` is how
    long a call waits for the customer's owner or last agent, if they are at work; `reserve_after_s` how long before
    agents who are the line's reserve are asked. `level_priorities` raise a customer's priority by their level.
    Whoever comes when `most_waiting` stand there, or would wait `most_expected_s`, gets the line's overflow at once (0:
    no limit); with `needs_staff` everybody does while no agent of the line is at work. The `ladder` is climbed while
    a caller waits. Who stands behind place `overflow_beyond`, or has more than `overflow_expected_s` ahead (0: no
    limit), for `overflow_held_s` without a break gets the overflow as well (`cti.domain.overflowing`).
    """

    strategy: Strategy = Strategy.LONGEST_IDLE
    weight: int = 0
    skills: tuple[SkillRule, ...] = ()
    preferred_s: float = 0.0
    reserve_after_s: float = 30.0
    level_priorities: tuple[tuple[str, int], ...] = ()
    most_waiting: int = 0
    most_expected_s: float = 0.0
    needs_staff: bool = False
    ladder: tuple[Rung, ...] = ()
    overflow_beyond: int = 0
    overflow_expected_s: float = 0.0
    overflow_held_s: float = 15.0

    @property
    def overflows_waiting(self) -> bool:
        """Whether who waits already may get the overflow before the longest wait is over."""
        return self.overflow_beyond > 0 or self.overflow_expected_s > 0


@dataclass(frozen=True, slots=True)
class Announcements:
    """What who waits is told beside the queue's `announce_every_s`.

    Nothing before `first_after_s`. The place in line up to `position_up_to` and the expected wait up to
    `expected_up_to_min` (0: not at all); beyond it callers hear that it is more. Between them, every `comfort_every_s`,
    the next of the `comfort` prompts.
    """

    first_after_s: float = 0.0
    position_up_to: int = 99
    expected_up_to_min: int = 30
    comfort: tuple[str, ...] = ()
    comfort_every_s: float = 45.0


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """One waiting line as an administrator set it up.

    `consent_prompt` is what callers are told before a recording; `consent_refusable`: they may refuse it by a key.
    `record_on_demand`: its agents may begin a recording. `survey`: who is still there after the talk is asked how it
    was. `closed` is what callers get outside the hours of the business calendar with this id; None: always open.
    """

    queue_id: int
    name: str
    ring_timeout_s: float = 20.0
    wrap_up_s: float = 30.0
    max_wait_s: float = 600.0
    overflow: Overflow = Overflow(OverflowAction.VOICEMAIL)
    announce_every_s: float = 30.0
    announcements: Announcements = Announcements()
    music_class: str = "default"
    record: bool = True
    record_on_demand: bool = False
    service_level_s: float = 20.0
    consent_prompt: str | None = None
    consent_refusable: bool = False
    survey: bool = False
    routing: Routing = Routing()
    calendar_id: int | None = None
    closed: Overflow = Overflow(OverflowAction.VOICEMAIL)
    callbacks: CallbackRules = field(default_factory=CallbackRules)


# Classes of waiting music that pieces of an administrator's own take, and the name of the file that the others play.
MUSIC_CLASSES = tuple(f"music_{number:02}" for number in range(1, 41))
USUAL_MUSIC = "usual"


class PhoneKind(StrEnum):
    """What an agent talks with: the page, a SIP telephone of their own, or any number that the trunk reaches."""

    BROWSER = "browser"
    SIP = "sip"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Phone:
    """An agent's telephone; `number` is that of one outside.

    `persistent`: it is called once and kept up through the shift; a call is announced there by a beep (`beep`) alone.
    `confirm`: whoever answers one outside presses a key, which its mailbox does not.
    """

    kind: PhoneKind = PhoneKind.BROWSER
    number: str = ""
    persistent: bool = False
    beep: bool = True
    confirm: bool = True

    @property
    def asks_for_key(self) -> bool:
        """Whether it is not answered before a key was pressed."""
        return self.confirm and self.kind is PhoneKind.OUTSIDE


PAGE_PHONE = Phone()
DESK = "desk-"  # with an extension the endpoint of the SIP telephone that goes with it


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """One agent as an administrator set it up; `extension` names them at the switch, and the page's endpoint.

    Without `sees_numbers` their phone is never told who calls. `skills` are levels from 1 to 10 by name;
    `reserve_ids` those of their lines that they only help out in. `phone_refusal`: why the number outside at which they
    talk may not be called for them any more, "" while it may.
    """

    agent_id: int
    name: str
    extension: str
    queue_ids: frozenset[int] = frozenset()
    sees_numbers: bool = False
    skills: Mapping[str, int] = field(default_factory=dict)
    reserve_ids: frozenset[int] = frozenset()
    phone: Phone = PAGE_PHONE
    phone_refusal: str = ""


@dataclass(frozen=True, slots=True)
class OutboundSettings:
    """How calls that agents dial are made, as an administrator set it up; consent as in `QueueSettings`."""

    ring_s: float = 45.0
    wrap_up_s: float = 30.0
    record: bool = True
    consent_prompt: str | None = None
    consent_refusable: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """All agents and queues, and how agents dial; handed to the floor at start and after each change."""

    agents: tuple[AgentSettings, ...] = ()
    queues: tuple[QueueSettings, ...] = ()
    outbound: OutboundSettings = OutboundSettings()
