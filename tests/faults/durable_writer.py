"""A seeded writer of acknowledged rows, and the checker of what is left of them: after Jepsen's model.

Each write is one disposition's worth: a row of its own key. What was acknowledged must be there, what was refused may
be (the answer may have been lost after the commit), and nothing may be there that was never sent, or twice.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.errors import StorageError
from crm_core.models import Setting
from crm_core.storage.database import Database

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


@dataclass(slots=True)
class History:
    """What was sent and how each was answered; `slowest_s` is the longest that anybody waited."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    refused: int = 0
    slowest_s: float = 0.0

    def check(self, stored: list[str]) -> None:
        """Compare with the table."""
        assert len(stored) == len(set(stored))
        lost = self.acknowledged - set(stored)
        assert not lost, f"{len(lost)} acknowledged writes are gone: {sorted(lost)[:5]}"
        foreign = set(stored) - self.sent
        assert not foreign, f"{len(foreign)} rows that nobody sent"


async def write_on(database: Database, seed: int, history: History, is_over: Callable[[], bool]) -> None:
    """Write at random moments until it is over."""
    dice = random.Random(seed)
    number = 0
    while not is_over():
        number += 1
        key = f"w{seed}-{number}"
        history.sent.add(key)
        began_s = time.monotonic()
        try:
            await database.write(lambda connection, key=key: put(connection, key))  # type: ignore[misc]
        except StorageError:
            history.refused += 1
            await asyncio.sleep(0.02)
        else:
            history.acknowledged.add(key)
        history.slowest_s = max(history.slowest_s, time.monotonic() - began_s)
        await asyncio.sleep(dice.uniform(0, 0.01))


async def stored_keys(database: Database) -> list[str]:
    """Read what is there."""
    async with database.reading() as connection:
        return list(await connection.scalars(select(Setting.key).where(Setting.key.startswith("w"))))


async def put(connection: AsyncConnection, key: str) -> None:
    """Write one row."""
    await connection.execute(insert(Setting).values(key=key, value={"note": "是"}, updated_at=AT))
