"""Files every recording after its call, and deletes those whose time is over."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime

from cti.clock import Clock
from cti.domain.facts import (
    CallEnded,
    Change,
    Fact,
    HoldEnded,
    TalkEnded,
    TalkInterrupted,
    TalkStarted,
)
from cti.domain.take_words import RecordingStarted, RecordingStopped
from cti.domain.values import EndReason
from recordings.audio import is_full
from recordings.darkroom import develop
from recordings.domain.retention import delete_before
from recordings.errors import EncoderFailed
from recordings.ports import Filed, Job, Ledger
from recordings.settings import RecordingSettings
from recordings.store import FolderStore

_log = logging.getLogger(__name__)
_TRIES = 3
_TELL_EVERY = 30
_PURGE_BATCH = 200
_SETTLE_STEPS = 20
_SETTLE_STEP_S = 0.25
_SETTLED_S = 5.0
# Days of calls on a full disk, in some 50 MB.
_MOST_WAITING = 100_000


@dataclass(slots=True)
class _Running:
    recording_id: str
    started_at: datetime
    talked_s: float = 0.0


@dataclass(slots=True)
class _Work:
    job: Job
    since: datetime
    tries: int = field(default=0)
    waits_for_room: bool = False


class Recorder:
    """Three loops: `follow` the floor, `work` on what is finished, `purge` by age. Run all until cancelled."""

    def __init__(
        self,
        store: FolderStore,
        ledger: Ledger,
        clock: Clock,
        settings: RecordingSettings,
        on_filed: Callable[[Filed], None] = lambda _: None,
        *,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._clock = clock
        self._settings = settings
        self._on_filed = on_filed
        self._running: dict[str, _Running] = {}
        self._jobs: asyncio.Queue[_Work] = asyncio.Queue(most_waiting)
        self._purge_wanted = asyncio.Event()

    async def resume(self) -> None:
        """Take up what the last process left: call once at start, after `store.prepare()`."""
        for job in await self._ledger.unfinished():
            self._put(_Work(job, self._clock.now()))
        for one in await self._ledger.underway():
            self._running[one.call_id] = _Running(one.recording_id, one.started_at, -one.talked_before_s)

    async def follow(self, changes: AsyncIterator[Change]) -> None:
        """Watch calls being recorded; `changes` must be a lossless subscription."""
        async for change in changes:
            for fact in change.facts:
                self._note(fact, change.at)

    def _note(self, fact: Fact, at: datetime) -> None:
        if isinstance(fact, TalkStarted):
            known = self._running.get(fact.call_id)
            if known is not None and known.recording_id != fact.recording_id:
                self._finish(self._running.pop(fact.call_id))  # the caller talks with somebody else now
            if fact.recording_id is not None:
                self._running.setdefault(fact.call_id, _Running(fact.recording_id, at))
        elif isinstance(fact, RecordingStarted):
            # the talk's end will be told with all of it
            self._running.setdefault(fact.call_id, _Running(fact.recording_id, at, -fact.talked_s))
        elif isinstance(fact, RecordingStopped):
            self._stopped(fact)
        elif isinstance(fact, TalkEnded | TalkInterrupted) and fact.call_id in self._running:
            self._running[fact.call_id].talked_s += fact.talked_s
        elif isinstance(fact, HoldEnded) and fact.call_id in self._running:
            self._running[fact.call_id].talked_s -= fact.held_s  # it comes before the end of its talk
        elif isinstance(fact, CallEnded):
            ended = self._running.pop(fact.call_id, None)
            if ended is not None:
                self._finish(ended, cut_short=fact.reason is EndReason.LOST_SWITCH)

    def _stopped(self, fact: RecordingStopped) -> None:
        running = self._running.get(fact.call_id)
        if running is not None and running.recording_id == fact.recording_id:
            del self._running[fact.call_id]
            running.talked_s += fact.talked_s
            self._finish(running)

    def _finish(self, ended: _Running, *, cut_short: bool = False) -> None:
        job = Job(ended.recording_id, ended.started_at, ended.talked_s, cut_short)
        self._put(_Work(job, self._clock.now()))

    def _put(self, item: _Work) -> None:
        """Have it worked on; one too many stays unfinished in the ledger, from where the next start takes it up."""
        try:
            self._jobs.put_nowait(item)
        except asyncio.QueueFull:
            _log.error(
                "Recording waits for the next start, too many are waiting",
                extra={"recording_id": item.job.recording_id},
            )

    async def work(self) -> None:
        """Develop one recording after the other; a failure waits and is tried again, then filed as failed."""
        while True:
            item = await self._jobs.get()
            try:
                await self._settle(item)
                filed: Filed | None = await asyncio.to_thread(develop, item.job, self._store, self._settings)
            except (EncoderFailed, OSError) as error:
                if is_full(error):
                    self._wait_for_room(item)
                    continue
                filed = self._again_or_failed(item, error)
            if filed is None:
                continue
            await self._file(filed)
            self._on_filed(filed)

    async def _file(self, filed: Filed) -> None:
        """Tell the ledger, however long it is away: the sound is in its place already, and the others wait behind."""
        for attempt in itertools.count():
            try:
                await self._ledger.file(filed)
            except Exception:
                if attempt % _TELL_EVERY == 0:
                    _log.exception("Ledger does not take a recording", extra={"recording_id": filed.recording_id})
            else:
                return
            await asyncio.sleep(self._settings.ledger_retry_s)

    def _wait_for_room(self, item: _Work) -> None:
        """Try again however long it takes: the switch's file is whole, and room comes back."""
        if not item.waits_for_room:
            item.waits_for_room = True
            _log.error("No room to file a recording", extra={"recording_id": item.job.recording_id})
        asyncio.get_running_loop().call_later(self._settings.retry_s, self._put, item)

    def _again_or_failed(self, item: _Work, error: Exception) -> Filed | None:
        item.tries += 1
        _log.warning(
            "recording not filed",
            extra={"recording_id": item.job.recording_id, "tries": item.tries, "error": type(error).__name__},
        )
        if item.tries < _TRIES:
            asyncio.get_running_loop().call_later(self._settings.retry_s, self._put, item)
            return None
        code = "encoder_failed" if isinstance(error, EncoderFailed) else "disk_error"
        return Filed(item.job.recording_id, "failed", 0.0, 0, None, code)

    async def _settle(self, item: _Work) -> None:
        """Wait until the switch has closed its file: MixMonitor's thread outlives the channel by a moment.

        Its buffer reaches the disk in pieces of seconds, so neither a file that is still empty nor the time of its last
        change says anything. What waited for its turn has been closed long ago: no pause for each of a hundred.
        """
        path = self._store.incoming_path(item.job.recording_id)
        before = 0
        for _ in range(_SETTLE_STEPS):
            if (self._clock.now() - item.since).total_seconds() > _SETTLED_S:
                return
            size = path.stat().st_size if path.exists() else 0
            if size == before > 0:
                return
            before = size
            await asyncio.sleep(_SETTLE_STEP_S)

    async def purge(self) -> None:
        """Delete what is older than `keep_days`: now, then every hour, and when the disk gets short."""
        while True:
            self._purge_wanted.clear()
            try:
                await self.purge_once()
            except Exception:
                # the next hour is soon enough, and a worker that is gone would never look again
                _log.exception("Old recordings could not be deleted")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.purge_every_s):
                    await self._purge_wanted.wait()

    def purge_soon(self) -> None:
        """Do not wait for the hour: room is short."""
        self._purge_wanted.set()

    async def purge_once(self) -> int:
        """Delete all that is due; return how many. Files go first: a row never promises audio that is not there."""
        moment = delete_before(self._clock.now(), self._settings.keep_days)
        count = 0
        while moment is not None:
            due = await self._ledger.older_than(moment, _PURGE_BATCH)
            for kept in due:
                await asyncio.to_thread(self._store.delete, kept.recording_id, kept.started_at)
            await self._ledger.mark_expired(tuple(kept.recording_id for kept in due))
            count += len(due)
            if len(due) < _PURGE_BATCH:
                break
        return count
