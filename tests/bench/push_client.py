"""Many push sockets in one process of few instructions: notes how late each change comes.

`python -m tests.bench.push_client PORT SOCKETS DEAF`: the first DEAF of them read their snapshot and then nothing more.
On standard input `report` writes the delays since the last `reset`, in ms, of those that read.
"""

import asyncio
import json
import re
import sys
import time

from tests.bench.figures import rank

_SENT = re.compile(rb'"sent_at": ?([0-9.]+)')
# No JSON of ours has these bytes.
_PING = b"\x89\x00"
_PONG = b"\x8a\x80\x00\x00\x00\x00"
_CONNECT_AT_ONCE = 50


class Listener(asyncio.Protocol):
    """One socket: the upgrade, then frames, whose payload is searched as bytes."""

    def __init__(self, port: int, number: int, delays: list[float], *, is_deaf: bool) -> None:
        self._port, self._number, self._delays, self._is_deaf = port, number, delays, is_deaf
        self._rest = b""
        self._transport: asyncio.Transport | None = None
        self.is_open = asyncio.Event()
        self.is_cut = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(
            f"GET /cti?n={self._number} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.time()
        if not self.is_open.is_set():
            self._rest += data
            if b"\r\n\r\n" not in self._rest or not self._rest.rpartition(b"\r\n\r\n")[2]:
                return
            self._rest = b""
            self.is_open.set()
            if self._is_deaf and self._transport is not None:
                self._transport.pause_reading()
            return
        if _PING in data and self._transport is not None:
            self._transport.write(_PONG)
        # A mark that two reads share is put together; text before the last mark is done with.
        data = self._rest + data
        end = 0
        for found in _SENT.finditer(data):
            if found.end() < len(data):
                self._delays.append((now - float(found[1])) * 1000)
                end = found.end()
        self._rest = data[max(end, len(data) - 40) :]

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_cut = True


async def main() -> None:
    port, sockets, deaf = (int(word) for word in sys.argv[1:4])
    loop, delays = asyncio.get_running_loop(), list[float]()
    listeners: list[Listener] = []
    for first in range(0, sockets, _CONNECT_AT_ONCE):
        some = [
            Listener(port, number, delays, is_deaf=number < deaf)
            for number in range(first, min(first + _CONNECT_AT_ONCE, sockets))
        ]
        for one in some:
            await loop.create_connection(lambda one=one: one, "127.0.0.1", port)  # type: ignore[misc]
        for one in some:
            await asyncio.wait_for(one.is_open.wait(), 20)
        listeners += some
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        if line == b"reset\n":
            delays.clear()
        values = sorted(delays)
        said = {
            "count": len(values),
            "p50": rank(values, 0.5) if values else 0.0,
            "p99": rank(values, 0.99) if values else 0.0,
            "max": values[-1] if values else 0.0,
            "cut": sum(one.is_cut for one in listeners[deaf:]),
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
