"""What systemd hears of us; the test plays systemd."""

import asyncio
import contextlib
import logging
import os
import socket

import pytest

from agent_ui.service_manager import ServiceManager


@pytest.fixture
def systemd(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(5)
        yield line


async def beats(manager, count, hear):
    beating = asyncio.ensure_future(manager.keep_beating())
    heard = []
    async with asyncio.timeout(5):
        while len(heard) < count:
            await asyncio.sleep(0.001)
            with contextlib.suppress(BlockingIOError):
                heard.append(hear())
    beating.cancel()
    await asyncio.wait([beating])
    return heard


async def test_ready_alive_and_gone(systemd, tmp_path):
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "3000"})
    assert manager.beat_s == 0.001
    manager.ready("serves at http://127.0.0.1:8700")
    assert systemd.recv(1000) == b"READY=1\nSTATUS=serves at http://127.0.0.1:8700"
    systemd.setblocking(False)
    assert await beats(manager, 3, lambda: systemd.recv(1000)) == [b"WATCHDOG=1"] * 3
    systemd.settimeout(5)
    manager.stopping()
    while (said := systemd.recv(1000)) == b"WATCHDOG=1":
        pass
    assert said.startswith(b"STOPPING=1")


def test_an_abstract_address():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(f"\0callroom-test-{os.getpid()}")
        line.settimeout(5)
        ServiceManager({"NOTIFY_SOCKET": f"@callroom-test-{os.getpid()}"}).stopping()
        assert line.recv(1000).startswith(b"STOPPING=1")


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WATCHDOG_USEC": "3000"},
        {"NOTIFY_SOCKET": "/x"},
        {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "0"},
        {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "soon"},
        {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "3000", "WATCHDOG_PID": "1"},
    ],
)
async def test_where_no_sign_of_life_is_wanted_there_is_none(environment):
    manager = ServiceManager(environment)
    assert manager.beat_s is None
    await manager.keep_beating()


def test_nobody_who_listens_is_said_once(tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    manager.ready("x")
    manager.stopping()
    assert [record.message for record in caplog.records] == ["Service manager does not listen"]
