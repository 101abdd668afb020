"""What a visit asks of the telephone (steps) and what it is told in return (inputs)."""

from dataclasses import dataclass

from ivr.domain.hours import Calendar, Opening
from ivr.domain.nodes import OfNumber


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """A customer whom the CRM found by number; `language` "" when nobody noted one, `agent_id` their own agent."""

    customer_id: int
    name: str
    language: str = ""
    is_vip: bool = False
    agent_id: int | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """Play these prompts; answered by Finished.

    `before_question`: a key that comes now ends them and answers the question that follows, for those who know it.
    """

    prompts: tuple[str, ...]
    before_question: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Play these prompts, a key cuts them short; answered by Digit or Silence."""

    prompts: tuple[str, ...]
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Collect:
    """Play these prompts and take several keys; answered by Digits (perhaps none)."""

    prompts: tuple[str, ...]
    timeout_s: float
    max_digits: int


@dataclass(frozen=True, slots=True)
class CheckHours:
    """Read the calendar (or that with this id, or the dialed number's) with the present time; answered by HoursAre."""

    calendar: Calendar | int | OfNumber


@dataclass(frozen=True, slots=True)
class CheckQueue:
    """Read the calendar of this line with the present time; answered by HoursAre."""

    queue_id: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """Find the customer by this number, None: by the caller's own; answered by LookedUp."""

    number: str | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Call this number outside and join; answered by TransferEnded."""

    number: str
    timeout_s: float


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """The flow is over: stand in this line."""

    queue_id: int
    priority: int


@dataclass(frozen=True, slots=True)
class Voicemail:
    """The flow is over: play the prompt, record."""

    prompt: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The flow is over: play the prompt if any, hang up."""

    prompt: str | None
    transferred: bool = False


LastStep = EnterQueue | Voicemail | Goodbye
Step = Say | Ask | Collect | CheckHours | CheckQueue | Lookup | Transfer | LastStep
LAST_STEPS = (EnterQueue, Voicemail, Goodbye)


@dataclass(frozen=True, slots=True)
class Finished:
    """The prompts were played."""


@dataclass(frozen=True, slots=True)
class Digit:
    """One key: 0 to 9, * or #."""

    key: str


@dataclass(frozen=True, slots=True)
class Silence:
    """No key came in time."""


@dataclass(frozen=True, slots=True)
class Digits:
    """All keys that came, "" for none."""

    keys: str


@dataclass(frozen=True, slots=True)
class HoursAre:
    """What the calendar says now."""

    opening: Opening


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Who it is; None for unknown, withheld, or an answer that came too late."""

    caller: KnownCaller | None


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """Whether somebody answered there."""

    answered: bool


Input = Finished | Digit | Silence | Digits | HoursAre | LookedUp | TransferEnded
