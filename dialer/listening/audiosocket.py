"""Asterisk's AudioSocket, sans-IO: type (1 byte), length (2, big endian), payload. First comes the call's id.

res_audiosocket of 22.10.1: 0x00 hang-up, 0x01 id (16 bytes), 0x03 DTMF, 0x10 sound (slin, 8 kHz), 0xff error.
"""

import uuid
from dataclasses import dataclass

import numpy as np

from dialer.errors import OddStream
from dialer.listening.sound import FRAME, Samples

HANG_UP, ID, DTMF, SOUND, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
_HEAD = 3
# A frame of 20 ms has 320 bytes; what says more than a second at once is not Asterisk.
MOST_PAYLOAD = 16_000


@dataclass(frozen=True, slots=True)
class Named:
    """Whose line it is."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class Heard:
    """20 ms of it."""

    samples: Samples


@dataclass(frozen=True, slots=True)
class Over:
    """The line is gone."""


Told = Named | Heard | Over


class AudioSocketReader:
    """Bytes in, what they say out; raises OddStream for what Asterisk would not send."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._sound = bytearray()
        self._is_named = False

    def feed(self, data: bytes) -> list[Told]:
        """Take what came, in any pieces."""
        self._bytes += data
        told: list[Told] = []
        while len(self._bytes) >= _HEAD:
            kind, length = self._bytes[0], int.from_bytes(self._bytes[1:_HEAD])
            if length > MOST_PAYLOAD:
                raise OddStream(f"a packet of {length} bytes")
            if len(self._bytes) < _HEAD + length:
                break
            payload = bytes(self._bytes[_HEAD : _HEAD + length])
            del self._bytes[: _HEAD + length]
            told += self._packet(kind, payload)
        return told

    def _packet(self, kind: int, payload: bytes) -> list[Told]:
        if not self._is_named:
            if kind != ID or len(payload) != 16:
                raise OddStream("it does not begin with an id")
            self._is_named = True
            return [Named(str(uuid.UUID(bytes=payload)))]
        if kind in {HANG_UP, ERROR}:
            return [Over()]
        return self._frames(payload) if kind == SOUND else []

    def _frames(self, payload: bytes) -> list[Told]:
        self._sound += payload
        frames: list[Told] = []
        while len(self._sound) >= 2 * FRAME:
            frames.append(Heard(np.frombuffer(bytes(self._sound[: 2 * FRAME]), "<i2").astype(np.int16)))
            del self._sound[: 2 * FRAME]
        return frames
