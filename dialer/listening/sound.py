"""The fingerprint of a sound: 24 bits for each 20 ms, the sign of how the difference of two bands changed in 60 ms.

A recording that is played again gives the same bits through any codec, level and line; the same words said again do
not. Of the kind of Haitsma and Kalker, with a window of 64 ms and only the clear bits of a recording counted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8000
FRAME = 160
FRAME_S = FRAME / RATE_HZ
WINDOW = 512
BANDS = 25
BITS = BANDS - 1
LOWEST_HZ, HIGHEST_HZ = 250.0, 3500.0
LAG = 3
# Of a known recording only the bits count that are clear in it: the others turn with any noise.
STRONG = 16
# Below it a frame carries no sound that was meant: the noise of an idle line (rms of 16 bit samples).
QUIET_RMS = 24.0
# A pause: so far below what was last heard.
PAUSE_RATIO = 0.05

Samples = NDArray[np.int16]
Words = NDArray[np.uint32]
Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Print:
    """A recording's bits, the level (rms) of each frame, and which of its bits are clear."""

    words: Words
    levels: Levels
    strong: Words


def _mel(hz: float) -> float:
    return float(2595 * np.log10(1 + hz / 700))


def _filters() -> NDArray[np.float32]:
    edges_mel = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BANDS + 2)
    edges_hz = 700 * (10 ** (edges_mel / 2595) - 1)
    bins_hz = np.arange(WINDOW // 2 + 1) * RATE_HZ / WINDOW
    low, middle, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising, falling = (bins_hz - low) / (middle - low), (high - bins_hz) / (high - middle)
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32).T


_FILTERS = _filters()
_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_WEIGHTS = (1 << np.arange(BITS)).astype(np.uint32)


def steps(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the differences of neighbouring bands (log) for windows of WINDOW samples."""
    power = np.abs(np.fft.rfft(windows * _HANN, axis=-1)) ** 2
    bands = np.log(power.astype(np.float32) @ _FILTERS + 1.0)
    return np.diff(bands, axis=-1)


def pack(changes: NDArray[np.float32]) -> Words:
    """Return the signs as words."""
    words: Words = ((changes > 0) * _WEIGHTS).sum(axis=-1, dtype=np.uint32)
    return words


def fingerprint(samples: Samples, phase: int = 0) -> Print:
    """Return the print of a whole recording, whose frames begin `phase` samples into it."""
    padded = np.concatenate([np.zeros(WINDOW - FRAME, np.float32), samples.astype(np.float32)])
    if len(padded) < WINDOW + phase:
        return Print(np.zeros(0, np.uint32), np.zeros(0, np.float32), np.zeros(0, np.uint32))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[phase::FRAME]
    found = steps(windows)
    before = np.concatenate([np.zeros((LAG, BITS), np.float32), found])
    frames = windows[:, -FRAME:]
    levels = np.sqrt(np.mean(frames * frames, axis=1))
    changes = found - before[: len(found)]
    ranks = np.argsort(np.argsort(-np.abs(changes), axis=1), axis=1)
    return Print(pack(changes), levels.astype(np.float32), pack((ranks < STRONG).astype(np.float32)))


class Fingerprinter:
    """The same, frame by frame."""

    def __init__(self) -> None:
        self._window = np.zeros(WINDOW, np.float32)
        self._before: list[NDArray[np.float32]] = [np.zeros(BITS, np.float32)] * LAG

    def feed(self, frame: NDArray[np.float32]) -> int:
        """Take the next FRAME samples; return the word."""
        self._window[:-FRAME] = self._window[FRAME:]
        self._window[-FRAME:] = frame
        now = steps(self._window)
        changes = now - self._before.pop(0)
        self._before.append(now)
        return int(pack(changes))


def loud_frames(samples: Samples) -> int:
    """Return how many frames of a recording carry sound."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float32)
    return int(np.count_nonzero(np.sqrt(np.mean(frames * frames, axis=1)) > QUIET_RMS))
