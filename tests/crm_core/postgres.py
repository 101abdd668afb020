"""A private PostgreSQL cluster for the tests: in a temporary folder, on a free loopback port, never as root."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path


def find_binaries() -> Path | None:
    """Look for the newest server on this machine."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """Started in the constructor; `stop` ends what was started and nothing else.

    `durable` writes through to the disk, as a server in earnest does. `like`: the data of one that was stopped.
    """

    def __init__(self, binaries: Path, folder: Path, *, durable: bool = False, like: Path | None = None) -> None:
        self._binaries = binaries
        self._durable = durable
        self.data = folder / "data"
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self._as_user: list[str] = []
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(folder, "postgres")
            self._as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        if like is None:
            locale = ("-E", "UTF8", "--locale=C.UTF-8")
            self._run("initdb", "-D", self.data, "-U", "callroom", "--auth=trust", "--no-sync", *locale)
        else:
            # with its owner, who is another when this is root
            subprocess.run(["cp", "-a", like, self.data], check=True)
        self._log = folder / "log"
        self.start()

    def url(self, database: str) -> str:
        return f"postgresql://callroom@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        # Durability is not under test here; speed is what a developer feels. The log may be in memory, so it is short.
        fast = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB"
        fast += " -c max_wal_size=128MB"
        if self._durable:
            fast = "-c shared_buffers=256MB -c max_wal_size=2GB"
        here = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=60"
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "30", "-l", self._log, "-o", f"{here} {fast}", "start")

    def stop(self) -> None:
        if self._pid_file.exists():
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def kill(self) -> None:
        """As the power does it: all of its processes at once."""
        victims = self.processes()
        self.signal(signal.SIGKILL)
        deadline = time.monotonic() + 20
        while any(_is_alive(process) for process in victims):
            if time.monotonic() > deadline:
                raise TimeoutError("PostgreSQL does not die")
            time.sleep(0.01)
        # what a killed server leaves behind; the next start finds it out by itself
        self._pid_file.unlink(missing_ok=True)

    def pause(self) -> None:
        """Freeze it: connections stay open, nothing is answered."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def signal(self, number: int) -> None:
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def processes(self) -> list[int]:
        """The server first, then its children."""
        first = int(self._pid_file.read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    @property
    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self._as_user, str(self._binaries / program), *(str(argument) for argument in arguments)]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", env=environment, timeout=60
        )


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
