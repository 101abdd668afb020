"""A network that goes away: a TCP proxy that swallows everything, in both directions and without a word."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from tests.installation import Installation


@dataclass(frozen=True)
class Behind:
    """An installation under another address."""

    url: str
    passwords: dict[str, str]


class Network:
    """`cut` lets bytes vanish and connections stand; what was swallowed never comes, as after a real outage."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._is_up = asyncio.Event()
        self._is_up.set()
        self._swallowed: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Network":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()

    @property
    def far_side(self) -> Behind:
        return Behind(f"http://127.0.0.1:{self.port}", self._installation.passwords)

    def cut(self) -> None:
        self._is_up.clear()

    def mend(self) -> None:
        self._is_up.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await self._is_up.wait()  # a new connection gets nowhere either
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._installation.base_port)
        pumps = [asyncio.ensure_future(self._pump(*ends)) for ends in ((reader, far_writer), (far_reader, writer))]
        try:
            with suppress(asyncio.CancelledError):  # at the end of a story
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, far_writer):
                end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            data = await reader.read(65_536)
            if not self._is_up.is_set():
                # TCP would deliver it later; a network that was away so long has usually lost the connection too
                await self._is_up.wait()
                return
            if not data:
                return
            writer.write(data)
            await writer.drain()
