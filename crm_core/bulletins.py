"""What supervisors tell agents on their pages: kept until it is read or over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.models import Bulletin, BulletinReceipt, User
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks, refuse
from crm_core.storage.rows import build
from cti.clock import Clock

LONGEST_TEXT = 280
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """One message as its reader sees it."""

    id: int
    text: str
    by_name: str | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SentRow:
    """One message as those see it who may send: how many have read it, of how many."""

    id: int
    text: str
    by_name: str | None
    created_at: datetime
    expires_at: datetime
    recipients: int
    acknowledged: int


class Bulletins:
    """Rows stay after their end, for the audit log names them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def send(self, text: str, user_ids: Iterable[int], expires_at: datetime, by: Actor) -> int:
        """Save a new one for these people; there has to be somebody."""
        checks = Checks()
        text = checks.trimmed("text", text, longest=LONGEST_TEXT, required=True)
        checks.done()
        readers = sorted(set(user_ids))
        if not readers:
            refuse("to", "missing", "nobody is there whom it would reach")

        async def work(connection: AsyncConnection) -> int:
            now = self._clock.now()
            values = {"text": text, "created_at": now, "created_by": by.user_id, "expires_at": expires_at}
            bulletin_id = (
                await connection.execute(insert(Bulletin).values(values).returning(Bulletin.id))
            ).scalar_one()
            rows = [{"bulletin_id": bulletin_id, "user_id": one, "acknowledged_at": None} for one in readers]
            await connection.execute(insert(BulletinReceipt), rows)
            detail = {"text": text, "to": readers, "expires_at": expires_at.isoformat(timespec="seconds")}
            await append(connection, by, now, "bulletin.send", bulletin_id, detail)
            return int(bulletin_id)

        return await self._database.write(work)

    async def acknowledge(self, bulletin_id: int, user_id: int) -> None:
        """They have read it; what is not theirs, or was read before, stays as it is."""
        query = (
            update(BulletinReceipt)
            .where(
                BulletinReceipt.bulletin_id == bulletin_id,
                BulletinReceipt.user_id == user_id,
                BulletinReceipt.acknowledged_at.is_(None),
            )
            .values(acknowledged_at=self._clock.now())
        )
        await self._database.write(lambda connection: connection.execute(query))

    async def revoke(self, bulletin_id: int, by: Actor) -> tuple[int, ...]:
        """It is over now; give whose pages still showed it."""

        async def work(connection: AsyncConnection) -> tuple[int, ...]:
            now = self._clock.now()
            living = (Bulletin.id == bulletin_id, Bulletin.expires_at > now)
            if await connection.scalar(select(Bulletin.id).where(*living)) is None:
                return ()
            await connection.execute(update(Bulletin).where(*living).values(expires_at=now))
            await append(connection, by, now, "bulletin.revoke", bulletin_id, {})
            readers = select(BulletinReceipt.user_id).where(BulletinReceipt.bulletin_id == bulletin_id)
            return tuple(await connection.scalars(readers.order_by(BulletinReceipt.user_id)))

        return await self._database.write(work)

    async def unread(self, user_id: int) -> tuple[BulletinRow, ...]:
        """Those that this person has not read, the newest first."""
        query = (
            select(Bulletin.id, Bulletin.text, User.name.label("by_name"), Bulletin.created_at, Bulletin.expires_at)
            .join(BulletinReceipt, BulletinReceipt.bulletin_id == Bulletin.id)
            .outerjoin(User, User.id == Bulletin.created_by)
            .where(
                BulletinReceipt.user_id == user_id,
                BulletinReceipt.acknowledged_at.is_(None),
                Bulletin.expires_at > self._clock.now(),
            )
            .order_by(Bulletin.id.desc())
            .limit(MOST_SHOWN)
        )
        async with self._database.reading() as connection:
            return tuple(build(BulletinRow, row) for row in (await connection.execute(query)).mappings())

    async def sent(self) -> tuple[SentRow, ...]:
        """All that are not over, the newest first."""
        query = (
            select(
                Bulletin.id,
                Bulletin.text,
                User.name.label("by_name"),
                Bulletin.created_at,
                Bulletin.expires_at,
                func.count(BulletinReceipt.user_id).label("recipients"),
                func.count(BulletinReceipt.acknowledged_at).label("acknowledged"),
            )
            .join(BulletinReceipt, BulletinReceipt.bulletin_id == Bulletin.id)
            .outerjoin(User, User.id == Bulletin.created_by)
            .where(Bulletin.expires_at > self._clock.now())
            .group_by(Bulletin.id, Bulletin.text, User.name, Bulletin.created_at, Bulletin.expires_at)
            .order_by(Bulletin.id.desc())
            .limit(MOST_SHOWN)
        )
        async with self._database.reading() as connection:
            return tuple(build(SentRow, row) for row in (await connection.execute(query)).mappings())
