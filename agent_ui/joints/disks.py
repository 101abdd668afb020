"""The disks that Callroom fills: what each is still good for, for the floor, the pages and the scrapers."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent_ui.config import Config
from agent_ui.errors import ApiError
from recordings.domain.room import DiskLevel, DiskRoom, RoomLimits, Use
from recordings.gate import DiskGate
from recordings.settings import MIN_FREE_BYTES

LOOK_EVERY_S = 10.0


def limits_of(config: Config) -> RoomLimits:
    """Say when a disk is full."""
    return RoomLimits(MIN_FREE_BYTES, config.recordings.stop_below_free_ratio)


class Disks:
    """One gate for each file system; `home` and `recordings` may be the same."""

    def __init__(self, home: Path, recordings: Path, limits: RoomLimits) -> None:
        self.home = DiskGate("home", lambda: ask_room(home), limits)
        on_one = home.stat().st_dev == recordings.stat().st_dev
        self.recordings = self.home if on_one else DiskGate("recordings", lambda: ask_room(recordings), limits)

    @property
    def gates(self) -> dict[str, DiskGate]:
        """Each once."""
        both = {"home": self.home, "recordings": self.recordings}
        return both if self.home is not self.recordings else {"home": self.home}

    def may_record(self) -> bool:
        """Answer at once: calls wait for it."""
        return self.recordings.allows(Use.RECORDING)

    def may_go_on(self) -> bool:
        """Whether what a person began earlier may take more room."""
        return self.home.allows(Use.GOING_ON)

    def may_collect(self) -> bool:
        """Whether what nobody asked for may take room."""
        return self.home.allows(Use.UPLOAD)

    def check_upload(self) -> None:
        """Refuse what can wait, while calls still need the room."""
        if not self.home.allows(Use.UPLOAD):
            message = (
                "The server's disk is nearly full, so uploads and imports are refused while calls still need the room."
                " An administrator can make room; System health says where."
            )
            raise ApiError(507, "disk_short", message)

    def view(self) -> dict[str, Any]:
        """What every screen shows."""
        worst = max(self.gates.values(), key=lambda gate: gate.level.badness)
        recording = None if self.may_record() else self.recordings.reason
        return {
            "recording": {"ok": recording is None, "reason": recording},
            "disk": {"ok": worst.reason is None, "reason": worst.reason},
        }

    def rooms(self) -> dict[str, tuple[DiskRoom | None, DiskLevel]]:
        """Say how much is free, for each name."""
        return {name: (gate.room, gate.level) for name, gate in self.gates.items()}

    async def look(self) -> bool:
        """Look at all; return whether anything changed."""
        return any([await asyncio.to_thread(gate.look) for gate in self.gates.values()])

    async def watch(self, changed: Callable[[], None], make_room: Callable[[], None]) -> None:
        """Look until cancelled; `make_room` is called when the recordings' disk gets short."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            was = self.recordings.level
            if not await self.look():
                continue
            changed()
            if self.recordings.level.badness > max(was.badness, DiskLevel.LOW.badness):
                make_room()


def ask_room(folder: Path) -> DiskRoom:
    """Ask the file system; blocking."""
    usage = shutil.disk_usage(folder)
    return DiskRoom(usage.free, usage.total)
