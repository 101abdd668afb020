"""Stories on a file system that is really full: run by test_disk.py in a mount namespace of its own.

Not named test_*: outside that namespace they have no place to happen.
"""

import asyncio
import contextlib
import logging
import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from sqlalchemy import func, select

from agent_ui.joints.disks import Disks, ask_room
from crm_core.models import Call
from recordings.domain.room import RoomLimits, Use
from recordings.gate import DiskGate
from recordings.ports import Job
from recordings.service import Recorder
from recordings.settings import RecordingSettings
from recordings.store import FolderStore
from tests.agent_ui.world import Person, World, running_world
from tests.crm_core.conftest import HandClock
from tests.fakes import FakeCaller
from tests.faults.durable_writer import History, stored_keys, write_on
from tests.recordings.takes import MemoryLedger, two_tones

MIB = 1024 * 1024


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Eight megabytes."""
    with mounted(tmp_path / "small", 8) as place:
        yield place


@contextlib.contextmanager
def mounted(place: Path, mebibytes: int) -> Iterator[Path]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "callroom-test", str(place)], check=True)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def leave_free(place: Path, part: float) -> None:
    """Make the ballast as large as it takes."""
    ballast, room = place / "ballast", ask_room(place)
    size = (ballast.stat().st_size if ballast.exists() else 0) + room.free_bytes - round(part * room.total_bytes)
    with ballast.open("ab") as file:
        if size > ballast.stat().st_size:
            os.posix_fallocate(file.fileno(), 0, size)
        os.ftruncate(file.fileno(), size)


def fill(place: Path) -> Path:
    """Take all the room there is."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(MIB))
        except OSError:
            pass
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            pass
    assert os.statvfs(place).f_bavail == 0
    return ballast


async def calls_stored(world: World) -> int:
    async with world.parts.memory.database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(Call).where(Call.ended_at.is_not(None))) or 0


async def test_sqlite_on_a_full_disk_loses_nothing_that_it_acknowledged(small: Path) -> None:
    async with running_world(small, live=True) as world:
        database, telephony = world.parts.memory.database, world.parts.telephony
        agent, history, over = await world.person("agent"), History(), False
        told: list[str | None] = []
        database.on_trouble(lambda: told.append(database.trouble))
        writers = [asyncio.ensure_future(write_on(database, n, history, lambda: over)) for n in range(4)]
        await asyncio.sleep(0.5)
        ballast = fill(small)
        async with asyncio.timeout(60):
            while "database_not_writing" not in told:
                await asyncio.sleep(0.02)
        began = time.monotonic()
        status, answer = await agent.call("POST", "/customers", {"name": "张伟" * 50, "notes": "满" * 9000})
        assert (status, answer["error"]["code"]) == (503, "database_unavailable")
        assert time.monotonic() - began < 8
        callers = [FakeCaller(telephony, world.switch, f"c{n}") for n in range(40)]
        for caller in callers:
            caller.arrive(world.parts.clock.now())
        visits = [asyncio.ensure_future(caller.visit(1)) for caller in callers]
        await asyncio.sleep(1)
        assert all((telephony.floor.view(f"call:c{n}") or {}).get("state") == "waiting" for n in range(40))
        for caller in callers:
            caller.hang_up()
        await asyncio.wait(visits, timeout=20)
        assert (await agent.call("GET", "/session"))[0] == 200
        ballast.unlink()
        async with asyncio.timeout(60):
            while database.trouble is not None or await calls_stored(world) < 40:
                await asyncio.sleep(0.05)
        over = True
        await asyncio.gather(*writers)
        assert (await agent.call("POST", "/customers", {"name": "张伟"}))[0] == 201
        print(f"{len(history.acknowledged)} acknowledged, {history.refused} refused")
        assert history.refused > 0
        history.check(await stored_keys(database))


