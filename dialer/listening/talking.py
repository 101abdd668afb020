"""When somebody talks, as the trees are asked about it: by marks of frames, whatever the marks are made by.

Noise of other voices is 10 dB below who speaks, and no one threshold parts them on every line: so the same is asked
at several depths below the loudest, and of what has a pitch.
"""

import numpy as np
from numpy.typing import NDArray

from dialer.listening.sound import FRAME_S

DEPTHS_DB = (6.0, 10.0, 15.0)
# Stops inside of words are shorter than this, pauses between two sentences longer.
HOLE_FRAMES = 10
_SMOOTH = np.ones(5) / 5
Marks = NDArray[np.bool_]


def smooth_db(level: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the level over 100 ms around each frame."""
    power = np.convolve(level.astype(np.float64) ** 2, _SMOOTH, "same")
    return np.asarray(10 * np.log10(power + 1.0))


def talk(level: NDArray[np.float32], like: NDArray[np.float32], voiced_least: float) -> list[float]:
    """Return turns at each depth, halfway between the loudest and the quietest, and of what has a pitch."""
    db = smooth_db(level)
    peak, floor = (float(np.percentile(db, each)) for each in (95, 5))
    found = [peak - floor]
    for depth_db in (*DEPTHS_DB, (peak - floor) / 2):
        found += turns(db > peak - depth_db)
    marks = db > peak - DEPTHS_DB[1]
    voiced = np.zeros(len(db), bool)
    voiced[: len(like)] = (like > voiced_least) & (db[: len(like)] > peak - DEPTHS_DB[-1])
    return found + turns(voiced) + _syllables(db, marks)


def turns(marks: Marks) -> list[float]:
    """Return seconds: until the first mark, marked, the number of turns, the longest, the first and the last turn.

    And the longest pause between turns, and what has passed since the last mark.
    """
    on = np.flatnonzero(marks)
    if not len(on):
        return [len(marks) * FRAME_S, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, len(marks) * FRAME_S]
    breaks = np.flatnonzero(np.diff(on) > HOLE_FRAMES)
    begins, ends = on[np.concatenate([[0], breaks + 1])], on[np.concatenate([breaks, [-1]])] + 1
    lasts, pauses = ends - begins, begins[1:] - ends[:-1]
    counted = (
        on[0], len(on), len(lasts) / FRAME_S, lasts.max(), lasts[0], lasts[-1], pauses.max(initial=0),
        len(marks) - ends[-1],
    )  # fmt: skip
    return [float(each) * FRAME_S for each in counted]


def _syllables(db: NDArray[np.float64], marks: Marks) -> list[float]:
    """Return how many there were in all, and since the last pause: tops of the level with 2 dB between them."""
    tops, low, high, rises = [], np.inf, -np.inf, True
    for at in np.flatnonzero(marks):
        now = float(db[at])
        if rises:
            high = max(high, now)
            if now < high - 2.0:
                tops.append(int(at))
                low, rises = now, False
        else:
            low = min(low, now)
            if now > low + 2.0:
                high, rises = now, True
    on = np.flatnonzero(marks)
    breaks = np.flatnonzero(np.diff(on) > HOLE_FRAMES)
    since = on[breaks[-1] + 1] if len(breaks) else 0
    return [float(len(tops)), float(sum(each >= since for each in tops))]
