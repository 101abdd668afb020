"""A customer's timeline: calls, notes and messages, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm_core.audit import Actor, append
from crm_core.errors import NotFound
from crm_core.models import Call, Customer, Interaction, Queue, Recording, User
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.rows import build, upsert
from cti.clock import Clock


@dataclass(frozen=True, slots=True)
class TimelineCall:
    """What a timeline line of kind "call" shows; of several recordings the last one."""

    call_id: str
    direction: str
    number: str | None
    queue_name: str | None
    agent_name: str | None
    waited_s: float
    talked_s: float
    end_reason: str | None
    disposition: str | None
    note: str
    recording_id: str | None
    recording_state: str | None
    recording_duration_s: float | None
    recording_agent_id: int | None


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line; `kind` is call, note, import, voicemail or callback."""

    id: int
    at: datetime
    kind: str
    user_id: int | None
    user_name: str | None
    text: str
    detail: dict[str, Any]
    call: TimelineCall | None


class Timeline:
    """Reads lines and adds notes; calls are added by the diary."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, customer_id: int, cursor: str | None = None, limit: int = 50) -> Page[TimelineRow]:
        """List lines, the newest first; raise NotFound if there is no such customer."""
        limit = clamp(limit)
        async with self._database.reading() as connection:
            if await connection.scalar(select(Customer.id).where(Customer.id == customer_id)) is None:
                raise NotFound("customer", customer_id)
            rows = await timeline_rows(connection, customer_id, limit + 1, decode_time_and_key(cursor, int))
        return make_page(rows, limit, lambda row: (row.at, row.id))

    async def add_note(self, customer_id: int, text: str, by: Actor) -> TimelineRow:
        """Write a note."""
        checks = Checks()
        text = checks.trimmed("text", text, longest=10_000, required=True)
        checks.done()

        async def work(connection: AsyncConnection) -> TimelineRow:
            now = self._clock.now()
            note_id = await add_line(connection, customer_id, "note", now, user_id=by.user_id, text=text)
            await append(connection, by, now, "customer.note", customer_id, {"interaction_id": note_id})
            query = _lines().where(Interaction.id == note_id)
            return _line((await connection.execute(query)).mappings().one())

        return await self._database.write(work)


async def add_line(
    connection: AsyncConnection,
    customer_id: int,
    kind: str,
    at: datetime,
    *,
    user_id: int | None = None,
    call_id: str | None = None,
    text: str = "",
) -> int:
    """Write a line inside a transaction; a second one of the same call and kind replaces the first."""
    await _require_customer(connection, customer_id)
    row = {
        "customer_id": customer_id,
        "kind": kind,
        "at": at,
        "user_id": user_id,
        "call_id": call_id,
        "text": text,
        "detail": {},
    }
    query = upsert(connection, Interaction, row, ("call_id", "kind"), ("customer_id", "at", "user_id", "text"))
    line_id = (await connection.execute(query.returning(Interaction.id))).scalar_one()
    newer = or_(Customer.last_contact_at.is_(None), Customer.last_contact_at < at)
    await connection.execute(update(Customer).where(Customer.id == customer_id, newer).values(last_contact_at=at))
    return int(line_id)


async def timeline_rows(
    connection: AsyncConnection, customer_id: int, limit: int, before: tuple[datetime, int] | None = None
) -> list[TimelineRow]:
    """Read lines, the newest first."""
    given: dict[str, Any] = {"customer_id": customer_id, "most": limit}
    query = _NEWEST
    if before is not None:
        given["at"], given["line_id"] = before
        query = _OLDER
    return [_line(row) for row in (await connection.execute(query, given)).mappings()]


_CUSTOMER = select(Customer.id).where(Customer.id == bindparam("wanted"))


async def _require_customer(connection: AsyncConnection, customer_id: int) -> None:
    if await connection.scalar(_CUSTOMER, {"wanted": customer_id}) is None:
        raise NotFound("customer", customer_id)


RECORDING_COLUMNS = (
    Recording.id.label("recording_id"),
    Recording.state.label("recording_state"),
    Recording.duration_s.label("recording_duration_s"),
    Recording.agent_id.label("recording_agent_id"),
)


def last_recording(call_id: InstrumentedAttribute[str]) -> ScalarSelect[str]:
    """Ask for a call's last recording, in whatever state it is."""
    other = aliased(Recording)
    query = select(other.id).where(other.call_id == call_id).order_by(other.started_at.desc(), other.id.desc())
    return query.limit(1).scalar_subquery()


def _lines() -> Select[*tuple[Any, ...]]:
    agent = aliased(User)
    return (
        select(
            Interaction.id,
            Interaction.at,
            Interaction.kind,
            Interaction.user_id,
            Interaction.text,
            Interaction.detail,
            User.name.label("user_name"),
            Call.id.label("call_id"),
            Call.direction,
            Call.number,
            Call.waited_s,
            Call.talked_s,
            Call.end_reason,
            Call.disposition,
            Call.note,
            Queue.name.label("queue_name"),
            agent.name.label("agent_name"),
            *RECORDING_COLUMNS,
        )
        .outerjoin(User, User.id == Interaction.user_id)
        .outerjoin(Call, Call.id == Interaction.call_id)
        .outerjoin(Queue, Queue.id == Call.queue_id)
        .outerjoin(agent, agent.id == Call.agent_id)
        .outerjoin(Recording, Recording.id == last_recording(Call.id))
    )


# Built once: to build this takes longer than to run it, and every pop needs it.
_NEWEST = (
    _lines()
    .where(Interaction.customer_id == bindparam("customer_id"))
    .order_by(Interaction.at.desc(), Interaction.id.desc())
    .limit(bindparam("most"))
)
_AT = bindparam("at", type_=Interaction.at.type)
_OLDER = _NEWEST.where(
    Interaction.at <= _AT, or_(Interaction.at < _AT, (Interaction.at == _AT) & (Interaction.id < bindparam("line_id")))
)


def _line(row: Mapping[Any, Any]) -> TimelineRow:
    call = None if row["call_id"] is None else build(TimelineCall, row)
    return build(TimelineRow, row, call=call)
