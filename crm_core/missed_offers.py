"""Calls that rang at one agent in vain; whether somebody else took them is not asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from crm_core.models import Call, CallLeg, Customer, Queue
from crm_core.storage.database import Database
from crm_core.storage.rows import build
from cti.domain.values import OfferResult


@dataclass(frozen=True, slots=True)
class MissedOffer:
    """One that rang at `at`; `name` is the customer's, else the one that came with the call, "" when nobody said."""

    call_id: str
    at: datetime
    name: str
    number: str | None
    queue: str


class MissedOffers:
    """Read from the call log, so that they outlive pages and restarts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, agent_id: int, since: datetime, most: int) -> tuple[MissedOffer, ...]:
        """List the newest since then, each call once."""
        name = func.coalesce(Customer.name, Call.caller_name).label("name")
        queue = Queue.name.label("queue")
        last = func.max(CallLeg.started_at).label("at")
        rang = (
            select(CallLeg.call_id, last)
            .where(CallLeg.agent_id == agent_id, CallLeg.started_at >= since)
            .where(CallLeg.result == OfferResult.MISSED.value)
            .group_by(CallLeg.call_id)
            .order_by(last.desc())
            .limit(most)
            .subquery()
        )
        query = (
            select(rang.c.call_id, rang.c.at, name, Call.number, queue)
            .join(Call, Call.id == rang.c.call_id)
            .outerjoin(Customer, Customer.id == Call.customer_id)
            .outerjoin(Queue, Queue.id == Call.queue_id)
            .order_by(rang.c.at.desc())
        )
        async with self._database.reading() as connection:
            rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        return tuple(build(MissedOffer, row | {"queue": row["queue"] or ""}) for row in rows)
