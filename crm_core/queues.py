"""Waiting lines as an administrator sets them up."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.calendars import check_calendar
from crm_core.campaign_uses import refuse_while_used
from crm_core.domain import announcing, callback_rules, voicemail_rules
from crm_core.domain.routing import document_of, routing_of, routing_problems
from crm_core.domain.voicemail_rules import VoicemailRules
from crm_core.errors import AlreadyExists, NotFound, UsedByQueues
from crm_core.models import Queue, UserQueue
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks, refuse
from crm_core.storage.versions import bump
from cti.clock import Clock
from cti.domain.callback_values import CallbackRules
from cti.domain.values import Announcements, Overflow, OverflowAction, QueueSettings, Routing


@dataclass(frozen=True, slots=True)
class QueueDraft:
    """A queue without its id; the defaults are those of QueueSettings."""

    name: str
    ring_timeout_s: float = 20.0
    wrap_up_s: float = 30.0
    max_wait_s: float = 600.0
    overflow_action: str = "voicemail"
    overflow_prompt: str | None = None
    overflow_queue_id: int | None = None
    announce_every_s: float = 30.0
    announcements: Announcements = field(default_factory=Announcements)
    callbacks: CallbackRules = field(default_factory=CallbackRules)
    music_class: str = "default"
    record: bool = True
    record_on_demand: bool = False
    service_level_s: float = 20.0
    consent_prompt: str | None = None
    consent_refusable: bool = False
    survey: bool = False
    routing: Routing = field(default_factory=Routing)
    missed_tasks: bool = True
    missed_due_s: float = 1800.0
    voicemail_mail: VoicemailRules = field(default_factory=VoicemailRules)
    calendar_id: int | None = None
    closed: Overflow = field(default_factory=lambda: Overflow(OverflowAction.VOICEMAIL))
    active: bool = True


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue as the administrator's page shows it; `settings` is what the floor gets.

    `missed_tasks`: who is not taken becomes a task, due `missed_due_s` later.
    """

    settings: QueueSettings
    active: bool
    version: int
    agent_ids: tuple[int, ...]
    missed_tasks: bool
    missed_due_s: float
    voicemail_mail: VoicemailRules

    @property
    def id(self) -> int:
        """The queue's id."""
        return self.settings.queue_id


