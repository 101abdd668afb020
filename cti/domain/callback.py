"""The life of a callback, as a table: who hung up and is called when their turn comes stands in line all the while.

Rule 1: every transition is in CALLBACK_TRANSITIONS; nothing else assigns `Callback.state`.

    WAITING ──► CHECKING ──► WAITING ──► CALLING ──► OVER      over from anywhere
       ▲         (may it be called now?)    │
       └──────────── PAUSED ◄───────────────┘  nobody took it, or it is closed just now
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.domain.callback_values import CallbackRequest
from cti.domain.values import QueueSettings, Rung
from cti.errors import UnexpectedEvent

FEWEST_DIGITS = 7  # shorter ones say nothing of whose number it is


class CallbackState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    CHECKING = "checking"
    CALLING = "calling"
    PAUSED = "paused"
    OVER = "over"


class CallbackStep(StrEnum):
    """What can happen to it."""

    TURN_CAME = "turn_came"
    CHECKED = "checked"
    CALLED = "called"
    NOT_TAKEN = "not_taken"
    PUT_OFF = "put_off"
    DUE = "due"
    ENDED = "ended"


class CallbackResult(StrEnum):
    """How it ended; a refusal has the dial policy's word beside it, and who asked anew the newer one's id."""

    REACHED = "reached"
    CALLED_IN = "called_in"
    REPLACED = "replaced"
    HUNG_UP = "hung_up"
    UNREACHED = "unreached"
    REFUSED = "refused"
    EXPIRED = "expired"
    REMOVED = "removed"


# They talked with one of us, by our call or by their own.
TALKED_SINCE = frozenset({CallbackResult.REACHED, CallbackResult.CALLED_IN})

CALLBACK_TRANSITIONS: dict[CallbackState, dict[CallbackStep, CallbackState]] = {
    CallbackState.WAITING: {
        CallbackStep.TURN_CAME: CallbackState.CHECKING,
        CallbackStep.CALLED: CallbackState.CALLING,
        CallbackStep.ENDED: CallbackState.OVER,
    },
    CallbackState.CHECKING: {
        CallbackStep.CHECKED: CallbackState.WAITING,
        CallbackStep.PUT_OFF: CallbackState.PAUSED,
        CallbackStep.ENDED: CallbackState.OVER,
    },
    CallbackState.CALLING: {
        # No agent took it, and nobody was dialed: the place in line is as before.
        CallbackStep.NOT_TAKEN: CallbackState.WAITING,
        CallbackStep.PUT_OFF: CallbackState.PAUSED,
        CallbackStep.ENDED: CallbackState.OVER,
    },
    CallbackState.PAUSED: {
        CallbackStep.DUE: CallbackState.WAITING,
        # The call of before a restart was given up, and they answer it after all.
        CallbackStep.CALLED: CallbackState.CALLING,
        CallbackStep.ENDED: CallbackState.OVER,
    },
    CallbackState.OVER: {},
}


@dataclass(frozen=True, slots=True)
class Clearance:
    """The dial policy's word: how the number is dialed and what is shown of ours; it is good until `until`.

    `call_id` is that of the call that will be made, "" for any.
    """

    number: str
    shown_as: str
    withheld: bool
    until: datetime
    call_id: str = ""


@dataclass(slots=True)
class Callback:
    """One place holder. `arrived_at` … `language` are the caller's own, as they would count had they stayed.

    They asked for it in the call `from_call_id`, "" when elsewhere. `call_id` is the call that tries to reach them and
    `agent_id` for whom, while nobody rings; `cleared` is what it dials by, which was done at `dialed_at`, and
    `answered` by the customer, who waits for an agent. `in_person` is a call of the same person who called in
    meanwhile, and stands in the same place. `why` is why it is paused, or over. `origin` … `wish` as in
    `CallbackMemory`, `climbed` as in `Call`.
    """

    callback_id: str
    number: str
    caller_number: str | None
    queue: QueueSettings
    arrived_at: datetime
    queued_at: datetime
    asked_at: datetime
    expires_at: datetime
    from_call_id: str = ""
    dialed: str = ""
    priority: int = 0
    flow_priority: int = 0
    language: str = "zh"
    customer_level: str = ""
    customer_id: int | None = None
    customer_name: str = ""
    preferred_agent_id: int | None = None
    stands_since: datetime | None = None
    state: CallbackState = CallbackState.WAITING
    attempts: int = 0
    due_at: datetime | None = None
    why: str = ""
    call_id: str | None = None
    agent_id: int | None = None
    in_person: str | None = None
    clearance: Clearance | None = None
    cleared: Clearance | None = None
    dialed_at: datetime | None = None
    answered: bool = False
    result: CallbackResult | None = None
    returned: bool = False
    origin: str = ""
    name: str = ""
    wish: str = ""
    climbed: tuple[tuple[int, Rung], ...] = ()

    def take(self, step: CallbackStep) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = CALLBACK_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedEvent(self.state, step) from None

    @property
    def request(self) -> CallbackRequest | None:
        """What they said when they asked for it elsewhere; None for who asked in a call."""
        return CallbackRequest(self.origin, self.name, self.wish) if self.origin else None

    @property
    def waiting_since(self) -> datetime:
        """Now less this is the time that they have waited, in line and out of it."""
        return self.queued_at

    @property
    def is_in_line(self) -> bool:
        """Has a place there, and others stand behind it."""
        return self.state in (CallbackState.WAITING, CallbackState.CHECKING)

    def is_of(self, number: str | None) -> bool:
        """Whether a call from this number, or to it, is the same person's."""
        return is_same_number(self.number, number) or is_same_number(self.caller_number, number)


def is_same_number(one: str | None, other: str | None) -> bool:
    """Whether both are one number, written with a country code or without."""
    first, second = _digits(one), _digits(other)
    if min(len(first), len(second)) < FEWEST_DIGITS:
        return first == second != ""
    return first.endswith(second) or second.endswith(first)


def _digits(number: str | None) -> str:
    return "".join(char for char in number or "" if char in "0123456789").lstrip("0")
