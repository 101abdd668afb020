"""People on the lists of campaigns as managers look at them: who is where, and why somebody is not called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.phone import display, normalise
from crm_core.errors import LeadMoved, NotFound
from crm_core.models import Lead, LeadList, LeadNumber, User
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.rows import build, execute
from cti.clock import Clock

BY_HAND, NO_CONSENT = "by_hand", "no_consent"


@dataclass(frozen=True, slots=True)
class LeadNumberRow:
    """One number of somebody; `dead` is the verdict that took it out, or None."""

    id: int
    number: str
    key: str
    dead: str | None

    @property
    def display(self) -> str:
        """The number as people read it."""
        return display(self.key)


@dataclass(frozen=True, slots=True)
class LeadRow:
    """Somebody on a list; `why` says why it is over, or what it waits for."""

    id: int
    campaign_id: int
    list_id: int
    list_name: str
    customer_id: int | None
    name: str
    zones: tuple[str, ...]
    custom: dict[str, str]
    language: str
    priority: int
    for_user_id: int | None
    for_user_name: str | None
    state: str
    why: str
    due_at: datetime
    next_number_id: int | None
    attempts: int
    last_verdict: str | None
    last_attempt_at: datetime | None
    created_at: datetime
    consent_at: datetime | None
    consent_source: str
    numbers: tuple[LeadNumberRow, ...]

    @property
    def next_number(self) -> LeadNumberRow | None:
        """The one that is dialed next; None: all are dead."""
        alive = [one for one in self.numbers if one.dead is None]
        return next((one for one in alive if one.id == self.next_number_id), alive[0] if alive else None)


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Of one campaign; `number` finds whoever has it in whatever state, else one state is shown."""

    campaign_id: int
    state: str = "waiting"
    list_id: int | None = None
    number: str = ""


