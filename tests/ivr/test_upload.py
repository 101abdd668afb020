import contextlib
import io
import struct
import subprocess
import tracemalloc
import wave

import pytest

from ivr.errors import PromptRejected, ToolMissing
from ivr.tools import SoundTools
from ivr.upload import LARGEST_BYTES, convert, convert_music
from tests.ivr.sounds import wav

TOOLS = SoundTools()


def encoded(data: bytes, *options: str) -> bytes:
    command = ["ffmpeg", "-v", "error", "-i", "-", *options, "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def shape(data: bytes) -> tuple[int, int, int]:
    with wave.open(io.BytesIO(data)) as file:
        return file.getframerate(), file.getnchannels(), file.getsampwidth()


@pytest.mark.parametrize(
    "options",
    [
        ["-f", "wav"],
        ["-c:a", "pcm_s24le", "-f", "wav"],
        ["-c:a", "pcm_f32le", "-f", "wav"],
        ["-c:a", "pcm_alaw", "-ar", "8000", "-ac", "1", "-f", "wav"],
        ["-c:a", "adpcm_ima_wav", "-f", "wav"],
        ["-f", "mp3"],
        ["-f", "mp3", "-id3v2_version", "0", "-write_xing", "0"],
    ],
)
def test_what_people_upload_becomes_telephone_sound(options: list[str]) -> None:
    converted = convert(encoded(wav(1.5), *options), TOOLS)
    assert shape(converted.wav) == (8000, 1, 2)
    assert converted.wav[36:40] == b"data"  # no chunk in between, at which Asterisk would grumble
    assert converted.duration_s == pytest.approx(1.5, abs=0.15)
    assert converted.warnings == ()


def test_sound_above_the_telephone_band_does_not_fold_back_into_it() -> None:
    data = convert(wav(1, hz=7000), TOOLS).wav[44:]
    samples = struct.unpack(f"<{len(data) // 2}h", data)
    assert max(map(abs, samples[800:-800])) < 600


def test_silence_is_allowed_with_a_warning() -> None:
    assert convert(wav(1, level=0.0), TOOLS).warnings == ("silent",)


@pytest.mark.parametrize(
    "options", [["-f", "wav"], ["-f", "mp3"], ["-c:a", "libvorbis", "-f", "ogg"], ["-c:a", "libopus", "-f", "ogg"]]
)
def test_music_may_be_ogg_and_longer(options: list[str]) -> None:
    converted = convert_music(encoded(wav(125, rate_hz=8000, channels=1), *options), TOOLS)
    assert shape(converted.wav) == (8000, 1, 2)
    assert converted.duration_s == pytest.approx(125, abs=0.5)


def test_music_has_an_end_too() -> None:
    with pytest.raises(PromptRejected, match="15 minutes") as too_long:
        convert_music(wav(901, rate_hz=1000, channels=1), TOOLS)
    with pytest.raises(PromptRejected) as junk:
        convert_music(b"junk", TOOLS)
    assert (too_long.value.code, junk.value.code) == ("music_too_long", "music_wrong_type"), "a prompt has other limits"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "wrong_type"),
        (b"<html>", "wrong_type"),
        (b"OggS" + bytes(100), "wrong_type"),
        (b"RIFF\x00\x00\x00\x00WAVE", "not_audio"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00" + bytes(40), "not_audio"),
        (b"ID3" + bytes(100), "not_audio"),
        (b"\xff\xfb" + bytes(100), "not_audio"),
        (wav(0.1), "too_short"),
        (wav(121, rate_hz=8000, channels=1), "too_long"),
        (bytes(LARGEST_BYTES + 1), "too_large"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_cure(data: bytes, code: str) -> None:
    with pytest.raises(PromptRejected) as refused:
        convert(data, TOOLS)
    assert refused.value.code == code
    assert refused.value.cure.endswith(".")


@pytest.mark.parametrize("place", [22, 24, 32, 34])
@pytest.mark.parametrize("value", [0, 1, 64, 0xFFFF])
def test_a_header_that_lies_makes_no_other_fault(place: int, value: int) -> None:
    """Channels, samples a second, bytes of a frame, bits of a sample."""
    data = bytearray(wav(1))
    data[place : place + 2] = value.to_bytes(2, "little")
    with contextlib.suppress(PromptRejected):
        assert shape(convert_music(bytes(data), TOOLS).wav) == (8000, 1, 2)


def test_a_small_file_of_much_sound_fills_no_memory() -> None:
    """Eight channels of studio sound: 40 kB that unpack to 180 MB a minute; fifteen are allowed."""
    data = encoded(wav(60, level=0, rate_hz=8000), "-ar", "192000", "-ac", "8", "-c:a", "libvorbis", "-f", "ogg")
    assert len(data) < 100_000
    tracemalloc.start()
    try:
        convert_music(data, TOOLS)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most_bytes < 10_000_000


def test_a_missing_ffmpeg_is_no_fault_of_the_file() -> None:
    with pytest.raises(ToolMissing, match="no-such-ffmpeg"):
        convert(encoded(wav(1), "-f", "mp3"), SoundTools(ffmpeg="no-such-ffmpeg"))
    with pytest.raises(ToolMissing):
        convert(wav(1), SoundTools(ffmpeg="no-such-ffmpeg"))
