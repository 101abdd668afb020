"""Pieces of waiting music: their names, and which of Asterisk's classes each has; the sounds are files of the ivr."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.errors import FieldProblem, InUse, Invalid, NotFound
from crm_core.models import MusicPiece, Queue
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from crm_core.storage.rows import build, execute, upsert
from cti.clock import Clock
from cti.domain.values import MUSIC_CLASSES


@dataclass(frozen=True, slots=True)
class MusicRow:
    """One piece."""

    id: int
    music_class: str
    name: str
    duration_s: float
    updated_at: datetime
    removed_at: datetime | None


class Music:
    """A piece that a line plays is not deleted; a deleted one may come back until its class is taken."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> tuple[MusicRow, ...]:
        """List those that are there, by name."""
        return tuple(row for row in await self._rows() if row.removed_at is None)

    async def free_class(self, name: str) -> str:
        """Return a class for a piece of this name: one that never had a piece, else that of the one deleted first."""
        checks = Checks()
        checks.trimmed("name", name, longest=200, required=True)
        checks.done()
        rows = await self._rows()
        taken = {row.music_class for row in rows}
        removed = sorted((row.removed_at, row.music_class) for row in rows if row.removed_at is not None)
        free = [one for one in MUSIC_CLASSES if one not in taken] + [one for _, one in removed]
        if not free:
            message = f"There are {len(MUSIC_CLASSES)} pieces already; delete one of them."
            raise Invalid(FieldProblem("name", "too_many", message))
        return free[0]

    async def put(self, music_class: str, name: str, duration_s: float, by: Actor) -> MusicRow:
        """Say what the class plays."""
        name = " ".join(name.split())

        async def work(connection: AsyncConnection) -> None:
            now = self._clock.now()
            row = {
                "music_class": music_class,
                "name": name,
                "duration_s": duration_s,
                "updated_at": now,
                "removed_at": None,
            }
            changed = ("name", "duration_s", "updated_at", "removed_at")
            await connection.execute(upsert(connection, MusicPiece, row, ("music_class",), changed))
            await append(connection, by, now, "music.add", music_class, {"name": name})

        await self._database.write(work)
        return next(row for row in await self._rows() if row.music_class == music_class)

    async def remove(self, piece_id: int, by: Actor) -> MusicRow:
        """Take it from the list, unless a line plays it."""
        row = await self.get(piece_id)

        async def work(connection: AsyncConnection) -> None:
            playing = select(Queue.name).where(Queue.music_class == row.music_class, Queue.active.is_(True))
            queue = (await connection.execute(playing)).scalar()
            if queue is not None:
                raise InUse("music", piece_id, f"the queue {queue}")
            await self._mark(connection, row, self._clock.now())
            await append(connection, by, self._clock.now(), "music.remove", row.music_class, {"name": row.name})

        await self._database.write(work)
        return row

    async def restore(self, piece_id: int, by: Actor) -> MusicRow:
        """Bring it back."""
        row = await self.get(piece_id, removed=True)

        async def work(connection: AsyncConnection) -> None:
            await self._mark(connection, row, None)
            await append(connection, by, self._clock.now(), "music.restore", row.music_class, {"name": row.name})

        await self._database.write(work)
        return await self.get(piece_id)

    async def get(self, piece_id: int, *, removed: bool = False) -> MusicRow:
        """Return one that is there, or one that was deleted."""
        for row in await self._rows():
            if row.id == piece_id and (row.removed_at is not None) is removed:
                return row
        raise NotFound("music", piece_id)

    async def _rows(self) -> tuple[MusicRow, ...]:
        query = select(*MusicPiece.__table__.columns).order_by(MusicPiece.name, MusicPiece.id)
        async with self._database.reading() as connection:
            return tuple(build(MusicRow, row) for row in (await connection.execute(query)).mappings())

    @staticmethod
    async def _mark(connection: AsyncConnection, row: MusicRow, removed_at: datetime | None) -> None:
        query = update(MusicPiece).where(MusicPiece.id == row.id, MusicPiece.name == row.name)
        if await execute(connection, query.values(removed_at=removed_at)) == 0:
            raise NotFound("music", row.id)