class Leads:
    """Pages are read by index, in the order in which people are due."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, wanted: LeadFilter, cursor: str | None = None, limit: int = 50) -> Page[LeadRow]:
        """List some; a cursor belongs to its filter."""
        limit = clamp(limit)
        query = leads_query().where(Lead.campaign_id == wanted.campaign_id)
        if wanted.list_id is not None:
            query = query.where(Lead.list_id == wanted.list_id)
        if wanted.number.strip():
            query = query.where(Lead.id.in_(_with_number(wanted)))
        else:
            query = query.where(Lead.state == wanted.state)
        after = decode_time_and_key(cursor, int)
        if after is not None:
            at, last_id = after
            query = query.where(or_(Lead.due_at > at, and_(Lead.due_at == at, Lead.id > last_id)))
        async with self._database.reading() as connection:
            rows = await read_leads(connection, query.order_by(Lead.due_at, Lead.id).limit(limit + 1))
        return make_page(rows, limit, lambda row: (row.due_at, row.id))

    async def get(self, lead_id: int) -> LeadRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, lead_id)

    async def take_out(self, lead_id: int, by: Actor) -> LeadRow:
        """Call somebody no more, by hand; LeadMoved unless they wait."""
        return await self._move(lead_id, "waiting", {"state": "barred", "why": BY_HAND}, "lead.take_out", by)

    async def put_back(self, lead_id: int, by: Actor) -> LeadRow:
        """Have somebody called after all whom a hand took out; LeadMoved if it was anything else."""
        return await self._move(lead_id, "barred", {"state": "waiting", "why": ""}, "lead.put_back", by)

    async def consent(self, lead_id: int, given_at: datetime | None, source: str, by: Actor) -> LeadRow:
        """Note when and how they agreed to be called (None: they did not); who was left out for that waits again."""
        checks, now = Checks(), self._clock.now()
        source = checks.trimmed("source", source, required=given_at is not None)
        if given_at is not None and given_at > now:
            checks.add("given_at", "in_future", "must not be in the future")
        checks.done()

        async def work(connection: AsyncConnection) -> LeadRow:
            noted = update(Lead).where(Lead.id == lead_id).values(consent_at=given_at, consent_source=source)
            if await execute(connection, noted) == 0:
                raise NotFound("lead", lead_id)
            if given_at is not None:
                again = update(Lead).where(Lead.id == lead_id, Lead.state == "barred", Lead.why == NO_CONSENT)
                await execute(connection, again.values(state="waiting", why="", due_at=now))
            row = await _one(connection, lead_id)
            detail = {"campaign_id": row.campaign_id, "given_at": given_at and given_at.isoformat(), "source": source}
            await append(connection, by, now, "lead.consent", lead_id, detail)
            return row

        return await self._database.write(work)

    async def ask_anew(self, campaign_id: int, waits_only: Sequence[str]) -> int:
        """Have who waits only for such a rule, or has no consent, asked by the rules that hold now; say how many."""
        now, of = self._clock.now(), Lead.campaign_id == campaign_id
        waits = (of, Lead.state == "waiting", Lead.why.in_(waits_only), Lead.due_at > now)
        barred = (of, Lead.state == "barred", Lead.why == NO_CONSENT)

        async def work(connection: AsyncConnection) -> int:
            values = {"state": "waiting", "why": "", "due_at": now}
            counts = [await execute(connection, update(Lead).where(*each).values(values)) for each in (waits, barred)]
            return sum(counts)

        return await self._database.bulk(work)

    async def _move(self, lead_id: int, state: str, values: dict[str, str], action: str, by: Actor) -> LeadRow:
        async def work(connection: AsyncConnection) -> LeadRow:
            query = update(Lead).where(Lead.id == lead_id, Lead.state == state)
            if state == "barred":
                query = query.where(Lead.why == BY_HAND)
            if await execute(connection, query.values(values)) == 0:
                raise LeadMoved(lead_id, (await _one(connection, lead_id)).state)
            row = await _one(connection, lead_id)
            await append(connection, by, self._clock.now(), action, lead_id, {"campaign_id": row.campaign_id})
            return row

        return await self._database.write(work)


def _with_number(wanted: LeadFilter) -> Any:
    keys = normalise(wanted.number).keys
    return select(LeadNumber.lead_id).where(LeadNumber.key.in_(keys), LeadNumber.campaign_id == wanted.campaign_id)


def leads_query() -> Select[Any]:
    """People with the names of their list and of whoever is to call them."""
    columns = (*Lead.__table__.columns, LeadList.name.label("list_name"), User.name.label("for_user_name"))
    return select(*columns).join(LeadList, LeadList.id == Lead.list_id).outerjoin(User, User.id == Lead.for_user_id)


async def read_leads(connection: AsyncConnection, query: Select[Any]) -> Sequence[LeadRow]:
    """Give those of the query, each with its numbers."""
    rows = (await connection.execute(query)).mappings().all()
    numbers: dict[int, list[LeadNumberRow]] = {}
    columns = (LeadNumber.id, LeadNumber.lead_id, LeadNumber.number, LeadNumber.key, LeadNumber.dead)
    of_them = select(*columns).where(LeadNumber.lead_id.in_([row["id"] for row in rows]))
    of_them = of_them.order_by(LeadNumber.lead_id, LeadNumber.position)
    for number in (await connection.execute(of_them)).mappings():
        numbers.setdefault(number["lead_id"], []).append(build(LeadNumberRow, number))
    return [_row(row, numbers.get(row["id"], [])) for row in rows]


def _row(row: Any, numbers: Sequence[LeadNumberRow]) -> LeadRow:
    return build(LeadRow, {**row, "zones": tuple(row["zones"])}, numbers=tuple(numbers))


async def _one(connection: AsyncConnection, lead_id: int) -> LeadRow:
    rows = await read_leads(connection, leads_query().where(Lead.id == lead_id))
    if not rows:
        raise NotFound("lead", lead_id)
    return rows[0]
