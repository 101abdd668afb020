"""Which known recording is heard now, and wherever in it: the bits of the last second against all of the library.

Every alignment keeps a running count of the bits that differ, so a step costs one look at each known frame. Two frames
are compared at once (48 bits). Alignments are numbered so that the counts need not move: the library moves below them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialer.listening.sound import BITS, FRAME, FRAME_S, PAUSE_RATIO, QUIET_RMS, STRONG, Print, fingerprint

SHORT, LONG = 50, 76
# So good and it is told at once; less good, and what comes next has to go on in the same place of the same recording.
SHORT_SURE, LONG_SURE = 0.50, 0.42
SHORT_LEAST, LONG_LEAST = 0.42, 0.33
CONFIRM_STEPS, CONFIRM_LEAST = 6, 0.28
MOST_PENDING = 32
MARGIN_LEAST = 0.08
# A clock of 20 ms begins anywhere: the library is kept at two.
PHASES = (0, FRAME // 2)
# Between two recordings, and so that the shortest of them may stand at the end of a window.
_GAP = 24
_FORGET = np.float32(0.995)


@dataclass(frozen=True, slots=True)
class Known:
    """One recording of the library."""

    ref: str
    label: str
    samples: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Match:
    """`score`: 1 is the same bits, 0 is chance. `margin`: before the best recording of any other label.

    `alignment`: where the sound lies over the library, as long as it goes on.
    """

    ref: str
    label: str
    score: float
    margin: float
    window_s: float
    offset_s: float
    alignment: int = 0

    @property
    def is_sure(self) -> bool:
        """Whether the label may be told."""
        return self.margin >= MARGIN_LEAST


def _dice(first: int, count: int) -> NDArray[np.uint64]:
    """Return bits that resemble nothing, the same at each call (Knuth's multiplicative hash, twice)."""
    numbers = np.arange(first, first + count, dtype=np.uint64)
    mixed = (numbers * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    mixed = ((mixed ^ (mixed >> np.uint64(15))) * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    return (mixed ^ (mixed >> np.uint64(13))) & np.uint64((1 << BITS) - 1)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A match that has to be confirmed at a step, by how its alignment goes on."""

    match: Match
    alignment: int
    due: int


class Floor:
    """Which frames carry sound: a pause is told by what was heard before it."""

    def __init__(self) -> None:
        self._loudest = np.float32(0)

    def hears(self, level: float) -> bool:
        """Take the next frame's level."""
        self._loudest = max(self._loudest * _FORGET, np.float32(level))
        return bool(level > QUIET_RMS and level > PAUSE_RATIO * self._loudest)


def heard_words(found: Print, first: int) -> NDArray[np.uint64]:
    """Return the words of a print, with dice where nothing is heard: silence resembles nothing, not even itself."""
    floor = Floor()
    hears = np.array([floor.hears(float(level)) for level in found.levels], bool)
    return np.where(hears, found.words.astype(np.uint64), _dice(first, len(hears)))


class Index:
    """All recordings in one row, those of one label side by side; made once, used by every call."""

    def __init__(self, known: Sequence[Known]) -> None:
        ordered = sorted(known, key=lambda each: each.label)
        self.labels = sorted({each.label for each in ordered})
        words, whose = [_dice(0, _GAP)], [np.zeros(_GAP, np.int32)]
        begins: list[tuple[int, int]] = []
        firsts: list[int] = []
        few = np.uint64((1 << STRONG) - 1)
        masks = [np.full(_GAP, few)]
        at = _GAP
        for number, each in enumerate(ordered):
            if not firsts or ordered[number - 1].label != each.label:
                firsts.append(0 if not firsts else at)
            for phase in PHASES:
                made = fingerprint(each.samples, phase)
                found = heard_words(made, at)
                masks += [made.strong.astype(np.uint64), np.full(_GAP, few)]
                begins.append((at, number))
                words += [found, _dice(at + len(found), _GAP)]
                whose.append(np.full(len(found) + _GAP, len(begins) - 1, np.int32))
                at += len(found) + _GAP
        row = np.concatenate(words)
        pairs = row | (np.roll(row, -1) << np.uint64(BITS))
        self.size = len(row)
        self.known = ordered
        self.firsts = np.array(firsts or [0])
        self._begins = begins
        self._whose = np.concatenate(whose)
        self._pairs = np.concatenate([pairs, pairs])
        mask = np.concatenate(masks)
        mask = mask | (np.roll(mask, -1) << np.uint64(BITS))
        self._masks = np.concatenate([mask, mask])

    def masks_from(self, shift: int) -> NDArray[np.uint64]:
        """Return which bits of those pairs count."""
        return self._masks[shift : shift + self.size]

    def pairs_from(self, shift: int) -> NDArray[np.uint64]:
        """Return all pairs of frames, beginning with that of this place."""
        return self._pairs[shift : shift + self.size]

    def at(self, place: int) -> tuple[Known, float]:
        """Return the recording at a place, and how far into it that is (s)."""
        begin, number = self._begins[self._whose[place]]
        return self.known[number], (place - begin) * FRAME_S


class Matcher:
    """One call's."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._floor = Floor()
        self._step = 0
        self._frames = 0
        self._first = 0
        size = index.size
        self._differing = np.zeros(size, np.uint64)
        self._kept = np.full((LONG // 2, size), STRONG, np.uint8)
        self._short = np.full(size, STRONG * SHORT // 2, np.int16)
        self._long = np.full(size, STRONG * LONG // 2, np.int16)
        self._pending: list[_Candidate] = []

    def feed(self, word: int, level: float) -> Match | None:
        """Take the next frame; return the best match, if there is one, after every second frame."""
        if not self._floor.hears(level):
            word = int(_dice(0x7FFFFFFF + self._frames, 1)[0])
        self._frames += 1
        if self._frames % 2:
            self._first = word
            return None
        if not self._index.known:
            return None
        self._compare(np.uint64(self._first | word << BITS))
        return self._best()

    def _compare(self, pair: np.uint64) -> None:
        shift = 2 * self._step % self._index.size
        np.bitwise_xor(self._index.pairs_from(shift), pair, out=self._differing)
        np.bitwise_and(self._differing, self._index.masks_from(shift), out=self._differing)
        row = self._kept[self._step % (LONG // 2)]
        np.subtract(self._long, row, out=self._long)
        np.subtract(self._short, self._kept[(self._step - SHORT // 2) % (LONG // 2)], out=self._short)
        np.bitwise_count(self._differing, out=row)
        np.add(self._long, row, out=self._long)
        np.add(self._short, row, out=self._short)
        self._step += 1

    def _best(self) -> Match | None:
        found = self._confirmed()
        for counts, window, least, sure in (
            (self._short, SHORT, SHORT_LEAST, SHORT_SURE),
            (self._long, LONG, LONG_LEAST, LONG_SURE),
        ):
            score = 1 - 2 * int(counts.min()) / (STRONG * window)
            if score < least or (found is not None and found.is_sure):
                continue
            alignment = int(counts.argmin())
            if score < sure and not self._is_new(alignment):
                continue
            match = self._look(counts, window)
            if score >= sure:
                found = match
            elif match.is_sure:
                self._pending.append(_Candidate(match, alignment, self._step + CONFIRM_STEPS))
        return found

    def _is_new(self, alignment: int) -> bool:
        return len(self._pending) < MOST_PENDING and all(each.alignment != alignment for each in self._pending)

    def _confirmed(self) -> Match | None:
        """Return the candidate that went on, if one is due that did."""
        due = [each for each in self._pending if each.due <= self._step]
        self._pending = [each for each in self._pending if each.due > self._step]
        for each in due:
            rows = [(self._step - 1 - back) % (LONG // 2) for back in range(CONFIRM_STEPS)]
            differing = int(self._kept[rows, each.alignment].sum())
            if 1 - differing / (CONFIRM_STEPS * STRONG) >= CONFIRM_LEAST:
                return each.match
        return None

    def _look(self, counts: NDArray[np.int16], window: int) -> Match:
        size = self._index.size
        # The window belongs to what most of it lies in.
        middle = (2 * self._step - window // 2) % size
        placed = np.roll(counts, middle)
        scores = 1 - 2 * np.minimum.reduceat(placed, self._index.firsts) / (STRONG * window)
        place = int(placed.argmin())
        known, at_s = self._index.at(place)
        others = np.delete(scores, self._index.labels.index(known.label))
        best = float(scores.max())
        margin = best - float(others.max(initial=0.0))
        return Match(known.ref, known.label, best, margin, window * FRAME_S, at_s, int(counts.argmin()))

    def goes_on(self, match: Match) -> float:
        """Return how well the last second is what follows a match in its recording; chance alone gives about 0."""
        return 1 - 2 * int(self._short[match.alignment]) / (STRONG * SHORT)

    def all_near(self, least: float) -> list[str]:
        """Return every recording that the last second is in with this score: for building a library."""
        if self._frames % 2 or not self._index.known:
            return []
        size = self._index.size
        placed = np.roll(self._short, (2 * self._step - SHORT // 2) % size)
        near = np.flatnonzero(placed <= STRONG * SHORT * (1 - least) / 2)
        return sorted({self._index.at(int(place))[0].ref for place in near})
