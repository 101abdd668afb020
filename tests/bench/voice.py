"""A person on the line: says one tone in G.711 A-law, and knows from packet to packet which tones are heard.

Tones are multiples of 50 Hz, of which whole periods fill the 160 samples of a packet: each packet is the same, and in
what comes the tones are told apart exactly, packet by packet.
"""

import asyncio
import struct
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cti.tasks import TaskSet
from tests.bench.pump import Talking

RATE_HZ, SAMPLES, PACKET_S = 8000, 160, 0.020
HUMAN_HZ = (500, 900, 1400, 2100)
LOUD = 8000.0
# A packet in which a tone begins or ends has a part of it; half counts.
HEARD = LOUD / 2
NOISE = 60.0
# So long it must last: 100 ms.
LASTING = 5
_PATIENCE_S = 8.0
_HEADER = struct.Struct("!BBHII")
_TURNS = np.exp(-2j * np.pi * np.outer(HUMAN_HZ, np.arange(SAMPLES)) / RATE_HZ) * 2 / SAMPLES


def _expand(code: int) -> int:
    """ITU-T G.711, table 1a, times 8."""
    bits = code ^ 0x55
    step, part = (bits >> 4) & 7, bits & 15
    size = (part << 4) + 8 if step == 0 else ((part << 4) + 0x108) << (step - 1)
    return size if bits & 0x80 else -size


_ALAW = np.array([_expand(code) for code in range(256)], dtype=float)
SILENCE = bytes([0xD5]) * SAMPLES


def tone(hz: float) -> bytes:
    """One packet of it."""
    wave = LOUD * np.sin(2 * np.pi * hz * np.arange(SAMPLES) / RATE_HZ)
    return bytes(int(np.abs(_ALAW - sample).argmin()) for sample in wave)


@dataclass(frozen=True, slots=True)
class Moment:
    """What one packet held; `at` is the monotonic clock's when it came."""

    at: float
    tones: frozenset[int]
    is_sound: bool


Effect = Callable[[Moment], bool]


def hears(*hz: int) -> Effect:
    """These tones, no less and no more."""
    return lambda moment: moment.tones == frozenset(hz)


def music(moment: Moment) -> bool:
    """Sound, and nobody's tone."""
    return moment.is_sound and not moment.tones


class Voice(asyncio.DatagramProtocol):
    """At one address; `host` is whose telephone it is."""

    def __init__(self, hz: int, host: str) -> None:
        self.hz = hz
        self._host = host
        self._tone = tone(hz)
        self._silent = False
        self._began: asyncio.Future[float] | None = None
        self._to: tuple[str, int] | None = None
        self._sequence = 0
        self._heard: deque[Moment] = deque(maxlen=LASTING)
        self._came = asyncio.Event()
        self._transport: asyncio.DatagramTransport | None = None
        self._tasks = TaskSet()

    async def open(self) -> None:
        """Take a port; nothing is said before `talk`."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, (self._host, 0))
        self._tasks.start(self._say(), name="says a tone")

    async def aclose(self) -> None:
        """Be gone."""
        await self._tasks.aclose()
        if self._transport is not None:
            self._transport.close()

    # --- as a telephone uses it ---

    def take(self) -> Talking:
        """Say where it listens."""
        assert self._transport is not None
        return Talking(self._host, int(self._transport.get_extra_info("sockname")[1]))

    def talk(self, talking: Talking, to: tuple[str, int]) -> None:
        """Send there from now on."""
        assert talking == self.take()
        self._to = to

    def stop(self, talking: Talking) -> None:
        """Send nothing more."""
        assert talking == self.take()
        self._to = None

    # --- as a person ---

    def be_silent(self) -> None:
        """Send silence, as a line does on which nobody speaks."""
        self._silent = True

    async def speak(self) -> float:
        """Say the tone again; return when its first packet left."""
        self._silent = False
        self._began = asyncio.get_running_loop().create_future()
        return await self._began

    @property
    def now(self) -> Moment | None:
        """The last packet."""
        return self._heard[-1] if self._heard else None

    async def from_when(self, effect: Effect, since: float = 0.0) -> float:
        """Return when the first packet after `since` came from which on all were so."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                heard = [moment for moment in self._heard if moment.at > since]
                if len(heard) == LASTING and all(map(effect, heard)):
                    return heard[0].at
                self._came.clear()
                await self._came.wait()

    # --- wires ---

    async def _say(self) -> None:
        due = time.monotonic()
        while True:
            due += PACKET_S
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if self._to is None or self._transport is None:
                continue
            self._sequence += 1
            header = _HEADER.pack(0x80, 8, self._sequence & 0xFFFF, self._sequence * SAMPLES & 0xFFFFFFFF, self.hz)
            self._transport.sendto(header + (SILENCE if self._silent else self._tone), self._to)
            if self._began is not None and not self._silent:
                self._began.set_result(time.monotonic())
                self._began = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        at = time.monotonic()
        if len(data) != 12 + SAMPLES:
            return
        self._heard.append(moment(data[12:], at))
        self._came.set()


def moment(payload: bytes, at: float) -> Moment:
    """Take a packet's 160 samples apart."""
    samples = _ALAW[np.frombuffer(payload, dtype=np.uint8)]
    levels = np.abs(_TURNS @ samples)
    tones = frozenset(hz for hz, level in zip(HUMAN_HZ, levels, strict=True) if level > HEARD)
    return Moment(at, tones, bool(np.sqrt(np.mean(samples**2)) > NOISE))
