"""What of a voice is asked about: when it speaks, its levels, its pitch, its timbre. Each frame is looked at once."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dialer.listening.sound import FRAME, FRAME_S, QUIET_RMS, RATE_HZ
from dialer.listening.talking import talk

PITCH_WINDOW = 400
_LOWEST_LAG, _HIGHEST_LAG = RATE_HZ // 400, RATE_HZ // 70
# Long enough for every lag of a window to be without its own end, and of small factors.
_PADDED = 540
_VOICED_LEAST = 0.45
_HANN = np.hanning(FRAME + 1)[:-1].astype(np.float32)
_HZ = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)
Floats = NDArray[np.float32]


class Voice:
    """One line's, from the answer on."""

    def __init__(self) -> None:
        self._tail = np.zeros(0, np.float32)
        self._level = np.zeros(0, np.float32)
        self._tone, self._like = np.zeros(0), np.zeros(0, np.float32)
        self._log_power = np.zeros((0, FRAME // 2 + 1), np.float32)
        self._centre = np.zeros(0)

    def add(self, sound: Floats) -> None:
        """Take what came since, whole frames of it."""
        frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
        level = np.sqrt((frames * frames).mean(axis=1)) + 1.0
        power = np.abs(np.fft.rfft(frames * _HANN, axis=1)) ** 2 + 1.0
        centre = (power * _HZ).sum(axis=1) / power.sum(axis=1)
        self._level = np.concatenate([self._level, level])
        self._log_power = np.concatenate([self._log_power, np.log(power)])
        self._centre = np.concatenate([self._centre, centre])
        self._add_pitch(frames.reshape(-1))

    def _add_pitch(self, sound: Floats) -> None:
        heard = np.concatenate([self._tail, sound])
        count = max(0, (len(heard) - PITCH_WINDOW) // FRAME)
        self._tail = heard[count * FRAME :]
        if not count:
            return
        windows = np.lib.stride_tricks.sliding_window_view(heard, PITCH_WINDOW)[: count * FRAME : FRAME]
        windows = windows - windows.mean(axis=1, keepdims=True)
        spectrum = np.abs(np.fft.rfft(windows, _PADDED, axis=1)) ** 2
        like = np.fft.irfft(spectrum, _PADDED, axis=1)[:, : _HIGHEST_LAG + 1]
        like = like[:, _LOWEST_LAG:] / (like[:, :1] + 1e-6)
        tone = 12 * np.log2(RATE_HZ / (like.argmax(axis=1) + _LOWEST_LAG) / 100)
        self._tone = np.concatenate([self._tone, tone])
        self._like = np.concatenate([self._like, like.max(axis=1)])

    def features(self) -> Floats | None:
        """Return what the trees are asked with; None when nobody has spoken yet."""
        level = self._level
        if not len(level):
            return None
        peak, floor = float(np.percentile(level, 95)), float(np.percentile(level, 10))
        if peak < 2 * QUIET_RMS:
            return None
        speaks = _smoothed(level > max(QUIET_RMS, 0.12 * peak, 1.6 * min(floor, peak / 4)))
        if not speaks.any():
            return None
        return np.array(
            [len(level) * FRAME_S, *_timing(speaks), *_levels(level, speaks, floor, peak), *self._pitch(speaks),
             *self._timbre(speaks), *talk(level, self._like, _VOICED_LEAST)], np.float32)  # fmt: skip

    def _pitch(self, speaks: NDArray[np.bool_]) -> list[float]:
        if not len(self._tone):
            return [0.0] * 6
        voiced = (self._like > _VOICED_LEAST) & speaks[: len(self._like)]
        if voiced.sum() < 5:
            return [0.0, 0.0, 0.0, 0.0, 0.0, float(voiced.sum() / max(1, speaks.sum()))]
        tone = self._tone[voiced]
        tail = tone[-8:]
        return [
            float(np.median(tone)), float(np.subtract(*np.percentile(tone, [75, 25]))), float(tone.max() - tone.min()),
            float(tail[-1] - tail[0]), float(np.abs(np.diff(tone)).mean()), float(voiced.sum() / speaks.sum()),
        ]  # fmt: skip

    def _timbre(self, speaks: NDArray[np.bool_]) -> list[float]:
        centre, spoken = self._centre[speaks], self._log_power[speaks]
        change = np.abs(np.diff(spoken, axis=0)).mean() if len(spoken) > 1 else 0.0
        return [float(centre.mean()), float(centre.std()), float(change)]


def features(heard: Floats) -> Floats | None:
    """Return the same of all of a sound at once."""
    voice = Voice()
    voice.add(heard)
    return voice.features()


def _smoothed(speaks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Close holes of up to 80 ms: stops inside of words."""
    filled = speaks.copy()
    on = np.flatnonzero(speaks)
    for a, b in pairwise(on):
        if 1 < b - a <= 5:
            filled[a:b] = True
    return filled


def _timing(speaks: NDArray[np.bool_]) -> list[float]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], speaks.astype(np.int8), [0]])))
    runs = (edges[1::2] - edges[::2]) * FRAME_S
    gaps = (edges[2::2] - edges[1:-1:2]) * FRAME_S
    trailing = (len(speaks) - edges[-1]) * FRAME_S
    return [
        edges[0] * FRAME_S, float(runs.sum()), float(len(runs)), float(runs.max()), float(runs[0]), float(runs[-1]),
        float(gaps.max(initial=0.0)), float(trailing), float(gaps[0]) if len(gaps) else float(trailing),
    ]  # fmt: skip


def _levels(level: NDArray[np.float32], speaks: NDArray[np.bool_], floor: float, peak: float) -> list[float]:
    db = 20 * np.log10(level)
    spoken = db[speaks]
    smooth = np.convolve(db, np.ones(5) / 5, "same")
    tops = (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & speaks[1:-1]
    half = max(1, len(spoken) // 2)
    return [
        float(spoken.std()), float(20 * np.log10(peak / floor)), float(tops.sum() / (spoken.size * FRAME_S)),
        float(spoken[:half].mean() - spoken[half:].mean()) if len(spoken) > 1 else 0.0,
    ]  # fmt: skip
