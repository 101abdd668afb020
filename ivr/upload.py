"""Takes a sound file that a person uploaded, and makes it one that Asterisk plays."""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pydub import AudioSegment

from ivr.errors import PromptRejected, SoundUnreadable
from ivr.tools import SoundTools

LARGEST_BYTES = 20 * 1024 * 1024
LONGEST_S = 120.0
TOO_SHORT, TOO_LONG = "too_short", "too_long"
LONGEST_MUSIC_S = 900.0
SHORTEST_S = 0.2
# Below this the whole file is quieter than the noise of a telephone line.
SILENT_DBFS = -50.0


@dataclass(frozen=True, slots=True)
class Converted:
    """`warnings` are stable codes of what is odd but allowed."""

    wav: bytes
    duration_s: float
    warnings: tuple[str, ...]


def convert(data: bytes, tools: SoundTools) -> Converted:
    """Check and convert WAV or MP3; raises PromptRejected with a cure."""
    kind = _checked_kind(data)
    if kind not in ("wav", "mp3"):
        raise PromptRejected("wrong_type", "The file is neither WAV nor MP3.", "Save it as WAV or MP3.")
    return _converted(data, kind, LONGEST_S, tools)


def convert_music(data: bytes, tools: SoundTools) -> Converted:
    """Check and convert WAV, MP3 or OGG, which may be longer; raises PromptRejected with a cure."""
    kind = _checked_kind(data)
    if kind is None:
        raise PromptRejected("music_wrong_type", "The file is neither WAV, MP3 nor OGG.", "Save it as one of them.")
    return _converted(data, kind, LONGEST_MUSIC_S, tools)


def _converted(data: bytes, kind: str, longest_s: float, tools: SoundTools) -> Converted:
    wav = _telephone_wav(data, kind, longest_s, tools)
    sound = AudioSegment.from_wav(io.BytesIO(wav))
    duration_s = len(sound) / 1000
    if duration_s > longest_s:
        most = f"{longest_s / 60:.0f} minutes"
        code = TOO_LONG if longest_s == LONGEST_S else "music_too_long"  # screens name the limit
        raise PromptRejected(code, f"The sound is longer than {most}.", f"Keep it under {most}.")
    if duration_s < SHORTEST_S:
        raise PromptRejected(TOO_SHORT, "There is next to no sound in the file.", "Upload at least 0.2 s of audio.")
    return Converted(wav, duration_s, ("silent",) if sound.dBFS < SILENT_DBFS else ())


def _checked_kind(data: bytes) -> str | None:
    if len(data) > LARGEST_BYTES:
        raise PromptRejected("too_large", "The file is larger than 20 MB.", "Upload a shorter or compressed file.")
    return _kind(data)


def _kind(data: bytes) -> str | None:
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return "wav"
    # An ID3 tag, or the eleven set bits that begin every MPEG audio frame.
    if data[:3] == b"ID3" or (len(data) > 2 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "mp3"
    if data[:4] == b"OggS":
        return "ogg"
    return None


def _telephone_wav(data: bytes, kind: str, longest_s: float, tools: SoundTools) -> bytes:
    """ffmpeg alone unpacks it, and no more than can be used: a small file may hold hours, or many channels."""
    with tempfile.TemporaryDirectory(prefix="callroom-prompt-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "target.wav"
        source.write_bytes(data)
        try:
            tools.unpack(source, kind, target, longest_s + 1)
        except SoundUnreadable as fault:
            raise PromptRejected(
                "not_audio", "The file cannot be read as sound.", "Open it in an audio program and save it again."
            ) from fault
        return target.read_bytes()
