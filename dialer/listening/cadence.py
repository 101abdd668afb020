"""Bursts and pauses, and which tone of a country's plan has these."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

FRAME_MS = 20
TOLERANCE_HZ = 12.0
# Exchanges are digital and exact; the notes of music next to 400, 425 and 450 Hz are 2 % away.
TOLERANCE_RATIO = 0.017
# A tone has a steady frequency, a voice has not; a codec of mobile phones shakes a high tone by its own.
STEADY_HZ, STEADY_RATIO = 9.0, 0.009
# The window in which a tone is seen reaches over both of its ends.
EDGES_MS = 25
# A burst that was sounding when listening began is known to be no shorter.
CUT_FRAMES, CUT_LEAST_MS = 1, 100
# A single burst of a second is enough: busy and congestion have shorter ones.
LONG_BURST_MS = 850
# Another label that fits nearly as well: what comes next has to part them.
RIVAL_MS = 80
# The same tone comes back as loud, and between its bursts the line is quieter: notes of a melody neither.
ALIKE_RATIO, PAUSE_RATIO = 1.6, 0.6
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


@dataclass(slots=True)
class Run:
    """Frames of one tone (`hz` not empty), or without one; `rms` of each."""

    begin: int
    frames: int = 0
    hz: list[float] = field(default_factory=list)
    second_hz: list[float] = field(default_factory=list)
    rms: list[float] = field(default_factory=list)
    _pitch: tuple[int, tuple[float, ...]] = (0, ())

    @property
    def ms(self) -> int:
        """How long it was seen."""
        return self.frames * FRAME_MS

    @property
    def end(self) -> int:
        """The frame after it."""
        return self.begin + self.frames

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
        """Whether it is a tone and no voice; a phase that turns and a lost packet shake only a few of its frames."""
        inner = self.hz[1:-1] or self.hz
        middle = median(inner)
        shaken = 1.48 * median(abs(each - middle) for each in inner)
        return len(self.pitch_hz) == 2 or shaken < max(STEADY_HZ, STEADY_RATIO * middle)

    def absorb(self, *others: "Run") -> None:
        """Take what follows as its own."""
        for each in others:
            self.frames += each.frames
            self.hz += each.hz
            self.second_hz += each.second_hz
            self.rms += each.rms

    def is_of(self, tone: Tone) -> bool:
        """Whether these are its frequencies."""
        pitch = self.pitch_hz
        return len(pitch) == len(tone.freqs_hz) and all(
            abs(a - b) <= min(near_hz(b), TOLERANCE_RATIO * b) for a, b in zip(pitch, tone.freqs_hz, strict=True)
        )


def near_hz(hz: float) -> float:
    """Return how far two pieces of one tone may be apart."""
    return TOLERANCE_HZ + 0.006 * hz


def cadence_of(runs: Sequence[Run], tones: Sequence[Tone]) -> int | None:
    """Return which tone has the last whole burst with a whole pause beside it; two may need one more to be told apart.

    The last run has only begun. A single long burst is enough.
    """
    for count in (2, 3):
        fits = sorted((_misfit_ms(runs, tone, count), number) for number, tone in enumerate(tones))
        near = [number for misfit_ms, number in fits if misfit_ms < min(NEVER_MS, fits[0][0] + RIVAL_MS)]
        if not near:
            return None
        if len({tones[number].label for number in near}) == 1:
            return near[0]
    return None


def _misfit_ms(runs: Sequence[Run], tone: Tone, count: int) -> float:
    """Return how far the last `count` whole bursts and pauses are from the tone's; NEVER_MS: it is not that one."""
    last = runs[-1]
    if not last.hz and len(tone.on_ms) == 1 and tone.on_ms[0] >= LONG_BURST_MS:
        burst = runs[-2] if len(runs) > 1 else last
        is_one = bool(burst.hz) and burst.is_of(tone) and burst.is_steady and last.ms >= 100
        return _off_by_ms(burst, tone.on_ms[0], is_whole=True) if is_one else NEVER_MS
    whole = runs[-1 - count : -1]
    if len(whole) < count or not _are_bursts_of(runs, count, tone):
        return NEVER_MS
    cycle_ms = [ms for pair in zip(tone.on_ms, tone.off_ms, strict=True) for ms in pair]
    return min(
        sum(_off_by_ms(run, cycle_ms[(begin + at) % len(cycle_ms)]) for at, run in enumerate(whole))
        for begin in range(0 if whole[0].hz else 1, len(cycle_ms), 2)
    )


def _are_bursts_of(runs: Sequence[Run], count: int, tone: Tone) -> bool:
    """Whether all of them come and go in turn, as loud and as high as each other, with quiet between them."""
    among = runs[-1 - count :]
    if not among[0].hz:  # a pause is whole only between two bursts
        among = runs[-2 - count :]
    if not among[0].hz or any(bool(a.hz) == bool(b.hz) for a, b in pairwise(among)):
        return False
    bursts, pauses = among[::2], among[1::2]
    if not all(each.is_of(tone) and each.is_steady for each in bursts):
        return False
    loud = [max(each.rms) for each in bursts]
    return max(loud) <= ALIKE_RATIO * min(loud) and all(
        median(each.rms) <= PAUSE_RATIO * max(loud) for each in pauses[: len(bursts) - 1]
    )


def _off_by_ms(run: Run, wanted_ms: int, *, is_whole: bool = False) -> float:
    over_ms = run.ms + (-EDGES_MS if run.hz else EDGES_MS) - wanted_ms
    is_cut = run.hz and run.begin <= CUT_FRAMES and run.ms >= CUT_LEAST_MS
    if is_cut and not is_whole and over_ms < 0:
        return 0.0
    return abs(over_ms) if abs(over_ms) <= max(50, 0.12 * wanted_ms) else NEVER_MS
