"""Listens to the floor without ever slowing it down, and sees to it that every fact reaches the tables.

While the database answers, facts go there in groups. When it does not, they go to files that are on the disk before the
next fact is taken; the files are read back in order when it answers again, or when the program is started again.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial

from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.diary.spool import Spool
from crm_core.errors import StorageError
from crm_core.storage.database import Database
from cti.bus import Subscription
from cti.domain.facts import Change

_log = logging.getLogger(__name__)
_GROUP = 200
# Under load one transaction takes what came in this time: at twenty calls a second it would else hold two facts, and to
# begin and commit it costs more than they do. Who comes after a quiet moment is written at once.
_PACE_S = 0.05
_LONGEST_PAUSE_S = 5.0
# Entries in memory when database and disk are both away: some 50 MB, the calls of half a day of fifty agents.
_MOST_HELD = 50_000


class DiaryState(StrEnum):
    """How what happens comes into the tables."""

    WRITING = "writing"
    BEHIND = "behind"
    """By way of files, until the database takes it again."""
    FAILED = "failed"
    """Nothing keeps it over the end of the process, or nobody writes it at all."""


class Journal:
    """Owns one lossless subscription. `run` ends when it is closed and all that it held is kept."""

    def __init__(
        self,
        database: Database,
        subscription: Subscription,
        spool: Spool,
        *,
        first_pause_s: float = 0.2,
        pace_s: float = _PACE_S,
        most_held: int = _MOST_HELD,
    ) -> None:
        self._database = database
        self._subscription = subscription
        self._spool = spool
        self._run_id = secrets.token_hex(6)
        self._first_pause_s = first_pause_s
        self._pause_s = first_pause_s
        self._try_at = 0.0
        self._pace_s = pace_s
        self._not_before_s = 0.0
        self._held: list[Entry] = []
        self._most_held = most_held
        self._listeners: list[Callable[[Sequence[Entry]], None]] = []
        self._dropped = 0
        self._in_memory = False
        self._has_ended = False
        self.spooling = False

    def on_written(self, listener: Callable[[Sequence[Entry]], None]) -> None:
        """Call `listener` with what the tables have taken."""
        self._listeners.append(listener)

    @property
    def in_memory_only(self) -> bool:
        """Neither database nor disk take anything: what happens now is lost with the process."""
        return self._in_memory

    @property
    def state(self) -> DiaryState:
        """How it is now."""
        if self._in_memory or self._has_ended:
            return DiaryState.FAILED
        return DiaryState.BEHIND if self.spooling else DiaryState.WRITING

    async def run(self) -> None:
        """Keep facts until the subscription ends; what is in files from an earlier run comes first."""
        self.spooling = not await asyncio.to_thread(self._spool.is_empty)
        try:
            while True:
                more = await self._take()
                await self._keep()
                await self._read_back(at_once=not more)
                if not more:
                    return
        finally:
            self._has_ended = True
            self._rescue()

    async def _take(self) -> bool:
        """Wait for facts, or until it is time to try the database again; False at the end."""
        pause = max(0.0, self._try_at - asyncio.get_running_loop().time()) if self.spooling else None
        try:
            async with asyncio.timeout(pause):
                first = await anext(self._subscription)
        except TimeoutError:
            return True
        except StopAsyncIteration:
            return False
        # Held before the pause: who is cancelled in it keeps what was taken.
        self._held.extend(self._entries([first]))
        await self._pace()
        self._held.extend(self._entries(self._subscription.take_all()))
        return True

    async def _pace(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._not_before_s - loop.time())
        self._not_before_s = loop.time() + self._pace_s

    def _entries(self, changes: Sequence[Change]) -> list[Entry]:
        return [
            Entry(f"{self._run_id}:{change.seq}:{place}", change.seq, change.at, fact)
            for change in changes
            for place, fact in enumerate(change.facts)
        ]

    async def _keep(self) -> None:
        if not self._held:
            return
        if not self.spooling:
            self._held = await self._write(self._held)
            if not self._held:
                return
            self._start_spooling()
        try:
            await asyncio.to_thread(self._spool.append, self._held)
        except OSError:
            self._hold()
            return
        self._held = []
        self._in_memory = False

    def _hold(self) -> None:
        """Database and disk are both away: memory is all there is left, and that has an end."""
        if not self._in_memory:
            self._in_memory = True
            _log.exception("Diary can be kept in memory only", extra={"entries": len(self._held)})
        excess = len(self._held) - self._most_held
        if excess > 0:
            # The oldest stay: they are the beginnings without which the rest cannot be written.
            del self._held[self._most_held :]
            self._dropped += excess
            _log.error("Diary drops what happens", extra={"dropped": excess, "dropped_in_all": self._dropped})

    async def _write(self, entries: list[Entry]) -> list[Entry]:
        """Give back what the database did not take because it is away."""
        for start in range(0, len(entries), _GROUP):
            group = entries[start : start + _GROUP]
            failed = await self._write_group(group)
            if failed is not None:
                return entries[start + failed :]
        return []

    async def _write_group(self, group: list[Entry]) -> int | None:
        """Give the place of the first that the database did not take because it is away."""
        try:
            await self._database.write(partial(write_group, entries=group))
        except StorageError:
            _log.warning("Database does not answer", exc_info=True)
            return 0
        except Exception:
            _log.warning("Facts are written one by one: together they failed", exc_info=True)
            return await self._write_each(group)
        self._tell(group)
        return None

    async def _write_each(self, group: list[Entry]) -> int | None:
        for place, entry in enumerate(group):
            try:
                await self._database.write(partial(write_group, entries=[entry]))
            except StorageError:
                _log.warning("Database does not answer", exc_info=True)
                return place
            except Exception as error:
                _log.error("Database refuses a fact", exc_info=error, extra={"key": entry.key})
                await self._put_aside(entry)
                continue
            self._tell([entry])
        return None

    def _tell(self, written: list[Entry]) -> None:
        for listener in self._listeners:
            listener(written)

    async def _put_aside(self, entry: Entry) -> None:
        try:
            await asyncio.to_thread(self._spool.reject, entry)
        except OSError:
            _log.exception("A refused fact could not be put aside", extra={"key": entry.key})

    def _start_spooling(self) -> None:
        self.spooling = True
        self._pause_s = self._first_pause_s
        self._try_at = asyncio.get_running_loop().time() + self._pause_s
        _log.error("Diary goes to files until the database answers")

    async def _read_back(self, *, at_once: bool) -> None:
        """Write one file at a time, so that new facts are taken in between; what is in memory only comes last."""
        loop = asyncio.get_running_loop()
        if not self.spooling or (loop.time() < self._try_at and not at_once):
            return None
        try:
            while (waiting := await asyncio.to_thread(self._spool.oldest)) is not None:
                segment, entries = waiting
                if await self._write(entries):
                    return self._pause(loop.time())
                await asyncio.to_thread(self._spool.remove, segment)
                if not at_once:
                    return None
        except OSError:
            _log.exception("Diary's files cannot be read back")
            return self._pause(loop.time())
        self._held = await self._write(self._held)
        if self._held:
            return self._pause(loop.time())
        self.spooling = self._in_memory = False
        _log.info("Diary is complete again", extra={"dropped": self._dropped})
        return None

    def _pause(self, now_s: float) -> None:
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
        self._try_at = now_s + self._pause_s

    def _rescue(self) -> None:
        # Cancelled, or at the end without database: the disk is waited for here, since nothing comes after.
        self._held.extend(self._entries(self._subscription.take_all()))
        if self._held:
            self._spool.append(self._held)
            self._held = []
