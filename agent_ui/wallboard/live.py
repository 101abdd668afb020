"""Counts the day as it goes: first what the call log knows of it, then each fact of the floor."""

import asyncio
import logging
from datetime import datetime, tzinfo

from crm_core.diary.day_log import read_day
from crm_core.domain.day import day_of
from crm_core.domain.today import Today
from crm_core.errors import StorageError
from crm_core.storage.database import Database
from cti.bus import Bus, Subscription

_log = logging.getLogger(__name__)
TRY_AGAIN_S = 2.0
FACTS_AT_ONCE = 1_000  # two milliseconds


class Live:
    """`today` is None until the log is read; what happens meanwhile waits in the subscription."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        self._database = database
        self._zone = zone
        self._subscription: Subscription | None = None
        self._since: datetime | None = None
        self.today: Today | None = None

    def follow(self, bus: Bus, since: datetime) -> None:
        """Listen before the floor's first fact: what is before `since` is in the log, all else will be told."""
        self._subscription, self._since = bus.subscribe_lossless("wallboard"), since

    async def run(self) -> None:
        """Count until the bus closes."""
        if self._subscription is None or self._since is None:
            raise RuntimeError("follow a bus first")
        with self._subscription as changes:
            today = self.today = await self._restored(self._since)
            done = 0
            async for change in changes:
                for fact in change.facts:
                    today.take(change.at, fact)
                done += len(change.facts)
                if done >= FACTS_AT_ONCE:
                    done = 0
                    await asyncio.sleep(0)

    async def _restored(self, since: datetime) -> Today:
        while True:
            try:
                logged = await read_day(self._database, day_of(since, self._zone).begins_at, since)
            except StorageError:
                _log.exception("Today's figures wait for the database")
                await asyncio.sleep(TRY_AGAIN_S)
                continue
            today = Today(self._zone, since)
            for place, one in enumerate(logged):
                today.take(one.at, one.fact)
                if place % FACTS_AT_ONCE == 0:
                    await asyncio.sleep(0)
            _log.info("Today's figures are restored", extra={"facts": len(logged)})
            return today
