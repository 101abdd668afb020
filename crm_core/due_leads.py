"""Who may be tried next: read by index, from each list of a campaign in its own part of the mix."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import Attempt, Customer, Lead, LeadList, LeadNumber
from crm_core.storage.database import Database
from crm_core.storage.rows import execute

WAITING, RESERVED, DIALING, DONE, BARRED = "waiting", "reserved", "dialing", "done", "barred"


@dataclass(frozen=True, slots=True)
class DueNumber:
    """One of a lead's numbers; `dead` is the verdict that killed it."""

    id: int
    number: str
    key: str
    dead: str | None


@dataclass(frozen=True, slots=True)
class DueTry:
    """An earlier attempt, of this lead or at one of its numbers or at its customer by any campaign."""

    attempt_id: str
    lead_id: int | None
    number: str
    at: datetime
    verdict: str | None
    connected: bool
    abandoned: bool
    evidence: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DueLead:
    """Somebody who waits, and whose time has come; numbers in their order, the next one first known by its id."""

    id: int
    campaign_id: int
    list_id: int
    customer_id: int | None
    customer_name: str
    owner_id: int | None
    name: str
    zones: tuple[str, ...]
    language: str
    next_number_id: int | None
    due_at: datetime
    numbers: tuple[DueNumber, ...]
    for_user_id: int | None = None
    custom: dict[str, str] = field(default_factory=dict)
    consent_at: datetime | None = None
    consent_source: str = ""


class DueLeads:
    """Reads; whoever is taken is taken by `Attempts.plan`, which asks once more whether they still wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next(self, campaign_id: int, now: datetime, most: int, order: str = "oldest") -> tuple[DueLead, ...]:
        """Give at most so many, mixed from the campaign's lists by their shares."""
        async with self._database.reading() as connection:
            shares = select(LeadList.id, LeadList.share).where(LeadList.campaign_id == campaign_id, LeadList.share > 0)
            lists = (await connection.execute(shares)).all()
            in_all = sum(one.share for one in lists)
            found: list[Any] = []
            for one in lists:
                part = max(1, round(most * one.share / in_all))
                found += await _of_list(connection, one.id, now, part, order)
            return await _with_numbers(connection, found)

    async def next_of(self, campaign_id: int, user_id: int, now: datetime, most: int) -> tuple[DueLead, ...]:
        """Give at most so many of those that one person is to call themselves, the first due first."""
        query = _LEADS.where(Lead.for_user_id == user_id, Lead.state == WAITING, Lead.due_at <= now)
        query = query.where(Lead.campaign_id == campaign_id).order_by(Lead.due_at, Lead.id).limit(most)
        async with self._database.reading() as connection:
            return await _with_numbers(connection, (await connection.execute(query)).mappings().all())

    async def own_due(self, campaign_id: int, now: datetime, most: int) -> int:
        """Count those who are due and whom somebody is to call themselves, up to so many."""
        some = select(Lead.id).where(Lead.campaign_id == campaign_id, Lead.state == WAITING, Lead.due_at <= now)
        some = some.where(Lead.for_user_id.is_not(None)).limit(most)
        async with self._database.reading() as connection:
            return (await connection.execute(select(func.count()).select_from(some.subquery()))).scalar_one()

    async def one(self, lead_id: int) -> DueLead | None:
        """Give one, whatever its state; None: it is gone."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_LEADS.where(Lead.id == lead_id))).mappings().all()
            return next(iter(await _with_numbers(connection, rows)), None)

    async def story(self, lead_id: int) -> tuple[tuple[DueNumber, ...], tuple[DueTry, ...]]:
        """Give a lead's numbers, and all that was tried of it, the oldest first."""
        numbers = select(LeadNumber.id, LeadNumber.number, LeadNumber.key, LeadNumber.dead)
        numbers = numbers.where(LeadNumber.lead_id == lead_id).order_by(LeadNumber.position)
        tries = _TRIES.where(Attempt.lead_id == lead_id).order_by(Attempt.planned_at)
        async with self._database.reading() as connection:
            return (
                tuple(DueNumber(*row) for row in await connection.execute(numbers)),
                tuple(_try(row) for row in await connection.execute(tries)),
            )

    async def tries(self, lead: DueLead, since: datetime) -> tuple[DueTry, ...]:
        """Give what was tried before, the oldest first: all of this lead, and since then all at its numbers."""
        own: ColumnElement[bool] = Attempt.lead_id == lead.id
        others: list[ColumnElement[bool]] = [Attempt.number_key.in_([one.key for one in lead.numbers])]
        if lead.customer_id is not None:
            others.append(Attempt.customer_id == lead.customer_id)
        found: dict[str, DueTry] = {}
        async with self._database.reading() as connection:
            for which in (own, *(other & (Attempt.planned_at >= since) for other in others)):
                for row in await connection.execute(_TRIES.where(which)):
                    found[row.attempt_id] = _try(row)
        return tuple(sorted(found.values(), key=lambda one: one.at))

    async def put_off(self, lead_ids: Sequence[int], until: datetime, why: str) -> int:
        """Let those who still wait sleep; say how many did."""
        change = (
            update(Lead)
            .where(Lead.id.in_(lead_ids), Lead.state == WAITING, Lead.due_at < until)
            .values(due_at=until, why=why)
        )
        return await self._database.write(lambda connection: execute(connection, change))

    async def end(self, lead_id: int, state: str, why: str) -> None:
        """Nobody tries this one any more."""
        change = update(Lead).where(Lead.id == lead_id, Lead.state == WAITING).values(state=state, why=why)
        await self._database.write(lambda connection: execute(connection, change))

    async def left(self, campaign_id: int, *, of_people: bool = False) -> tuple[datetime | None, bool]:
        """Say when the next one is due, None if nobody waits, and whether somebody is being dialed or looked at.

        `of_people`: those count, too, whom somebody is to call themselves.
        """
        lists = select(LeadList.id).where(LeadList.campaign_id == campaign_id, LeadList.share > 0)
        dialed = select(Lead.id).where(Lead.campaign_id == campaign_id, Lead.state.in_((DIALING, RESERVED))).limit(1)
        own = select(Lead.due_at).where(Lead.campaign_id == campaign_id, Lead.state == WAITING)
        own = own.where(Lead.for_user_id.is_not(None)).order_by(Lead.due_at).limit(1)
        async with self._database.reading() as connection:
            firsts = [
                await connection.scalar(select(Lead.due_at).where(*_to_dial(one)).order_by(Lead.due_at).limit(1))
                for one in await connection.scalars(lists)
            ]
            if of_people:
                firsts.append(await connection.scalar(own))
            due_at = min((one for one in firsts if one is not None), default=None)
            return due_at, await connection.scalar(dialed) is not None


