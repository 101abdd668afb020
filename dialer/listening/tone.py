"""Tones by their frequencies and pauses, as the plans of countries have them; and special information tones by type."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median, pstdev

import numpy as np
from numpy.typing import NDArray

from dialer.listening.sound import FRAME, QUIET_RMS, RATE_HZ

# 50 ms to see a pause, 120 ms to part two frequencies of one tone.
SHORT, LONG = 400, 960
_PADDED, _PADDED_LONG = 1024, 2048
LOWEST_HZ, HIGHEST_HZ = 300.0, 2300.0
TOLERANCE_HZ = 12.0
# How much of the sound has to lie in one or two peaks.
PURE_RATIO = 0.5
# A tone has a steady frequency, a voice has not.
STEADY_HZ = 9.0
ENDED_RATIO = 0.45
NEAR_HZ = 70.0
# What is said in the pauses of a tone, far away, is no tone; the level that it is held against fades in some seconds.
SURE_FRAMES = 4
FADES = 0.998
LEAST_MS = 60
# A single burst of a second is enough: busy and congestion have shorter ones.
LONG_BURST_MS = 850
NEVER_MS = 1e6


@dataclass(frozen=True, slots=True)
class Tone:
    """`enough_ms`: a burst so long is that tone whatever follows, no other has its frequencies; 0: by its pauses."""

    label: str
    freqs_hz: tuple[float, ...]
    on_ms: tuple[int, ...]
    off_ms: tuple[int, ...]
    enough_ms: int = 0


@dataclass(frozen=True, slots=True)
class TonePlan:
    """One country's."""

    country: str
    tone: tuple[Tone, ...]


@dataclass(frozen=True, slots=True)
class ToneHeard:
    """`ref` says which: label and country, or the SIT."""

    label: str
    ref: str
    from_frame: int
    until_frame: int


@dataclass(slots=True)
class Run:
    """Frames of one tone (`hz` not empty), or without one."""

    begin: int
    frames: int = 0
    hz: list[float] = field(default_factory=list)
    second_hz: list[float] = field(default_factory=list)
    _pitch: tuple[int, tuple[float, ...]] = (0, ())

    @property
    def ms(self) -> int:
        """How long."""
        return self.frames * 20

    @property
    def pitch_hz(self) -> tuple[float, ...]:
        """One frequency, or two; asked for each tone that is known, so counted once for each length."""
        if self._pitch[0] != len(self.hz):
            pairs = [(a, b) for a, b in zip(self.hz, self.second_hz, strict=True) if b]
            are_two = 2 * len(pairs) > len(self.hz)
            found = tuple(median(each) for each in zip(*pairs, strict=True)) if are_two else (median(self.hz),)
            self._pitch = (len(self.hz), found)
        return self._pitch[1]

    @property
    def is_steady(self) -> bool:
        """Whether it is a tone and no voice."""
        inner = self.hz[1:-1] or self.hz
        return len(self.pitch_hz) == 2 or pstdev(inner) < STEADY_HZ


_HANN = np.hanning(SHORT + 1)[:-1].astype(np.float32)
_HANN_LONG = np.hanning(LONG + 1)[:-1].astype(np.float32)


def _peak(power: NDArray[np.float32], padded: int, low_hz: float, high_hz: float) -> tuple[float, float]:
    """Return where the greatest is (Hz, between the bins) and its height."""
    low, high = int(low_hz * padded / RATE_HZ), int(high_hz * padded / RATE_HZ)
    at = low + int(power[low:high].argmax())
    a, b, c = (float(np.log(power[i] + 1e-9)) for i in (at - 1, at, at + 1))
    bend = a - 2 * b + c
    shift = 0.5 * (a - c) / bend if bend < 0 else 0.0
    return (at + shift) * RATE_HZ / padded, float(power[at])


