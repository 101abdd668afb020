"""A TCP proxy that can do to a connection what networks do: cut it, hold it open and say nothing, be late, tear it."""

import asyncio
import contextlib
from collections.abc import Callable

_CHUNK = 65536


class Proxy:
    """Stands between Callroom and the AMI port; all that it was told holds for both directions and for new comers."""

    def __init__(self) -> None:
        self._target = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._delay_s = 0.0
        self._tear_at: Callable[[bytes], int] | None = None
        self.refuses = False
        self.accepted = 0

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def leads_to(self, port: int) -> None:
        """Say where connections go on to."""
        self._target = port

    async def aclose(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- faults ---

    def cut(self) -> None:
        """Reset every connection."""
        for writer in list(self._writers):
            writer.transport.abort()

    def go_silent(self) -> None:
        """Keep connections open and pass nothing on, as after a cable was pulled; `heal` lets the bytes go on."""
        self._open.clear()

    def be_late(self, seconds: float) -> None:
        """Hold every byte back for so long."""
        self._delay_s = seconds

    def tear_next(self) -> None:
        """Pass half of the next message on and reset its connection."""
        self._tear_at = lambda data: len(data) // 2

    def heal(self) -> None:
        self.refuses, self._delay_s, self._tear_at = False, 0.0, None
        self._open.set()

    # --- wires ---

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.refuses:
            writer.transport.abort()
            return
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, other_writer}
        pumps = [
            asyncio.ensure_future(self._pump(reader, other_writer)),
            asyncio.ensure_future(self._pump(other_reader, writer)),
        ]
        self._tasks.update(pumps)
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (writer, other_writer):
                one.transport.abort()
                self._writers.discard(one)
            for pump in pumps:
                pump.cancel()
                self._tasks.discard(pump)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read on while bytes are late, so that each is late by the same time."""
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        writing = asyncio.ensure_future(self._write(late, writer))
        try:
            with contextlib.suppress(ConnectionError):
                while data := await reader.read(_CHUNK):
                    due_s = asyncio.get_running_loop().time() + self._delay_s
                    late.put_nowait((due_s, data))
                    if writing.done():
                        return
        finally:
            writing.cancel()

    async def _write(self, late: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                due_s, data = await late.get()
                await asyncio.sleep(max(0.0, due_s - asyncio.get_running_loop().time()))
                await self._open.wait()
                if self._tear_at is not None and (end := self._tear_at(data)) > 0:
                    self._tear_at = None
                    writer.write(data[:end])
                    await writer.drain()
                    await asyncio.sleep(0.05)
                    writer.transport.abort()
                    return
                writer.write(data)
                await writer.drain()
