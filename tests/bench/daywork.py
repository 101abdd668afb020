"""What the database has to do while calls go on: callers are looked up, calls are classified; and the loop's lag."""

import asyncio
import contextlib
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from crm_core.audit import SYSTEM
from crm_core.calls import Calls
from crm_core.storage.database import Database
from crm_core.views import Views
from cti.clock import SystemClock
from tests.bench.processes import cost, family
from tests.bench.storehouse import number_of

LOOKUPS_PER_S, DISPOSITIONS_PER_S, LAG_EVERY_S = 50, 10, 0.01


@dataclass(slots=True)
class Daywork:
    """Of `known` customers; milliseconds, and the peak of this process's memory with that of an import's reader."""

    database: Database
    known: int
    lookups: list[float] = field(default_factory=list)
    dispositions: list[float] = field(default_factory=list)
    lag: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    is_over: bool = False
    dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - the same in every run

    async def look_up(self) -> None:
        number = number_of(self.dice.randrange(1, self.known + 1))
        began = time.perf_counter()
        assert await Views(self.database).known_caller(number) is not None
        self.lookups.append((time.perf_counter() - began) * 1000)

    async def dispose(self) -> None:
        call_id = f"c{self.dice.randrange(1000)}"
        began = time.perf_counter()
        await Calls(self.database, SystemClock()).dispose(call_id, "resolved", "note", SYSTEM)
        self.dispositions.append((time.perf_counter() - began) * 1000)

    async def paced(self, work: Callable[[], Awaitable[None]], per_s: float) -> None:
        """Open loop: the next does not wait for the one before."""

        async def one() -> None:
            await work()

        due = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            while not self.is_over:
                tasks.create_task(one())
                due += 1 / per_s
                await asyncio.sleep(max(0.0, due - time.perf_counter()))

    async def watch(self) -> None:
        looks = 0
        while not self.is_over:
            began = time.perf_counter()
            await asyncio.sleep(LAG_EVERY_S)
            self.lag.append((time.perf_counter() - began - LAG_EVERY_S) * 1000)
            looks += 1
            if looks % 50 == 0:
                self.peak_mb = max(self.peak_mb, cost(_ours()).rss_mb)


@contextlib.asynccontextmanager
async def daywork(database: Database, known: int) -> AsyncIterator[Daywork]:
    """It goes on until the block ends."""
    load = Daywork(database, known)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(load.paced(load.look_up, LOOKUPS_PER_S))
        tasks.create_task(load.paced(load.dispose, DISPOSITIONS_PER_S))
        tasks.create_task(load.watch())
        try:
            yield load
        finally:
            load.is_over = True


def _ours() -> list[int]:
    return [pid for pid in family(os.getpid()) if pid == os.getpid() or _is_reader(pid)]


def _is_reader(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return b"crm_core.importing.reader" in (Path("/proc") / str(pid) / "cmdline").read_bytes()
    return False
