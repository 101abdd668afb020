"""Tells the floor's pages the figures of the day, every few seconds while somebody looks."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from agent_ui.wallboard.floor_figures import floor_figures, limits_of
from agent_ui.wallboard.live import Live
from agent_ui.wallboard.thresholds import ThresholdBook
from cti.clock import Clock

VIEW = "figures"
EVERY_S = 2.0


class FloorViews(Protocol):
    """What it needs of the floor."""

    def snapshot(self) -> Mapping[str, Mapping[str, Any]]:
        """Return all views."""


class Pages(Protocol):
    """Who looks."""

    @property
    def is_floor_seen(self) -> bool:
        """Whether any page may show the floor."""

    def post(self, key: str, view: Mapping[str, Any] | None) -> None:
        """Tell them what is different."""


class FloorFeed:
    """Nothing is counted while nobody looks."""

    def __init__(
        self,
        floor: FloorViews,
        live: Live,
        clock: Clock,
        pages: Pages,
        thresholds: ThresholdBook,
    ) -> None:
        self._floor = floor
        self._live = live
        self._clock = clock
        self._pages = pages
        self.thresholds = thresholds

    async def run(self) -> None:
        """Look until cancelled; the thresholds are told first."""
        await self.thresholds.load()
        while True:
            if self._pages.is_floor_seen:
                await self.tell()
            await asyncio.sleep(EVERY_S)

    async def tell(self) -> None:
        """Count and tell; a quarter of an hour at a time, as calls do not wait for figures."""
        views, now, today = self._floor.snapshot(), self._clock.now(), self._live.today
        if today is not None:
            for key, view in views.items():
                if key.startswith("queue:"):
                    for _ in today.count(frozenset({view["queue_id"]}), limits_of(view), now):
                        await asyncio.sleep(0)
        self._pages.post(VIEW, floor_figures(views, today, now))
