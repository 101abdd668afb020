"""How often each number of ours was shown by campaigns, counted from their attempts by one index."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from crm_core.models import Attempt
from crm_core.models.campaigns import DIALED
from crm_core.storage.database import Database


@dataclass(frozen=True, slots=True)
class Shown:
    """Of one number: how often since the day began, and when in the last hour, the oldest first."""

    today: int = 0
    lately: tuple[datetime, ...] = ()


class ShownNumbers:
    """Reads; whoever was not dialed after all does not count."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, numbers: Collection[str], day_began_at: datetime, lately_at: datetime) -> dict[str, Shown]:
        """Count them for these numbers, of all campaigns together."""
        wanted = (Attempt.shown_as.in_(numbers), DIALED)
        since = select(Attempt.shown_as, func.count()).where(*wanted, Attempt.planned_at >= day_began_at)
        lately = select(Attempt.shown_as, Attempt.planned_at).where(*wanted, Attempt.planned_at > lately_at)
        async with self._database.reading() as connection:
            counts = {row[0]: row[1] for row in await connection.execute(since.group_by(Attempt.shown_as))}
            moments: dict[str, list[datetime]] = {number: [] for number in numbers}
            for number, at in await connection.execute(lately.order_by(Attempt.planned_at)):
                moments[number].append(at)
        return {number: Shown(counts.get(number, 0), tuple(moments[number])) for number in numbers}
