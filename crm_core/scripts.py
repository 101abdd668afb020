"""Scripts as an administrator keeps them, the one that fits a call, and the way that was taken through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from crm_core.audit import Actor, append
from crm_core.campaign_uses import refuse_while_used
from crm_core.domain.phone import display
from crm_core.domain.script import LEAD_COLUMN, follows, rank, script_problems, text_of
from crm_core.errors import AlreadyExists, NotFound
from crm_core.guide_versions import SCRIPTS, Comparison, VersionLine, compared, kept, listed, one_before
from crm_core.models import (
    Attempt,
    Call,
    CallScript,
    Campaign,
    Contact,
    Customer,
    Lead,
    Queue,
    Script,
    ScriptVersion,
    User,
)
from crm_core.storage.database import Database
from crm_core.storage.fields import LANGUAGES, Checks, refuse
from crm_core.storage.rows import build, upsert
from crm_core.storage.versions import bump
from cti.clock import Clock


@dataclass(frozen=True, slots=True)
class ScriptDraft:
    """A script that is to be saved; without queues and campaigns it is for all calls."""

    name: str
    body: dict[str, Any]
    language: str = "zh"
    queue_ids: tuple[int, ...] = ()
    campaign_ids: tuple[int, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """One script."""

    id: int
    name: str
    language: str
    queue_ids: list[int]
    campaign_ids: list[int]
    body: dict[str, Any]
    active: bool
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ScriptPath:
    """The way through a script in one call: steps with the titles that they had then."""

    script_id: int | None
    name: str
    version: int
    path: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class ScriptOfCall:
    """What fits a call: a script, what its places are filled with, and how far the agent came."""

    script: ScriptRow
    values: dict[str, str]
    path: list[str]


class Scripts:
    """Rows are few: all of them are looked at to find the one that fits."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> tuple[ScriptRow, ...]:
        """List them by name."""
        async with self._database.reading() as connection:
            return await _rows(connection)

    async def add(self, draft: ScriptDraft, by: Actor) -> ScriptRow:
        """Save a new one."""
        values = _checked(draft)

        async def work(connection: AsyncConnection) -> ScriptRow:
            now = self._clock.now()
            await _check_references(connection, 0, values)
            query = insert(Script).values(**values, version=1, updated_at=now).returning(Script.id)
            script_id = (await connection.execute(query)).scalar_one()
            await _keep_version(connection, script_id, 1, values, by, now)
            await append(connection, by, now, "script.add", script_id, {"name": values["name"]})
            return await _one(connection, script_id)

        return await self._database.write(work)

    async def save(self, script_id: int, version: int, draft: ScriptDraft, by: Actor) -> ScriptRow:
        """Save all of it; calls that go on keep what they began with until they ask again."""
        values = _checked(draft)

        async def work(connection: AsyncConnection) -> ScriptRow:
            await _check_references(connection, script_id, values)
            return await self._change(connection, script_id, version, values, by)

        return await self._database.write(work)

    async def versions(self, script_id: int) -> tuple[VersionLine, ...]:
        """List what it was, the newest first."""
        async with self._database.reading() as connection:
            await _one(connection, script_id)
            return await listed(connection, SCRIPTS, script_id)

    async def compare(self, script_id: int, version: int, against: int | None = None) -> Comparison:
        """Set a version beside another; None: beside the one before it."""
        async with self._database.reading() as connection:
            text = text_of(*await kept(connection, SCRIPTS, script_id, version))
            if against is None:
                against = await one_before(connection, SCRIPTS, script_id, version)
            other = text_of(*await kept(connection, SCRIPTS, script_id, against)) if against else ""
        return compared(version, against, text, other)

    async def go_back(self, script_id: int, version: int, to: int, by: Actor) -> ScriptRow:
        """Save name and steps of an older version as a new one; where it is used stays as it is."""

        async def work(connection: AsyncConnection) -> ScriptRow:
            name, body = await kept(connection, SCRIPTS, script_id, to)
            await _check_name(connection, script_id, name)
            return await self._change(connection, script_id, version, {"name": name, "body": body}, by, back_to=to)

        return await self._database.write(work)

    async def _change(
        self, connection: AsyncConnection, script_id: int, version: int, values: dict[str, Any], by: Actor, **more: int
    ) -> ScriptRow:
        now = self._clock.now()
        new = await bump(connection, Script, "script", script_id, version, {**values, "updated_at": now})
        await _keep_version(connection, script_id, new, values, by, now)
        detail = {"name": values["name"], "version": new, **more}
        await append(connection, by, now, "script.restore" if more else "script.change", script_id, detail)
        return await _one(connection, script_id)

    async def remove(self, script_id: int, by: Actor) -> None:
        """Delete it; the ways that were taken through it stay."""

        async def work(connection: AsyncConnection) -> None:
            row = await _one(connection, script_id)
            await refuse_while_used(connection, "script", script_id, lambda campaign: campaign.id in row.campaign_ids)
            await connection.execute(delete(Script).where(Script.id == script_id))
            await append(connection, by, self._clock.now(), "script.remove", script_id)

        await self._database.write(work)

    async def for_call(self, call_id: str, agent_id: int, customer_id: int | None = None) -> ScriptOfCall | None:
        """Give the script that fits best, filled for this call; None if there is none.

        `customer_id`: whose call it is by now, where the diary may not have written that yet.
        """
        async with self._database.reading() as connection:
            call = await _call(connection, call_id, customer_id)
            language = call.language or "zh"
            fitting = [
                (found, row)
                for row in await _rows(connection)
                if row.active and (found := rank(_scope(row), call.queue_id, call.campaign_id, language))
            ]
            if not fitting:
                return None
            _, script = max(fitting, key=lambda pair: (pair[0], -pair[1].id))
            agent = await connection.scalar(select(User.name).where(User.id == agent_id))
            taken = await _path(connection, call_id)
        walked = [] if taken is None or taken.script_id != script.id else [step["step"] for step in taken.path]
        path = walked if walked and all(step in script.body["steps"] for step in walked) else [script.body["start"]]
        return ScriptOfCall(script, _values(call, agent or ""), path)

    async def path_of(self, call_id: str) -> ScriptPath | None:
        """Give the way that was taken, None if there was no script."""
        async with self._database.reading() as connection:
            return await _path(connection, call_id)

    async def walk(self, call_id: str, script_id: int, path: Sequence[str]) -> None:
        """Keep the way so far; not audited, since it comes with every step."""

        async def work(connection: AsyncConnection) -> None:
            script = await _one(connection, script_id)
            await _call(connection, call_id)
            if not follows(script.body, path):
                refuse("path", "no_such_way", "does not lead through this script; load it again")
            steps = script.body["steps"]
            row = {
                "call_id": call_id,
                "script_id": script_id,
                "name": script.name,
                "version": script.version,
                "path": [{"step": name, "title": steps[name]["title"]} for name in path],
                "updated_at": self._clock.now(),
            }
            changed = tuple(name for name in row if name != "call_id")
            await connection.execute(upsert(connection, CallScript, row, ("call_id",), changed))

        await self._database.write(work)


