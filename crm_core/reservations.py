"""People who are shown to an agent before they are dialed: each to one agent, and each agent sees one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.due_leads import RESERVED, WAITING
from crm_core.models import Lead, LeadReservation
from crm_core.storage.database import Database
from crm_core.storage.rows import execute


@dataclass(frozen=True, slots=True)
class Skip:
    """Why an agent does not call somebody, in a word and in their own; what becomes of the lead then."""

    reason: str
    note: str
    state: str
    why: str
    due_at: datetime | None = None


class Reservations:
    """A lead that is reserved is no dialer's; with the row its lead changes, in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, lead_id: int, user_id: int, now: datetime, until: datetime) -> bool:
        """Show it to them; False: it does not wait any more, is somebody else's, or they see another one."""
        sees_one = select(exists().where(LeadReservation.user_id == user_id))
        taken = update(Lead).where(Lead.id == lead_id, Lead.state == WAITING)
        taken = taken.where(or_(Lead.for_user_id.is_(None), Lead.for_user_id == user_id)).values(state=RESERVED)
        row = {"lead_id": lead_id, "user_id": user_id, "reserved_at": now, "until": until}

        async def work(connection: AsyncConnection) -> bool:
            if await connection.scalar(sees_one) or not await execute(connection, taken):
                return False
            await connection.execute(insert(LeadReservation).values(row))
            return True

        return await self._database.write(work)

    async def give_back(self, lead_id: int, user_id: int, due_at: datetime | None = None, why: str = "") -> bool:
        """Let it wait again, until `due_at`; False: they do not see it any more."""
        return await self._move(lead_id, user_id, WAITING, why, due_at)

    async def end(self, lead_id: int, user_id: int, state: str, why: str) -> bool:
        """Nobody tries it any more."""
        return await self._move(lead_id, user_id, state, why, None)

    async def skip(self, lead_id: int, skip: Skip, by: Actor, now: datetime) -> bool:
        """As the person says; it is written down."""
        user_id = by.user_id or 0

        async def work(connection: AsyncConnection) -> bool:
            if not await _moved(connection, lead_id, user_id, skip.state, skip.why, skip.due_at):
                return False
            await append(connection, by, now, "lead.skip", lead_id, {"reason": skip.reason, "note": skip.note})
            return True

        return await self._database.write(work)

    async def release_all(self) -> int:
        """Nobody sees any, as after a start: all wait again; say how many."""
        seen = select(LeadReservation.lead_id)
        back = update(Lead).where(Lead.id.in_(seen), Lead.state == RESERVED).values(state=WAITING)

        async def work(connection: AsyncConnection) -> int:
            count = await execute(connection, back)
            await connection.execute(delete(LeadReservation))
            return count

        return await self._database.write(work)

    async def seen(self) -> Sequence[tuple[int, int]]:
        """Give each lead that is shown, and to whom."""
        query = select(LeadReservation.lead_id, LeadReservation.user_id).order_by(LeadReservation.lead_id)
        async with self._database.reading() as connection:
            return [(row.lead_id, row.user_id) for row in await connection.execute(query)]

    async def _move(self, lead_id: int, user_id: int, state: str, why: str, due_at: datetime | None) -> bool:
        return await self._database.write(lambda connection: _moved(connection, lead_id, user_id, state, why, due_at))


async def _moved(
    connection: AsyncConnection, lead_id: int, user_id: int, state: str, why: str, due_at: datetime | None
) -> bool:
    gone = delete(LeadReservation).where(LeadReservation.lead_id == lead_id, LeadReservation.user_id == user_id)
    if not await execute(connection, gone):
        return False
    values = {"state": state, "why": why} | ({} if due_at is None else {"due_at": due_at})
    await connection.execute(update(Lead).where(Lead.id == lead_id, Lead.state == RESERVED).values(values))
    return True
