"""What a campaign's attempts prove: the rows as they were written, in the order of time, for who counts them again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from crm_core.models import Attempt
from crm_core.storage.database import Database
from crm_core.storage.rows import build

_AT_ONCE = 2_000


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


_COLUMNS = [getattr(Attempt, name) for name in AttemptProof.__dataclass_fields__]


class AttemptProofs:
    """Reads piece by piece: a big campaign's month holds up nobody else's reading."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, campaign_id: int, since: datetime, until: datetime) -> list[AttemptProof]:
        """Give all of a campaign that were planned from `since` on, and before `until`."""
        query = select(*_COLUMNS).where(Attempt.campaign_id == campaign_id, Attempt.state != "cancelled")
        query = query.where(Attempt.planned_at >= since, Attempt.planned_at < until)
        query = query.order_by(Attempt.planned_at, Attempt.attempt_id).limit(_AT_ONCE)
        found: list[AttemptProof] = []
        while True:
            further = query
            if found:
                at, last_id = found[-1].planned_at, found[-1].attempt_id
                later = and_(Attempt.planned_at == at, Attempt.attempt_id > last_id)
                further = query.where(or_(Attempt.planned_at > at, later))
            async with self._database.reading() as connection:
                rows = (await connection.execute(further)).mappings().all()
            found += [build(AttemptProof, row) for row in rows]
            if len(rows) < _AT_ONCE:
                return found
