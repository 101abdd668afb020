import asyncio
import contextlib
from collections import namedtuple
from io import BytesIO

import pytest

from agent_ui.errors import ApiError
from agent_ui.joints import disks as module
from agent_ui.joints.disks import Disks
from agent_ui.joints.imports import ImportDesk
from crm_core.audit import SYSTEM
from crm_core.importing.importer import Importer
from cti.tasks import TaskSet
from recordings.domain.room import DiskRoom, RoomLimits
from tests.agent_ui.world import running_world

Usage = namedtuple("Usage", "total used free")
LIMITS = RoomLimits(0, 0.02)


class Machine:
    """How much of 1000 is free on the one disk."""

    def __init__(self, monkeypatch):
        self.free = 500
        monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(1000, 1000 - self.free, self.free))


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


@pytest.fixture
def disks(tmp_path, machine):
    return Disks(tmp_path, tmp_path, LIMITS)


async def test_what_is_shown_and_refused(disks, machine):
    disks.check_upload()
    assert disks.may_collect()
    assert disks.view() == {"recording": {"ok": True, "reason": None}, "disk": {"ok": True, "reason": None}}
    machine.free = 40
    assert await disks.look()
    with pytest.raises(ApiError) as refused:
        disks.check_upload()
    assert (refused.value.status, refused.value.code) == (507, "disk_short")
    assert "An administrator can make room" in refused.value.message
    assert disks.may_record()
    assert not disks.may_collect()
    machine.free = 10
    assert await disks.look()
    assert disks.view()["recording"] == {"ok": False, "reason": "disk_full"}


async def test_one_file_system_is_one_disk_and_two_are_two(disks, tmp_path):
    assert list(disks.gates) == ["home"]
    disks.recordings = module.DiskGate("recordings", lambda: DiskRoom(0, 1000), LIMITS)
    assert list(disks.rooms()) == ["home", "recordings"]
    await disks.look()
    assert disks.view()["disk"]["reason"] == "disk_full", "the worst one is shown"
    disks.check_upload()


async def test_who_watches_is_told_once_and_old_recordings_go_when_it_gets_short(disks, machine, monkeypatch):
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0)
    told, purged = [], []

    def changed():
        told.append(disks.view()["disk"]["reason"])
        machine.free = {"disk_low": 40, "disk_short": 10, "disk_full": 900, None: 900}[told[-1]]

    machine.free = 100
    watching = asyncio.ensure_future(disks.watch(changed, lambda: purged.append(told[-1])))
    async with asyncio.timeout(5):
        while len(told) < 4:
            await asyncio.sleep(0)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    assert told == ["disk_low", "disk_short", "disk_full", None]
    assert purged == ["disk_short", "disk_full"]


async def test_an_import_ends_when_the_room_does_and_says_why(tmp_path):
    async with running_world(tmp_path) as world:
        memory, tasks, looks = world.parts.memory, TaskSet(), []

        def has_room():
            looks.append(True)
            return len(looks) < 2

        desk = ImportDesk(Importer(memory.database, world.parts.clock), memory.import_jobs, tasks, has_room)
        table = "name,phone\n" + "".join(f"customer {n},+86138{n:08}\n" for n in range(3000))
        job_id = await desk.start(BytesIO(table.encode()), "x.csv", {0: "name", 1: "phone"}, SYSTEM)
        async with asyncio.timeout(20):
            while desk.running_id is not None:
                await asyncio.sleep(0.01)
        job = await desk.look(job_id)
        await tasks.aclose()
    assert (job.state, job.error) == ("failed", "disk_full")
    assert 0 < job.created == job.done < 3000
