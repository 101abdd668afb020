"""Dialings of campaigns as people look them up: the newest first, each with what was known when it was allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.phone import display, normalise
from crm_core.models import Attempt, Call, Lead, Recording, User
from crm_core.storage.database import Database
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.rows import build
from crm_core.timeline import RECORDING_COLUMNS, last_recording


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One dialing of one number; times are None until they were, `checks` is what allowed it.

    `call_id` None: nobody was dialed, or the call is not in the log any more. Of several recordings it is the last one.
    """

    attempt_id: str
    campaign_id: int
    lead_id: int | None
    lead_name: str
    customer_id: int | None
    number: str
    number_key: str
    shown_as: str
    state: str
    planned_at: datetime
    rang_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    agent_id: int | None
    agent_name: str | None
    abandoned: bool
    verdict: str | None
    evidence: tuple[dict[str, Any], ...]
    sip_code: int | None
    q850_cause: int | None
    sip_reason: str
    end_reason: str | None
    checks: dict[str, Any]
    keys: str | None
    listened_ms: int | None
    response: str | None
    disposition: str | None
    call_id: str | None = None
    recording_id: str | None = None
    recording_state: str | None = None
    recording_duration_s: float | None = None
    recording_agent_id: int | None = None

    @property
    def display(self) -> str:
        """The number as people read it."""
        return display(self.number_key) or self.number


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    """Of one campaign; `number` as somebody types it, "" and None: any."""

    campaign_id: int
    verdict: str | None = None
    number: str = ""
    lead_id: int | None = None


class AttemptLog:
    """Pages by index; a cursor belongs to its filter."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: AttemptFilter, cursor: str | None = None, limit: int = 50) -> Page[AttemptRow]:
        """List some, the newest first."""
        return await self.page_where(_wanted(wanted), cursor, limit)

    async def page_where(
        self, conditions: Sequence[ColumnElement[bool]], cursor: str | None, limit: int = 50
    ) -> Page[AttemptRow]:
        """List some of those that all of the conditions are true of, the newest first."""
        limit = clamp(limit)
        query = _ATTEMPTS.where(*conditions)
        before = decode_time_and_key(cursor, str)
        if before is not None:
            at, last_id = before
            earlier = and_(Attempt.planned_at == at, Attempt.attempt_id < last_id)
            query = query.where(or_(Attempt.planned_at < at, earlier))
        query = query.order_by(Attempt.planned_at.desc(), Attempt.attempt_id.desc()).limit(limit + 1)
        async with self._database.reading() as connection:
            found = list((await connection.execute(query)).mappings())
            calls = await _calls_of(connection, [row["attempt_id"] for row in found])
        rows = [_row({**row, **calls.get(row["attempt_id"], {})}) for row in found]
        return make_page(rows, limit, lambda row: (row.planned_at, row.attempt_id))


_ATTEMPTS = (
    select(*Attempt.__table__.columns, Lead.name.label("lead_name"), User.name.label("agent_name"))
    .outerjoin(Lead, Lead.id == Attempt.lead_id)
    .outerjoin(User, User.id == Attempt.agent_id)
)


async def _calls_of(connection: AsyncConnection, attempt_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read what the log of calls has of these, each with its last recording."""
    if not attempt_ids:
        return {}
    query = select(Call.id.label("call_id"), *RECORDING_COLUMNS)
    query = query.outerjoin(Recording, Recording.id == last_recording(Call.id)).where(Call.id.in_(attempt_ids))
    return {row["call_id"]: dict(row) for row in (await connection.execute(query)).mappings()}


def _wanted(wanted: AttemptFilter) -> list[ColumnElement[bool]]:
    found = [Attempt.campaign_id == wanted.campaign_id]
    if wanted.verdict is not None:
        found.append(Attempt.verdict == wanted.verdict)
    if wanted.number.strip():
        found.append(Attempt.number_key.in_(normalise(wanted.number).keys))
    if wanted.lead_id is not None:
        found.append(Attempt.lead_id == wanted.lead_id)
    return found


def _row(row: Any) -> AttemptRow:
    values = {**row, "lead_name": row["lead_name"] or "", "evidence": tuple(row["evidence"])}
    return build(AttemptRow, values)
