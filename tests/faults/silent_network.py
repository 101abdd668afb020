"""A network that goes away: a TCP proxy that swallows everything, in both directions and without a word."""

import asyncio
import itertools
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from agent_ui.settings import Ports
from tests.installation import Installation

# 127.0.0.2 is the simulated carrier.
_hosts = itertools.count(10)


@dataclass(frozen=True)
class Behind:
    """An installation under another address."""

    url: str
    passwords: dict[str, str]


class Network:
    """`cut` lets bytes vanish and connections stand; what was swallowed never comes, as after a real outage."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        # The same ports at an address of its own: pages and phones know one another by them.
        self._host = f"127.0.0.{next(_hosts)}"
        self._is_up = asyncio.Event()
        self._is_up.set()
        self._swallowed: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Network":
        base = self._installation.base_port
        self._servers = [await self._listen(port) for port in (base, Ports(base).phones)]
        return self

    async def _listen(self, port: int) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(port, reader, writer)

        return await asyncio.start_server(serve, self._host, port)

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()

    @property
    def far_side(self) -> Behind:
        return Behind(f"http://{self._host}:{self._installation.base_port}", self._installation.passwords)

    def cut(self) -> None:
        self._is_up.clear()

    def mend(self) -> None:
        self._is_up.set()

    async def _serve(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await self._is_up.wait()  # a new connection gets nowhere either
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
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
