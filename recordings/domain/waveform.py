"""The picture of a recording: how loud it was, piece by piece."""

import audioop
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

FULL_SCALE = 32768
_SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True)
class Waveform:
    """`channels` holds one list a side (customer, agent) of peaks from 0 to 1, evenly spaced over `duration_s`."""

    duration_s: float
    channels: tuple[tuple[float, ...], ...]


def peaks(samples: Sequence[int], pieces: int) -> tuple[float, ...]:
    """Return the loudest absolute sample of each of at most `pieces` equal pieces, as a part of full scale."""
    if not samples or pieces < 1:
        return ()
    length = len(samples)
    pieces = min(pieces, length)
    bounds = [length * i // pieces for i in range(pieces + 1)]
    sound = memoryview(samples if isinstance(samples, array) else array("h", samples))
    return tuple(round(audioop.max(sound[a:b], _SAMPLE_BYTES) / FULL_SCALE, 3) for a, b in pairwise(bounds))
