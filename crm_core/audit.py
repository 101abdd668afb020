"""The trace of who did what; entries are only ever added, in the transaction of the deed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import AuditEntry, User
from crm_core.storage.database import Database
from crm_core.storage.paging import Page, clamp, decode_ids, make_page
from crm_core.storage.rows import build
from cti.clock import Clock


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where; the system has no `user_id`."""

    user_id: int | None
    address: str = ""


SYSTEM = Actor(None)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry; `action` such as "customer.update", `detail` what changed."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str | None
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]
    address: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """None means: any."""

    user_id: int | None = None
    object_kind: str | None = None
    object_id: str | None = None
    action: str | None = None


async def append(
    connection: AsyncConnection,
    actor: Actor,
    at: datetime,
    action: str,
    object_id: object = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry inside a transaction; the kind of object is the part of `action` before the dot."""
    await append_all(connection, actor, at, action, [(object_id, detail or {})])


async def append_all(
    connection: AsyncConnection,
    actor: Actor,
    at: datetime,
    action: str,
    entries: Sequence[tuple[object, dict[str, Any]]],
) -> None:
    """Add entries about several objects (id and detail) by one statement."""
    rows = [
        {
            "at": at,
            "user_id": actor.user_id,
            "action": action,
            "object_kind": action.partition(".")[0],
            "object_id": str(object_id)[:64],
            "detail": detail,
            "address": actor.address[:64],
        }
        for object_id, detail in entries
    ]
    if rows:
        await connection.execute(insert(AuditEntry), rows)


class AuditLog:
    """Entries for deeds that change no row here (a recording was played, a login failed), and the list of all."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def append(self, actor: Actor, action: str, object_id: object = "", **detail: object) -> None:
        """Add an entry of its own."""
        at = self._clock.now()
        await self._database.write(lambda connection: append(connection, actor, at, action, object_id, dict(detail)))

    async def page(self, wanted: AuditFilter, cursor: str | None = None, limit: int = 50) -> Page[AuditRow]:
        """List entries, the newest first."""
        limit = clamp(limit)
        query = (
            select(*AuditEntry.__table__.columns, User.name.label("user_name"))
            .outerjoin(User, User.id == AuditEntry.user_id)
            .order_by(AuditEntry.id.desc())
            .limit(limit + 1)
        )
        for column, value in (
            (AuditEntry.user_id, wanted.user_id),
            (AuditEntry.object_kind, wanted.object_kind),
            (AuditEntry.object_id, wanted.object_id),
            (AuditEntry.action, wanted.action),
        ):
            if value is not None:
                query = query.where(column == value)
        before = decode_ids(cursor)
        if before is not None:
            query = query.where(AuditEntry.id < before)
        async with self._database.reading() as connection:
            rows = [build(AuditRow, row) for row in (await connection.execute(query)).mappings()]
        return make_page(rows, limit, lambda row: (row.id,))
