"""The diary of the floor, begun before anything else writes and ended when all is written."""

import asyncio
import logging
from contextlib import AsyncExitStack

from agent_ui.config import Config
from agent_ui.memory import Memory
from crm_core.diary.journal import Journal
from crm_core.diary.spool import Spool
from cti.bus import Bus

_log = logging.getLogger(__name__)
TRIES = 50


async def start_diary(stack: AsyncExitStack, config: Config, memory: Memory, bus: Bus) -> Journal:
    """Write what happens; what an earlier run could not write comes first: the floor is restored from the tables."""
    spool = Spool(config.home / "spool" / "diary")
    journal = Journal(memory.database, bus.subscribe_lossless("diary"), spool)
    writing = asyncio.ensure_future(journal.run())

    async def finish() -> None:
        bus.close()
        await writing

    stack.push_async_callback(finish)
    for _ in range(TRIES):
        if await asyncio.to_thread(spool.is_empty):
            return journal
        await asyncio.sleep(0.1)
    _log.warning("Diary of an earlier run is still in files")
    return journal
