"""The recording of calls, as the floor needs it, and the room for it."""

from agent_ui.joints.disks import Disks
from agent_ui.push.hub import Hub
from cti.bus import Bus
from cti.tasks import TaskSet
from recordings.service import Recorder


class Taping:
    """Hears of every talk, and tells the screens how full the disks are."""

    def __init__(self, recorder: Recorder, disks: Disks, tasks: TaskSet) -> None:
        self.disks = disks
        self._recorder = recorder
        self._tasks = tasks

    def follow(self, bus: Bus) -> None:
        """Hear of every talk."""
        changes = bus.subscribe_lossless("recordings")
        self._tasks.start(self._recorder.follow(changes), name="recordings listener")

    async def watch(self, hub: Hub) -> None:
        """Look at the disks until cancelled; the screens are told when an answer changes."""
        await self.disks.watch(lambda: hub.touch(["system"]), self._recorder.purge_soon)
