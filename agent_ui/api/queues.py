"""Waiting lines."""

import re
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from crm_core.domain import announcing, callback_rules, voicemail_rules
from crm_core.domain.routing import document_of, routing_of
from crm_core.errors import InUse, Invalid
from crm_core.queues import QueueDraft, QueueRow, overflow_of
from cti.domain.values import Climb, Strategy


class OverflowBody(Body):
    """What a caller gets whom no agent took in time."""

    action: Literal["voicemail", "message", "queue", "hang_up"] = "voicemail"
    prompt: str | None = None
    queue_id: int | None = None


class StepBody(Body):
    """The least level until the caller has waited so long; the last has no end. Level 0: anybody."""

    level: int
    until_s: float | None = None


class RuleBody(Body):
    """What is asked of agents; "language" stands for the one that the caller chose."""

    skill: str = Field(max_length=64)
    steps: list[StepBody] = Field(max_length=10)


class RungBody(Body):
    """For who has waited so long, when its cause is there: earlier in line, and agents of another queue are asked, too.

    `depth`: more than `more_than` wait; `expected_wait`: the last has more than `expected_s` ahead; `no_staff`: nobody
    of the queue is at work.
    """

    after_s: float
    raise_by: int = 0
    also_queue_id: int | None = None
    cause: Climb = Climb.TIME
    more_than: int = 0
    expected_s: float = 0.0


class RoutingBody(Body):
    """How the queue finds its agents."""

    strategy: Strategy = Strategy.LONGEST_IDLE
    weight: int = 0
    skills: list[RuleBody] = Field(default_factory=list, max_length=20)
    preferred_s: float = 0.0
    reserve_after_s: float = 30.0
    level_priorities: dict[Annotated[str, Field(max_length=64)], int] = Field(default_factory=dict, max_length=50)
    most_waiting: int = 0
    most_expected_s: float = 0.0
    needs_staff: bool = False
    ladder: list[RungBody] = Field(default_factory=list, max_length=20)
    overflow_beyond: int = 0
    overflow_expected_s: float = 0.0
    overflow_held_s: float = 15.0


class AnnouncementsBody(Body):
    """What who waits is told; 0 places or minutes: nothing of that kind. `comfort` are prompts, in turn."""

    first_after_s: float = 0.0
    position_up_to: int = 99
    expected_up_to_min: int = 30
    comfort: list[Annotated[str, Field(max_length=64)]] = Field(default_factory=list, max_length=20)
    comfort_every_s: float = 45.0


class CallbacksBody(Body):
    """Whether who waits may be called back instead, and how; see `cti.domain.callback_values.CallbackRules`."""

    offered: bool = False
    after_s: float = 60.0
    above_expected_s: float = 0.0
    either: bool = False
    key: str = Field("1", max_length=1)
    may_change_number: bool = True
    agent_first: bool = True
    attempts: int = 3
    retry_s: float = 300.0
    expires_s: float = 14_400.0


class VoicemailMailBody(Body):
    """Who is mailed when a caller left a message here."""

    addresses: list[Annotated[str, Field(max_length=260)]] = Field(default_factory=list, max_length=50)
    language: Literal["zh", "en"] = "zh"
    attach: bool = False
    whole_number: bool = False


class QueueBody(Body):
    """A queue; in a change only what is named changes."""

    version: int | None = None
    name: str | None = Field(None, max_length=200)
    ring_timeout_s: float | None = None
    wrap_up_s: float | None = None
    max_wait_s: float | None = None
    overflow: OverflowBody | None = None
    announce_every_s: float | None = None
    announcements: AnnouncementsBody | None = None
    callbacks: CallbacksBody | None = None
    music_class: str | None = Field(None, max_length=64)
    record: bool | None = None
    record_on_demand: bool | None = None
    service_level_s: float | None = None
    consent_prompt: str | None = Field(None, max_length=64)
    consent_refusable: bool | None = None
    survey: bool | None = None
    missed_tasks: bool | None = None
    missed_due_s: float | None = None
    voicemail_mail: VoicemailMailBody | None = None
    calendar_id: int | None = None
    closed: OverflowBody | None = None
    routing: RoutingBody | None = None


