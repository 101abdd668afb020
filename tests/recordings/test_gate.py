import asyncio
import contextlib
from dataclasses import dataclass

from recordings.domain.room import DiskRoom
from recordings.gate import RecordingGate
from recordings.settings import RecordingSettings


@dataclass
class Disk:
    free_bytes: int = 10_000_000_000
    broken: bool = False
    looks: int = 0

    def room(self):
        self.looks += 1
        if self.broken:
            raise OSError
        return DiskRoom(self.free_bytes, 20_000_000_000)


def gate_on(disk, tmp_path):
    return RecordingGate(disk, RecordingSettings(tmp_path, disk_check_s=0.001))


def test_a_full_disk_closes_the_gate_and_says_why(tmp_path):
    disk = Disk()
    gate = gate_on(disk, tmp_path)
    assert not gate.look()
    assert gate.allowed()
    disk.free_bytes = 10_000
    assert gate.look()
    assert not gate.allowed()
    assert gate.reason == "disk_nearly_full"


def test_room_again_opens_it(tmp_path):
    disk = Disk(free_bytes=0)
    gate = gate_on(disk, tmp_path)
    gate.look()
    disk.free_bytes = 10_000_000_000
    assert gate.look()
    assert gate.allowed()
    assert gate.reason is None


def test_a_disk_that_does_not_answer_is_no_disk(tmp_path):
    disk = Disk(broken=True)
    gate = gate_on(disk, tmp_path)
    assert gate.look()
    assert gate.reason == "disk_unreadable"


async def test_it_keeps_looking(tmp_path):
    disk = Disk()
    task = asyncio.ensure_future(gate_on(disk, tmp_path).run())
    async with asyncio.timeout(5):
        while disk.looks < 3:
            await asyncio.sleep(0.001)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
