import numpy as np
import pytest

from dialer.listening.sound import FRAME
from dialer.listening.voice import Voice, features
from tests.dialer.listening.sounds import cat, on_a_line, silence, speech


def test_silence_and_nothing_at_all_have_no_features():
    assert features(np.zeros(16_000, np.float32)) is None
    assert Voice().features() is None


def test_timing_is_in_the_features():
    sound = cat(silence(600), speech(3, 1.0), silence(900)).astype(np.float32)
    found = features(sound)
    assert found is not None
    lasts_s, onset_s, spoken_s = found[:3]
    assert lasts_s == 2.5
    assert onset_s == pytest.approx(0.6, abs=0.06)
    assert spoken_s == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("pieces", [(25, 25, 50), (100,), (1, 1, 1, 97), (30, 70)])
def test_what_is_added_piece_by_piece_is_what_is_added_at_once(pieces: tuple[int, ...]):
    sound = on_a_line(cat(silence(300), speech(5, 1.2), silence(500)), 2).astype(np.float32)
    voice, at = Voice(), 0
    for frames in pieces:
        voice.add(sound[at * FRAME : (at + frames) * FRAME])
        at += frames
    whole, found = features(sound), voice.features()
    assert whole is not None
    assert found is not None
    assert found == pytest.approx(whole, rel=1e-4, abs=1e-4)


def test_a_word_too_short_for_a_pitch_has_none():
    found = features(speech(5, 0.12).astype(np.float32))
    assert found is not None
    assert list(found[14:19]) == [0.0] * 5
    assert found[19] < 0.6, "of its frames"
