"""Who may be tried next: read by index, from each list of a campaign in its own part of the mix."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update

from crm_core.models import Attempt, Customer, Lead, LeadList, LeadNumber
from crm_core.storage.database import Database
from crm_core.storage.rows import execute

WAITING, DIALING, DONE, BARRED = "waiting", "dialing", "done", "barred"


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
                query = _of_list(one.id, now, part, order)
                found += (await connection.execute(query)).mappings().all()
            numbers = await connection.execute(
                select(LeadNumber.id, LeadNumber.lead_id, LeadNumber.number, LeadNumber.key, LeadNumber.dead)
                .where(LeadNumber.lead_id.in_([row["id"] for row in found]))
                .order_by(LeadNumber.lead_id, LeadNumber.position)
            )
            of: dict[int, list[DueNumber]] = {row["id"]: [] for row in found}
            for row in numbers:
                of[row.lead_id].append(DueNumber(row.id, row.number, row.key, row.dead))
            return tuple(_lead(row, of[row["id"]]) for row in found)

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

    async def left(self, campaign_id: int) -> tuple[datetime | None, bool]:
        """Say when the next one is due, None if nobody waits, and whether somebody is being dialed."""
        first = select(func.min(Lead.due_at)).where(Lead.campaign_id == campaign_id, Lead.state == WAITING)
        first = first.where(Lead.for_user_id.is_(None))
        first = first.where(Lead.list_id.in_(select(LeadList.id).where(LeadList.share > 0)))
        dialed = select(Lead.id).where(Lead.campaign_id == campaign_id, Lead.state == DIALING).limit(1)
        async with self._database.reading() as connection:
            return await connection.scalar(first), await connection.scalar(dialed) is not None


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
    "priority": (Lead.priority.desc(), Lead.due_at, Lead.id),
    "newest": (Lead.id.desc(),),
    "random": (Lead.rank, Lead.id),
}


def _of_list(list_id: int, now: datetime, most: int, order: str) -> Select[Any]:
    return (
        select(
            *(getattr(Lead, name) for name in ("id", "campaign_id", "list_id", "customer_id", "name", "zones")),
            *(getattr(Lead, name) for name in ("language", "next_number_id", "due_at")),
            Customer.name.label("customer_name"),
            Customer.owner_id,
        )
        .outerjoin(Customer, Customer.id == Lead.customer_id)
        .where(Lead.list_id == list_id, Lead.state == WAITING, Lead.due_at <= now, Lead.for_user_id.is_(None))
        .order_by(*_ORDERS[order])
        .limit(most)
    )


def _try(row: Any) -> DueTry:
    reached, evidence = row.connected_at is not None, tuple(row.evidence)
    return DueTry(
        row.attempt_id, row.lead_id, row.number, row.planned_at, row.verdict, reached, row.abandoned, evidence
    )


def _lead(row: Any, numbers: Sequence[DueNumber]) -> DueLead:
    values = {**row, "zones": tuple(row["zones"]), "numbers": tuple(numbers)}
    return DueLead(**{**values, "customer_name": row["customer_name"] or ""})
