"""The recording of calls, as the floor needs it, and the room for it."""

import asyncio

from agent_ui.config import Config
from agent_ui.joints.disks import Disks, limits_of
from agent_ui.joints.ledger import CrmLedger
from agent_ui.memory import Memory
from agent_ui.plant import Plant
from agent_ui.push.hub import Hub
from cti.bus import Bus
from cti.clock import Clock
from cti.tasks import TaskSet
from recordings.service import Recorder
from recordings.settings import RecordingSettings
from recordings.store import FolderStore


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


async def start_taping(config: Config, memory: Memory, clock: Clock, tasks: TaskSet) -> Taping:
    """Build it, and take up what an earlier run left unfinished."""
    settings = RecordingSettings(
        folder=config.recordings_folder,
        keep_days=config.recordings.keep_days,
        min_free_ratio=config.recordings.stop_below_free_ratio,
        ffmpeg=Plant(config).tools_or_names().ffmpeg,
    )
    store = FolderStore(settings.folder)
    await asyncio.to_thread(store.prepare)
    recorder = Recorder(store, CrmLedger(memory), clock, settings)
    disks = Disks(config.home, settings.folder, limits_of(config))
    await disks.look()
    await recorder.resume()
    tasks.start(recorder.work(), name="recordings")
    tasks.start(recorder.purge(), name="retention")
    return Taping(recorder, disks, tasks)
