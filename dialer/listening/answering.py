"""Who answered: a person or a machine, human first. Timing, pitch and level of the first seconds, weighed by trees.

The trees were trained with scikit-learn on made speech (tests/bench/line_training.py) and are asked here without it. A
machine is said only above thresholds by which all looks together lost one person in a hundred in training.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialer.listening.sound import FRAME, FRAME_S, QUIET_RMS, RATE_HZ
from dialer.listening.voice import Voice
from dialer.listening.words import Label

LOOKS_S = (2.0, 2.5, 3.0, 4.0)
BEEP_LEAST_FRAMES = 6
BEEP_SILENCE_FRAMES = 8
_BEEP_STEADY_HZ = 12.0
# The frame in which it ends is half of it.
_ENDED_RATIO = 0.75


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
        self._voice = Voice()
        self._new: list[NDArray[np.float32]] = []
        self._frames = 0
        self._spoken = 0
        self._look = 0
        self._beep = Beep()

    def feed(self, sound: NDArray[np.float32], level: float) -> Guess | None:
        """Take the next frame; return what can be said after it."""
        if self._look < len(LOOKS_S):
            self._new.append(sound)
        self._frames += 1
        self._spoken += level > QUIET_RMS
        if self._beep.feed(sound, level) and self._spoken > 25:
            return Guess(Label.BEEP, "beep", 1.0, 0.9)
        if self._look < len(LOOKS_S) and self._frames * FRAME_S >= LOOKS_S[self._look]:
            return self._judge()
        return None

    def _judge(self) -> Guess | None:
        look, self._look = self._look, self._look + 1
        self._voice.add(np.concatenate(self._new))
        self._new = []
        found = self._voice.features()
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
