"""People of campaigns who were given to somebody to call: handed out, taken back, and each person's own list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.due_leads import WAITING
from crm_core.leads import LeadRow, leads_query, read_leads
from crm_core.models import Campaign, Lead, User
from crm_core.storage.database import Database
from crm_core.storage.fields import refuse
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.rows import execute
from cti.clock import Clock

MOST_AT_ONCE = 20_000
MOST_PEOPLE = 200
_AT_WORK = ("running", "out_of_hours", "exhausted")
_CHUNK = 500


class AssignedLeads:
    """Only who waits, and is nobody's yet, is handed out; who is looked at or dialed stays where they are."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def assign(
        self,
        campaign_id: int,
        user_ids: Sequence[int],
        by: Actor,
        *,
        list_id: int | None = None,
        each: int | None = None,
        due_at: datetime | None = None,
    ) -> dict[int, int]:
        """Give so many to each, in turn (None: all who wait, equally), to be called at `due_at`; say who got what."""
        people = list(dict.fromkeys(user_ids))
        if not people or len(people) > MOST_PEOPLE:
            refuse("user_ids", "missing" if not people else "too_many", f"names 1 to {MOST_PEOPLE} people")
        most = MOST_AT_ONCE if each is None else min(MOST_AT_ONCE, each * len(people))
        query = select(Lead.id).where(
            Lead.campaign_id == campaign_id, Lead.state == WAITING, Lead.for_user_id.is_(None)
        )
        if list_id is not None:
            query = query.where(Lead.list_id == list_id)
        query = query.order_by(Lead.priority.desc(), Lead.due_at, Lead.id).limit(most)

        async def work(connection: AsyncConnection) -> dict[int, int]:
            await _check_people(connection, people)
            lead_ids = list(await connection.scalars(query))
            given: dict[int, int] = {}
            for place, user_id in enumerate(people):
                given[user_id] = await _give(connection, lead_ids[place :: len(people)], user_id, due_at)
            detail = {"given": {str(user_id): count for user_id, count in given.items()}}
            await append(connection, by, self._clock.now(), "campaign.assign", campaign_id, detail)
            return given

        return await self._database.write(work)

    async def take_back(self, campaign_id: int, by: Actor, user_id: int | None = None) -> int:
        """Let whoever is free call those who wait (of one person, or None: of all); say how many."""
        back = update(Lead).where(Lead.campaign_id == campaign_id, Lead.state == WAITING)
        back = back.where(Lead.for_user_id.is_not(None) if user_id is None else Lead.for_user_id == user_id)

        async def work(connection: AsyncConnection) -> int:
            count = await execute(connection, back.values(for_user_id=None))
            detail = {"count": count, "user_id": user_id}
            await append(connection, by, self._clock.now(), "campaign.unassign", campaign_id, detail)
            return count

        return await self._database.write(work)

    async def of(self, user_id: int, cursor: str | None = None, limit: int = 50) -> Page[tuple[LeadRow, str]]:
        """List one person's own of campaigns that are at work, the first due first, each with its campaign's name."""
        limit = clamp(limit)
        query = leads_query().join(Campaign, Campaign.id == Lead.campaign_id).where(Campaign.state.in_(_AT_WORK))
        query = query.where(Lead.for_user_id == user_id, Lead.state == WAITING)
        after = decode_time_and_key(cursor, int)
        if after is not None:
            at, last_id = after
            query = query.where(or_(Lead.due_at > at, (Lead.due_at == at) & (Lead.id > last_id)))
        async with self._database.reading() as connection:
            rows = await read_leads(connection, query.order_by(Lead.due_at, Lead.id).limit(limit + 1))
            names = await _names(connection, {row.campaign_id for row in rows})
        named = [(row, names[row.campaign_id]) for row in rows]
        return make_page(named, limit, lambda one: (one[0].due_at, one[0].id))


async def _check_people(connection: AsyncConnection, user_ids: Sequence[int]) -> None:
    query = select(User.id).where(User.id.in_(user_ids), User.active.is_(True), User.extension.is_not(None))
    if set(await connection.scalars(query)) != set(user_ids):
        refuse("user_ids", "unknown_user", "names somebody who has no telephone here")


async def _give(connection: AsyncConnection, lead_ids: Sequence[int], user_id: int, due_at: datetime | None) -> int:
    values: dict[str, Any] = {"for_user_id": user_id} | ({} if due_at is None else {"due_at": due_at})
    count = 0
    for some in (lead_ids[start : start + _CHUNK] for start in range(0, len(lead_ids), _CHUNK)):
        count += await execute(connection, update(Lead).where(Lead.id.in_(some)).values(values))
    return count


async def _names(connection: AsyncConnection, campaign_ids: set[int]) -> dict[int, str]:
    rows = await connection.execute(select(Campaign.id, Campaign.name).where(Campaign.id.in_(campaign_ids)))
    return {row.id: row.name for row in rows}
