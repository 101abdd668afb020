"""A line's sound as a file: 8 kHz, mono, 16 bit, whole under its name or not there."""

import io
import wave
from pathlib import Path

import numpy as np

from dialer.errors import OddSound
from dialer.listening.sound import RATE_HZ, Samples

# What is shorter has not enough bits to be told from anything else.
LEAST_S = 1.0
MOST_S = 60.0
_HEADER_BYTES = 44


def read_wav(file: Path) -> Samples:
    """Return the samples of an 8 kHz, mono, 16 bit file of LEAST_S to MOST_S."""
    try:
        with wave.open(str(file)) as opened:
            form = (opened.getframerate(), opened.getnchannels(), opened.getsampwidth())
            data = opened.readframes(opened.getnframes())
    except (wave.Error, EOFError) as error:
        raise OddSound(str(file), f"is no WAV file ({error})") from None
    if form != (RATE_HZ, 1, 2):
        raise OddSound(str(file), "has to be 8 kHz, mono, 16 bit")
    if not LEAST_S <= len(data) / 2 / RATE_HZ <= MOST_S:
        raise OddSound(str(file), f"has to last {LEAST_S:g} to {MOST_S:g} s")
    return np.frombuffer(data, "<i2").astype(np.int16)


def wav_of(samples: Samples) -> bytes:
    """Return the file's content."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
    return buffer.getvalue()


def length_s(file: Path) -> float:
    """Return how long a file is that `wav_of` made."""
    return max(0, file.stat().st_size - _HEADER_BYTES) / 2 / RATE_HZ


def write_whole(target: Path, data: bytes) -> None:
    """Write it; who reads there sees what was before, or all of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(target)
    try:
        partial.write_bytes(data)
        partial.replace(target)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def partial_of(target: Path) -> Path:
    """Return what a writer that was killed leaves of it."""
    return target.with_name(f".{target.name}.partial")
