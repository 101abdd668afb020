"""What a campaign's attempts prove: the rows as they were written, in the order of time, for who counts them again."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from crm_core.models import Attempt
from crm_core.storage.database import Database

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class AttemptProof:
    """One attempt that was not called off before it was sent."""

    attempt_id: str
    lead_id: int | None
    customer_id: int | None
    number_key: str
    planned_at: datetime
    rang_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    abandoned: bool
    verdict: str | None
    checks: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """One at a number or of a person, by whatever campaign."""

    attempt_id: str
    lead_id: int | None
    customer_id: int | None
    number_key: str
    planned_at: datetime
    connected: bool
    abandoned: bool
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """Of the people who answered within a stretch, those whom nobody was there for."""

    people: int
    abandoned: int


_COLUMNS = [getattr(Attempt, name) for name in AttemptProof.__dataclass_fields__]
_EARLIER = [
    *(getattr(Attempt, name) for name in ("attempt_id", "lead_id", "customer_id", "number_key", "planned_at")),
    Attempt.connected_at.is_not(None).label("connected"),
    Attempt.abandoned,
    Attempt.verdict,
]


class AttemptProofs:
    """Reads piece by piece, and keeps no more than a piece: a big campaign's month holds up nobody else's reading."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, campaign_id: int, since: datetime, until: datetime) -> AsyncIterator[list[AttemptProof]]:
        """Give all of a campaign that were planned from `since` on, and before `until`."""
        query = select(*_COLUMNS).where(Attempt.campaign_id == campaign_id, Attempt.state != "cancelled")
        query = query.where(Attempt.planned_at < until)
        query = query.order_by(Attempt.planned_at, Attempt.attempt_id).limit(_AT_ONCE)
        later: ColumnElement[bool] = Attempt.planned_at >= since
        while True:
            async with self._database.reading() as connection:
                found = [AttemptProof(*row) for row in await connection.execute(query.where(later))]
            if found:
                yield found
            if len(found) < _AT_ONCE:
                return
            at, last_id = found[-1].planned_at, found[-1].attempt_id
            same_time = and_(Attempt.planned_at == at, Attempt.attempt_id > last_id)
            # the first of both is what the index is entered with
            later = and_(Attempt.planned_at >= at, or_(Attempt.planned_at > at, same_time))

    async def earlier(self, of: Sequence[AttemptProof], since: datetime) -> list[EarlierAttempt]:
        """Give what any campaign tried from `since` on at the numbers of these, or of the same people; these too."""
        until = max(one.planned_at for one in of)
        asked: list[tuple[Any, Collection[Any]]] = [
            (Attempt.number_key, {one.number_key for one in of}),
            (Attempt.lead_id, {one.lead_id for one in of if one.lead_id is not None}),
            (Attempt.customer_id, {one.customer_id for one in of if one.customer_id is not None}),
        ]
        found: dict[str, EarlierAttempt] = {}
        async with self._database.reading() as connection:
            for column, keys in (one for one in asked if one[1]):
                query = select(*_EARLIER).where(column.in_(keys), Attempt.state != "cancelled")
                query = query.where(Attempt.planned_at >= since, Attempt.planned_at <= until)
                for row in await connection.execute(query):
                    found.setdefault(row.attempt_id, EarlierAttempt(*row))
        return sorted(found.values(), key=lambda one: (one.planned_at, one.attempt_id))

    async def answered(self, campaign_id: int, since: datetime, until: datetime) -> Answered:
        """Count people without reading what was checked."""
        people = or_(Attempt.connected_at.is_not(None), Attempt.abandoned)
        query = select(func.count(), func.coalesce(func.sum(case((Attempt.abandoned, 1), else_=0)), 0))
        query = query.where(Attempt.campaign_id == campaign_id, people)
        query = query.where(Attempt.planned_at >= since, Attempt.planned_at < until)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one()
        return Answered(row[0], int(row[1]))
