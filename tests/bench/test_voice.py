import numpy as np

from tests.bench import voice
from tests.bench.voice import HUMAN_HZ, SILENCE, hears, moment, music, tone


def mixed(*parts: bytes) -> bytes:
    samples = sum(voice._ALAW[np.frombuffer(part, dtype=np.uint8)] for part in parts)
    return bytes(int(np.abs(voice._ALAW - sample).argmin()) for sample in np.asarray(samples))


def test_each_tone_is_heard_alone_and_together() -> None:
    for hz in HUMAN_HZ:
        assert moment(tone(hz), 1.0).tones == {hz}
    both = moment(mixed(tone(HUMAN_HZ[0]), tone(HUMAN_HZ[2])), 1.0)
    assert hears(HUMAN_HZ[2], HUMAN_HZ[0])(both)
    assert not hears(HUMAN_HZ[0])(both)


def test_a_packet_with_less_than_half_of_a_tone_has_not_got_it() -> None:
    whole = tone(500)
    assert moment(SILENCE[:70] + whole[70:], 1.0).tones == {500}
    assert moment(SILENCE[:100] + whole[100:], 1.0).tones == frozenset()


def test_silence_is_no_music_and_a_strange_tone_is() -> None:
    assert not music(moment(SILENCE, 1.0))
    assert music(moment(tone(650), 1.0))
    assert not music(moment(tone(500), 1.0))
