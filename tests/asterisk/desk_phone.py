"""A SIP telephone with an ear and a voice: what it hears is told by tones and keys, and it hums a tone itself."""

import asyncio
import math
import re
import struct
from collections.abc import Callable

from tests.asterisk.sip_phone import SipPhone

SAMPLES_PER_S, PACKET_HEAD, KEY_EVENTS = 8000, 12, 101
PACKET_SAMPLES = 160  # 20 ms


def linear(code: int) -> int:
    """G.711 µ-law to a sample (ITU-T G.711, table 2)."""
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return -magnitude if code & 0x80 else magnitude


class Ear(asyncio.DatagramProtocol):
    """Where Asterisk sends the sound to."""

    def __init__(self) -> None:
        self.samples: list[int] = []
        self.keys: dict[bytes, str] = {}

    def datagram_received(self, data: bytes, addr: object) -> None:
        kind = data[1] & 0x7F
        if kind == 0:  # PCMU
            self.samples += [linear(byte) for byte in data[PACKET_HEAD:]]
        elif kind == KEY_EVENTS:  # RFC 4733: one key has one time stamp
            self.keys[data[4:8]] = "0123456789*#"[data[PACKET_HEAD]]

    def has(self, hz: float, seconds: float) -> bool:
        """Whether somewhere in it there is this tone, louder than all else together, for so long."""
        size = int(seconds * SAMPLES_PER_S)
        return any(_is_tone(self.samples[i : i + size], hz) for i in range(0, len(self.samples) - size + 1, 40))

    def is_silent(self, seconds: float) -> bool:
        """Whether nothing was to be heard at last, for so long."""
        size = int(seconds * SAMPLES_PER_S)
        return len(self.samples) > size and sum(one * one for one in self.samples[-size:]) < 1e4 * size


def _is_tone(samples: list[int], hz: float) -> bool:
    power = sum(one * one for one in samples)
    turn = 2 * math.pi * hz / SAMPLES_PER_S
    real = sum(one * math.cos(turn * n) for n, one in enumerate(samples))
    imaginary = sum(one * math.sin(turn * n) for n, one in enumerate(samples))
    return power > 1e6 * len(samples) / 10 and 2 * (real**2 + imaginary**2) / len(samples) > power / 2


class DeskPhone(SipPhone):
    """With an ear, and a voice in the call that it answered last."""

    async def open_ear(self) -> Ear:
        loop = asyncio.get_running_loop()
        self._media, ear = await loop.create_datagram_endpoint(Ear, ("127.0.0.1", 0))
        self._voice: asyncio.Future[None] | None = None
        return ear

    def hum(self, hz: int) -> None:
        """Say this tone from now on, in the present call."""
        port = re.search(r"^m=audio (\d+) ", self.invites[-1], re.MULTILINE)
        assert port
        if self._voice is not None:
            self._voice.cancel()
        self._voice = asyncio.ensure_future(self._say(_wave(hz), int(port[1])))

    async def _say(self, wave: bytes, port: int) -> None:
        loop = asyncio.get_running_loop()
        begin, sent = loop.time(), 0
        while True:
            at = sent * PACKET_SAMPLES
            head = struct.pack("!BBHII", 0x80, 0, sent & 0xFFFF, at & 0xFFFFFFFF, port)
            sound = bytes(wave[(at + place) % len(wave)] for place in range(PACKET_SAMPLES))
            self._media.sendto(head + sound, ("127.0.0.1", port))
            sent += 1
            await asyncio.sleep(max(0.0, begin + sent * PACKET_SAMPLES / SAMPLES_PER_S - loop.time()))

    def _sdp(self, invite: str) -> str:
        port = self._media.get_extra_info("sockname")[1]
        body = super()._sdp(invite).replace("m=audio 40000 RTP/AVP 0", f"m=audio {port} RTP/AVP 0 {KEY_EVENTS}")
        return body + f"a=rtpmap:{KEY_EVENTS} telephone-event/8000\r\na=fmtp:{KEY_EVENTS} 0-15\r\n"

    async def aclose(self) -> None:
        if self._voice is not None:
            self._voice.cancel()
        self._media.close()
        await super().aclose()


def _wave(hz: int) -> bytes:
    """Some whole turns of a tone in µ-law."""
    length = SAMPLES_PER_S // math.gcd(SAMPLES_PER_S, hz)
    tone = [8000 * math.sin(2 * math.pi * hz * place / SAMPLES_PER_S) for place in range(length)]
    return bytes(min(range(256), key=lambda code: abs(linear(code) - one)) for one in tone)


async def eventually_so(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.05)
