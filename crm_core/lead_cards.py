"""What agents read of somebody on a campaign's list: before they are called, on the line, and in the log afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.phone import display
from crm_core.errors import NotFound
from crm_core.leads import LeadNumberRow, LeadRow, leads_query, read_leads
from crm_core.models import Attempt, Call, CallAgent, Campaign, Lead, LeadNumber, User
from crm_core.storage.database import Database
from crm_core.storage.rows import build

MOST_EARLIER = 5
_NOBODY_WAS_DIALED, _UNCOUNTED = "cancelled", "withdrawn"


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """What came of one, and what was written in its call; `call_id` None: it has none in the log."""

    at: datetime
    call_id: str | None
    agent_id: int | None
    verdict: str | None
    disposition: str | None
    agent_name: str | None
    note: str


@dataclass(frozen=True, slots=True)
class LeadCard:
    """`lead` None: no list has them any more. `number` is the one that is dialed, as people read it (`number_ref`).

    `attempt_number` says which attempt it is, from 1; `earlier` has the last few before it, the newest first.
    """

    campaign_id: int
    campaign_name: str
    lead: LeadRow | None
    number: str | None = None
    other_numbers: tuple[LeadNumberRow, ...] = ()
    attempt_number: int = 1
    earlier: tuple[EarlierAttempt, ...] = ()
    number_ref: str | None = None


class LeadCards:
    """Each is read by index, in a few questions however long the lists are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_call(self, call_id: str) -> LeadCard | None:
        """Give whom a campaign called; None: the call is no campaign's."""
        async with self._database.reading() as connection:
            attempt = (await connection.execute(_ATTEMPTS.where(Attempt.attempt_id == call_id))).first()
            if attempt is None:
                return None
            lead = await _lead(connection, attempt.lead_id)
            if lead is None:
                return LeadCard(attempt.campaign_id, attempt.campaign_name, None)
            before = (Attempt.lead_id == lead.id, Attempt.planned_at < attempt.planned_at)
            return LeadCard(
                attempt.campaign_id,
                attempt.campaign_name,
                lead,
                display(attempt.number_key) or attempt.number,
                _others(lead, attempt.number_key),
                await _count(connection, *before) + 1,
                await _earlier(connection, *before),
                f"call:{call_id}",
            )

    async def of_lead(self, lead_id: int) -> LeadCard:
        """Give somebody who is to be called next; raise NotFound if there is none."""
        async with self._database.reading() as connection:
            lead = await _lead(connection, lead_id)
            if lead is None:
                raise NotFound("lead", lead_id)
            named = select(Campaign.name).where(Campaign.id == lead.campaign_id)
            number = lead.next_number
            return LeadCard(
                lead.campaign_id,
                (await connection.execute(named)).scalar_one(),
                lead,
                None if number is None else number.display,
                _others(lead, None if number is None else number.key),
                lead.attempts + 1,
                await _earlier(connection, Attempt.lead_id == lead.id),
                None if number is None else f"lead:{number.id}",
            )

    async def lead_of_number(self, number_id: int) -> int:
        """Whose number it is; raise NotFound if there is none."""
        query = select(LeadNumber.lead_id).where(LeadNumber.id == number_id)
        async with self._database.reading() as connection:
            lead_id = await connection.scalar(query)
        if lead_id is None:
            raise NotFound("number", f"lead:{number_id}")
        return lead_id

    async def is_of(self, lead_id: int, agent_id: int, call_id: str) -> bool:
        """Whether this agent is to call them, has had a call with them, or has this one, which is with them."""
        with_them = select(Attempt.attempt_id).where(Attempt.lead_id == lead_id)
        had = with_them.join(CallAgent, CallAgent.call_id == Attempt.attempt_id).where(CallAgent.agent_id == agent_id)
        own = select(Lead.id).where(Lead.id == lead_id, Lead.for_user_id == agent_id)
        ways = (had.exists(), with_them.where(Attempt.attempt_id == call_id).exists(), own.exists())
        async with self._database.reading() as connection:
            return bool(await connection.scalar(select(or_(*ways))))


_ATTEMPTS = select(
    *(getattr(Attempt, name) for name in ("campaign_id", "lead_id", "number", "number_key", "planned_at")),
    Campaign.name.label("campaign_name"),
).join(Campaign, Campaign.id == Attempt.campaign_id)
_EARLIER = (
    select(
        Attempt.planned_at.label("at"),
        Call.id.label("call_id"),
        Attempt.agent_id,
        Attempt.verdict,
        Attempt.disposition,
        User.name.label("agent_name"),
        func.coalesce(Call.note, "").label("note"),
    )
    .outerjoin(Call, Call.id == Attempt.attempt_id)
    .outerjoin(User, User.id == Attempt.agent_id)
    .where(Attempt.state != _NOBODY_WAS_DIALED)
)


async def _lead(connection: AsyncConnection, lead_id: int | None) -> LeadRow | None:
    rows: Sequence[LeadRow] = ()
    if lead_id is not None:
        rows = await read_leads(connection, leads_query().where(Lead.id == lead_id))
    return rows[0] if rows else None


def _others(lead: LeadRow, key: str | None) -> tuple[LeadNumberRow, ...]:
    return tuple(one for one in lead.numbers if one.key != key)


async def _count(connection: AsyncConnection, *before: ColumnElement[bool]) -> int:
    counted = (Attempt.state != _NOBODY_WAS_DIALED, Attempt.verdict.is_distinct_from(_UNCOUNTED))
    query: Any = select(func.count()).select_from(Attempt).where(*before, *counted)
    return int((await connection.execute(query)).scalar_one())


async def _earlier(connection: AsyncConnection, *before: ColumnElement[bool]) -> tuple[EarlierAttempt, ...]:
    query = _EARLIER.where(*before).order_by(Attempt.planned_at.desc()).limit(MOST_EARLIER)
    return tuple(build(EarlierAttempt, row) for row in (await connection.execute(query)).mappings())
