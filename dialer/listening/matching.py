"""Which known recording is heard now, and wherever in it: the bits of the line against all of the library.

Two steps. For every alignment of the line over the library a running evidence grows with bits that are the same and
falls with others (two frames, 48 bits, at once, of four); numbered so that it need not move: the library moves below
it. The few that have some are looked at exactly: from where on they are alike, how well, and what else could it be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialer.listening.sound import BITS, FRAME, FRAME_S, PAUSE_RATIO, QUIET_RMS, STRONG, Print, fingerprint

# A second, in frames: what a recording is asked for when it has to go on.
SECOND = 50
# Of the 32 clear bits of two frames: so many may differ and the evidence stands; chance has 16.
STANDS = 12
_EVIDENCE_MOST = 240
# Worth a look, and how many at once: the same sound lies in every recording that begins with it, and one frame beside.
NOTED, NOTED_MOST = 24, 48
# Every other pair of frames tells where to look.
_LOOKS_EACH = 2
# How long two have been alike, in pairs of frames, and how much of it: the longer, the more noise it stands.
ENOUGH = ((20, 0.60), (25, 0.48), (32, 0.44), (38, 0.39), (50, 0.36), (60, 0.33), (70, 0.31))
# The last quarter of a second and every third of it has to be alike, too: what two recordings share ends.
TAIL_PAIRS, TAIL_LEAST, THIRD_LEAST = 6, 0.28, 0.2
# Of the bits in which two recordings differ the line has so many more of the one than of the other, from where on it is
# alike: what they share, however long, tells nothing.
MARGIN_BITS = 32
_PAIRS_KEPT = 75
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
    """`score`: 1 is the same bits, 0 is chance. `margin`: before any other label, as if all of it lay in one second.

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
        return self.margin >= 2 * MARGIN_BITS / (STRONG * SECOND)


