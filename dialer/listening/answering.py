"""Who answered: a person or a machine, human first. Timing, pitch and level of the first seconds, weighed by trees.

The trees were trained with scikit-learn on made speech (tests/bench/line_training.py) and are asked here without it. A
machine is said only above thresholds by which all looks together lost one person in a hundred in training.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialer.listening.sound import FRAME, FRAME_S, QUIET_RMS, RATE_HZ
from dialer.listening.words import Label

LOOKS_S = (2.0, 2.5, 3.0, 4.0)
PITCH_WINDOW = 400
_LOWEST_LAG, _HIGHEST_LAG = RATE_HZ // 400, RATE_HZ // 70
BEEP_LEAST_FRAMES = 6
BEEP_SILENCE_FRAMES = 8
_BEEP_STEADY_HZ = 12.0
# The frame in which it ends is half of it.
_ENDED_RATIO = 0.75
_KEPT_FRAMES = int(LOOKS_S[-1] / FRAME_S)


@dataclass(frozen=True, slots=True)
class Guess:
    """`score`: the trees' probability of a machine."""

    label: Label
    ref: str
    score: float
    confidence_ratio: float


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees as arrays (tree, node); a leaf's `feature` is -1. `thresholds`: for each of LOOKS_S."""

    feature: NDArray[np.int32]
    split: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    start: float
    thresholds: NDArray[np.float32]

    def machine(self, features: NDArray[np.float32]) -> float:
        """Return the probability of a machine."""
        rows = np.arange(len(self.feature))
        node = np.zeros(len(rows), np.int32)
        for _ in range(8):
            asked = self.feature[rows, node]
            is_leaf = asked < 0
            goes_left = features[np.maximum(asked, 0)] <= self.split[rows, node]
            following = np.where(goes_left, self.left[rows, node], self.right[rows, node])
            node = np.where(is_leaf, node, following)
        total = self.start + float(self.value[rows, node].sum())
        return float(1 / (1 + np.exp(-total)))


def load_trees(file: Path) -> Trees:
    """Read what training wrote."""
    with np.load(file) as arrays:
        return Trees(
            arrays["feature"],
            arrays["split"],
            arrays["left"],
            arrays["right"],
            arrays["value"],
            float(arrays["start"]),
            arrays["thresholds"],
        )


class Answering:
    """One call's, from the answer on."""

    def __init__(self, trees: Trees) -> None:
        self._trees = trees
        self._sound = np.zeros(_KEPT_FRAMES * FRAME, np.float32)
        self._frames = 0
        self._spoken = 0
        self._look = 0
        self._beep = Beep()

    def feed(self, sound: NDArray[np.float32], level: float) -> Guess | None:
        """Take the next frame; return what can be said after it."""
        if self._frames < _KEPT_FRAMES:
            self._sound[self._frames * FRAME : (self._frames + 1) * FRAME] = sound
        self._frames += 1
        self._spoken += level > QUIET_RMS
        if self._beep.feed(sound, level) and self._spoken > 25:
            return Guess(Label.BEEP, "beep", 1.0, 0.9)
        if self._look < len(LOOKS_S) and self._frames * FRAME_S >= LOOKS_S[self._look]:
            return self._judge()
        return None

    def _judge(self) -> Guess | None:
        look, self._look = self._look, self._look + 1
        heard = self._sound[: self._frames * FRAME]
        found = features(heard)
        if found is None:
            return None
        score = self._trees.machine(found)
        if score >= self._trees.thresholds[look]:
            return Guess(Label.MACHINE, f"trees at {LOOKS_S[look]:g} s", score, score)
        return Guess(Label.HUMAN, f"trees at {LOOKS_S[look]:g} s", score, 1 - score)


