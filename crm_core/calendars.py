"""Business hours as an administrator set them up, and as somebody switched them by hand.

What a document may hold is the telephone menu's business (`ivr.domain.plan`); it is checked before it comes here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.errors import AlreadyExists, InUse, NotFound
from crm_core.models import BusinessCalendar, EntryNumber, Flow, Queue, User
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks, refuse
from crm_core.storage.rows import build, execute
from crm_core.storage.versions import bump
from cti.clock import Clock

SWITCHES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One calendar; `switched` is "open" or "closed" by hand, `switched_until` None: until it is taken back."""

    id: int
    name: str
    body: dict[str, Any]
    switched: str | None
    switched_until: datetime | None
    switched_at: datetime | None
    switched_by: int | None
    switched_by_name: str | None
    switched_note: str
    version: int
    updated_at: datetime


class Calendars:
    """A calendar that a queue, a number or a flow goes by cannot be deleted."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> tuple[CalendarRow, ...]:
        """List them by name."""
        async with self._database.reading() as connection:
            found = await connection.execute(_calendars().order_by(BusinessCalendar.name))
            return tuple(build(CalendarRow, row) for row in found.mappings())

    async def get(self, calendar_id: int) -> CalendarRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, calendar_id)

    async def add(self, name: str, body: dict[str, Any], by: Actor) -> CalendarRow:
        """Save a new one."""
        name = _checked_name(name)

        async def work(connection: AsyncConnection) -> CalendarRow:
            now = self._clock.now()
            await _check_unique(connection, None, name)
            row = {"name": name, "body": body, "switched_note": "", "version": 1, "updated_at": now}
            query = insert(BusinessCalendar).values(row).returning(BusinessCalendar.id)
            calendar_id = (await connection.execute(query)).scalar_one()
            await append(connection, by, now, "calendar.add", calendar_id, {"name": name, "body": body})
            return await _one(connection, calendar_id)

        return await self._database.write(work)

    async def save(
        self, calendar_id: int, version: int | None, name: str, body: dict[str, Any], by: Actor
    ) -> CalendarRow:
        """Save all of it; what is switched by hand stays so."""
        name = _checked_name(name)

        async def work(connection: AsyncConnection) -> CalendarRow:
            now = self._clock.now()
            await _check_unique(connection, calendar_id, name)
            values = {"name": name, "body": body, "updated_at": now}
            await bump(connection, BusinessCalendar, "calendar", calendar_id, version, values)
            await append(connection, by, now, "calendar.change", calendar_id, {"name": name, "body": body})
            return await _one(connection, calendar_id)

        return await self._database.write(work)

    async def switch(
        self, calendar_id: int, to: str | None, until: datetime | None, note: str, by: Actor
    ) -> CalendarRow:
        """Open or close by hand, whatever the plan says; None: the plan counts again."""
        checks = Checks()
        if to is not None:
            checks.choice("to", to, SWITCHES)
        note = checks.trimmed("note", note, longest=200)
        checks.done()
        now = self._clock.now()
        if to is None:
            until = None
        elif until is not None and until <= now:
            refuse("until", "in_the_past", "must be later than now")

        async def work(connection: AsyncConnection) -> CalendarRow:
            values = {
                "switched": to,
                "switched_until": until,
                "switched_at": now if to else None,
                "switched_by": by.user_id if to else None,
                "switched_note": note if to else "",
            }
            query = update(BusinessCalendar).where(BusinessCalendar.id == calendar_id).values(values)
            if await execute(connection, query) == 0:
                raise NotFound("calendar", calendar_id)
            detail = {"to": to, "until": None if until is None else until.isoformat(), "note": values["switched_note"]}
            await append(connection, by, now, "calendar.switch", calendar_id, detail)
            return await _one(connection, calendar_id)

        return await self._database.write(work)

    async def remove(self, calendar_id: int, by: Actor) -> None:
        """Delete one that nothing goes by."""

        async def work(connection: AsyncConnection) -> None:
            await _check_unused(connection, calendar_id)
            if await execute(connection, delete(BusinessCalendar).where(BusinessCalendar.id == calendar_id)) == 0:
                raise NotFound("calendar", calendar_id)
            await append(connection, by, self._clock.now(), "calendar.remove", calendar_id)

        await self._database.write(work)


async def check_calendar(connection: AsyncConnection, calendar_id: int | None) -> None:
    """Refuse to go by a calendar that is not there."""
    if calendar_id is None:
        return
    query = select(BusinessCalendar.id).where(BusinessCalendar.id == calendar_id)
    if await connection.scalar(query) is None:
        refuse("calendar_id", "unknown_calendar", "is not a calendar")


def _checked_name(name: str) -> str:
    checks = Checks()
    name = checks.trimmed("name", name, required=True)
    checks.done()
    return name


async def _check_unique(connection: AsyncConnection, calendar_id: int | None, name: str) -> None:
    query = select(BusinessCalendar.id).where(BusinessCalendar.name == name, BusinessCalendar.id != (calendar_id or 0))
    if await connection.scalar(query) is not None:
        raise AlreadyExists("calendar", "name", name)


async def _check_unused(connection: AsyncConnection, calendar_id: int) -> None:
    queue = await connection.scalar(select(Queue.name).where(Queue.calendar_id == calendar_id, Queue.active.is_(True)))
    if queue is not None:
        raise InUse("calendar", calendar_id, f"the queue {queue}")
    number = await connection.scalar(select(EntryNumber.number).where(EntryNumber.calendar_id == calendar_id))
    if number is not None:
        raise InUse("calendar", calendar_id, f"the entry number {number}")
    for flow in await connection.execute(select(Flow.name, Flow.body)):
        if any(node.get("calendar") == calendar_id for node in flow.body.get("nodes", {}).values()):
            raise InUse("calendar", calendar_id, f"the flow {flow.name}")
    # a queue out of use keeps nothing from going
    await connection.execute(update(Queue).where(Queue.calendar_id == calendar_id).values(calendar_id=None))


def _calendars() -> Select[*tuple[Any, ...]]:
    columns = BusinessCalendar.__table__.columns
    return select(*columns, User.name.label("switched_by_name")).outerjoin(
        User, User.id == BusinessCalendar.switched_by
    )


async def _one(connection: AsyncConnection, calendar_id: int) -> CalendarRow:
    row = (await connection.execute(_calendars().where(BusinessCalendar.id == calendar_id))).mappings().first()
    if row is None:
        raise NotFound("calendar", calendar_id)
    return build(CalendarRow, row)
