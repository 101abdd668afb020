"""Links to forms that ask for a callback: who made them for which queue, and who took them back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from crm_core.audit import Actor, append
from crm_core.errors import NotFound, TooManyForms
from crm_core.models import CallbackLink, Queue, User
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from crm_core.storage.rows import build, execute
from cti.clock import Clock

MOST_LIVING = 100
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class CallbackLinkDraft:
    """`name` is what customers read; pages of `origins` may ask, too; `abroad`: foreign numbers are called as well."""

    queue_id: int
    name: str
    origins: tuple[str, ...] = ()
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class CallbackLinkRow:
    """One link; `offered` says whether its queue is there and promises callbacks."""

    id: int
    queue_id: int
    queue_name: str
    offered: bool
    name: str
    origins: tuple[str, ...]
    abroad: bool
    created_at: datetime
    created_by_name: str | None
    revoked_at: datetime | None
    revoked_by_name: str | None


class CallbackLinks:
    """Rows stay after their end: the audit log names them, and taking back can be undone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def make(self, draft: CallbackLinkDraft, by: Actor) -> CallbackLinkRow:
        """Save a new one, for a queue that is there."""
        checks = Checks()
        name = checks.trimmed("name", draft.name, longest=80, required=True)
        checks.done()

        async def work(connection: AsyncConnection) -> CallbackLinkRow:
            now = self._clock.now().replace(microsecond=0)  # the link says it in whole seconds, and both must agree
            await _check_queue(connection, draft.queue_id)
            await _check_room(connection)
            said: dict[str, Any] = {"name": name, "queue_id": draft.queue_id}
            said |= {"origins": list(draft.origins), "abroad": draft.abroad}
            row = {**said, "created_at": now, "created_by": by.user_id}
            made = await connection.execute(insert(CallbackLink).values(row).returning(CallbackLink.id))
            link_id = made.scalar_one()
            await append(connection, by, now, "callback_link.make", link_id, said)
            return await _one(connection, link_id)

        return await self._database.write(work)

    async def all(self) -> tuple[CallbackLinkRow, ...]:
        """List the newest first."""
        query = _links().order_by(CallbackLink.id.desc()).limit(MOST_SHOWN)
        async with self._database.reading() as connection:
            return tuple(_built(row) for row in (await connection.execute(query)).mappings())

    async def get(self, link_id: int) -> CallbackLinkRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, link_id)

    async def revoke(self, link_id: int, by: Actor) -> None:
        """Take it back; again changes nothing. What was promised by it stays promised."""

        async def work(connection: AsyncConnection) -> None:
            now = self._clock.now()
            change = update(CallbackLink).where(CallbackLink.id == link_id, CallbackLink.revoked_at.is_(None))
            if await execute(connection, change.values(revoked_at=now, revoked_by=by.user_id)):
                await append(connection, by, now, "callback_link.revoke", link_id)
            else:
                await _one(connection, link_id)

        await self._database.write(work)

    async def restore(self, link_id: int, by: Actor) -> CallbackLinkRow:
        """Open the same address again; of one that was not taken back nothing changes."""

        async def work(connection: AsyncConnection) -> CallbackLinkRow:
            row = await _one(connection, link_id)
            if row.revoked_at is None:
                return row
            await _check_room(connection)
            change = update(CallbackLink).where(CallbackLink.id == link_id)
            await connection.execute(change.values(revoked_at=None, revoked_by=None))
            await append(connection, by, self._clock.now(), "callback_link.restore", link_id)
            return await _one(connection, link_id)

        return await self._database.write(work)


async def _check_queue(connection: AsyncConnection, queue_id: int) -> None:
    known = select(Queue.id).where(Queue.id == queue_id, Queue.active.is_(True))
    if await connection.scalar(known) is None:
        checks = Checks()
        checks.add("queue_id", "unknown_queue", "is not one of the queues")
        checks.done()


async def _check_room(connection: AsyncConnection) -> None:
    living = select(func.count()).select_from(CallbackLink).where(CallbackLink.revoked_at.is_(None))
    if (await connection.scalar(living) or 0) >= MOST_LIVING:
        raise TooManyForms(MOST_LIVING)


def _links() -> Select[Any]:
    maker, taker = aliased(User), aliased(User)
    own = [column for column in CallbackLink.__table__.columns if column.name not in ("created_by", "revoked_by")]
    return (
        select(
            *own,
            Queue.name.label("queue_name"),
            Queue.active.label("queue_active"),
            Queue.callbacks.label("rules"),
            maker.name.label("created_by_name"),
            taker.name.label("revoked_by_name"),
        )
        .join(Queue, Queue.id == CallbackLink.queue_id)
        .outerjoin(maker, maker.id == CallbackLink.created_by)
        .outerjoin(taker, taker.id == CallbackLink.revoked_by)
    )


async def _one(connection: AsyncConnection, link_id: int) -> CallbackLinkRow:
    row = (await connection.execute(_links().where(CallbackLink.id == link_id))).mappings().first()
    if row is None:
        raise NotFound("callback_link", link_id)
    return _built(row)


def _built(row: Any) -> CallbackLinkRow:
    values = dict(row)
    offered = bool(values.pop("queue_active")) and bool(values.pop("rules").get("offered", False))
    return build(CallbackLinkRow, {**values, "origins": tuple(values["origins"]), "offered": offered})
