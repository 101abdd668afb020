"""Links to wallboards: who made them for which board, until when, and who took them back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from crm_core.audit import Actor, append
from crm_core.errors import NotFound, TooManyLinks
from crm_core.models import Queue, User, WallboardLink
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from crm_core.storage.rows import build, execute
from cti.clock import Clock

MOST_LIVING = 100
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link; `board` is what it shows, as its maker chose it."""

    id: int
    name: str
    board: dict[str, Any]
    created_at: datetime
    created_by: int | None
    created_by_name: str | None
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by_name: str | None


class WallboardLinks:
    """Rows stay after their end, for the list and the audit log name them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def make(self, name: str, board: dict[str, Any], expires_at: datetime, by: Actor) -> LinkRow:
        """Save a new one; `board["queue_ids"]` must be queues, none of them is all."""
        checks = Checks()
        name = checks.trimmed("name", name, longest=80, required=True)
        checks.done()
        # the link says its end in whole seconds, and both must agree
        expires_at = expires_at.replace(microsecond=0)

        async def work(connection: AsyncConnection) -> LinkRow:
            now = self._clock.now()
            await _check_queues(connection, board["queue_ids"])
            living = select(func.count()).where(WallboardLink.revoked_at.is_(None), WallboardLink.expires_at > now)
            if (await connection.scalar(living) or 0) >= MOST_LIVING:
                raise TooManyLinks(MOST_LIVING)
            row = {
                "name": name,
                "board": board,
                "created_at": now,
                "created_by": by.user_id,
                "expires_at": expires_at,
            }
            made = await connection.execute(insert(WallboardLink).values(row).returning(WallboardLink.id))
            link_id = made.scalar_one()
            said = {key: board[key] for key in ("queue_ids", "with_names")}
            detail = {"name": name, "expires_at": expires_at.isoformat(), **said}
            await append(connection, by, now, "wallboard.make", link_id, detail)
            return await _one(connection, link_id)

        return await self._database.write(work)

    async def all(self) -> tuple[LinkRow, ...]:
        """List the newest first."""
        query = _links().order_by(WallboardLink.id.desc()).limit(MOST_SHOWN)
        async with self._database.reading() as connection:
            return tuple(build(LinkRow, row) for row in (await connection.execute(query)).mappings())

    async def get(self, link_id: int) -> LinkRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, link_id)

    async def revoke(self, link_id: int, by: Actor) -> None:
        """Take it back; again changes nothing."""

        async def work(connection: AsyncConnection) -> None:
            now = self._clock.now()
            change = update(WallboardLink).where(WallboardLink.id == link_id, WallboardLink.revoked_at.is_(None))
            if await execute(connection, change.values(revoked_at=now, revoked_by=by.user_id)):
                await append(connection, by, now, "wallboard.revoke", link_id)
            else:
                await _one(connection, link_id)

        await self._database.write(work)


async def _check_queues(connection: AsyncConnection, queue_ids: list[int]) -> None:
    known = set(await connection.scalars(select(Queue.id).where(Queue.active.is_(True))))
    checks = Checks()
    for place, queue_id in enumerate(queue_ids):
        if queue_id not in known:
            checks.add(f"board.queue_ids.{place}", "unknown_queue", "is not one of the queues")
    checks.done()


def _links() -> Select[Any]:
    maker, taker = aliased(User), aliased(User)
    return (
        select(
            *WallboardLink.__table__.columns,
            maker.name.label("created_by_name"),
            taker.name.label("revoked_by_name"),
        )
        .outerjoin(maker, maker.id == WallboardLink.created_by)
        .outerjoin(taker, taker.id == WallboardLink.revoked_by)
    )


async def _one(connection: AsyncConnection, link_id: int) -> LinkRow:
    row = (await connection.execute(_links().where(WallboardLink.id == link_id))).mappings().first()
    if row is None:
        raise NotFound("wallboard", link_id)
    return build(LinkRow, row)
