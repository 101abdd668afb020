"""Sounds for the listener's tests, made of numbers: something like speech, tones, and a noisy line."""

import numpy as np

from dialer.listening.sound import FRAME, RATE_HZ, Samples


def speech(seed: int, seconds: float, *, loud: float = 4000.0) -> Samples:
    """Syllables of random pitch and timbre with pauses between them; another seed is another sentence."""
    dice = np.random.default_rng(seed)
    parts, made = [], 0
    while made < seconds * RATE_HZ:
        length = int(dice.uniform(0.09, 0.22) * RATE_HZ)
        at = np.arange(length) / RATE_HZ
        pitch = dice.uniform(100, 240) * (1 + 0.2 * dice.uniform(-1, 1) * at)
        formants = dice.uniform([300, 900, 2000], [900, 2000, 3300])
        sound = np.zeros(length)
        for harmonic in range(1, 30):
            hz = float(pitch.mean()) * harmonic
            weight = sum(np.exp(-(((hz - formant) / 180) ** 2)) for formant in formants) + 0.02
            sound += weight * np.sin(2 * np.pi * harmonic * np.cumsum(pitch) / RATE_HZ + dice.uniform(0, 6))
        parts += [sound * np.hanning(length), np.zeros(int(dice.uniform(0.0, 0.06) * RATE_HZ))]
        made = sum(map(len, parts))
    joined = np.concatenate(parts)[: int(seconds * RATE_HZ)]
    return (joined * loud / np.sqrt(np.mean(joined**2)) / 2).astype(np.int16)


def tone(ms: int, *freqs_hz: float, loud: float = 4000.0) -> Samples:
    at = np.arange(ms * RATE_HZ // 1000) / RATE_HZ
    return (loud * sum(np.sin(2 * np.pi * hz * at) for hz in freqs_hz) / len(freqs_hz)).astype(np.int16)


def silence(ms: int) -> Samples:
    return np.zeros(ms * RATE_HZ // 1000, np.int16)


def on_a_line(samples: Samples, seed: int, snr_db: float = 20.0, gain: float = 0.5) -> Samples:
    dice = np.random.default_rng(seed)
    sound = samples.astype(np.float64)
    noise = dice.standard_normal(len(sound)) * np.sqrt(np.mean(sound**2)) * 10 ** (-snr_db / 20)
    return ((sound + noise) * gain).astype(np.int16)


def frames(samples: Samples) -> list[Samples]:
    return [samples[begin : begin + FRAME] for begin in range(0, len(samples) - FRAME + 1, FRAME)]


def cat(*parts: Samples) -> Samples:
    return np.concatenate(parts)
