"""Which tones a telephone hears, and when: of every packet that came, or of a side of a recording."""

import asyncio
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tests.asterisk.desk_phone import PACKET_HEAD, SAMPLES_PER_S, linear

WINDOW_S, HOP_S = 0.2, 0.1
NEAR_HZ = 4
_SOUND = 150.0
_WIDTH_HZ = 12
# Of the power of a window: speech spreads over its harmonics.
_DOMINATES_RATIO = 0.8
_MULAW = np.array([linear(code) for code in range(256)], dtype=float)


class Hearing(asyncio.DatagramProtocol):
    """Where the switch sends the sound to; moments are of the machine's clock."""

    def __init__(self) -> None:
        self._packets: list[tuple[float, bytes]] = []

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data[1] & 0x7F == 0:  # PCMU
            self._packets.append((time.time(), data[PACKET_HEAD:]))

    def tones(self, begin: float, end: float) -> list[int]:
        """The tone of each window in which one is loud and alone, in Hz."""
        codes = b"".join(payload for at, payload in self._packets if begin <= at <= end)
        return tones_of(_MULAW[np.frombuffer(codes, dtype=np.uint8)])


def tones_of(samples: NDArray[np.float64]) -> list[int]:
    """The same of 8,000 samples a second."""
    size, hop = int(WINDOW_S * SAMPLES_PER_S), int(HOP_S * SAMPLES_PER_S)
    found = [_tone(samples[at : at + size]) for at in range(0, len(samples) - size + 1, hop)]
    return [hz for hz in found if hz is not None]


def _tone(window: NDArray[np.float64]) -> int | None:
    if np.sqrt(np.mean(window**2)) < _SOUND:
        return None
    # padded to a second: each place of the spectrum is one Hz
    power = np.abs(np.fft.rfft(window * np.hanning(len(window)), SAMPLES_PER_S)) ** 2
    hz = int(np.argmax(power))
    near = power[max(0, hz - _WIDTH_HZ) : hz + _WIDTH_HZ + 1].sum()
    return hz if near > _DOMINATES_RATIO * power.sum() else None


def strange(heard: Sequence[int], *known_hz: int) -> list[int]:
    """What is none of these."""
    return [hz for hz in heard if all(abs(hz - known) > NEAR_HZ for known in known_hz)]


def has(heard: Sequence[int], hz: int) -> bool:
    """Whether this one was among them."""
    return any(abs(one - hz) <= NEAR_HZ for one in heard)
