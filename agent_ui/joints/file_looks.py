"""Looks at files before they are imported, one after the other."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from agent_ui.errors import ApiError

T = TypeVar("T")
U = TypeVar("U")

# A workbook takes a processor for seconds and holds its texts in memory: together they would starve the calls.
AT_ONCE = 1
MOST_WAITING = 8


class FileLooks:
    """Who comes while another file is looked at waits; when too many do, the next is told so."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def look(self, work: Callable[[U], T], file: U) -> T:
        """Do `work` on a thread when its turn comes."""
        if self._waiting >= MOST_WAITING:
            message = "Others' files are looked at just now, one after the other; try again in a minute."
            raise ApiError(503, "files_waiting", message)
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            return await asyncio.to_thread(work, file)
        finally:
            self._turn.release()
