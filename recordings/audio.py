"""The audio work, by pydub: read what the switch wrote, draw its waveform, compress it."""

import errno
import json
import os
import subprocess
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

from pydub import AudioSegment

from recordings.domain.waveform import Waveform, peaks
from recordings.errors import AudioMissing, AudioUnreadable, EncoderFailed

# MixMonitor with option D writes 16-bit signed linear, two interleaved channels, at the rate of slin: 8 kHz.
SAMPLE_RATE_HZ = 8000
SAMPLE_BYTES = 2
CHANNELS = 2
FRAME_BYTES = SAMPLE_BYTES * CHANNELS
# Six hours: what a broken file system says of a file must not become our memory.
_MOST_BYTES = 6 * 3600 * SAMPLE_RATE_HZ * FRAME_BYTES
_PEAKS_PER_S = 10
_ENCODE_LIMIT_S = 600
_MIN_PIECES = 200
_MAX_PIECES = 4000


@dataclass(frozen=True, slots=True)
class Take:
    """One recording in memory; `truncated` when the file ended in the middle of a sample and was cut to whole ones."""

    recording_id: str
    segment: AudioSegment
    truncated: bool

    @property
    def duration_s(self) -> float:
        """Length by its samples."""
        return float(self.segment.frame_count()) / SAMPLE_RATE_HZ


def is_full(error: Exception) -> bool:
    """Whether a disk had no room: time heals that, and people who are told."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def read_take(recording_id: str, path: Path) -> Take:
    """Read the switch's raw file; raise AudioMissing or AudioUnreadable("empty" or "too_large")."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise AudioUnreadable(recording_id, "too_large")
        data = path.read_bytes()
    except FileNotFoundError:
        raise AudioMissing(recording_id) from None
    spare = len(data) % FRAME_BYTES
    whole = data[: len(data) - spare]
    if not whole:
        raise AudioUnreadable(recording_id, "empty")
    segment = AudioSegment(data=whole, sample_width=SAMPLE_BYTES, frame_rate=SAMPLE_RATE_HZ, channels=CHANNELS)
    return Take(recording_id, segment, truncated=spare > 0)


def draw(take: Take) -> Waveform:
    """Return about ten peaks a second and side, between 200 and 4,000 of them."""
    pieces = max(_MIN_PIECES, min(_MAX_PIECES, int(take.duration_s * _PEAKS_PER_S)))
    sides = take.segment.split_to_mono()
    return Waveform(take.duration_s, tuple(peaks(side.get_array_of_samples(), pieces) for side in sides))


def draw_wav(path: Path) -> Waveform:
    """Return the picture of a message, which is one side and short; raise AudioUnreadable for what is no sound."""
    try:
        with wave.open(str(path), "rb") as sound:
            rate_hz, count, width = sound.getframerate(), sound.getnframes(), sound.getsampwidth()
            data = sound.readframes(count) if width == SAMPLE_BYTES and sound.getnchannels() == 1 else b""
    except (EOFError, wave.Error) as error:
        raise AudioUnreadable(path.stem, "not_wav") from error
    samples = array("h", data[: len(data) // SAMPLE_BYTES * SAMPLE_BYTES])
    if not samples:
        raise AudioUnreadable(path.stem, "empty")
    duration_s = len(samples) / rate_hz
    pieces = max(_MIN_PIECES, min(_MAX_PIECES, int(duration_s * _PEAKS_PER_S)))
    return Waveform(duration_s, (peaks(samples, pieces),))


def write_waveform(waveform: Waveform, path: Path) -> None:
    """Write the peaks as the JSON that the browser's player reads."""
    body = {"duration_s": round(waveform.duration_s, 3), "channels": waveform.channels}
    path.write_text(json.dumps(body, separators=(",", ":")), encoding="utf-8")


def compress(take: Take, path: Path, *, ffmpeg: str, bitrate_kbit: int) -> None:
    """Write Ogg Opus, two channels; raise EncoderFailed, leaving nothing at `path`.

    ffmpeg is called here and given the samples by a pipe: pydub's own call knows no time-out, and needs room
    on the disk for a copy as WAV that it leaves behind when ffmpeg fails (pydub 0.25.1, audio_segment.py, export).
    """
    encode = [ffmpeg, "-loglevel", "error", "-y", "-f", "s16le", "-ar", str(SAMPLE_RATE_HZ), "-ac", str(CHANNELS)]
    encode += ["-i", "pipe:0"]
    encode += ["-c:a", "libopus", "-b:a", f"{bitrate_kbit}k", str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed list, no shell
            ["nice", *encode],  # noqa: S607
            input=take.segment.raw_data,
            capture_output=True,
            timeout=_ENCODE_LIMIT_S,
            check=False,
        )
        said = done.stderr.decode(errors="replace")[-300:] if done.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        if is_full(error):
            raise
        said = str(error)
    if said or not path.exists():
        path.unlink(missing_ok=True)
        if os.strerror(errno.ENOSPC) in said:
            raise OSError(errno.ENOSPC, "no room to compress a recording", str(path))
        raise EncoderFailed(take.recording_id, said)
