"""The gate before the passwords: few are looked at at once, few wait, and the rest is told when to come again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent_ui.auth.turns import Turns

# Twice the threads of argon2: one of a pair hashes while the other asks the database
PLACES = 4
# At 10 ms each (two threads) some two seconds for both lanes
WAITING_MAX = 100


class Crowded(Exception):
    """Too many wait already."""


class Gate:
    """Lets PLACES through at once."""

    def __init__(self, places: int = PLACES, waiting: int = WAITING_MAX) -> None:
        self._free = places
        self._turns: Turns[asyncio.Future[None]] = Turns(waiting)

    @property
    def waiting(self) -> int:
        """How many stand before it."""
        return len(self._turns)

    @asynccontextmanager
    async def turn(self, address: str, *, known: bool) -> AsyncIterator[None]:
        """Wait for a place and hold it; raises Crowded at once where there is no room to wait."""
        await self._enter(address, known=known)
        try:
            yield
        finally:
            self._pass_on()

    async def _enter(self, address: str, *, known: bool) -> None:
        if self._free:
            self._free -= 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        gone = self._turns.enter(mine, address, known=known)
        if gone is not None and not gone.done():
            gone.set_exception(Crowded())
        try:
            await mine
        except asyncio.CancelledError:
            self._turns.leave(mine, address, known=known)
            if mine.done() and not mine.cancelled() and mine.exception() is None:
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """The place goes to the next who still waits."""
        while (following := self._turns.take()) is not None:
            if not following.done():
                following.set_result(None)
                return
        self._free += 1