class StepAnswer(OwnAnswer):
    """One level and its end."""

    level: int
    until_s: float | None


class RuleAnswer(OwnAnswer):
    """One skill that is asked for."""

    skill: str
    steps: tuple[StepAnswer, ...]


class RungAnswer(OwnAnswer):
    """One step of the ladder."""

    after_s: float
    raise_by: int
    also_queue_id: int | None
    cause: Climb
    more_than: int
    expected_s: float


class RoutingAnswer(OwnAnswer):
    """How the queue finds its agents."""

    strategy: Strategy
    weight: int
    skills: tuple[RuleAnswer, ...]
    preferred_s: float
    reserve_after_s: float
    level_priorities: dict[str, int]
    most_waiting: int
    most_expected_s: float
    needs_staff: bool
    ladder: tuple[RungAnswer, ...]
    overflow_beyond: int
    overflow_expected_s: float
    overflow_held_s: float


class AnnouncementsAnswer(OwnAnswer):
    """What who waits is told."""

    first_after_s: float
    position_up_to: int
    expected_up_to_min: int
    comfort: tuple[str, ...]
    comfort_every_s: float


class CallbacksAnswer(OwnAnswer):
    """Whether who waits may be called back instead, and how."""

    offered: bool
    after_s: float
    above_expected_s: float
    either: bool
    key: str
    may_change_number: bool
    agent_first: bool
    attempts: int
    retry_s: float
    expires_s: float


class VoicemailMailAnswer(OwnAnswer):
    """Who is mailed when a caller left a message here."""

    addresses: tuple[str, ...]
    language: str
    attach: bool
    whole_number: bool


class OverflowAnswer(OwnAnswer):
    """What a caller gets whom no agent took in time."""

    action: str
    prompt: str | None
    queue_id: int | None


class QueueAnswer(OwnAnswer):
    """A queue as it is set up."""

    id: int
    name: str
    ring_timeout_s: float
    wrap_up_s: float
    max_wait_s: float
    overflow: OverflowAnswer
    announce_every_s: float
    announcements: AnnouncementsAnswer
    callbacks: CallbacksAnswer
    music_class: str
    record: bool
    record_on_demand: bool
    service_level_s: float
    consent_prompt: str | None
    consent_refusable: bool
    survey: bool
    missed_tasks: bool
    missed_due_s: float
    voicemail_mail: VoicemailMailAnswer
    calendar_id: int | None
    closed: OverflowAnswer
    routing: RoutingAnswer
    version: int
    agent_ids: tuple[int, ...]


PLAIN = (
    "name",
    "ring_timeout_s",
    "wrap_up_s",
    "max_wait_s",
    "announce_every_s",
    "music_class",
    "record",
    "record_on_demand",
    "consent_refusable",
    "survey",
    "service_level_s",
)
OF_OVERFLOW = re.compile(r"^overflow_")
# what the floor does not need to know
BESIDE = ("missed_tasks", "missed_due_s")


async def list_queues(ask: Ask) -> dict[str, Any]:
    """List the active ones."""
    return {"items": [_answer(row) for row in await ask.parts.memory.queues.all(active_only=True)]}


async def add_queue(ask: Ask) -> dict[str, Any]:
    """Save a new one."""
    with _Paths():
        row = await ask.parts.memory.queues.add(_merged(QueueDraft(""), ask.body), ask.actor)
    await _spread(ask)
    return _answer(row)


async def change_queue(ask: Ask) -> dict[str, Any]:
    """Save changes; they count from the next call on."""
    queue_id = ask.number("queue_id")
    present = await ask.parts.memory.queues.get(queue_id)
    with _Paths():
        draft = _merged(_draft_of(present), ask.body)
        row = await ask.parts.memory.queues.save(queue_id, ask.body.version, draft, ask.actor)
    await _spread(ask)
    return _answer(row)


