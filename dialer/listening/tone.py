"""Tones by their frequencies and pauses, as the plans of countries have them; and special information tones by type."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dialer.listening.cadence import Run, TonePlan, cadence_of, near_hz
from dialer.listening.ear import Ear

ENDED_RATIO = 0.45
NEAR_HZ = 70.0
# What is said in the pauses of a tone, far away, is no tone; the level that it is held against fades in some seconds.
SURE_FRAMES = 4
FADES = 0.998
# What came before a run is judged when it has begun, and does not change while it goes on.
LEAST_MS, MOST_MS = 60, 140
# A lost packet, or what is heard in only so many frames.
HOLE_FRAMES = 2
SIT_FRAMES, SIT_MOST_FRAMES, SIT_PAUSE_FRAMES = 9, 24, 6
# Two pieces of one tone of three.
SIT_HOLE_FRAMES = 5


@dataclass(frozen=True, slots=True)
class ToneHeard:
    """`ref` says which: label and country, or the SIT."""

    label: str
    ref: str
    from_frame: int
    until_frame: int


class ToneDetector:
    """One call's."""

    def __init__(self, plans: Sequence[TonePlan]) -> None:
        self._countries = [plan.country for plan in plans for _ in plan.tone]
        self._tones = [tone for plan in plans for tone in plan.tone]
        self._ear = Ear()
        self._frame = 0
        self._loudest = 0.0
        self.runs: list[Run] = [Run(0)]

    def feed(self, frame: NDArray[np.float32]) -> ToneHeard | None:
        """Take the next frame; return a tone when it is certain."""
        first_hz, second_hz = self._ear.feed(frame, ENDED_RATIO * self._loudest)
        self._extend(first_hz, second_hz)
        self._frame += 1
        self._loudest *= FADES
        return self._judge()

    def _extend(self, first_hz: float, second_hz: float) -> None:
        run = self.runs[-1]
        if bool(first_hz) != bool(run.hz) or (run.hz and not _goes_on(run, first_hz, second_hz)):
            self._mend()
            run = self.runs[-1]
            if first_hz or run.hz:
                run = Run(self._frame)
                self.runs.append(run)
                del self.runs[:-8]
        if first_hz and second_hz and run.hz and len(run.pitch_hz) == 1:
            # the other one is noise, which may be the lower
            own_hz = run.pitch_hz[0]
            if abs(second_hz - own_hz) < NEAR_HZ and abs(first_hz - own_hz) >= NEAR_HZ:
                first_hz, second_hz = second_hz, 0.0
        run.frames += 1
        run.rms.append(self._ear.rms)
        if first_hz:
            run.hz.append(first_hz)
            run.second_hz.append(second_hz)
            if run.frames >= SURE_FRAMES:
                self._loudest = max(self._loudest, self._ear.rms)

    def _mend(self) -> None:
        """A hole of one frame in a tone is a lost packet; a tone of one frame is none."""
        runs = self.runs
        last = runs[-1]
        if len(runs) >= 3 and runs[-2].frames <= HOLE_FRAMES and bool(last.hz) == bool(runs[-3].hz):
            before = runs[-3]
            if not last.hz or abs(last.pitch_hz[0] - before.pitch_hz[0]) <= near_hz(before.pitch_hz[0]):
                before.absorb(*runs[-2:])
                del runs[-2:]
                return
        if last.hz and last.frames <= HOLE_FRAMES:
            last.hz, last.second_hz = [], []
            if len(runs) >= 2 and not runs[-2].hz:
                runs[-2].absorb(last)
                del runs[-1]

    def _judge(self) -> ToneHeard | None:
        run = self.runs[-1]
        heard = self._long_enough(run) if run.hz else None
        if heard is not None or not LEAST_MS <= run.ms <= MOST_MS:
            return heard
        return self._sit() or self._by_pauses()

    def _long_enough(self, run: Run) -> ToneHeard | None:
        for number, tone in enumerate(self._tones):
            if tone.enough_ms and run.ms >= tone.enough_ms and run.is_of(tone) and run.is_steady:
                return self._heard(number, run)
        return None

    def _by_pauses(self) -> ToneHeard | None:
        number = cadence_of(self.runs, self._tones)
        return None if number is None else self._heard(number, self.runs[-2])

    def _heard(self, number: int, run: Run) -> ToneHeard:
        label = self._tones[number].label
        return ToneHeard(label, f"{label} {self._countries[number]}", run.begin, self._frame)

    def _sit(self) -> ToneHeard | None:
        """Three tones that rise, each at once after the one before."""
        bursts = _in_turn(self.runs)[-3:]
        if len(bursts) < 3 or bursts[-1].end == self._frame or self._frame - bursts[-1].end > SIT_PAUSE_FRAMES:
            return None
        first, second, third = (each.pitch_hz[-1] for each in bursts)
        near = abs(first - 949) < 60 and abs(second - 1400) < 55 and abs(third - 1777) < 30
        pauses = [after.begin - before.end for before, after in pairwise(bursts)]
        if not near or max(pauses) > SIT_PAUSE_FRAMES or max(each.frames for each in bursts) > SIT_MOST_FRAMES:
            return None
        kind = _SIT[first > 949.5, second > 1399.6]
        if kind == "sit_vc" and bursts[0].frames < 17:
            kind = "sit_ro"  # between long-distance carriers: short, long, long of the frequencies of VC
        return ToneHeard(kind, kind, bursts[0].begin, self._frame)


# Whether the first and the second tone are the higher ones.
_SIT = {(False, False): "sit_ic", (True, False): "sit_vc", (False, True): "sit_ro", (True, True): "sit_nc"}


def _goes_on(run: Run, first_hz: float, second_hz: float) -> bool:
    """By either of two: noise may be the lower one, and where one tone follows another both are there for a moment."""
    return any(abs(each - hz) < NEAR_HZ for hz in run.pitch_hz for each in (first_hz, second_hz) if each)


def _in_turn(runs: Sequence[Run]) -> list[Run]:
    """Return the tones as long as those of a SIT; one that noise or lost packets cut in pieces is one."""
    found: list[Run] = []
    for run in runs:
        if not run.hz:
            continue
        for back in range(min(2, len(found))):
            before = found[-1 - back]
            is_same = abs(before.pitch_hz[-1] - run.pitch_hz[-1]) <= near_hz(before.pitch_hz[-1])
            if is_same and run.begin - before.end <= SIT_HOLE_FRAMES:
                found[len(found) - 1 - back :] = [_spanning(before, run)]
                break
        else:
            found.append(run)
    return [each for each in found if each.frames >= SIT_FRAMES]


def _spanning(first: Run, last: Run) -> Run:
    return Run(first.begin, last.end - first.begin, [*first.hz, *last.hz], [*first.second_hz, *last.second_hz])
