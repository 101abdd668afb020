"""Takes users and queues from the database to the floor: when a page saved them, and when the command line did."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from crm_core.errors import StorageError
from cti.domain.values import Roster
from cti.errors import CtiError

_log = logging.getLogger(__name__)
# shorter than it takes to carry a printed password to the sign-in page
LOOK_EVERY_S = 2.0


class RosterKeeper:
    """Tells the floor what it has not been told yet."""

    def __init__(self, load: Callable[[], Awaitable[Roster]], tell: Callable[[Roster], Awaitable[None]]) -> None:
        self._load = load
        self._tell = tell
        self._told: Roster | None = None
        self._turn = asyncio.Lock()

    async def reload(self) -> None:
        """Read the roster, and tell it if it is news; an older one is never told after a newer one."""
        async with self._turn:
            roster = await self._load()
            if roster != self._told:
                await self._tell(roster)
                self._told = roster

    async def watch(self) -> None:
        """Look every few seconds until cancelled: `callroom user` writes beside us."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.reload()
            except (StorageError, CtiError):
                _log.warning("Roster could not be read again")
