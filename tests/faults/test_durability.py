"""Killed with -9 at random moments: what a person or the diary was told is saved, is saved. Seeds are printed.

The kernel lives on, so this proves the order of commit and acknowledgement and that no half of a write is taken for a
whole one; that the disk itself has it is fsync's business, which the last test sees being called.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from crm_core.diary.entry import Entry
from crm_core.diary.spool import Spool
from crm_core.migrations import upgrade
from crm_core.storage.database import Database
from tests.crm_core.floor_story import started
from tests.faults.durable_writer import AT, History, stored_keys

POINTS = 60


class Victim:
    """The writer's process, whose children die one after the other."""

    def __init__(self, kind: str, place: Path, seed: int) -> None:
        command = [sys.executable, "-m", "tests.faults.killed_writer", kind, str(place), str(seed)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.history = History()

    def live_and_die(self, number: int, seconds: float) -> None:
        """One child, killed so long after its first acknowledgement."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{number}\n")
        timer: threading.Timer | None = None
        child = 0
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "dead":
                return
            if word == "pid":
                child = int(rest)
            elif word == "sent":
                self.history.sent.add(rest)
            elif word == "done":
                self.history.acknowledged.add(rest)
                if timer is None:
                    timer = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
                    timer.start()
        raise AssertionError("the writer's parent is gone")

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def kill_again_and_again(kind: str, place: Path) -> History:
    seed = random.randrange(10**6)
    dice, began = random.Random(seed), time.monotonic()
    victim = Victim(kind, place, seed)
    for number in range(POINTS):
        victim.live_and_die(number, dice.uniform(0, 0.08))
    victim.close()
    history = victim.history
    print(
        f"seed {seed}: {POINTS} kills, {len(history.acknowledged)} of {len(history.sent)} acknowledged, "
        f"{time.monotonic() - began:.0f} s"
    )
    assert len(history.acknowledged) >= POINTS
    return history


async def test_sqlite_has_what_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "callroom.db"
    await upgrade(f"sqlite:///{path}")
    history = kill_again_and_again("sqlite", path)
    database = Database(f"sqlite:///{path}")
    history.check(await stored_keys(database))
    await database.aclose()


def test_the_diary_s_files_have_what_they_acknowledged(tmp_path: Path) -> None:
    history = kill_again_and_again("spool", tmp_path / "spool")
    spool, found = Spool(tmp_path / "spool"), []
    while (waiting := spool.oldest()) is not None:
        found += [entry.key for entry in waiting[1]]
        spool.remove(waiting[0])
    history.check(found)
    assert not (tmp_path / "spool" / "rejected.jsonl").exists(), "a torn line is no line of another version"


def test_an_entry_is_on_the_disk_before_it_counts_as_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fsync

    def watch(number: int) -> None:
        synced.append(os.fstat(number).st_size)
        real(number)

    monkeypatch.setattr(os, "fsync", watch)
    Spool(tmp_path / "spool").append([Entry("k", 1, AT, started("c", AT))])
    (segment,) = (tmp_path / "spool").glob("segment-*")
    assert synced[0] == segment.stat().st_size, "the whole line"
    assert len(synced) == 2, "the file, and the folder that names it"
