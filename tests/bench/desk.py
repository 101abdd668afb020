"""A desk telephone with plain RTP, quiet but alive: Asterisk ends a leg that is kept up without any sound."""

import asyncio
import re
from contextlib import suppress
from itertools import count
from struct import pack

from tests.asterisk.sip_phone import SipPhone

PACKET_S, SAMPLES = 0.02, 160
QUIET = bytes([0xFF]) * SAMPLES  # zero in µ-law


class DeskPhone(SipPhone):
    """Answers at once and sends silence to where Asterisk listens."""

    async def open_media(self) -> None:
        loop = asyncio.get_running_loop()
        self._media, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
        self._breath: asyncio.Task[None] | None = None

    def _sdp(self, invite: str) -> str:
        theirs = re.search(r"^m=audio (\d+)", invite, re.MULTILINE)
        assert theirs is not None
        if self._breath is not None:
            self._breath.cancel()
        self._breath = asyncio.ensure_future(self._breathe(int(theirs[1])))
        port = self._media.get_extra_info("sockname")[1]
        return super()._sdp(invite).replace("m=audio 40000", f"m=audio {port}")

    async def _breathe(self, port: int) -> None:
        for number in count():
            head = pack("!BBHII", 0x80, 0, number & 0xFFFF, number * SAMPLES & 0xFFFFFFFF, 1)
            self._media.sendto(head + QUIET, ("127.0.0.1", port))
            await asyncio.sleep(PACKET_S)

    async def aclose(self) -> None:
        if self._breath is not None:
            self._breath.cancel()
            with suppress(asyncio.CancelledError):
                await self._breath
        self._media.close()
        await super().aclose()
