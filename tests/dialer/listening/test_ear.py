import numpy as np
import pytest

from dialer.listening.ear import Ear, Pitch
from dialer.listening.sound import Samples
from tests.dialer.listening.sounds import frames, on_a_line, silence, speech, tone


def pitches(samples: Samples, least_rms: float = 0.0) -> list[Pitch]:
    ear = Ear()
    return [ear.feed(frame.astype(np.float32), least_rms) for frame in frames(samples)]


@pytest.mark.parametrize("freqs_hz", [(400,), (450,), (1100,), (2100,), (480, 620), (440, 480), (400, 450)])
def test_one_frequency_or_two_the_lower_one_first(freqs_hz: tuple[float, ...]):
    last = pitches(on_a_line(tone(400, *freqs_hz), 1))[-5:]
    wanted = (*freqs_hz, 0.0)[:2]
    for pitch in last:
        assert pitch == pytest.approx(wanted, abs=6)


def test_a_pair_of_uneven_loudness_is_a_pair():
    last = pitches(tone(400, 480, loud=3200.0) + tone(400, 620, loud=2000.0))[-1]
    assert last == pytest.approx((480, 620), abs=6)


def test_silence_and_what_is_softer_than_asked_is_none():
    assert set(pitches(silence(400))) == {(0.0, 0.0)}
    assert set(pitches(tone(400, 450), least_rms=20_000.0)) == {(0.0, 0.0)}


def test_most_of_speech_is_none():
    heard = pitches(on_a_line(speech(3, 4.0), 3))
    assert sum(first > 0 for first, _ in heard) < len(heard) / 2
