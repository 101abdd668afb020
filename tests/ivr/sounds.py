"""Small sound files for tests."""

import array
import io
import math
import wave


def wav(seconds: float = 1.0, *, hz: float = 440, level: float = 0.5, rate_hz: int = 44100, channels: int = 2) -> bytes:
    """A tone as a WAV file."""
    one = [round(32767 * level * math.sin(2 * math.pi * hz * n / rate_hz)) for n in range(round(seconds * rate_hz))]
    samples = array.array("h", (value for value in one for _ in range(channels)))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return out.getvalue()