class Ear:
    """What tone is in each frame: (0, 0) none, (hz, 0) one, (hz, hz) two."""

    def __init__(self) -> None:
        self._heard = np.zeros(LONG, np.float32)
        self.rms = 0.0

    def feed(self, frame: NDArray[np.float32]) -> tuple[float, float]:
        """Take the next frame."""
        self._heard[:-FRAME] = self._heard[FRAME:]
        self._heard[-FRAME:] = frame
        window = self._heard[-SHORT:]
        self.rms = float(np.sqrt(np.dot(window, window) / SHORT))
        if self.rms < QUIET_RMS:
            return 0.0, 0.0
        power = np.abs(np.fft.rfft(window * _HANN, _PADDED)).astype(np.float32) ** 2
        total = float(power[26:460].sum())
        first_hz, _ = _peak(power, _PADDED, LOWEST_HZ, HIGHEST_HZ)
        share = _share(power, first_hz) / total
        if share < PURE_RATIO / 2:
            return 0.0, 0.0
        if 380 < first_hz < 500 and share >= PURE_RATIO:
            return first_hz, 0.0
        rest = power.copy()
        low, high = _around(first_hz)
        rest[low:high] = 0
        second_hz, _ = _peak(rest, _PADDED, LOWEST_HZ, HIGHEST_HZ)
        second = _share(rest, second_hz) / total
        if share + second >= PURE_RATIO * 1.2 and second > 0.25 * share and second > 0.15:
            return first_hz, second_hz
        return (first_hz, 0.0) if share >= PURE_RATIO else (0.0, 0.0)

    def near(self) -> tuple[float, float]:
        """Part two frequencies that are close, in the last 120 ms; (0, 0) if there is one."""
        power = np.abs(np.fft.rfft(self._heard * _HANN_LONG, _PADDED_LONG)).astype(np.float32) ** 2
        first_hz, height = _peak(power, _PADDED_LONG, 370, 510)
        at = round(first_hz * _PADDED_LONG / RATE_HZ)
        power[at - 6 : at + 7] = 0
        second_hz, second = _peak(power, _PADDED_LONG, 370, 510)
        gap = abs(first_hz - second_hz)
        return (first_hz, second_hz) if second > 0.3 * height and 28 < gap < 62 else (0.0, 0.0)


def _around(hz: float) -> tuple[int, int]:
    middle = round(hz * _PADDED / RATE_HZ)
    return max(0, middle - 7), middle + 8


def _share(power: NDArray[np.float32], hz: float) -> float:
    low, high = _around(hz)
    return float(power[low:high].sum())


class ToneDetector:
    """One call's."""

    def __init__(self, plans: Sequence[TonePlan]) -> None:
        self._tones = [(plan.country, tone) for plan in plans for tone in plan.tone]
        self._ear = Ear()
        self._frame = 0
        self._loudest = 0.0
        self.runs: list[Run] = [Run(0)]

    def feed(self, frame: NDArray[np.float32]) -> ToneHeard | None:
        """Take the next frame; return a tone when it is certain."""
        first_hz, second_hz = self._ear.feed(frame)
        if first_hz and self._ear.rms < ENDED_RATIO * self._loudest:
            first_hz = second_hz = 0.0
        if first_hz and not second_hz and 380 < first_hz < 500:
            near = self._ear.near()
            if near[0]:
                first_hz, second_hz = near
        if second_hz and second_hz < first_hz:
            first_hz, second_hz = second_hz, first_hz
        self._extend(first_hz, second_hz)
        self._frame += 1
        self._loudest *= FADES
        return self._judge()

    def _extend(self, first_hz: float, second_hz: float) -> None:
        run = self.runs[-1]
        if bool(first_hz) != bool(run.hz) or (run.hz and not self._goes_on(run, first_hz, second_hz)):
            self._mend()
            run = Run(self._frame)
            self.runs.append(run)
            del self.runs[:-8]
        run.frames += 1
        if first_hz:
            run.hz.append(first_hz)
            run.second_hz.append(second_hz)
            if run.frames >= SURE_FRAMES:
                self._loudest = max(self._loudest, self._ear.rms)

    @staticmethod
    def _goes_on(run: Run, first_hz: float, second_hz: float) -> bool:
        """By the lower of two: where one tone follows another at once, both are there for a moment."""
        pitch = run.pitch_hz
        return any(abs(first_hz - hz) < NEAR_HZ for hz in pitch) or (
            len(pitch) == 2 and second_hz > 0 and abs(second_hz - pitch[1]) < NEAR_HZ
        )

    def _mend(self) -> None:
        """A hole of one frame in a tone is a lost packet; a tone of one frame is none."""
        runs = self.runs
        if len(runs) >= 3 and runs[-2].frames <= 2 and bool(runs[-1].hz) == bool(runs[-3].hz):
            before, hole, last = runs[-3:]
            if last.hz and abs(last.hz[0] - before.hz[-1]) > NEAR_HZ:
                return
            before.frames += hole.frames + last.frames
            before.hz += last.hz
            before.second_hz += last.second_hz
            del runs[-2:]

    def _judge(self) -> ToneHeard | None:
        run = self.runs[-1]
        if run.hz:
            heard = self._long_enough(run) if run.ms >= 300 else None
            return heard or (self._by_pauses(self.runs) if run.ms >= LEAST_MS else None)
        if run.ms >= LEAST_MS:
            return self._sit() or self._by_pauses(self.runs)
        return None

    def _long_enough(self, run: Run) -> ToneHeard | None:
        if not run.is_steady:
            return None
        for country, tone in self._tones:
            if tone.enough_ms and run.ms >= tone.enough_ms and _is_of(run, tone):
                return _heard(tone, country, run, self._frame)
        return None

    def _by_pauses(self, runs: list[Run]) -> ToneHeard | None:
        """A whole burst with a whole pause beside it, or a single long one: nothing else is so."""
        fits = [(_misfit_ms(runs, tone), number) for number, (_, tone) in enumerate(self._tones)]
        misfit_ms, number = min(fits, default=(NEVER_MS, 0))
        if misfit_ms >= NEVER_MS:
            return None
        country, tone = self._tones[number]
        return _heard(tone, country, runs[-2], self._frame)

    def _sit(self) -> ToneHeard | None:
        """Three tones that rise, each at once after the one before."""
        bursts = [run for run in self.runs if run.hz][-3:]
        if len(bursts) < 3 or bursts[-1] is not self.runs[-2] or not all(run.ms >= 180 for run in bursts):
            return None
        pauses = [after.begin - before.begin - before.frames for before, after in pairwise(bursts)]
        first, second, third = (median(run.hz) for run in bursts)
        near = abs(first - 949) < 60 and abs(second - 1400) < 55 and abs(third - 1777) < 30
        if not near or max(pauses) > 4 or max(run.ms for run in bursts) > 480:
            return None
        kind = _SIT[first > 949.5, second > 1399.6]
        if kind == "sit_vc" and bursts[0].ms < 330:
            kind = "sit_ro"  # between long-distance carriers: short, long, long of the frequencies of VC
        return ToneHeard(kind, kind, bursts[0].begin, self._frame)


