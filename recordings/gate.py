"""What a disk is good for at this moment: answered from memory; the disk is asked in the background."""

import logging
from collections.abc import Callable

from recordings.domain.room import ALLOWED, DiskLevel, DiskRoom, RoomLimits, Use, next_level

_log = logging.getLogger(__name__)


class DiskGate:
    """Closed while the disk is nearly full or unreadable; calls go on either way, people see `reason`."""

    def __init__(self, name: str, ask: Callable[[], DiskRoom], limits: RoomLimits) -> None:
        self._name = name
        self._ask = ask
        self._limits = limits
        self.level = DiskLevel.ROOMY
        self.room: DiskRoom | None = None
        self._is_readable = True

    @property
    def reason(self) -> str | None:
        """None while there is room; else "disk_low", "disk_short", "disk_full" or "disk_unreadable"."""
        if not self._is_readable:
            return "disk_unreadable"
        return None if self.level is DiskLevel.ROOMY else f"disk_{self.level}"

    def allows(self, use: Use) -> bool:
        """Answer at once, as of the last look at the disk."""
        return use in ALLOWED[self.level]

    def look(self) -> bool:
        """Ask the disk (blocking, one system call); return whether the answer changed."""
        before = self.reason
        try:
            self.room = self._ask()
        except OSError:
            # whoever cannot be asked cannot be written either
            self.level, self.room, self._is_readable = DiskLevel.FULL, None, False
        else:
            self.level, self._is_readable = next_level(self.room, self._limits, self.level), True
        if self.reason != before:
            self._tell()
        return self.reason != before

    def _tell(self) -> None:
        severity = logging.ERROR if self.level.badness >= DiskLevel.SHORT.badness else logging.WARNING
        free_percent = None if self.room is None else round(self.room.free_ratio * 100, 1)
        fields = {"disk": self._name, "reason": self.reason or "roomy", "free_percent": free_percent}
        _log.log(severity, "Room on a disk changed", extra=fields)
