"""How far a campaign is, in numbers, for pages that ask every few seconds: read by index, and kept a moment."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.answers import count_answers
from crm_core.models import Attempt, Lead
from crm_core.storage.database import Database
from cti.clock import Clock

LOOK_BACK = timedelta(minutes=15)
KEPT = timedelta(seconds=5)
_OVER = ("done", "barred")


LONG_S = 10
"""Who listens for so long has heard what it is about."""
OTHER_KEY, NO_KEY = "other_key", "no_key"


@dataclass(frozen=True, slots=True)
class Listening:
    """`people` were in the campaign's flow, for `listened_s` in all, `long_enough` of them for LONG_S at least.

    `answers` counts them by what they chose: as in `Attempt.response`, else whether they pressed any key.
    """

    people: int
    listened_s: float
    long_enough: int
    answers: dict[str, int]


NOBODY_LISTENED = Listening(0, 0.0, 0, {})


@dataclass(frozen=True, slots=True)
class CampaignCounts:
    """`verdicts`: of each person the last one; `ended` people were done with by the attempts since `ended_since`.

    `conversions`: calls whose disposition means success.
    """

    leads: dict[str, int]
    verdicts: dict[str, int]
    next_due_at: datetime | None
    next_why: str
    dialed_today: int
    people: int
    abandoned: int
    ended: int
    ended_since: datetime | None
    conversions: int = 0
    listening: Listening = NOBODY_LISTENED


class CampaignCounting:
    """Many pages that look at one campaign cost no more than one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._kept: dict[tuple[int, datetime, datetime], tuple[datetime, CampaignCounts]] = {}

    async def of(self, campaign_id: int, midnight: datetime, window_begins_at: datetime) -> CampaignCounts:
        """Count, or give what was counted a moment ago; people and abandoned are those of the window."""
        now, asked = self._clock.now(), (campaign_id, midnight, window_begins_at)
        kept = self._kept.get(asked)
        if kept is not None and timedelta(0) <= now - kept[0] < KEPT:
            return kept[1]
        async with self._database.reading() as connection:
            counts = CampaignCounts(
                **await _people(connection, campaign_id),
                **await _next(connection, campaign_id),
                **await _dialed(connection, campaign_id, midnight),
                **asdict(await count_answers(connection, campaign_id, window_begins_at)),
                **await _recently(connection, campaign_id, now - LOOK_BACK),
                **await _conversions(connection, campaign_id),
                **await _listening(connection, campaign_id),
            )
        self._kept = {key: one for key, one in self._kept.items() if now - one[0] < KEPT}
        self._kept[asked] = (now, counts)
        return counts


async def _people(connection: AsyncConnection, campaign_id: int) -> dict[str, Any]:
    # all columns of one index in its order, more than are asked for: SQLite reads the rows themselves otherwise
    by_index = (Lead.list_id, Lead.state, Lead.why, Lead.last_verdict)
    query = select(Lead.state, Lead.last_verdict, func.count()).where(Lead.campaign_id == campaign_id)
    query = query.group_by(*by_index)
    leads: dict[str, int] = {}
    verdicts: dict[str, int] = {}
    for state, verdict, count in await connection.execute(query):
        leads[state] = leads.get(state, 0) + count
        if verdict is not None:
            verdicts[verdict] = verdicts.get(verdict, 0) + count
    return {"leads": leads, "verdicts": verdicts}


async def _next(connection: AsyncConnection, campaign_id: int) -> dict[str, Any]:
    query = select(Lead.due_at, Lead.why).where(Lead.campaign_id == campaign_id, Lead.state == "waiting")
    row = (await connection.execute(query.order_by(Lead.due_at, Lead.id).limit(1))).first()
    return {"next_due_at": None, "next_why": ""} if row is None else {"next_due_at": row.due_at, "next_why": row.why}


async def _dialed(connection: AsyncConnection, campaign_id: int, midnight: datetime) -> dict[str, Any]:
    query = select(func.count()).where(Attempt.campaign_id == campaign_id, Attempt.planned_at >= midnight)
    return {"dialed_today": (await connection.execute(query)).scalar_one()}


async def _conversions(connection: AsyncConnection, campaign_id: int) -> dict[str, Any]:
    query = select(func.count()).where(Attempt.campaign_id == campaign_id, Attempt.converted)
    return {"conversions": (await connection.execute(query)).scalar_one()}


async def _listening(connection: AsyncConnection, campaign_id: int) -> dict[str, Any]:
    pressed = func.coalesce(Attempt.keys, "") != ""
    long = case((Attempt.listened_ms >= LONG_S * 1000, 1), else_=0)
    query = select(Attempt.response, pressed, func.count(), func.sum(Attempt.listened_ms), func.sum(long))
    query = query.where(Attempt.campaign_id == campaign_id, Attempt.listened_ms.is_not(None))
    answers: Counter[str] = Counter()
    people = listened_ms = long_enough = 0
    rows = await connection.execute(query.group_by(Attempt.response, pressed))
    for response, has_pressed, count, in_all_ms, longer in rows:
        answers[response or (OTHER_KEY if has_pressed else NO_KEY)] += count
        people, listened_ms, long_enough = people + count, listened_ms + int(in_all_ms), long_enough + int(longer)
    return {"listening": Listening(people, listened_ms / 1000, long_enough, dict(answers))}


async def _recently(connection: AsyncConnection, campaign_id: int, since: datetime) -> dict[str, Any]:
    over = case((Lead.state.in_(_OVER), Attempt.lead_id))
    query = select(func.count(over.distinct()), func.min(Attempt.planned_at)).outerjoin(
        Lead, Lead.id == Attempt.lead_id
    )
    of_it = and_(Attempt.campaign_id == campaign_id, Attempt.planned_at >= since)
    row = (await connection.execute(query.where(of_it))).one()
    return {"ended": row[0], "ended_since": row[1]}
