"""Callroom's program with its modules loaded, once for each worker of the tests: a story's start is a fork of it.

Most of a start are Python's modules, and the stories start Callroom some sixty times. What a fork runs is the program
from its first line on, in a process of its own with its own files, so that `kill -9` and Ctrl-C do what they do to any.
"""

import asyncio
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import NoReturn

MODULES = ("agent_ui.__main__", "agent_ui.commands.up", "tests.faults.dying")
_MESSAGE_BYTES = 1 << 17
_KEPT_FILES = 3  # input, output, errors


class Forked:
    """One such process, with as much of asyncio's `Process` as stories use."""

    def __init__(self, pid: int, ended: "Future[int]") -> None:
        self.pid = pid
        self._ended = ended

    @property
    def returncode(self) -> int | None:
        """As of `Process`."""
        return self._ended.result() if self._ended.done() else None

    def send_signal(self, which: signal.Signals) -> None:
        """To this process alone."""
        if self.returncode is None:
            os.kill(self.pid, which)

    async def wait(self) -> int:
        """As of `Process`."""
        return await asyncio.shield(asyncio.wrap_future(self._ended))


class Preloaded:
    """Asks the process that has the modules for one that runs."""

    def __init__(self) -> None:
        self._line, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its_end:
            command = [sys.executable, "-m", __name__, str(its_end.fileno())]
            environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
            self._process = subprocess.Popen(command, env=environment, pass_fds=[its_end.fileno()])
        self._begun: SimpleQueue[int] = SimpleQueue()
        self._ended: dict[int, Future[int]] = {}
        self._turn = threading.Lock()
        threading.Thread(target=self._hear, daemon=True).start()

    def start(self, module: str, *words: str, environment: Mapping[str, str], log: Path) -> Forked:
        """Run `python -m module words`, with what it says in `log`."""
        asked = {"module": module, "words": words, "environment": dict(environment), "log": str(log)}
        with self._turn:
            self._line.send(json.dumps(asked).encode())
            pid = self._begun.get(timeout=60)
        return Forked(pid, self._ended[pid])

    def _hear(self) -> None:
        while message := self._line.recv(_MESSAGE_BYTES):
            told = json.loads(message)
            if "code" in told:
                self._ended[told["pid"]].set_result(told["code"])
            else:
                self._ended[told["pid"]] = Future()
                self._begun.put(told["pid"])


@cache
def preloaded() -> Preloaded:
    """This worker's own; it ends with the worker, which closes the line."""
    return Preloaded()


def _serve(line: socket.socket) -> None:
    for name in MODULES:
        import_module(name)
    gc.freeze()
    poll = select.poll()
    poll.register(line, select.POLLIN)
    living: dict[int, int] = {}
    while True:
        for file, _ in poll.poll():
            if file in living:
                poll.unregister(file)
                os.close(file)
                pid = living.pop(file)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                line.send(json.dumps({"pid": pid, "code": code}).encode())
                continue
            message = line.recv(_MESSAGE_BYTES)
            if not message:
                return
            pid = os.fork()
            if pid == 0:
                _run(**json.loads(message))
            pidfd = os.pidfd_open(pid)
            living[pidfd] = pid
            poll.register(pidfd, select.POLLIN)
            line.send(json.dumps({"pid": pid}).encode())


def _run(module: str, words: list[str], environment: dict[str, str], log: str) -> NoReturn:
    said, nothing = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), os.open(os.devnull, os.O_RDONLY)
    for at, file in enumerate((nothing, said, said)):
        os.dup2(file, at)
    os.closerange(_KEPT_FILES, os.sysconf("SC_OPEN_MAX"))
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv[1:] = words
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
