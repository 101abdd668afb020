"""The main process's side of the phones' door: finds it or starts it, watches it, and says which sessions are over."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable

from agent_ui.phones.control import (
    LINE_MAX_BYTES,
    Answered,
    CloseDoor,
    DoorOpen,
    MayHave,
    SessionOver,
    decode,
    encode,
)
from agent_ui.phones.place import DoorPlace
from cti.tasks import TaskSet

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 0.2
START_LIMIT_S = 15.0
STOP_LIMIT_S = 5.0

# Whether a session may have an extension's phone
Check = Callable[[str, str], Awaitable[bool]]


class PhonesLink:
    """`is_open` while the door is there; `run` keeps it there."""

    def __init__(self, place: DoorPlace, check: Check, log: str = os.devnull) -> None:
        self._place = place
        self._check = check
        self._log = log
        self._writer: asyncio.StreamWriter | None = None
        self._opened = asyncio.Event()
        self._tasks = TaskSet()
        self._child: int | None = None
        self._is_closing = False

    @property
    def is_open(self) -> bool:
        """Whether browsers can go through it."""
        return self._opened.is_set()

    @property
    def port(self) -> int:
        """Where browsers find it."""
        return self._place.port

    async def opened(self, timeout_s: float = START_LIMIT_S) -> bool:
        """Wait for it at the start."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._opened.wait()
        return self.is_open

    def end_session(self, session_key: str) -> None:
        """Its phones are cut now."""
        if self._writer is not None:
            self._writer.write(encode(SessionOver(session_key)))

    async def run(self) -> None:
        """Connect, start what is missing, and do so again after every loss, until cancelled."""
        try:
            while not self._is_closing:
                await self._one_link()
                if not self._is_closing and not await self._is_there():
                    await self._start()
        finally:
            await self._tasks.aclose()

    async def close_door(self) -> None:
        """The installation stops: the door closes too, also one that is not open yet, or to which the link is down."""
        self._is_closing = True
        if self._writer is not None:
            self._writer.write(encode(CloseDoor()))
        elif not await self._close_apart():
            self._end_child()
            return
        for _ in range(round(STOP_LIMIT_S / LOOK_EVERY_S)):
            if not self._place.socket.exists() or not await self._is_there():
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _close_apart(self) -> bool:
        """Tell the door by a link for this alone; False: none is open."""
        try:
            reader, writer = await asyncio.open_unix_connection(self._place.socket)
        except OSError:
            return False
        writer.write(encode(CloseDoor()))
        # to its end: what is closed before all was read is reset, and the word lost
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(STOP_LIMIT_S):
                await reader.read()
        writer.close()
        return True

    def _end_child(self) -> None:
        """It is ours as long as nobody has asked for its end: no other process has its number."""
        if self._child is not None and _status_if_ended(self._child) is None:
            os.kill(self._child, signal.SIGTERM)

    async def _is_there(self) -> bool:
        try:
            _, writer = await asyncio.open_unix_connection(self._place.socket)
        except OSError:
            return False
        writer.close()
        return True

    async def _one_link(self) -> None:
        """Talk until it breaks; at once if there is no door, or one of other settings, which is closed."""
        try:
            reader, writer = await asyncio.open_unix_connection(self._place.socket, limit=LINE_MAX_BYTES)
        except OSError:
            return
        try:
            async with asyncio.timeout(START_LIMIT_S):
                said = decode(await reader.readline())
            if not isinstance(said, DoorOpen):
                return
            if said.settings != self._place.fingerprint:
                _log.info("Phones' door of other settings is replaced", extra={"pid": said.pid})
                writer.write(encode(CloseDoor()))
                await reader.read()
                return
            self._writer = writer
            self._opened.set()
            await self._listen(reader)
            # an ordered stop closes the door: that is no loss
            if not self._is_closing:
                _log.warning("Phones' door was lost")
        except (ConnectionError, TimeoutError, ValueError):
            if not self._is_closing:
                _log.warning("Phones' door does not answer")
        finally:
            self._writer = None
            self._opened.clear()
            writer.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            said = decode(line)
            if isinstance(said, MayHave):
                self._tasks.start(self._answer(said), name="phones ticket")

    async def _answer(self, asked: MayHave) -> None:
        allowed = await self._check(asked.session_key, asked.extension)
        if self._writer is None:
            return
        if asked.number:
            self._writer.write(encode(Answered(asked.number, allowed)))
        elif not allowed:
            self._writer.write(encode(SessionOver(asked.session_key)))

    async def _start(self) -> None:
        if self._child is not None:  # the one before, so that it leaves the list of processes
            _status_if_ended(self._child)
        pid = self._child = self._spawn()
        for _ in range(round(START_LIMIT_S / LOOK_EVERY_S)):
            await asyncio.sleep(LOOK_EVERY_S)
            status = _status_if_ended(pid)
            if status is not None:
                self._child = None
                _log.error("Phones' door did not open", extra={"port": self._place.port, "status": status})
                await asyncio.sleep(1)
                return
            if self._place.socket.exists() and await self._is_there():
                return

    def _spawn(self) -> int:
        # Its own session and no object that waits for it: it shall live on when we are killed.
        argv = [sys.executable, "-m", "agent_ui.phones"]
        environment = dict(os.environ)
        if self._place.tls_cert:  # the command line may have named it
            environment |= {"CALLROOM_WEB_TLS_CERT": self._place.tls_cert, "CALLROOM_WEB_TLS_KEY": self._place.tls_key}
        return os.posix_spawn(
            argv[0],
            argv,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )


def _status_if_ended(pid: int) -> int | None:
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return status if ended else None
