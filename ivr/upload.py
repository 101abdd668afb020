"""Takes a sound file that a person uploaded, and makes it one that Asterisk plays."""

import io
import struct
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

from pydub import AudioSegment
from pydub.exceptions import CouldntDecodeError

from ivr.errors import PromptRejected, ToolMissing
from ivr.tools import SoundTools

LARGEST_BYTES = 20 * 1024 * 1024
LONGEST_S = 120.0
LONGEST_MUSIC_S = 900.0
SHORTEST_S = 0.2
FIRST_PAGE_BYTES = 300  # of an Ogg stream: it says by which codec
# Below this the whole file is quieter than the noise of a telephone line.
SILENT_DBFS = -50.0
# Format tags of RIFF (mmreg.h) that telephone and studio programs write.
_WAV_CODECS = {1: "pcm_s16le", 2: "adpcm_ms", 3: "pcm_f32le", 6: "pcm_alaw", 7: "pcm_mulaw", 0x11: "adpcm_ima_wav"}


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
    sound = _decode(data, kind, tools.ffmpeg, longest_s)
    duration_s = len(sound) / 1000
    if duration_s > longest_s:
        most = f"{longest_s / 60:.0f} minutes"
        code = "too_long" if longest_s == LONGEST_S else "music_too_long"  # screens name the limit
        raise PromptRejected(code, f"The sound lasts {duration_s:.0f} s.", f"Keep it under {most}.")
    if duration_s < SHORTEST_S:
        raise PromptRejected("too_short", "There is next to no sound in the file.", "Upload at least 0.2 s of audio.")
    quiet = sound.dBFS < SILENT_DBFS
    return Converted(_telephone_wav(sound, tools), duration_s, ("silent",) if quiet else ())


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


def _codec(data: bytes, kind: str) -> str | None:
    """Name the codec, which spares pydub the search for ffprobe, whose path it cannot be told."""
    if kind == "mp3":
        return "mp3"
    if kind == "ogg":
        return "opus" if b"OpusHead" in data[:FIRST_PAGE_BYTES] else "vorbis"
    place = data.find(b"fmt ", 12)
    return _WAV_CODECS.get(int.from_bytes(data[place + 8 : place + 10], "little"), "pcm_s16le")


def _decode(data: bytes, kind: str, ffmpeg: str, longest_s: float) -> AudioSegment:
    # pydub keeps ffmpeg's path on the class; a class of our own leaves everybody else's alone.
    audio: type[AudioSegment] = type("PromptAudio", (AudioSegment,), {"converter": ffmpeg})
    try:
        # The limit keeps a small file that unpacks to hours from filling the memory.
        return audio.from_file(io.BytesIO(data), format=kind, codec=_codec(data, kind), duration=longest_s + 1)
    except FileNotFoundError as missing:
        raise ToolMissing(ffmpeg, "Install ffmpeg, or set its path.") from missing
    except (CouldntDecodeError, IndexError, KeyError, ValueError, EOFError, OSError, wave.Error, struct.error) as fault:
        raise PromptRejected(
            "not_audio", "The file cannot be read as sound.", "Open it in an audio program and save it again."
        ) from fault


def _telephone_wav(sound: AudioSegment, tools: SoundTools) -> bytes:
    # pydub's own resampling has no filter against aliasing; ffmpeg's has.
    with tempfile.TemporaryDirectory(prefix="callroom-prompt-") as folder:
        source, target = Path(folder) / "source.wav", Path(folder) / "target.wav"
        sound.export(str(source), format="wav").close()
        tools.fit([(source, target)])
        return target.read_bytes()