async def remove_queue(ask: Ask) -> None:
    """Take it out of use; calls of the past keep it."""
    queue_id, memory = ask.number("queue_id"), ask.parts.memory
    present = await memory.queues.get(queue_id)
    for flow in await memory.flows.all():
        nodes = flow.body.get("nodes", {}).values()
        if any(node.get("type") == "queue" and node.get("queue") == queue_id for node in nodes):
            raise InUse("queue", queue_id, f"the flow {flow.name}")
    await memory.queues.save(queue_id, None, replace(_draft_of(present), active=False), ask.actor)
    await _spread(ask)


class _Paths:
    """Field names of the table, as the API's body has them."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Invalid):
            problems = [replace(p, path=OF_OVERFLOW.sub("overflow.", p.path)) for p in error.problems]
            raise Invalid(*problems) from error


async def _spread(ask: Ask) -> None:
    await ask.parts.roster_changed()
    await ask.parts.flows_changed()


def _merged(draft: QueueDraft, body: QueueBody) -> QueueDraft:
    values: dict[str, Any] = {
        name: getattr(body, name) for name in (*PLAIN, *BESIDE) if getattr(body, name) is not None
    }
    for name in ("consent_prompt", "calendar_id"):
        if name in body.model_fields_set:  # null: none
            values[name] = getattr(body, name)
    if body.closed is not None:
        values["closed"] = overflow_of(body.closed.model_dump(mode="json"))
    if body.overflow is not None:
        values["overflow_action"] = body.overflow.action
        values["overflow_prompt"] = body.overflow.prompt
        values["overflow_queue_id"] = body.overflow.queue_id
    if body.announcements is not None:
        values["announcements"] = announcing.announcements_of(body.announcements.model_dump(mode="json"))
    if body.callbacks is not None:
        values["callbacks"] = callback_rules.rules_of(body.callbacks.model_dump(mode="json"))
    if body.voicemail_mail is not None:
        values["voicemail_mail"] = voicemail_rules.rules_of(body.voicemail_mail.model_dump(mode="json"))
    if body.routing is not None:
        values["routing"] = routing_of(body.routing.model_dump(mode="json"))
    return replace(draft, **values)


def _draft_of(row: QueueRow) -> QueueDraft:
    settings = row.settings
    return QueueDraft(
        **{name: getattr(settings, name) for name in PLAIN},
        **{name: getattr(row, name) for name in BESIDE},
        consent_prompt=settings.consent_prompt,
        overflow_action=settings.overflow.action,
        overflow_prompt=settings.overflow.prompt,
        overflow_queue_id=settings.overflow.queue_id,
        routing=settings.routing,
        announcements=settings.announcements,
        callbacks=settings.callbacks,
        voicemail_mail=row.voicemail_mail,
        calendar_id=settings.calendar_id,
        closed=settings.closed,
        active=row.active,
    )


def _answer(row: QueueRow) -> dict[str, Any]:
    settings = row.settings
    return {
        "id": row.id,
        **{name: getattr(settings, name) for name in PLAIN},
        **{name: getattr(row, name) for name in BESIDE},
        "overflow": settings.overflow,
        "routing": document_of(settings.routing),
        "announcements": settings.announcements,
        "callbacks": settings.callbacks,
        "voicemail_mail": row.voicemail_mail,
        "consent_prompt": settings.consent_prompt,
        "calendar_id": settings.calendar_id,
        "closed": settings.closed,
        "version": row.version,
        "agent_ids": row.agent_ids,
    }


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.ADMINISTER, handler=handler, summary=summary, **more)


ONE = "/queues/{queue_id:int}"
ROUTES = [
    _route("GET", "/queues", list_queues, "List queues", answer=PageAnswer[QueueAnswer]),
    _route("POST", "/queues", add_queue, "Add a queue", body=QueueBody, answer=QueueAnswer, status=201),
    _route("PATCH", ONE, change_queue, "Change a queue", body=QueueBody, answer=QueueAnswer),
    _route("DELETE", ONE, remove_queue, "Take a queue out of use"),
]
