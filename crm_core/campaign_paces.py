"""What the pacing of each campaign has learned, kept over a restart; its shape is `dialer.domain.learned`'s."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import CampaignPace
from crm_core.storage.database import Database
from crm_core.storage.rows import upsert


class CampaignPaces:
    """One document for each campaign."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, campaign_id: int) -> dict[str, Any] | None:
        """Give what was kept last; None: nothing yet."""
        query = select(CampaignPace.learned).where(CampaignPace.campaign_id == campaign_id)
        async with self._database.reading() as connection:
            return await connection.scalar(query)

    async def keep(self, campaign_id: int, learned: dict[str, Any], now: datetime) -> None:
        """Write it in place of what was there."""
        row = {"campaign_id": campaign_id, "learned": learned, "saved_at": now}

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(upsert(connection, CampaignPace, row, ("campaign_id",), ("learned", "saved_at")))

        await self._database.write(work)
