"""Notes of where the audit log ended, kept outside the database: who cuts off or rewrites its end is found out."""

import asyncio
import logging
import os
import re
from pathlib import Path

from crm_core.audit import AuditLog
from crm_core.errors import StorageError
from cti.clock import Clock

_log = logging.getLogger(__name__)
NOTE_EVERY_S = 600.0
# time, entry, hash; what a crash left half-written is no note
_NOTE = re.compile(r"\S+ (\d{1,18}) ([0-9a-f]{64})")


def notes_path(home: Path) -> Path:
    """Where they are written down."""
    return home / "audit-heads.log"


def read_notes(path: Path) -> dict[int, str]:
    """Return entry and hash of every note; of an entry that was noted twice the first note counts."""
    found: dict[int, str] = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    for line in lines:
        match = _NOTE.fullmatch(line)
        if match is not None:
            found.setdefault(int(match[1]), match[2])
    return found


class Witness:
    """Adds a line to the file, and to the program's log, whenever the audit log has grown."""

    def __init__(self, log: AuditLog, path: Path, clock: Clock) -> None:
        self._log = log
        self._path = path
        self._clock = clock
        self._noted = max(read_notes(path), default=0)

    async def note(self) -> None:
        """Write down where the log ends now."""
        head = await self._log.head()
        if head.entry_id <= self._noted:
            return
        line = f"{self._clock.now().isoformat(timespec='seconds')} {head.entry_id} {head.link_hash}\n"
        await asyncio.to_thread(_append, self._path, line)
        self._noted = head.entry_id
        _log.info("Audit log noted", extra={"entry_id": head.entry_id, "link_hash": head.link_hash})

    async def run(self) -> None:
        """Note at start and every few minutes until cancelled."""
        while True:
            await self.note_or_say()
            await asyncio.sleep(NOTE_EVERY_S)

    async def note_or_say(self) -> None:
        """Note; a database or disk that is away is no reason to stop."""
        try:
            await self.note()
        except (StorageError, OSError):
            _log.warning("The end of the audit log could not be noted", exc_info=True)


def _append(path: Path, line: str) -> None:
    # O_APPEND: the command line and the server may both write
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