class Queues:
    """A queue is never deleted, because calls point at it; it is made inactive."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self, *, active_only: bool = False) -> tuple[QueueRow, ...]:
        """List queues by name."""
        async with self._database.reading() as connection:
            return await queue_rows(connection, active_only=active_only)

    async def get(self, queue_id: int) -> QueueRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, queue_id)

    async def add(self, draft: QueueDraft, by: Actor) -> QueueRow:
        """Save a new queue."""
        values = _checked(draft)

        async def work(connection: AsyncConnection) -> QueueRow:
            now = self._clock.now()
            await _check_references(connection, None, values)
            query = insert(Queue).values(**values, version=1, updated_at=now).returning(Queue.id)
            queue_id = (await connection.execute(query)).scalar_one()
            await append(connection, by, now, "queue.add", queue_id, values)
            return await _one(connection, queue_id)

        return await self._database.write(work)

    async def save(self, queue_id: int, version: int | None, draft: QueueDraft, by: Actor) -> QueueRow:
        """Save all settings of a queue."""
        values = _checked(draft)

        async def work(connection: AsyncConnection) -> QueueRow:
            now = self._clock.now()
            await _check_references(connection, queue_id, values)
            await bump(connection, Queue, "queue", queue_id, version, {**values, "updated_at": now})
            await append(connection, by, now, "queue.change", queue_id, values)
            return await _one(connection, queue_id)

        return await self._database.write(work)


def _checked(draft: QueueDraft) -> dict[str, Any]:
    checks = Checks()
    values = {**asdict(draft), **_documents(draft)}
    values["name"] = checks.trimmed("name", draft.name, required=True)
    for name, least, most in (
        ("ring_timeout_s", 5, 120),
        ("wrap_up_s", 0, 3600),
        ("max_wait_s", 5, 86_400),
        ("announce_every_s", 0, 3600),
        ("service_level_s", 1, 3600),
        ("missed_due_s", 0, 7 * 86_400),
    ):
        checks.number(name, values[name], least, most)
    checks.choice("overflow_action", draft.overflow_action, tuple(OverflowAction))
    checks.code("music_class", draft.music_class)
    if draft.overflow_prompt is not None:
        checks.code("overflow_prompt", draft.overflow_prompt)
    if draft.consent_prompt is not None:
        checks.code("consent_prompt", draft.consent_prompt)
    if draft.overflow_action == OverflowAction.QUEUE and draft.overflow_queue_id is None:
        checks.add("overflow_queue_id", "missing", "says which queue comes next")
    if draft.overflow_action == OverflowAction.MESSAGE and draft.overflow_prompt is None:
        checks.add("overflow_prompt", "missing", "says what the caller hears")
    for problem in (
        *routing_problems(draft.routing),
        *announcing.announcement_problems(draft.announcements),
        *callback_rules.rule_problems(draft.callbacks),
        *voicemail_rules.rule_problems(draft.voicemail_mail),
    ):
        checks.add(*problem)
    for place, prompt in enumerate(draft.announcements.comfort):
        checks.code(f"announcements.comfort.{place}", prompt)
    _check_closed(checks, draft.closed)
    checks.done()
    return values


def _documents(draft: QueueDraft) -> dict[str, Any]:
    return {
        "routing": document_of(draft.routing),
        "announcements": announcing.document_of(draft.announcements),
        "callbacks": callback_rules.document_of(draft.callbacks),
        "closed": overflow_document(draft.closed),
        "voicemail_mail": voicemail_rules.document_of(draft.voicemail_mail),
    }


def _check_closed(checks: Checks, closed: Overflow) -> None:
    """What callers get outside the hours; without a prompt of its own a built-in one says that it is closed."""
    if closed.prompt is not None:
        checks.code("closed.prompt", closed.prompt)
    if closed.action is OverflowAction.QUEUE and closed.queue_id is None:
        checks.add("closed.queue_id", "missing", "says which queue comes next")


def overflow_document(overflow: Overflow) -> dict[str, Any]:
    """Write it as JSON."""
    return {"action": overflow.action.value, "prompt": overflow.prompt, "queue_id": overflow.queue_id}


def overflow_of(document: Mapping[str, Any]) -> Overflow:
    """Read what `overflow_document` wrote; nothing: a voicemail."""
    action = OverflowAction(document.get("action", OverflowAction.VOICEMAIL))
    return Overflow(action, document.get("prompt"), document.get("queue_id"))


async def _check_references(connection: AsyncConnection, queue_id: int | None, values: dict[str, Any]) -> None:
    same_name = select(Queue.id).where(Queue.name == values["name"], Queue.id != (queue_id or 0))
    if await connection.scalar(same_name) is not None:
        raise AlreadyExists("queue", "name", values["name"])
    for path, following, action in (
        ("overflow_queue_id", values["overflow_queue_id"], values["overflow_action"]),
        ("closed.queue_id", values["closed"]["queue_id"], values["closed"]["action"]),
        *(
            (f"routing.ladder.{at}.also_queue_id", one["also_queue_id"], OverflowAction.QUEUE)
            for at, one in enumerate(values["routing"]["ladder"])
        ),
    ):
        is_taken = values["active"] and action == OverflowAction.QUEUE
        await _check_following(connection, queue_id, path, following, is_taken=is_taken)
    await check_calendar(connection, values["calendar_id"])
    if queue_id is not None and not values["active"]:
        others = await queue_rows(connection, active_only=True)
        if names := tuple(one.settings.name for one in others if queue_id in _led_to(one.settings)):
            raise UsedByQueues("queue", queue_id, names)
        await refuse_while_used(connection, "queue", queue_id, lambda campaign: campaign.works_in(queue_id))


def _led_to(line: QueueSettings) -> set[int | None]:
    """Where its callers are sent, and whose agents help them."""
    after = {one.queue_id for one in (line.overflow, line.closed) if one.action is OverflowAction.QUEUE}
    return after | {rung.also_queue_id for rung in line.routing.ladder}


async def _check_following(
    connection: AsyncConnection, queue_id: int | None, path: str, following: int | None, *, is_taken: bool
) -> None:
    if following is None:
        return
    if following == queue_id:
        refuse(path, "same_queue", "is this queue itself")
    found = (await connection.execute(select(Queue.name, Queue.active).where(Queue.id == following))).first()
    if found is None:
        refuse(path, "unknown_queue", "is not a queue")
    if is_taken and not found.active:
        refuse(path, "queue_removed", f"is {found.name}, which was removed; choose another queue", found.name)


def settings_of(row: Any) -> QueueSettings:
    """Turn a row of the table into what the floor reads."""
    return QueueSettings(
        queue_id=row.id,
        name=row.name,
        ring_timeout_s=row.ring_timeout_s,
        wrap_up_s=row.wrap_up_s,
        max_wait_s=row.max_wait_s,
        overflow=Overflow(OverflowAction(row.overflow_action), row.overflow_prompt, row.overflow_queue_id),
        announce_every_s=row.announce_every_s,
        announcements=announcing.announcements_of(row.announcements),
        callbacks=callback_rules.rules_of(row.callbacks),
        music_class=row.music_class,
        record=row.record,
        record_on_demand=row.record_on_demand,
        service_level_s=row.service_level_s,
        consent_prompt=row.consent_prompt,
        consent_refusable=row.consent_refusable,
        survey=row.survey,
        routing=routing_of(row.routing),
        calendar_id=row.calendar_id,
        closed=overflow_of(row.closed),
    )


async def queue_rows(
    connection: AsyncConnection, *, active_only: bool = False, queue_id: int | None = None
) -> tuple[QueueRow, ...]:
    """Read queues with their agents; the roster reads them in its own transaction."""
    query: Select[*tuple[Any, ...]] = select(*Queue.__table__.columns).order_by(Queue.name)
    if active_only:
        query = query.where(Queue.active.is_(True))
    if queue_id is not None:
        query = query.where(Queue.id == queue_id)
    agents: dict[int, list[int]] = {}
    for row in await connection.execute(select(UserQueue.queue_id, UserQueue.user_id).order_by(UserQueue.user_id)):
        agents.setdefault(row.queue_id, []).append(row.user_id)
    return tuple(
        QueueRow(
            settings_of(row),
            row.active,
            row.version,
            tuple(agents.get(row.id, ())),
            row.missed_tasks,
            row.missed_due_s,
            voicemail_rules.rules_of(row.voicemail_mail),
        )
        for row in await connection.execute(query)
    )


async def _one(connection: AsyncConnection, queue_id: int) -> QueueRow:
    rows = await queue_rows(connection, queue_id=queue_id)
    if not rows:
        raise NotFound("queue", queue_id)
    return rows[0]
