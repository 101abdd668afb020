"""`callroom serve` as a service: the test plays systemd, with its socket, its limit and its signals."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_ui.phones.control import CloseDoor, encode
from tests.asterisk.pair import free_base_port

LIMIT_S = 1.5


class Systemd:
    def __init__(self, home: Path) -> None:
        self._home = home
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.line.bind(str(home / "notify"))
        # no tool that speaks, no Asterisk: what is not there is said in the log, and Callroom serves
        self._environment = {
            "PATH": "/nowhere",
            "CALLROOM_HOME": str(home),
            "CALLROOM_BASE_PORT": str(free_base_port()),
            "CALLROOM_ASTERISK_PREFIX": str(home / "no-asterisk"),
            "CALLROOM_DEMO_ENABLED": "no",
            "NOTIFY_SOCKET": str(home / "notify"),
            "WATCHDOG_USEC": str(round(LIMIT_S * 1e6)),
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        argv = [sys.executable, "-m", "agent_ui", *command]
        process = subprocess.Popen(argv, env=self._environment, stdout=subprocess.DEVNULL)
        self._processes.append(process)
        return process

    def hear(self, timeout_s: float) -> str:
        """Return "" when nothing was said in that time."""
        self.line.settimeout(timeout_s)
        try:
            return self.line.recv(1000).decode()
        except (TimeoutError, BlockingIOError):
            return ""

    def hear_until(self, word: str) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if word in (said := self.hear(60)):
                return said
        raise AssertionError(f"{word} was not said")

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self.line.close()
        self._close_door()

    def _close_door(self) -> None:
        """The process of browsers' phones is left behind by `serve`, on purpose."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(10)
            link.connect(str(self._home / "run" / "phones.sock"))
            link.sendall(encode(CloseDoor()))
            while link.recv(1000):
                pass


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    found = Systemd(tmp_path)
    yield found
    found.end()


def test_a_frozen_callroom_gives_no_sign_of_life_and_the_next_one_serves(systemd: Systemd, tmp_path: Path) -> None:
    assert systemd.run("db", "upgrade").wait(60) == 0
    first = systemd.run("serve")
    assert "serves at http://127.0.0.1:" in systemd.hear_until("READY=1")
    for _ in range(3):
        assert systemd.hear(LIMIT_S) == "WATCHDOG=1", "a sign of life within the limit"
    os.kill(first.pid, signal.SIGSTOP)
    os.waitpid(first.pid, os.WUNTRACED)
    while systemd.hear(0):
        pass  # what was said before
    assert systemd.hear(LIMIT_S) == ""
    first.kill()
    first.wait()
    second = systemd.run("serve")
    systemd.hear_until("READY=1")
    systemd.hear_until("WATCHDOG=1")
    second.terminate()
    systemd.hear_until("STOPPING=1")
    assert second.wait(30) == 0
