"""Outbound campaigns as managers set them up; which step may follow which is `dialer.domain.campaign`'s to say."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.campaign_rules import CampaignRules, document_of, rule_problems, rules_of
from crm_core.domain.campaign_words import AGENTLESS, DRAFT, FINISHED, MODES, PAUSED, RUNNING, SCHEDULED
from crm_core.errors import AlreadyExists, CampaignMoved, NotFound
from crm_core.models import Attempt, Campaign, Flow, Lead, Queue, User
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks, refuse
from crm_core.storage.rows import build, execute
from crm_core.storage.versions import bump
from cti.clock import Clock

# While calls are being placed, agents and way of dialing stay.
_SETTLED = (DRAFT, SCHEDULED, PAUSED)


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """A campaign without its id and state; `policies` are names."""

    name: str
    mode: str
    queue_id: int
    policies: tuple[str, ...]
    rules: CampaignRules = field(default_factory=CampaignRules)
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign; its agents are those of the queue."""

    id: int
    name: str
    mode: str
    state: str
    queue_id: int
    queue_name: str
    policies: tuple[str, ...]
    rules: CampaignRules
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime
    created_by: int | None
    created_by_name: str | None
    changed_at: datetime
    version: int


class Campaigns:
    """One that has called anybody is never removed: its attempts are the proof that the law was kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> tuple[CampaignRow, ...]:
        """List the newest first."""
        return await self._some(_campaigns())

    async def running(self) -> tuple[CampaignRow, ...]:
        """List those that call, the oldest first."""
        return await self.in_states(RUNNING)

    async def in_states(self, *states: str) -> tuple[CampaignRow, ...]:
        """List those in one of these states, the oldest first."""
        return await self._some(_campaigns().where(Campaign.state.in_(states)).order_by(None).order_by(Campaign.id))

    async def _some(self, query: Select[Any]) -> tuple[CampaignRow, ...]:
        async with self._database.reading() as connection:
            return tuple(_row(row) for row in (await connection.execute(query)).mappings())

    async def get(self, campaign_id: int) -> CampaignRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, campaign_id)

    async def successes(self, campaign_id: int) -> int:
        """Count the calls whose disposition means success."""
        query = select(func.count()).where(Attempt.campaign_id == campaign_id, Attempt.converted)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def create(self, draft: CampaignDraft, by: Actor) -> CampaignRow:
        """Save a new one; nobody is called before it is started."""
        values = _checked(draft)

        async def work(connection: AsyncConnection) -> CampaignRow:
            now = self._clock.now()
            await _check_references(connection, None, values)
            row = {**values, "state": DRAFT, "created_at": now, "created_by": by.user_id, "changed_at": now}
            query = insert(Campaign).values(**row, version=1).returning(Campaign.id)
            campaign_id = (await connection.execute(query)).scalar_one()
            await append(connection, by, now, "campaign.add", campaign_id, _plain(values))
            return await _one(connection, campaign_id)

        return await self._database.write(work)

    async def change(self, campaign_id: int, version: int | None, draft: CampaignDraft, by: Actor) -> CampaignRow:
        """Save all settings; limits hold at once, mode and queue only change while nobody is called."""
        values = _checked(draft)

        async def work(connection: AsyncConnection) -> CampaignRow:
            now = self._clock.now()
            before = await _one(connection, campaign_id)
            _check_changeable(before, draft)
            await _check_references(connection, campaign_id, values)
            await bump(connection, Campaign, "campaign", campaign_id, version, {**values, "changed_at": now})
            await append(connection, by, now, "campaign.change", campaign_id, _changes(before, values))
            return await _one(connection, campaign_id)

        return await self._database.write(work)

    async def remove(self, campaign_id: int, by: Actor) -> None:
        """Delete a draft without people; whoever is on its lists is removed with the lists."""

        async def work(connection: AsyncConnection) -> None:
            row = await _one(connection, campaign_id)
            if row.state != DRAFT:
                raise CampaignMoved(campaign_id, row.state)
            for table, code in ((Lead, "has_leads"), (Attempt, "has_attempts")):
                if await connection.scalar(select(table.campaign_id).where(table.campaign_id == campaign_id).limit(1)):
                    refuse("id", code, "has people on its lists, or called some already")
            await connection.execute(delete(Campaign).where(Campaign.id == campaign_id))
            await append(connection, by, self._clock.now(), "campaign.remove", campaign_id, {"name": row.name})

        await self._database.write(work)

    async def take_step(
        self, campaign_id: int, state_from: str, state_to: str, by: Actor, why: str = ""
    ) -> CampaignRow:
        """Move it, unless somebody did meanwhile (CampaignMoved); `why` is a code, for the trace.

        A step is none of the settings: the version stays, and who edits them is not disturbed.
        """

        async def work(connection: AsyncConnection) -> CampaignRow:
            now = self._clock.now()
            if state_from == DRAFT:
                # from then on it keeps the queue
                await _check_queue(connection, (await _one(connection, campaign_id)).queue_id)
            query = update(Campaign).where(Campaign.id == campaign_id, Campaign.state == state_from)
            if await execute(connection, query.values(state=state_to, changed_at=now)) == 0:
                raise CampaignMoved(campaign_id, (await _one(connection, campaign_id)).state)
            detail = {"from": state_from, "to": state_to, "why": why}
            await append(connection, by, now, "campaign.step", campaign_id, detail)
            return await _one(connection, campaign_id)

        return await self._database.write(work)


def _checked(draft: CampaignDraft) -> dict[str, Any]:
    checks = Checks()
    name = checks.trimmed("name", draft.name, required=True)
    checks.choice("mode", draft.mode, MODES)
    if not draft.policies:
        checks.add("policies", "missing", "says by whose law people are called")
    for policy in draft.policies:
        checks.trimmed("policies", policy, longest=64, required=True)
    if len(set(draft.policies)) < len(draft.policies):
        checks.add("policies", "duplicate", "holds one twice")
    if draft.starts_at is not None and draft.ends_at is not None and draft.ends_at <= draft.starts_at:
        checks.add("ends_at", "not_in_order", "must be later than the start")
    if draft.mode == AGENTLESS and draft.rules.flow_id is None:
        checks.add("rules.flow_id", "missing", "says what whoever answers hears")
    for problem in rule_problems(draft.rules):
        checks.add(*problem)
    checks.done()
    return {
        "name": name,
        "mode": draft.mode,
        "queue_id": draft.queue_id,
        "policies": list(draft.policies),
        "rules": document_of(draft.rules),
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
    }


def _check_changeable(before: CampaignRow, draft: CampaignDraft) -> None:
    if before.state == FINISHED:
        raise CampaignMoved(before.id, before.state)
    if before.state in _SETTLED:
        return
    for name in ("mode", "queue_id"):
        if getattr(before, name) != getattr(draft, name):
            refuse(name, "pause_first", "can only be changed while nobody is called; pause the campaign first")


async def _check_references(connection: AsyncConnection, campaign_id: int | None, values: dict[str, Any]) -> None:
    same_name = select(Campaign.id).where(Campaign.name == values["name"], Campaign.id != (campaign_id or 0))
    if await connection.scalar(same_name) is not None:
        raise AlreadyExists("campaign", "name", values["name"])
    await _check_queue(connection, values["queue_id"])
    flow_id = values["rules"]["flow_id"]
    if values["mode"] == AGENTLESS and await connection.scalar(select(Flow.id).where(Flow.id == flow_id)) is None:
        refuse("rules.flow_id", "unknown_flow", "is none of the flows")


async def _check_queue(connection: AsyncConnection, queue_id: int) -> None:
    queue = select(Queue.id).where(Queue.id == queue_id, Queue.active.is_(True))
    if await connection.scalar(queue) is None:
        refuse("queue_id", "unknown_queue", "is not a queue")


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _changes(before: CampaignRow, values: dict[str, Any]) -> dict[str, Any]:
    """Name what is different now, a rule by its own name: that is what somebody asks for later."""
    was = asdict(before) | {"policies": list(before.policies), "rules": document_of(before.rules)}
    changed = {name: value for name, value in values.items() if name != "rules" and was[name] != value}
    rules = {name: value for name, value in values["rules"].items() if was["rules"][name] != value}
    return _plain({**changed, **rules})


def _campaigns() -> Select[Any]:
    columns = (*Campaign.__table__.columns, Queue.name.label("queue_name"), User.name.label("created_by_name"))
    query = select(*columns).join(Queue, Queue.id == Campaign.queue_id)
    return query.outerjoin(User, User.id == Campaign.created_by).order_by(Campaign.id.desc())


def _row(row: Any) -> CampaignRow:
    return build(CampaignRow, {**row, "policies": tuple(row["policies"]), "rules": rules_of(row["rules"])})


async def _one(connection: AsyncConnection, campaign_id: int) -> CampaignRow:
    row = (await connection.execute(_campaigns().where(Campaign.id == campaign_id))).mappings().first()
    if row is None:
        raise NotFound("campaign", campaign_id)
    return _row(row)
