"""A caller who listens and hums: remembers how long nothing was to be heard."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from typing import cast

from cti.asterisk.layout import CARRIER
from tests.bench.caller import Carrier, Visit

_HEADER_BYTES = 12
_PACKET_S = 0.02
# 20 ms of a 400 Hz square wave in A-law.
_HUM = (bytes([0x35]) * 10 + bytes([0xB5]) * 10) * 8
# A-law for (almost) nothing.
_SILENCE = frozenset({0xD5, 0x55, 0xD4, 0x54})


class Ear(asyncio.DatagramProtocol):
    """Hums from the first packet on that comes; comfort silence of the switch counts as silence."""

    def __init__(self) -> None:
        self._to: tuple[str, int] | None = None
        self._number = 0
        self.heard_at: float | None = None
        self.longest_silence_s = 0.0
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def _hum(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._number += 1
        header = struct.pack("!BBHII", 0x80, 8, self._number & 0xFFFF, self._number * 160 & 0xFFFFFFFF, 0xEA4)
        self._transport.sendto(header + _HUM, self._to)
        asyncio.get_running_loop().call_later(_PACKET_S, self._hum)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        first, self._to = self._to is None, addr
        if first:
            self._hum()
        sound = data[_HEADER_BYTES:]
        if sum(byte not in _SILENCE for byte in sound) > len(sound) // 4:
            self._note()
            self.heard_at = asyncio.get_running_loop().time()

    def silent_for_s(self) -> float:
        self._note()
        return self.longest_silence_s

    def forget(self) -> None:
        """Count from now on."""
        self.longest_silence_s = 0.0
        self.heard_at = asyncio.get_running_loop().time()

    def _note(self) -> None:
        if self.heard_at is not None:
            silent_s = asyncio.get_running_loop().time() - self.heard_at
            self.longest_silence_s = max(self.longest_silence_s, silent_s)


@contextlib.asynccontextmanager
async def listening(carrier: Carrier, to: str, number: str) -> AsyncIterator[tuple[Ear, Visit]]:
    """Call there, and hang up at the end of the block if the other side has not."""
    loop = asyncio.get_running_loop()
    transport, ear = await loop.create_datagram_endpoint(Ear, (CARRIER, 0))
    port = transport.get_extra_info("sockname")[1]
    body = (
        f"v=0\r\no=- 1 1 IN IP4 {CARRIER}\r\ns=-\r\nc=IN IP4 {CARRIER}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"
    )
    visit = carrier.dial(to, number, body)
    try:
        await carrier.answered(visit)
        yield ear, visit
    finally:
        with contextlib.suppress(TimeoutError):
            if not visit.is_over:
                await carrier.hang_up(visit)
        transport.close()


@contextlib.asynccontextmanager
async def carrier_of(switch_port: int) -> AsyncIterator[Carrier]:
    carrier = Carrier(switch_port)
    await carrier.open()
    try:
        yield carrier
    finally:
        carrier.close()