def _dice(first: int, count: int) -> NDArray[np.uint64]:
    """Return bits that resemble nothing, the same at each call (Knuth's multiplicative hash, twice)."""
    numbers = np.arange(first, first + count, dtype=np.uint64)
    mixed = (numbers * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    mixed = ((mixed ^ (mixed >> np.uint64(15))) * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    return (mixed ^ (mixed >> np.uint64(13))) & np.uint64((1 << BITS) - 1)


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
        self._labels_of = np.array([self.labels.index(ordered[number].label) for _, number in begins] or [0], np.int32)
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

    def labels_at(self, places: NDArray[np.intp]) -> NDArray[np.int32]:
        """Return the numbers of the labels that recordings at these places have."""
        return self._labels_of[self._whose[places]]

    def differing(self, places: NDArray[np.intp], pairs: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Return how many clear bits differ between pairs of frames and those at the places, each row by itself."""
        found: NDArray[np.int32] = np.bitwise_count((self._pairs[places] ^ pairs) & self._masks[places]).astype(
            np.int32
        )
        return found

    def behind(
        self, others: NDArray[np.intp], places: NDArray[np.intp], pairs: NDArray[np.uint64]
    ) -> NDArray[np.int32]:
        """Return how many bits more pairs of frames have of the one place than of the others, where these differ."""
        own = self._pairs[places]
        part = (self._pairs[others] ^ own) & (self._masks[others] | self._masks[places])
        against = np.bitwise_count((pairs ^ own) & part)
        found: NDArray[np.int32] = np.bitwise_count(part).sum(axis=1) - 2 * against.sum(axis=1, dtype=np.int32)
        return found


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
        self._row = np.zeros(size, np.uint8)
        self._evidence = np.zeros(size, np.uint8)
        self._most = np.full(size, _EVIDENCE_MOST - STANDS, np.uint8)
        self._kept = np.zeros(_PAIRS_KEPT, np.uint64)
        self._noted = np.zeros(0, np.intp)

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
        pair = np.uint64(self._first | word << BITS)
        self._kept[self._step % _PAIRS_KEPT] = pair
        if self._step % _LOOKS_EACH == 0:
            self._compare(pair)
            self._note()
        self._step += 1
        return self._best()

    def _compare(self, pair: np.uint64) -> None:
        shift = 2 * self._step % self._index.size
        np.bitwise_xor(self._index.pairs_from(shift), pair, out=self._differing)
        np.bitwise_and(self._differing, self._index.masks_from(shift), out=self._differing)
        np.bitwise_count(self._differing, out=self._row)
        # evidence + STANDS - differing, between 0 and what a byte holds
        np.minimum(self._evidence, self._most, out=self._evidence)
        np.add(self._evidence, STANDS, out=self._evidence)
        np.maximum(self._evidence, self._row, out=self._evidence)
        np.subtract(self._evidence, self._row, out=self._evidence)

    def _note(self) -> None:
        noted = np.flatnonzero(self._evidence >= NOTED)
        if len(noted) > NOTED_MOST:
            noted = noted[np.argpartition(self._evidence[noted], -NOTED_MOST)[-NOTED_MOST:]]
        self._noted = noted

    def _placed(self, alignments: NDArray[np.intp], pairs: int) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
        """Return where each of the last pairs of frames lies by each alignment, and these pairs."""
        steps = np.arange(max(0, self._step - pairs), self._step)
        return (alignments[:, None] + 2 * steps) % self._index.size, self._kept[steps % _PAIRS_KEPT]

    def _best(self) -> Match | None:
        if not len(self._noted):
            return None
        places, pairs = self._placed(self._noted, _PAIRS_KEPT)
        differing = self._index.differing(places, pairs)
        grown = np.concatenate([np.zeros((len(places), 1), np.int32), np.cumsum(STANDS - differing, axis=1)], axis=1)
        best = int((grown[:, -1] - grown.min(axis=1)).argmax())
        begin = len(pairs) - int(grown[best, ::-1].argmin())
        alike = differing[best, begin:]
        if not _is_enough(alike):
            return None
        middle = begin + len(alike) // 2
        labels = self._index.labels_at(places[:, middle])
        others = places[labels != labels[best], begin:]
        bits = int(self._index.behind(others, places[best, begin:], pairs[begin:]).min(initial=STRONG * SECOND // 2))
        known, at_s = self._index.at(int(places[best, middle]))
        score, margin = _score(alike), 2 * bits / (STRONG * SECOND)
        return Match(known.ref, known.label, score, margin, 2 * len(alike) * FRAME_S, at_s, int(self._noted[best]))

    def goes_on(self, match: Match) -> float:
        """Return how well the last second is what follows a match in its recording; chance alone gives about 0."""
        return _score(self._index.differing(*self._placed(np.array([match.alignment]), SECOND // 2)))

    def all_near(self, least: float) -> list[str]:
        """Return every recording that the last second is in with this score: for building a library."""
        if self._frames % 2 or self._step < SECOND // 2 or not self._index.known:
            return []
        places, pairs = self._placed(np.flatnonzero(self._evidence >= NOTED), SECOND // 2)
        scores = 1 - self._index.differing(places, pairs).mean(axis=1) / STRONG
        near = places[scores >= least, -SECOND // 4]
        return sorted({self._index.at(int(place))[0].ref for place in near})


def _score(differing: NDArray[np.int32]) -> float:
    return 1 - float(differing.mean()) / STRONG


def _is_enough(alike: NDArray[np.int32]) -> bool:
    """Whether so long a likeness is that of one recording, all of it."""
    if len(alike) < ENOUGH[0][0]:
        return False
    score = _score(alike)
    if not any(len(alike) >= pairs and score >= least for pairs, least in ENOUGH):
        return False
    third = len(alike) // 3
    thirds = (alike[:third], alike[third : 2 * third], alike[2 * third :])
    return _score(alike[-TAIL_PAIRS:]) >= TAIL_LEAST and min(map(_score, thirds)) >= THIRD_LEAST
