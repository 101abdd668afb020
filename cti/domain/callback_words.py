"""What is said to the floor about callbacks (events), and what the diary keeps of them (facts)."""

from dataclasses import dataclass
from datetime import datetime

from cti.domain.callback import CallbackResult, CallbackState
from cti.domain.callback_values import CallbackMemory


@dataclass(frozen=True, slots=True)
class CallbackWanted:
    """A caller in line wants to be called instead; it is written down already. `number` passed the dial policy.

    `expires_at` where the line closes before its time is over; None: so long after now as its rules say.
    """

    call_id: str
    callback_id: str
    number: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallbackOrdered:
    """Somebody who does not call asked for one; it is written down already, and its number passed the dial policy."""

    memory: CallbackMemory


@dataclass(frozen=True, slots=True)
class CallbackAllowed:
    """It may be called now; `number` is what the trunk is told, and what is shown of ours as in `DialOutside`.

    `call_id` is written down already: after a restart nobody is dialed twice for it.
    """

    callback_id: str
    number: str
    shown_as: str = ""
    withheld: bool = False
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class CallbackRefused:
    """The dial policy says no: `why` is its code."""

    callback_id: str
    why: str


@dataclass(frozen=True, slots=True)
class CallbackPutOff:
    """Not now, and this is no attempt: it is `why` ("closed"); asked again in `pause_s`.

    `expires_at`: then it does, and not before, for it is we who may not call.
    """

    callback_id: str
    why: str
    pause_s: float
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallbackRemoved:
    """A supervisor takes it out of line, or, with `by` None, whoever asked for it."""

    callback_id: str
    by: int | None


CallbackEvent = CallbackWanted | CallbackOrdered | CallbackAllowed | CallbackRefused | CallbackPutOff


@dataclass(frozen=True, slots=True)
class CallbackChanged:
    """How it is with a callback from now on, for who asked for it in `call_id` ("" elsewhere).

    `number_to_call`, `queue_id` and `for_agent_id` say what is asked while CHECKING; `attempt_call_id` is the call that
    tries.
    """

    call_id: str
    callback_id: str
    state: CallbackState
    number_to_call: str
    queue_id: int
    attempts: int
    due_at: datetime | None
    why: str
    attempt_call_id: str | None
    result: CallbackResult | None
    by: int | None = None
    queued_at: datetime | None = None
    stands_since: datetime | None = None
    flow_priority: int = 0
    expires_at: datetime | None = None
    for_agent_id: int | None = None


@dataclass(frozen=True, slots=True)
class CallbackAsked:
    """The caller hung up in favour of a callback, which has their place in this line."""

    call_id: str
    callback_id: str
    queue_id: int


@dataclass(frozen=True, slots=True)
class CallRequested:
    """This call is made because somebody asked for it without calling, in these words."""

    call_id: str
    callback_id: str
    origin: str
    name: str
    wish: str


CallbackFact = CallbackChanged | CallbackAsked | CallRequested
