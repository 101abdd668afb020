"""Where Asterisk brings the sound of a line: a socket on loopback, and for each expected call one listener.

A verdict costs some milliseconds of each second, so listening runs in a thread of its own. A line whose sound comes
faster than it is heard loses frames and says so; nobody waits for it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from dialer.errors import OddStream
from dialer.listening.audiosocket import AudioSocketReader, Heard, Named, Over, Told
from dialer.listening.listener import LineListener
from dialer.listening.sound import FRAME, Samples
from dialer.listening.words import LineVerdict

_log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
# Two seconds; beyond that the oldest are dropped, and the listener is told that they were lost.
MOST_FRAMES = 100
NAMED_WITHIN_S = 5.0
_READ = 4096
_SILENCE = np.zeros(FRAME, np.int16)

OnVerdict = Callable[[str, LineVerdict, bool], None]
"""Attempt id, verdict, and whether it is the last."""


@dataclass(slots=True)
class _Line:
    listener: LineListener
    on_verdict: OnVerdict
    frames: list[Samples] = field(default_factory=list)
    dropped: int = 0
    answered: bool = False
    is_over: bool = False
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, samples: Samples) -> None:
        if len(self.frames) >= MOST_FRAMES:
            self.frames.pop(0)
            self.dropped += 1
        self.frames.append(samples)
        self.more.set()

    def close(self) -> None:
        self.is_over = True
        self.more.set()


class ListeningServer:
    """All lines of one process. `port` 0 takes any; `most_lines` more are refused."""

    def __init__(self, *, port: int = 0, most_lines: int = 200) -> None:
        self._wanted_port = port
        self._most_lines = most_lines
        self._expected: dict[str, _Line] = {}
        self._open: dict[str, _Line] = {}
        self._thread = ThreadPoolExecutor(1, "listening")
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.frames_dropped = 0

    @property
    def port(self) -> int:
        """Where it listens now."""
        if self._server is None:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ListeningServer"]:
        """Listen until the end of the block."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self._wanted_port, limit=65_536)
        try:
            yield self
        finally:
            self._server.close()
            for writer in tuple(self._writers):
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None
            if self._serving:
                await asyncio.wait(self._serving)
            self._thread.shutdown(wait=True)

    def expect(self, attempt_id: str, listener: LineListener, on_verdict: OnVerdict) -> bool:
        """Let this call come; return whether there is room for it."""
        if len(self._expected) + len(self._open) >= self._most_lines:
            return False
        self._expected[attempt_id] = _Line(listener, on_verdict)
        return True

    def forget(self, attempt_id: str) -> None:
        """It will not come, or is not heard any more: to be said of each line at its end, or its place stays taken."""
        self._expected.pop(attempt_id, None)
        line = self._open.get(attempt_id)
        if line is not None:
            line.close()

    def answered(self, attempt_id: str) -> None:
        """The line was answered: from the next frame on it matters who it is."""
        line = self._open.get(attempt_id) or self._expected.get(attempt_id)
        if line is not None:
            line.answered = True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a server's callback is always one
        self._serving.add(task)
        self._writers.add(writer)
        try:
            await self._hear(reader)
        except (OddStream, ConnectionError, TimeoutError) as error:
            _broke_off(error)
        finally:
            self._serving.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        stream = AudioSocketReader()
        async with asyncio.timeout(NAMED_WITHIN_S):
            while not (told := stream.feed(await _some(reader))):
                pass
        named = told.pop(0)
        if not isinstance(named, Named) or (line := self._expected.pop(named.attempt_id, None)) is None:
            raise OddStream("nobody expects it")
        self._open[named.attempt_id] = line
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen(named.attempt_id, line))
                try:
                    await self._follow(reader, stream, line, told)
                except (OddStream, ConnectionError) as error:
                    _broke_off(error)
                finally:
                    line.close()
        finally:
            self._open.pop(named.attempt_id, None)

    @staticmethod
    async def _follow(reader: asyncio.StreamReader, stream: AudioSocketReader, line: _Line, told: list[Told]) -> None:
        while not line.is_over:
            for each in told:
                if isinstance(each, Heard):
                    line.hear(each.samples)
                elif isinstance(each, Over):
                    return
            data = await reader.read(_READ)
            if not data:
                return
            told = stream.feed(data)

    async def _listen(self, attempt_id: str, line: _Line) -> None:
        loop = asyncio.get_running_loop()
        while not line.is_over or line.frames:
            await line.more.wait()
            line.more.clear()
            frames, line.frames = line.frames, []
            dropped, line.dropped = line.dropped, 0
            if dropped:
                self.frames_dropped += dropped
                _log.warning("Frames of a line were dropped", extra={"attempt_id": attempt_id, "frames": dropped})
            found = await loop.run_in_executor(self._thread, _feed, line, frames, dropped)
            for verdict in found:
                line.on_verdict(attempt_id, verdict, False)
            if line.listener.has_heard_enough:
                line.close()
        line.on_verdict(attempt_id, line.listener.finish(), True)


def _broke_off(error: Exception) -> None:
    _log.warning("A line's sound broke off", extra={"problem": str(error) or type(error).__name__})


async def _some(reader: asyncio.StreamReader) -> bytes:
    data = await reader.read(_READ)
    if not data:
        raise OddStream("it ended before it began")
    return data


def _feed(line: _Line, frames: list[Samples], dropped: int) -> list[LineVerdict]:
    if line.answered:
        line.answered = False
        line.listener.answered()
    found = [line.listener.feed(_SILENCE, lost=True) for _ in range(dropped)]
    found += [line.listener.feed(each) for each in frames]
    return [each for each in found if each is not None]