class Beep:
    """One steady tone of its own, that ended in silence."""

    def __init__(self) -> None:
        self._tone: list[float] = []
        self._loud = 0.0
        self._after = 0

    def feed(self, sound: NDArray[np.float32], level: float) -> bool:
        """Take the next frame; return whether a beep has just ended."""
        hz = _pure_hz(sound) if level > QUIET_RMS else 0.0
        if hz and (not self._tone or abs(hz - self._tone[-1]) < _BEEP_STEADY_HZ) and not self._after:
            self._tone.append(hz)
            self._loud = max(level, self._loud if len(self._tone) > 1 else 0.0)
            return False
        if len(self._tone) >= BEEP_LEAST_FRAMES and not hz and level < max(QUIET_RMS, _ENDED_RATIO * self._loud):
            self._after += 1
            if self._after < BEEP_SILENCE_FRAMES:
                return False
            self._tone, self._after = [], 0
            return True
        self._tone, self._after = ([hz] if hz else []), 0
        return False


def _pure_hz(sound: NDArray[np.float32]) -> float:
    """Return the frequency of a tone without anything beside it, else 0."""
    power = np.abs(np.fft.rfft(sound * _HANN, 512)) ** 2
    at = int(power[25:150].argmax()) + 25
    near = float(power[at - 5 : at + 6].sum())
    if near < 0.9 * float(power[10:].sum()):
        return 0.0
    around = power[at - 2 : at + 3]
    return float((around * np.arange(at - 2, at + 3)).sum() / around.sum() * RATE_HZ / 512)


_HANN = np.hanning(FRAME + 1)[:-1].astype(np.float32)


def features(heard: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Return what the trees are asked with; None when nobody has spoken yet."""
    frames = heard[: len(heard) // FRAME * FRAME].reshape(-1, FRAME)
    level = np.sqrt((frames * frames).mean(axis=1)) + 1.0
    peak, floor = float(np.percentile(level, 95)), float(np.percentile(level, 10))
    if peak < 2 * QUIET_RMS:
        return None
    speaks = _smoothed(level > max(QUIET_RMS, 0.12 * peak, 1.6 * min(floor, peak / 4)))
    if not speaks.any():
        return None
    voice = frames[speaks]
    return np.array(
        [len(frames) * FRAME_S, *_timing(speaks), *_levels(level, speaks, floor, peak), *_pitch(heard, speaks),
         *_timbre(voice)], np.float32)  # fmt: skip


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


def _pitch(heard: NDArray[np.float32], speaks: NDArray[np.bool_]) -> list[float]:
    count = min(len(speaks), (len(heard) - PITCH_WINDOW) // FRAME)
    if count < 1:
        return [0.0] * 6
    windows = np.lib.stride_tricks.sliding_window_view(heard, PITCH_WINDOW)[: count * FRAME : FRAME]
    windows = windows - windows.mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(windows, 1024, axis=1)) ** 2
    like = np.fft.irfft(spectrum, axis=1)[:, : _HIGHEST_LAG + 1]
    like = like[:, _LOWEST_LAG:] / (like[:, :1] + 1e-6)
    best = like.argmax(axis=1)
    voiced = (like.max(axis=1) > 0.45) & speaks[:count]
    if voiced.sum() < 5:
        return [0.0, 0.0, 0.0, 0.0, 0.0, float(voiced.sum() / max(1, speaks.sum()))]
    tone = 12 * np.log2(RATE_HZ / (best[voiced] + _LOWEST_LAG) / 100)
    tail = tone[-8:]
    return [
        float(np.median(tone)), float(np.subtract(*np.percentile(tone, [75, 25]))), float(tone.max() - tone.min()),
        float(tail[-1] - tail[0]), float(np.abs(np.diff(tone)).mean()), float(voiced.sum() / speaks.sum()),
    ]  # fmt: skip


def _timbre(voice: NDArray[np.float32]) -> list[float]:
    power = np.abs(np.fft.rfft(voice * _HANN, axis=1)) ** 2 + 1.0
    hz = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)
    centre = (power * hz).sum(axis=1) / power.sum(axis=1)
    change = np.abs(np.diff(np.log(power), axis=0)).mean() if len(voice) > 1 else 0.0
    return [float(centre.mean()), float(centre.std()), float(change)]
