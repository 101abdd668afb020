import logging
from dataclasses import dataclass

import pytest

from recordings.domain.room import DiskLevel, DiskRoom, RoomLimits, Use
from recordings.gate import DiskGate

GB = 1_000_000_000
LIMITS = RoomLimits(min_free_bytes=GB // 10, min_free_ratio=0.02)


@dataclass
class Disk:
    free_bytes: int = 10 * GB
    broken: bool = False

    def room(self):
        if self.broken:
            raise OSError
        return DiskRoom(self.free_bytes, 20 * GB)


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def gate(disk):
    return DiskGate("recordings", disk.room, LIMITS)


def test_each_level_closes_a_little_more_and_says_why(disk, gate, caplog):
    caplog.set_level(logging.WARNING)
    assert not gate.look()
    assert gate.reason is None
    seen = []
    for free in (2 * GB, GB // 2, GB // 100):
        disk.free_bytes = free
        assert gate.look()
        assert not gate.look()
        seen.append((gate.reason, gate.allows(Use.RECORDING), gate.allows(Use.UPLOAD)))
    assert seen == [("disk_low", True, True), ("disk_short", True, False), ("disk_full", False, False)]
    assert [(line.levelname, line.reason, line.free_percent) for line in caplog.records] == [
        ("WARNING", "disk_low", 10.0),
        ("ERROR", "disk_short", 2.5),
        ("ERROR", "disk_full", 0.1),
    ]


def test_room_again_opens_it(disk, gate, caplog):
    disk.free_bytes = 0
    gate.look()
    disk.free_bytes = 10 * GB
    caplog.clear()
    assert gate.look()
    assert gate.allows(Use.RECORDING)
    assert gate.reason is None
    assert [(line.levelname, line.reason) for line in caplog.records] == [("WARNING", "roomy")]


def test_a_disk_that_does_not_answer_is_no_disk(disk, gate):
    disk.broken = True
    assert gate.look()
    assert gate.reason == "disk_unreadable"
    assert gate.level is DiskLevel.FULL
    assert gate.room is None
    disk.broken = False
    assert gate.look()
    assert gate.reason is None
