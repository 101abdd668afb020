"""The kinds of node a flow is made of, checked and ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.domain.hours import Calendar

LANGUAGES = ("zh", "en")


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
    """Go where the business calendar says."""

    calendar: Calendar
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
    """Stand in line; the queue's own settings say what happens when nobody comes."""

    queue_id: int
    priority: int


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
    TransferNode: ("on_failed",),
}


def targets(node: Node) -> tuple[tuple[str, str], ...]:
    """Return (field, node id) for every way out of a node, each field once."""
    keys: tuple[tuple[str, str], ...] = ()
    if isinstance(node, MenuNode):
        keys = tuple((f"options.{key}", target) for key, target in node.options.items())
    return keys + tuple((field, getattr(node, field)) for field in _WAYS_OUT.get(type(node), ()))


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