def _checked(draft: ScriptDraft) -> dict[str, Any]:
    checks = Checks()
    name = checks.trimmed("name", draft.name, required=True)
    checks.choice("language", draft.language, LANGUAGES)
    for problem in script_problems(draft.body):
        checks.add(*problem)
    checks.done()
    return {
        "name": name,
        "language": draft.language,
        "queue_ids": sorted(set(draft.queue_ids)),
        "campaign_ids": sorted(set(draft.campaign_ids)),
        "body": draft.body,
        "active": draft.active,
    }


async def _check_name(connection: AsyncConnection, script_id: int, name: str) -> None:
    same = select(Script.id).where(Script.name == name, Script.id != script_id)
    if await connection.scalar(same) is not None:
        raise AlreadyExists("script", "name", name)


async def _check_references(connection: AsyncConnection, script_id: int, values: dict[str, Any]) -> None:
    await _check_name(connection, script_id, values["name"])
    known = set(await connection.scalars(select(Queue.id)))
    if unknown := set(values["queue_ids"]) - known:
        refuse("queue_ids", "unknown_queue", f"has what is none of the queues: {min(unknown)}")
    campaigns = set(await connection.scalars(select(Campaign.id)))
    if unknown := set(values["campaign_ids"]) - campaigns:
        refuse("campaign_ids", "unknown_campaign", f"has what is none of the campaigns: {min(unknown)}")


