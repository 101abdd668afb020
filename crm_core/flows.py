"""Flows, every version of them, and the numbers that lead to them; whether a body makes sense is the ivr's to say."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.calendars import check_calendar
from crm_core.campaign_uses import refuse_while_used
from crm_core.errors import AlreadyExists, InUse, NotFound
from crm_core.models import EntryNumber, Flow, FlowVersion, User
from crm_core.storage.database import Database
from crm_core.storage.fields import LANGUAGES, Checks
from crm_core.storage.rows import build, execute, upsert
from crm_core.storage.versions import bump
from cti.clock import Clock

_DIALED = re.compile(r"^\+?[0-9]{1,20}$")


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A flow in its newest version."""

    id: int
    name: str
    body: dict[str, Any]
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FlowVersionRow:
    """One body that a flow has or had."""

    version: int
    body: dict[str, Any]
    saved_at: datetime
    saved_by: int | None
    saved_by_name: str | None


@dataclass(frozen=True, slots=True)
class EntryNumberRow:
    """A number that callers dial."""

    number: str
    name: str
    flow_id: int
    flow_name: str
    language: str
    calendar_id: int | None
    active: bool
    updated_at: datetime


class Flows:
    """Bodies are stored as they are handed in: check them first."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> tuple[FlowRow, ...]:
        """List flows by name."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(*Flow.__table__.columns).order_by(Flow.name))
            return tuple(build(FlowRow, row) for row in rows.mappings())

    async def get(self, flow_id: int) -> FlowRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, flow_id)

    async def versions(self, flow_id: int) -> tuple[FlowVersionRow, ...]:
        """List all versions, the newest first."""
        query = (
            select(*FlowVersion.__table__.columns, User.name.label("saved_by_name"))
            .outerjoin(User, User.id == FlowVersion.saved_by)
            .where(FlowVersion.flow_id == flow_id)
            .order_by(FlowVersion.version.desc())
        )
        async with self._database.reading() as connection:
            return tuple(build(FlowVersionRow, row) for row in (await connection.execute(query)).mappings())

    async def add(self, name: str, body: dict[str, Any], by: Actor) -> FlowRow:
        """Save a new flow."""
        name = _checked_name(name)

        async def work(connection: AsyncConnection) -> FlowRow:
            now = self._clock.now()
            await _check_name(connection, 0, name)
            values = {"name": name, "body": body, "version": 1, "updated_at": now}
            flow_id = (await connection.execute(insert(Flow).values(values).returning(Flow.id))).scalar_one()
            await _keep_version(connection, flow_id, 1, body, now, by)
            await append(connection, by, now, "flow.add", flow_id, {"name": name})
            return await _one(connection, flow_id)

        return await self._database.write(work)

    async def save(self, flow_id: int, version: int | None, name: str, body: dict[str, Any], by: Actor) -> FlowRow:
        """Save a new version of a flow."""
        name = _checked_name(name)

        async def work(connection: AsyncConnection) -> FlowRow:
            now = self._clock.now()
            await _check_name(connection, flow_id, name)
            values = {"name": name, "body": body, "updated_at": now}
            new = await bump(connection, Flow, "flow", flow_id, version, values)
            await _keep_version(connection, flow_id, new, body, now, by)
            await append(connection, by, now, "flow.change", flow_id, {"name": name, "version": new})
            return await _one(connection, flow_id)

        return await self._database.write(work)

    async def remove(self, flow_id: int, by: Actor) -> None:
        """Delete a flow that no entry number and no campaign leads to."""

        async def work(connection: AsyncConnection) -> None:
            number = await connection.scalar(select(EntryNumber.number).where(EntryNumber.flow_id == flow_id).limit(1))
            if number is not None:
                raise InUse("flow", flow_id, f"entry number {number}")
            await refuse_while_used(connection, "flow", flow_id, lambda campaign: campaign.has_flow(flow_id))
            if await execute(connection, delete(Flow).where(Flow.id == flow_id)) == 0:
                raise NotFound("flow", flow_id)
            await append(connection, by, self._clock.now(), "flow.remove", flow_id)

        await self._database.write(work)


class EntryNumbers:
    """Which flow answers which dialed number."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> tuple[EntryNumberRow, ...]:
        """List entry numbers in order."""
        query = (
            select(*EntryNumber.__table__.columns, Flow.name.label("flow_name"))
            .join(Flow, Flow.id == EntryNumber.flow_id)
            .order_by(EntryNumber.number)
        )
        async with self._database.reading() as connection:
            return tuple(build(EntryNumberRow, row) for row in (await connection.execute(query)).mappings())

    async def put(
        self,
        number: str,
        name: str,
        flow_id: int,
        by: Actor,
        *,
        language: str = "zh",
        calendar_id: int | None = None,
        active: bool = True,
    ) -> None:
        """Add an entry number or change it; `language` is the one in which it answers."""
        checks = Checks()
        if not _DIALED.match(number):
            checks.add("number", "bad_number", "may hold digits only, with a + in front at most")
        name = checks.trimmed("name", name)
        checks.choice("language", language, LANGUAGES)
        checks.done()

        async def work(connection: AsyncConnection) -> None:
            now = self._clock.now()
            await _one(connection, flow_id)
            await check_calendar(connection, calendar_id)
            plain = {"name": name, "flow_id": flow_id, "language": language}
            detail = {**plain, "calendar_id": calendar_id, "active": active}
            row = {"number": number, "updated_at": now, **detail}
            await connection.execute(upsert(connection, EntryNumber, row, ("number",), (*detail, "updated_at")))
            await append(connection, by, now, "entry_number.put", number, detail)

        await self._database.write(work)

    async def remove(self, number: str, by: Actor) -> None:
        """Delete an entry number."""

        async def work(connection: AsyncConnection) -> None:
            if await execute(connection, delete(EntryNumber).where(EntryNumber.number == number)) == 0:
                raise NotFound("entry_number", number)
            await append(connection, by, self._clock.now(), "entry_number.remove", number)

        await self._database.write(work)


def _checked_name(name: str) -> str:
    checks = Checks()
    name = checks.trimmed("name", name, required=True)
    checks.done()
    return name


async def _check_name(connection: AsyncConnection, flow_id: int, name: str) -> None:
    if await connection.scalar(select(Flow.id).where(Flow.name == name, Flow.id != flow_id)) is not None:
        raise AlreadyExists("flow", "name", name)


async def _keep_version(
    connection: AsyncConnection, flow_id: int, version: int, body: dict[str, Any], at: datetime, by: Actor
) -> None:
    values = {"flow_id": flow_id, "version": version, "body": body, "saved_at": at, "saved_by": by.user_id}
    await connection.execute(insert(FlowVersion).values(values))


async def _one(connection: AsyncConnection, flow_id: int) -> FlowRow:
    query = select(*Flow.__table__.columns).where(Flow.id == flow_id)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise NotFound("flow", flow_id)
    return build(FlowRow, row)
