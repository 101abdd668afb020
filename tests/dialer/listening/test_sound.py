import numpy as np

from dialer.listening.sound import BITS, FRAME, STRONG, Fingerprinter, fingerprint, loud_frames
from tests.dialer.listening.sounds import cat, frames, on_a_line, silence, speech, tone


def differing(one: np.ndarray, other: np.ndarray) -> float:
    """The share of bits that differ."""
    return float(np.bitwise_count(one ^ other).mean() / BITS)


def test_frame_by_frame_gives_the_same_bits_as_a_whole_recording():
    sound = speech(1, 2.0)
    whole, prints = fingerprint(sound), Fingerprinter()
    streamed = [prints.feed(frame.astype(np.float32)) for frame in frames(sound)]
    assert list(whole.words[: len(streamed)]) == streamed
    assert len(streamed) == 100


def test_the_same_recording_on_a_line_keeps_most_bits_and_another_none():
    sound = speech(1, 3.0)
    clean = fingerprint(sound).words
    assert differing(clean, fingerprint(on_a_line(sound, 9)).words) < 0.35
    assert 0.4 < differing(clean, fingerprint(speech(2, 3.0)).words) < 0.6


def test_the_clear_bits_are_the_ones_that_last():
    sound = speech(3, 4.0)
    clean, noisy = fingerprint(sound), fingerprint(on_a_line(sound, 9, snr_db=12))
    wrong = clean.words ^ noisy.words
    assert set(np.bitwise_count(clean.strong)) == {STRONG}
    strong = np.bitwise_count(wrong & clean.strong).mean() / STRONG
    weak = np.bitwise_count(wrong & ~clean.strong & np.uint32((1 << BITS) - 1)).mean() / (BITS - STRONG)
    assert strong < weak / 1.5


def test_levels_are_those_of_the_frames():
    found = fingerprint(np.full(4 * FRAME, 1000, np.int16))
    assert [round(float(level)) for level in found.levels[:4]] == [1000] * 4


def test_a_phase_begins_later():
    sound = speech(1, 1.0)
    shifted = fingerprint(sound[FRAME // 2 :])
    phased = fingerprint(sound, FRAME // 2)
    assert differing(shifted.words[5:40], phased.words[5:40]) < 0.01


def test_nothing_has_no_bits():
    assert len(fingerprint(np.zeros(0, np.int16), 80).words) == 0


def test_frames_that_carry_sound_are_counted():
    assert loud_frames(cat(silence(1000), tone(500, 450), silence(15))) == 25
    assert loud_frames(silence(0)) == 0
