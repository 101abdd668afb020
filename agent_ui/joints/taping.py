"""The recording of calls, as the floor and the screens need it."""

import asyncio
from typing import Any

from agent_ui.push.hub import Hub
from cti.bus import Bus
from cti.tasks import TaskSet
from recordings.gate import RecordingGate
from recordings.service import Recorder


class Taping:
    """Hears of every talk, and tells the screens when the disk is too full to record."""

    def __init__(self, recorder: Recorder, gate: RecordingGate, look_every_s: float, tasks: TaskSet) -> None:
        self.gate = gate
        self._recorder = recorder
        self._look_every_s = look_every_s
        self._tasks = tasks

    def follow(self, bus: Bus) -> None:
        """Hear of every talk."""
        changes = bus.subscribe_lossless("recordings")
        self._tasks.start(self._recorder.follow(changes), name="recordings listener")

    def view(self) -> dict[str, Any]:
        """What every screen shows about recording."""
        return {"recording": {"ok": self.gate.allowed(), "reason": self.gate.reason}}

    async def watch(self, hub: Hub) -> None:
        """Look at the disk until cancelled, and tell the screens when the answer changes."""
        while True:
            await asyncio.sleep(self._look_every_s)
            if await asyncio.to_thread(self.gate.look):
                hub.touch(["system"])
