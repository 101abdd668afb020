"""Start and stop one Asterisk, and tell whether it runs: by its own process id, never by a program's name."""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from cti.asterisk.layout import InstanceLayout
from cti.asterisk.program import Program
from cti.errors import AsteriskFailed

log = logging.getLogger(__name__)

POLL_S = 0.1
LET_GO_TRIES = 50
COMMAND_TIMEOUT_S = 10.0
PORT_TAKEN = (
    "Another program uses one of Asterisk's ports (named below); stop it, or choose other ports: CALLROOM_BASE_PORT=<n>"
)


@dataclass(frozen=True, slots=True)
class Status:
    """`pid` is None when it does not run."""

    pid: int | None

    @property
    def is_running(self) -> bool:
        """Tell whether this instance's process is alive."""
        return self.pid is not None


class Instance:
    """One Asterisk with its folders. It outlives us: a restart of Callroom must not end a talk."""

    def __init__(self, program: Program, layout: InstanceLayout) -> None:
        self._program = program
        self._layout = layout

    def status(self) -> Status:
        """Look at the process id that was written at start, and whether that process is really ours."""
        try:
            pid = int(self._layout.pid_file.read_text())
        except (OSError, ValueError):
            return Status(None)
        return Status(pid if self._is_ours(pid) else None)

    def has_crashed(self) -> bool:
        """Tell whether it was started, and is gone without anybody having stopped it."""
        try:
            pid = int(self._layout.pid_file.read_text())
        except (OSError, ValueError):
            return False
        self._reap(pid)
        return not self._is_ours(pid)

    async def start(self, timeout_s: float = 30.0) -> int:
        """Start it if it does not run, wait until it has fully booted, and return its process id.

        Raises AsteriskFailed with the last log lines when it ends or does not come up in time.
        """
        async with self._lock(timeout_s):
            pid = self.status().pid
            if pid is not None and await self._boots(pid, timeout_s):
                return pid
            await self._former_lets_go()
            logged_before = self._log_size()
            pid = self._spawn()
            await self._appears(pid)
            if not await self._boots(pid, timeout_s):
                raise AsteriskFailed("Asterisk ended while it was starting", self.last_words())
            if self._found_port_taken(logged_before):
                await self.stop()
                raise AsteriskFailed(PORT_TAKEN, self.last_words())
            return pid

    async def stop(self, timeout_s: float = 10.0) -> None:
        """End it (calls included), by force if it does not listen; nothing happens when it does not run."""
        pid = self.status().pid
        for number in (signal.SIGTERM, signal.SIGKILL):
            if pid is None or not self._signal(pid, number):
                break
            deadline = time.monotonic() + timeout_s
            while self._is_ours(pid) and time.monotonic() < deadline:
                await asyncio.sleep(POLL_S)
                self._reap(pid)
            if not self._is_ours(pid):
                break
        self._layout.pid_file.unlink(missing_ok=True)

    async def command(self, text: str) -> str:
        """Return what Asterisk's own console answers (for diagnosis and tests; Callroom itself uses AMI)."""
        return await self._ask(text, COMMAND_TIMEOUT_S)

    async def reload(self) -> None:
        """Read the configuration again; calls go on."""
        await self.command("core reload")

    def last_words(self, lines: int = 15) -> str:
        """Return the end of what it printed and logged."""
        words: list[str] = []
        for path in (self._layout.console_log, self._layout.messages_log):
            with contextlib.suppress(OSError):
                words += path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        return "\n".join(words)

    def _spawn(self) -> int:
        self._layout.check()
        self._layout.pid_file.unlink(missing_ok=True)
        argv = [*self._program.argv, "-C", str(self._layout.config_file), "-f"]
        console = str(self._layout.console_log)
        # posix_spawn and not Popen: this process shall live on without an object that wants to wait for it.
        # Its own session: Ctrl-C at our terminal must not reach it before we have said goodbye to the callers.
        pid = os.posix_spawn(
            argv[0],
            argv,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, console, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        self._layout.pid_file.write_text(f"{pid}\n")
        log.info("asterisk started", extra={"pid": pid, "folder": str(self._layout.root)})
        return pid

    async def _boots(self, pid: int, timeout_s: float) -> bool:
        """Wait until it has fully booted; False when it ended instead."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            self._reap(pid)
            if not self._is_ours(pid):
                return False
            if "fully booted" in await self._ask("core waitfullybooted", 2.0):
                return True
            await asyncio.sleep(POLL_S)
        await self.stop()
        raise AsteriskFailed(f"Asterisk was not ready after {timeout_s:g} s", self.last_words())

    async def _former_lets_go(self) -> None:
        """A killed process holds its control socket for a moment longer, and the next one would refuse to start."""
        control = str(self._layout.run / "asterisk.ctl")
        for _ in range(LET_GO_TRIES):
            with socket.socket(socket.AF_UNIX) as probe:
                try:
                    probe.connect(control)
                except OSError:
                    return
            await asyncio.sleep(POLL_S)

    async def _appears(self, pid: int) -> None:
        """We run again a moment before the kernel has the new program's command line."""
        for _ in range(10):
            if self._is_ours(pid):
                break
            await asyncio.sleep(POLL_S / 2)

    def _is_ours(self, pid: int) -> bool:
        """Tell whether a process is this very instance: a pid is soon given to somebody else after a crash."""
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(self._layout.config_file) in command

    def _log_size(self) -> int:
        path = self._layout.messages_log
        return path.stat().st_size if path.exists() else 0

    def _found_port_taken(self, logged_before: int) -> bool:
        """Asterisk itself goes on without the port, and nobody could reach it."""
        with contextlib.suppress(OSError), self._layout.messages_log.open("rb") as file:
            file.seek(logged_before)
            return b"already in use" in file.read()
        return False

    @staticmethod
    def _signal(pid: int, number: signal.Signals) -> bool:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    @staticmethod
    def _reap(pid: int) -> None:
        # It is our child only if this process started it.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)

    async def _ask(self, text: str, timeout_s: float) -> str:
        argv = [*self._program.argv, "-C", str(self._layout.config_file), "-rx", text]
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            answer, _ = await asyncio.wait_for(process.communicate(), timeout_s)
        except TimeoutError:
            process.kill()
            await process.wait()
            return ""
        return answer.decode(errors="replace") if process.returncode == 0 else ""

    @contextlib.asynccontextmanager
    async def _lock(self, timeout_s: float) -> AsyncIterator[None]:
        """Two starts at once, in one process or in several, would make two Asterisks on the same ports."""
        self._layout.run.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + timeout_s
        with (self._layout.run / "start.lock").open("w") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise AsteriskFailed("Somebody else is starting this Asterisk and does not finish") from None
                await asyncio.sleep(POLL_S)
            yield
