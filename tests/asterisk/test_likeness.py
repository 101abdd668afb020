"""The ear of the tests: what it takes for the same, and what not."""

import wave
from pathlib import Path

import numpy as np
import pytest

from tests.asterisk.ivr_call import RATE_HZ, Sound, likeness


def noise(seed: int, seconds: float) -> Sound:
    return np.random.default_rng(seed).normal(0, 3000, int(seconds * RATE_HZ))


@pytest.fixture
def prompt(tmp_path: Path) -> Path:
    path = tmp_path / "prompt.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(noise(1, 4.5).astype("<i2").tobytes())
    return path


def test_the_same_is_found_wherever_it_is(prompt: Path) -> None:
    sound = np.concatenate((noise(2, 3), noise(1, 4.5), noise(3, 1)))
    assert likeness(sound, prompt) > 0.99


def test_late_packets_in_the_middle_change_nothing(prompt: Path) -> None:
    wanted, gap = noise(1, 4.5), np.zeros(RATE_HZ // 50)
    parts = (
        noise(2, 3),
        wanted[: 2 * RATE_HZ],
        gap,
        gap,
        wanted[2 * RATE_HZ : 3 * RATE_HZ],
        gap,
        wanted[3 * RATE_HZ :],
    )
    assert likeness(np.concatenate(parts), prompt) > 0.97


def test_a_part_that_was_not_heard_is_missed(prompt: Path) -> None:
    wanted = noise(1, 4.5)
    assert likeness(np.concatenate((wanted[: 3 * RATE_HZ], noise(4, 3))), prompt) < 0.8


def test_something_else_is_nothing_like_it(prompt: Path) -> None:
    assert likeness(noise(5, 8), prompt) < 0.2
    assert likeness(np.zeros(8 * RATE_HZ), prompt) == 0.0
    assert likeness(noise(1, 2), prompt) == 0.0, "shorter than the prompt"