async def test_recordings_wait_for_room_and_are_filed_when_it_is_back(
    small: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = RecordingSettings(small, retry_s=0.2)
    store, ledger = FolderStore(small), MemoryLedger()
    store.prepare()
    gate = DiskGate("recordings", lambda: ask_room(small), RoomLimits(MIB, 0.05))
    gate.look()
    assert gate.allows(Use.RECORDING)
    whole, cut = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
    store.incoming_path(whole).write_bytes(two_tones(4.0))
    ballast = fill(small)
    os.truncate(ballast, ballast.stat().st_size - 40_000)
    written = two_tones(10.0)
    # as MixMonitor does, which does not look at what a write says
    with contextlib.suppress(OSError), store.incoming_path(cut).open("wb", buffering=0) as file:
        file.write(written)
    assert 0 < store.incoming_path(cut).stat().st_size < len(written)
    assert gate.look()
    assert (gate.allows(Use.RECORDING), gate.reason) == (False, "disk_full")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    ledger.jobs = (Job(whole, at, 4.0), Job(cut, at, 10.0))
    caplog.set_level(logging.WARNING)
    recorder = Recorder(store, ledger, HandClock(), settings)
    await recorder.resume()
    working = asyncio.ensure_future(recorder.work())
    await asyncio.sleep(3)
    assert ledger.filed == [], "nothing is given up while the disk is full"
    assert store.incoming_path(whole).exists()
    lines = [line for line in caplog.records if line.name.startswith("recordings") and hasattr(line, "recording_id")]
    assert len(lines) <= 2, "a line for each recording, however often it was tried"
    ballast.unlink()
    async with asyncio.timeout(60):
        while len(ledger.filed) < 2:
            await asyncio.sleep(0.05)
    assert {filed.recording_id: str(filed.state) for filed in ledger.filed} == {whole: "ready", cut: "partial"}
    assert gate.look()
    assert gate.allows(Use.RECORDING)
    working.cancel()
    await asyncio.wait({working})


async def test_each_step_of_a_disk_that_fills_and_empties(tmp_path: Path) -> None:
    """15, 5 and 2 per cent as pages, scrapers, importers and the floor see them; on the way back later."""
    with mounted(tmp_path / "disk", 64) as place:
        async with running_world(place) as world:
            admin = await world.person("admin")
            disks = world.parts.disks = Disks(place, place, RoomLimits(0, 0.02))
            rows = "name,phone\n" + "".join(f"customer {n},+86138{n:08}\n" for n in range(400))

            async def at(part: float) -> tuple[object, ...]:
                leave_free(place, part)
                await disks.look()
                status, answer = await upload(admin, "/customers/import/preview", rows)
                code = answer["error"]["code"] if status != 200 else ""
                return disks.view()["disk"]["reason"], status, code, disks.may_record(), disks.may_go_on()

            everything = (200, "", True, True)
            refused = (507, "disk_short")
            assert await at(0.30) == (None, *everything)
            assert await at(0.14) == ("disk_low", *everything)
            assert await at(0.04) == ("disk_short", *refused, True, True)
            assert await at(0.015) == ("disk_full", *refused, False, False)
            findings = (await admin.call("GET", "/health/detail"))[1]["findings"]
            (finding,) = [one for one in findings if one["code"].startswith("disk_")]
            assert (finding["code"], finding["values"]["free_percent"]) == ("disk_full", "2")
            assert await at(0.022) == ("disk_full", *refused, False, False)
            assert await at(0.03) == ("disk_short", *refused, True, True)
            assert await at(0.06) == ("disk_short", *refused, True, True)
            assert await at(0.07) == ("disk_low", *everything)
            assert await at(0.16) == ("disk_low", *everything)
            assert await at(0.30) == (None, *everything)


async def upload(admin: Person, path: str, table: str, **fields: str) -> tuple[int, Any]:
    form = FormData(fields)
    form.add_field("file", table.encode(), filename="customers.csv")
    return await admin.call("POST", path, data=form)
