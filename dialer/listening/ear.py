"""What tone is in each frame of 20 ms: none, one, or two at once."""

import numpy as np
from numpy.typing import NDArray

from dialer.listening.sound import FRAME, QUIET_RMS, RATE_HZ

# 50 ms to see a pause, 120 ms to part two frequencies of one tone.
SHORT, LONG = 400, 960
_PADDED, _PADDED_LONG = 1024, 2048
LOWEST_HZ, HIGHEST_HZ = 300.0, 2300.0
# How much of the sound has to lie in one or two peaks.
PURE_RATIO = 0.5
# Where so much is in one peak there is no room for a second tone.
ALONE_RATIO = 0.8
# Which of the short window's peaks are one: a codec of mobile phones puts shadows 70 Hz beside a high tone.
_OWN_BINS, _SHADOW_BINS = 7, 15
_CLOSE_LOW_HZ, _CLOSE_HIGH_HZ = 380, 500

_HANN = np.hanning(SHORT + 1)[:-1].astype(np.float32)
_HANN_LONG = np.hanning(LONG + 1)[:-1].astype(np.float32)
Pitch = tuple[float, float]
"""(0, 0) none, (hz, 0) one, (hz, higher hz) two."""


class Ear:
    """One call's."""

    def __init__(self) -> None:
        self._heard = np.zeros(LONG, np.float32)
        self.rms = 0.0

    def feed(self, frame: NDArray[np.float32], least_rms: float = 0.0) -> Pitch:
        """Take the next frame; what is not as loud as that is none."""
        self._heard[:-FRAME] = self._heard[FRAME:]
        self._heard[-FRAME:] = frame
        window = self._heard[-SHORT:]
        self.rms = float(np.sqrt(np.dot(window, window) / SHORT))
        if self.rms < max(QUIET_RMS, least_rms):
            return 0.0, 0.0
        first_hz, second_hz = self._pitch(window)
        if _CLOSE_LOW_HZ < first_hz < _CLOSE_HIGH_HZ and not second_hz:
            close = self._close()
            first_hz, second_hz = close if close[0] else (first_hz, 0.0)
        return (second_hz, first_hz) if 0 < second_hz < first_hz else (first_hz, second_hz)

    @staticmethod
    def _pitch(window: NDArray[np.float32]) -> Pitch:
        power = np.abs(np.fft.rfft(window * _HANN, _PADDED)).astype(np.float32) ** 2
        total = float(power[26:460].sum())
        first_hz, _ = _peak(power, _PADDED, LOWEST_HZ, HIGHEST_HZ)
        share = _share(power, first_hz) / total
        if share < PURE_RATIO / 2:
            return 0.0, 0.0
        if share >= ALONE_RATIO:
            return first_hz, 0.0
        rest = power.copy()
        low, high = _around(first_hz, _SHADOW_BINS if first_hz > 1000 else _OWN_BINS)
        rest[low:high] = 0
        second_hz, _ = _peak(rest, _PADDED, LOWEST_HZ, HIGHEST_HZ)
        second = _share(rest, second_hz) / total
        if share + second >= PURE_RATIO * 1.2 and second > 0.25 * share and second > 0.15:
            return first_hz, second_hz
        return (first_hz, 0.0) if share >= PURE_RATIO else (0.0, 0.0)

    def _close(self) -> Pitch:
        """Part two frequencies that are close, in the last 120 ms; (0, 0) if there is one."""
        power = np.abs(np.fft.rfft(self._heard * _HANN_LONG, _PADDED_LONG)).astype(np.float32) ** 2
        first_hz, height = _peak(power, _PADDED_LONG, 370, 510)
        at = round(first_hz * _PADDED_LONG / RATE_HZ)
        power[at - 6 : at + 7] = 0
        second_hz, second = _peak(power, _PADDED_LONG, 370, 510)
        gap = abs(first_hz - second_hz)
        return (first_hz, second_hz) if second > 0.3 * height and 28 < gap < 62 else (0.0, 0.0)


def _peak(power: NDArray[np.float32], padded: int, low_hz: float, high_hz: float) -> tuple[float, float]:
    """Return where the greatest is (Hz, between the bins) and its height."""
    low, high = int(low_hz * padded / RATE_HZ), int(high_hz * padded / RATE_HZ)
    at = low + int(power[low:high].argmax())
    a, b, c = (float(np.log(power[i] + 1e-9)) for i in (at - 1, at, at + 1))
    bend = a - 2 * b + c
    shift = 0.5 * (a - c) / bend if bend < 0 else 0.0
    return (at + shift) * RATE_HZ / padded, float(power[at])


def _around(hz: float, bins: int = _OWN_BINS) -> tuple[int, int]:
    middle = round(hz * _PADDED / RATE_HZ)
    return max(0, middle - bins), middle + bins + 1


def _share(power: NDArray[np.float32], hz: float) -> float:
    low, high = _around(hz)
    return float(power[low:high].sum())
