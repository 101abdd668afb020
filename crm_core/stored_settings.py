"""Values that an administrator changes while the program runs."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.models import Setting
from crm_core.storage.database import Database
from crm_core.storage.rows import upsert
from cti.clock import Clock


class StoredSettings:
    """Keys and JSON values; which keys there are and what they may hold is their reader's business."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def all(self) -> dict[str, Any]:
        """Give every stored value."""
        return await self._database.read(_all)

    async def put(self, values: dict[str, Any], by: Actor) -> None:
        """Save several at once."""

        async def work(connection: AsyncConnection) -> None:
            now = self._clock.now()
            for key, value in values.items():
                row = {"key": key, "value": value, "updated_at": now}
                await connection.execute(upsert(connection, Setting, row, ("key",), ("value", "updated_at")))
                await append(connection, by, now, "setting.put", key, {"value": value})

        await self._database.write(work)


async def _all(connection: AsyncConnection) -> dict[str, Any]:
    return {row.key: row.value for row in await connection.execute(_EVERY)}


_EVERY = select(Setting.key, Setting.value)
