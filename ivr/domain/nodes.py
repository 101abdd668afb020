"""The kinds of node a flow is made of, checked and ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.domain.hours import Calendar

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class OfNumber:
    """The calendar of the number that was dialed; one without is always open."""


@dataclass(frozen=True, slots=True)
class SayNode:
    """Play a prompt and go on."""

    prompt: str
    next: str


@dataclass(frozen=True, slots=True)
class MenuNode:
    """Play a prompt and let one key decide. The prompt is asked `retries` times again."""

    prompt: str
    options: Mapping[str, str]
    timeout_s: float
    retries: int
    invalid_prompt: str
    on_timeout: str
    on_invalid: str


@dataclass(frozen=True, slots=True)
class CollectNode:
    """Take digits, ended by # or a pause, into a variable that a later `lookup` may use."""

    prompt: str
    variable: str
    min_digits: int
    max_digits: int
    timeout_s: float
    retries: int
    invalid_prompt: str
    next: str
    on_timeout: str


@dataclass(frozen=True, slots=True)
class HoursNode:
    """Go where the business calendar says: the node's own, one that stands for itself (its id), or the number's."""

    calendar: Calendar | int | OfNumber
    open: str
    closed: str
    holiday: str


@dataclass(frozen=True, slots=True)
class LookupNode:
    """Ask the CRM who calls: by caller number, or by the digits in `variable`.

    A known customer's language is spoken from here on; a VIP gets `vip_priority` in every line.
    """

    variable: str | None
    found: str
    vip: str
    unknown: str
    vip_priority: int


@dataclass(frozen=True, slots=True)
class LanguageNode:
    """Speak this language from here on."""

    language: str
    next: str


@dataclass(frozen=True, slots=True)
class QueueNode:
    """Stand in line; the queue's own settings say what happens when nobody comes.

    `closed` is where callers go outside the queue's hours; None: they get what the queue has for it.
    """

    queue_id: int
    priority: int
    closed: str | None = None


@dataclass(frozen=True, slots=True)
class VoicemailNode:
    """Play a prompt, record a message, say goodbye."""

    prompt: str


@dataclass(frozen=True, slots=True)
class TransferNode:
    """Call a permitted number outside and join the caller to it; `on_failed` when nobody answers there."""

    number: str
    timeout_s: float
    on_failed: str


@dataclass(frozen=True, slots=True)
class HangUpNode:
    """Say goodbye and end the call."""

    prompt: str | None


Node = (
    SayNode
    | MenuNode
    | CollectNode
    | HoursNode
    | LookupNode
    | LanguageNode
    | QueueNode
    | VoicemailNode
    | TransferNode
    | HangUpNode
)


_WAYS_OUT: Mapping[type[Node], tuple[str, ...]] = {
    SayNode: ("next",),
    MenuNode: ("on_timeout", "on_invalid"),
    CollectNode: ("next", "on_timeout"),
    HoursNode: ("open", "closed", "holiday"),
    LookupNode: ("found", "vip", "unknown"),
    LanguageNode: ("next",),
    QueueNode: ("closed",),
    TransferNode: ("on_failed",),
}


def targets(node: Node) -> tuple[tuple[str, str], ...]:
    """Return (field, node id) for every way out of a node, each field once."""
    keys: tuple[tuple[str, str], ...] = ()
    if isinstance(node, MenuNode):
        keys = tuple((f"options.{key}", target) for key, target in node.options.items())
    ways = ((field, getattr(node, field)) for field in _WAYS_OUT.get(type(node), ()))
    return keys + tuple((field, target) for field, target in ways if target is not None)


def prompts(node: Node) -> tuple[tuple[str, str], ...]:
    """Return (field, prompt name) for every prompt that a node plays."""
    match node:
        case SayNode() | VoicemailNode():
            return (("prompt", node.prompt),)
        case MenuNode() | CollectNode():
            return (("prompt", node.prompt), ("invalid_prompt", node.invalid_prompt))
        case HangUpNode(prompt=str() as name):
            return (("prompt", name),)
        case _:
            return ()


def waits_for_caller(node: Node) -> bool:
    """Whether a circle through this node is harmless, because the caller decides in it where to go."""
    return isinstance(node, MenuNode | CollectNode)