_TRIES = select(
    Attempt.attempt_id,
    Attempt.lead_id,
    Attempt.number,
    Attempt.planned_at,
    Attempt.verdict,
    Attempt.connected_at,
    Attempt.abandoned,
    Attempt.evidence,
).where(Attempt.state != "cancelled")
_ORDERS: dict[str, tuple[Any, ...]] = {
    "oldest": (Lead.due_at, Lead.id),
    "newest": (Lead.id.desc(),),
    "random": (Lead.rank, Lead.id),
}
_MANY = 1_000
_COLUMNS = (
    *(getattr(Lead, name) for name in ("id", "campaign_id", "list_id", "customer_id", "name", "zones")),
    *(getattr(Lead, name) for name in ("language", "next_number_id", "due_at", "for_user_id", "custom", "consent_at")),
    Lead.consent_source,
    Customer.name.label("customer_name"),
    Customer.owner_id,
)
_LEADS = select(*_COLUMNS).outerjoin(Customer, Customer.id == Lead.customer_id)


def _to_dial(list_id: int) -> tuple[ColumnElement[bool], ...]:
    # the state written out: only then both databases see that the indexes for the dialer hold all of them
    return Lead.list_id == list_id, Lead.state == literal_column(f"'{WAITING}'"), Lead.for_user_id.is_(None)


async def _of_list(connection: AsyncConnection, list_id: int, now: datetime, most: int, order: str) -> list[Any]:
    """However many wait, no order sorts them all."""
    due = _LEADS.where(*_to_dial(list_id))
    if order != "priority":
        if order != "oldest" and await _many_are_due(connection, list_id, now):
            due = due.where(_filtered(now))
        else:
            due = due.where(Lead.due_at <= now)
        return list((await connection.execute(due.order_by(*_ORDERS[order]).limit(most))).mappings())
    due, found = due.where(Lead.due_at <= now), list[Any]()
    async for priority in _priorities(connection, list_id):
        of_it = due.where(Lead.priority == priority).order_by(Lead.due_at, Lead.id).limit(most - len(found))
        found += (await connection.execute(of_it)).mappings()
        if len(found) >= most:
            break
    return found


async def _many_are_due(connection: AsyncConnection, list_id: int, now: datetime) -> bool:
    """Few are found by when they are due, and sorted; among many, the index of the order soon meets enough of them."""
    some = select(Lead.id).where(*_to_dial(list_id), Lead.due_at <= now).limit(_MANY).subquery()
    return await connection.scalar(select(func.count()).select_from(some)) == _MANY


def _filtered(now: datetime) -> ColumnElement[bool]:
    # a condition that no index serves, so that the one of the order is read, and nothing sorted
    return func.coalesce(Lead.due_at, Lead.created_at) <= now


async def _priorities(connection: AsyncConnection, list_id: int) -> AsyncIterator[int]:
    """From the highest down, those that there are: one look into the index for each."""
    highest = select(Lead.priority).where(*_to_dial(list_id)).order_by(Lead.priority.desc()).limit(1)
    priority = await connection.scalar(highest)
    while priority is not None:
        yield priority
        priority = await connection.scalar(highest.where(Lead.priority < priority))


async def _with_numbers(connection: AsyncConnection, found: Sequence[Any]) -> tuple[DueLead, ...]:
    numbers = await connection.execute(
        select(LeadNumber.id, LeadNumber.lead_id, LeadNumber.number, LeadNumber.key, LeadNumber.dead)
        .where(LeadNumber.lead_id.in_([row["id"] for row in found]))
        .order_by(LeadNumber.lead_id, LeadNumber.position)
    )
    of: dict[int, list[DueNumber]] = {row["id"]: [] for row in found}
    for row in numbers:
        of[row.lead_id].append(DueNumber(row.id, row.number, row.key, row.dead))
    return tuple(_lead(row, of[row["id"]]) for row in found)


def _try(row: Any) -> DueTry:
    reached, evidence = row.connected_at is not None, tuple(row.evidence)
    return DueTry(
        row.attempt_id, row.lead_id, row.number, row.planned_at, row.verdict, reached, row.abandoned, evidence
    )


def _lead(row: Any, numbers: Sequence[DueNumber]) -> DueLead:
    values = {**row, "zones": tuple(row["zones"]), "numbers": tuple(numbers)}
    return DueLead(**{**values, "customer_name": row["customer_name"] or ""})
