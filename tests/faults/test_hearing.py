"""Tones are told apart, and what is no tone is none."""

import numpy as np

from tests.faults.hearing import Hearing, has, strange, tones_of

SECOND = np.arange(8000) / 8000


def sine(hz: float) -> np.ndarray:
    return 4000 * np.sin(2 * np.pi * hz * SECOND)


def test_a_tone_is_told_from_its_neighbour_and_from_two_at_once() -> None:
    heard = tones_of(sine(535))
    assert has(heard, 535)
    assert not has(heard, 540)
    assert strange(heard, 535) == []
    assert strange(heard, 540, 1500) == heard
    assert tones_of(sine(535) + sine(1500)) == []


def test_noise_and_silence_are_no_tones() -> None:
    assert tones_of(np.random.default_rng(1).normal(0, 2000, 8000)) == []
    assert tones_of(np.zeros(8000)) == []


def test_only_sound_of_the_time_that_is_asked_for_is_heard() -> None:
    ear = Hearing()
    ear.datagram_received(bytes([0x80, 0]) + bytes(10) + bytes([0x00, 0x80] * 800), None)
    assert ear.tones(0.0, 1.0) == []
    assert ear.tones(0.0, 1e12) == [4000]
