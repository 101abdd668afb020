"""How many people who were called answered, and how many of them the abandonment limit counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.campaign_report import NO_PERSONS
from crm_core.models import Attempt


@dataclass(frozen=True, slots=True)
class Answers:
    """People who answered, and those of them who count as abandoned."""

    people: int = 0
    abandoned: int = 0


async def count_answers(connection: AsyncConnection, campaign_id: int, since: datetime) -> Answers:
    """Count those of attempts planned since then."""
    people = or_(Attempt.connected_at.is_not(None), Attempt.abandoned)
    people = and_(people, func.coalesce(Attempt.verdict, "").not_in(NO_PERSONS))  # an agent met no person there
    query = select(func.count(), func.sum(case((Attempt.abandoned, 1), else_=0)))
    query = query.where(Attempt.campaign_id == campaign_id, Attempt.planned_at >= since, people)
    row = (await connection.execute(query)).one()
    return Answers(row[0], int(row[1] or 0))
