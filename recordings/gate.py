"""May a recording start now? Answered from memory; the disk is asked in the background."""

import asyncio
import logging

from recordings.domain.room import RoomLimits, may_record
from recordings.settings import RecordingSettings
from recordings.store import FolderStore

_log = logging.getLogger(__name__)


class RecordingGate:
    """Closed while the disk is nearly full or unreadable; calls go on either way, supervisors see `reason`."""

    def __init__(self, store: FolderStore, settings: RecordingSettings) -> None:
        self._store = store
        self._limits = RoomLimits(settings.min_free_bytes, settings.min_free_ratio)
        self._check_s = settings.disk_check_s
        self._open = True
        self._reason: str | None = None

    @property
    def reason(self) -> str | None:
        """None while recording; else "disk_nearly_full" or "disk_unreadable"."""
        return self._reason

    def allowed(self) -> bool:
        """Answer at once, as of the last look at the disk."""
        return self._open

    def look(self) -> bool:
        """Ask the disk (blocking, one system call); return whether the answer changed."""
        before = self._reason
        try:
            room = self._store.room()
        except OSError:
            self._open, self._reason = False, "disk_unreadable"
        else:
            self._open = may_record(room, self._limits, was_allowed=self._open)
            self._reason = None if self._open else "disk_nearly_full"
        if self._reason != before:
            _log.warning("recording gate changed", extra={"reason": self._reason or "open"})
        return self._reason != before

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(self._check_s)
