import uuid

import numpy as np
import pytest

from dialer.errors import OddStream
from dialer.listening.audiosocket import AudioSocketReader, Heard, Named, Over

ID = uuid.UUID("0d3f7a3e-3f0c-4a52-9a5f-0f6a4d1d2b11")


def packet(kind: int, payload: bytes = b"") -> bytes:
    return bytes([kind]) + len(payload).to_bytes(2) + payload


HELLO = packet(0x01, ID.bytes)


def test_a_line_names_itself_sounds_and_ends_however_the_bytes_are_cut():
    sound = np.arange(160, dtype="<i2")
    stream = HELLO + packet(0x10, sound.tobytes()) + packet(0x03, b"5") + packet(0x00)
    for size in (1, 7, 1000):
        reader, told = AudioSocketReader(), []
        for begin in range(0, len(stream), size):
            told += reader.feed(stream[begin : begin + size])
        assert told[0] == Named(str(ID))
        assert isinstance(told[1], Heard)
        assert list(told[1].samples) == list(sound)
        assert told[2:] == [Over()]


def test_sound_is_cut_into_frames_of_20_ms():
    reader = AudioSocketReader()
    reader.feed(HELLO)
    assert reader.feed(packet(0x10, bytes(200))) == []
    assert len(reader.feed(packet(0x10, bytes(760)))) == 3


def test_an_error_ends_it():
    reader = AudioSocketReader()
    assert reader.feed(HELLO + packet(0xFF, b"\x01")) == [Named(str(ID)), Over()]


@pytest.mark.parametrize("first", [packet(0x10, bytes(320)), packet(0x01, b"short"), packet(0x01, b"")])
def test_what_does_not_name_itself_is_refused(first: bytes):
    with pytest.raises(OddStream):
        AudioSocketReader().feed(first)


def test_what_would_fill_the_memory_is_refused_at_its_head():
    with pytest.raises(OddStream):
        AudioSocketReader().feed(b"\x01\xff\xff")