# Whether the first and the second tone are the higher ones.
_SIT = {(False, False): "sit_ic", (True, False): "sit_vc", (False, True): "sit_ro", (True, True): "sit_nc"}


def _heard(tone: Tone, country: str, run: Run, frame: int) -> ToneHeard:
    return ToneHeard(tone.label, f"{tone.label} {country}", run.begin, frame)


def _is_of(run: Run, tone: Tone) -> bool:
    pitch = run.pitch_hz
    return len(pitch) == len(tone.freqs_hz) and all(
        abs(a - b) <= TOLERANCE_HZ + 0.006 * b for a, b in zip(pitch, tone.freqs_hz, strict=True)
    )


def _off_by_ms(ms: int, wanted_ms: int) -> float:
    off_ms = abs(ms - wanted_ms)
    return off_ms if off_ms <= max(50, 0.12 * wanted_ms) else NEVER_MS


def _misfit_ms(runs: list[Run], tone: Tone) -> float:
    """Return how far the last bursts and pauses are from the tone's; NEVER_MS: it is not that one."""
    if len(runs) < 3:
        return NEVER_MS
    last, before, third = runs[-1], runs[-2], runs[-3]
    pairs = list(zip(tone.on_ms, tone.off_ms, strict=True))
    burst = third if last.hz else before
    if not (burst.hz and _is_of(burst, tone) and burst.is_steady):
        return NEVER_MS
    if last.hz:  # burst, pause, and the next burst has begun
        both = [_off_by_ms(third.ms, on_ms) + _off_by_ms(before.ms, off_ms) for on_ms, off_ms in pairs]
        return min(both) if _is_of(last, tone) else NEVER_MS
    if len(pairs) == 1 and pairs[0][0] >= LONG_BURST_MS:
        return _off_by_ms(before.ms, pairs[0][0]) if last.ms >= 100 else NEVER_MS
    # pause (between two bursts), burst, and the next pause has begun
    if len(runs) < 4 or not runs[-4].hz or not _is_of(runs[-4], tone):
        return NEVER_MS
    return min(
        _off_by_ms(before.ms, on_ms) + _off_by_ms(third.ms, pairs[number - 1][1])
        for number, (on_ms, _) in enumerate(pairs)
    )