async def _keep_version(
    connection: AsyncConnection, script_id: int, version: int, values: dict[str, Any], by: Actor, now: datetime
) -> None:
    text = {"name": values["name"], "body": values["body"], "saved_at": now, "saved_by": by.user_id}
    await connection.execute(insert(ScriptVersion).values(script_id=script_id, version=version, **text))


def _values(call: Any, agent_name: str) -> dict[str, str]:
    found = {
        "customer.name": call.customer_name,
        "customer.company": call.company,
        "customer.level": call.level,
        "customer.owner": call.owner_name,
        "contact.name": call.contact_name,
        "caller.number": display(call.number) if call.number else None,
        "queue.name": call.queue_name,
        "agent.name": agent_name,
        "campaign.name": call.campaign_name,
        "lead.name": call.lead_name,
    }
    columns = {f"{LEAD_COLUMN}{name}": str(value) for name, value in (call.lead_custom or {}).items()}
    return columns | {name: value for name, value in found.items() if value}


def _scope(script: ScriptRow) -> dict[str, Any]:
    return {"queue_ids": script.queue_ids, "campaign_ids": script.campaign_ids, "language": script.language}


async def _call(connection: AsyncConnection, call_id: str, customer_id: int | None = None) -> Any:
    whose = Call.customer_id if customer_id is None else customer_id
    owner = aliased(User)
    first = select(Contact.name).where(Contact.customer_id == Customer.id).order_by(Contact.id).limit(1)
    query = (
        select(
            Call.number,
            Call.queue_id,
            Queue.name.label("queue_name"),
            Customer.name.label("customer_name"),
            Customer.company,
            Customer.level,
            Customer.language,
            owner.name.label("owner_name"),
            first.scalar_subquery().label("contact_name"),
            Attempt.campaign_id,
            Campaign.name.label("campaign_name"),
            Lead.name.label("lead_name"),
            Lead.custom.label("lead_custom"),
        )
        .outerjoin(Queue, Queue.id == Call.queue_id)
        .outerjoin(Customer, Customer.id == whose)
        .outerjoin(owner, owner.id == Customer.owner_id)
        .outerjoin(Attempt, Attempt.attempt_id == Call.id)
        .outerjoin(Campaign, Campaign.id == Attempt.campaign_id)
        .outerjoin(Lead, Lead.id == Attempt.lead_id)
        .where(Call.id == call_id)
    )
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("call", call_id)
    return row


async def _path(connection: AsyncConnection, call_id: str) -> ScriptPath | None:
    query = select(*CallScript.__table__.columns).where(CallScript.call_id == call_id)
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else build(ScriptPath, row)


async def _rows(connection: AsyncConnection) -> tuple[ScriptRow, ...]:
    rows = await connection.execute(select(*Script.__table__.columns).order_by(Script.name))
    return tuple(build(ScriptRow, row) for row in rows.mappings())


async def _one(connection: AsyncConnection, script_id: int) -> ScriptRow:
    query = select(*Script.__table__.columns).where(Script.id == script_id)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise NotFound("script", script_id)
    return build(ScriptRow, row)
