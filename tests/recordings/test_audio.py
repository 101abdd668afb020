import json
import wave
from array import array
from pathlib import Path

import pytest
from pydub import AudioSegment

from recordings.audio import SAMPLE_RATE_HZ, compress, draw, draw_wav, read_take, write_waveform
from recordings.errors import AudioMissing, AudioUnreadable, EncoderFailed
from tests.recordings.takes import broken_ffmpeg, dominant_hz, two_tones

ID = "0b5e3c2a-94a1-4d6e-8f00-0123456789ab"


@pytest.fixture
def raw(tmp_path):
    path = tmp_path / "take.raw"
    path.write_bytes(two_tones(2.0))
    return path


def test_a_take_has_the_length_of_its_samples(raw):
    take = read_take(ID, raw)
    assert take.duration_s == pytest.approx(2.0)
    assert not take.truncated


def test_a_take_cut_in_mid_sample_is_cut_to_whole_ones(raw):
    raw.write_bytes(raw.read_bytes()[:-3])
    take = read_take(ID, raw)
    assert take.truncated
    assert take.segment.frame_count() == 15_999


def test_nothing_there_and_nothing_in_it_are_told_apart(tmp_path, raw):
    with pytest.raises(AudioMissing):
        read_take(ID, tmp_path / "none.raw")
    raw.write_bytes(b"\0\0\0")
    with pytest.raises(AudioUnreadable) as caught:
        read_take(ID, raw)
    assert caught.value.reason == "empty"


def test_opus_keeps_the_customer_left_and_the_agent_right(raw, tmp_path):
    target = tmp_path / "take.ogg"
    compress(read_take(ID, raw), target, ffmpeg="ffmpeg", bitrate_kbit=24)
    left, right = AudioSegment.from_file(target, format="ogg").split_to_mono()
    assert dominant_hz(left.get_array_of_samples(), left.frame_rate) == pytest.approx(440, abs=8)
    assert dominant_hz(right.get_array_of_samples(), right.frame_rate) == pytest.approx(1000, abs=12)
    assert target.stat().st_size < raw.stat().st_size / 3


def test_a_failing_encoder_leaves_nothing_behind(raw, tmp_path):
    target = tmp_path / "take.ogg"
    with pytest.raises(EncoderFailed):
        compress(read_take(ID, raw), target, ffmpeg=broken_ffmpeg(tmp_path), bitrate_kbit=24)
    assert not target.exists()


def test_an_encoder_that_is_not_there_is_the_same_failure(raw, tmp_path):
    with pytest.raises(EncoderFailed):
        compress(read_take(ID, raw), tmp_path / "x.ogg", ffmpeg=str(tmp_path / "absent"), bitrate_kbit=24)


def test_the_waveform_has_two_sides_and_its_length(raw, tmp_path):
    waveform = draw(read_take(ID, raw))
    path = tmp_path / "take.json"
    write_waveform(waveform, path)
    body = json.loads(path.read_text())
    assert body["duration_s"] == 2.0
    assert [len(side) for side in body["channels"]] == [200, 200]
    assert max(body["channels"][0]) == pytest.approx(0.366, abs=0.01)


def a_message(path: Path, samples: list[int], *, width: int = 2, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((channels, width, SAMPLE_RATE_HZ, 0, "NONE", ""))
        sound.writeframes(array("h", samples).tobytes())
    return path


def test_a_message_is_drawn_as_one_side(tmp_path: Path) -> None:
    loud = [0] * SAMPLE_RATE_HZ + [16384] * SAMPLE_RATE_HZ
    found = draw_wav(a_message(tmp_path / "m.wav", loud))
    (side,) = found.channels
    assert found.duration_s == 2.0
    assert (side[0], side[-1], len(side)) == (0.0, 0.5, 200)


@pytest.mark.parametrize(("samples", "shape"), [([], {}), ([1, 2], {"channels": 2}), ([1, 2], {"width": 1})])
def test_a_message_that_is_none_is_refused(tmp_path: Path, samples: list[int], shape: dict[str, int]) -> None:
    with pytest.raises(AudioUnreadable):
        draw_wav(a_message(tmp_path / "m.wav", samples, **shape))


def test_a_file_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.wav"
    for content in (b"", b"RIFF0123456789"):
        path.write_bytes(content)
        with pytest.raises(AudioUnreadable):
            draw_wav(path)
