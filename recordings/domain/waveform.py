"""The picture of a recording: how loud it was, piece by piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

FULL_SCALE = 32768


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
    return tuple(_loudest(samples[a:b]) for a, b in pairwise(bounds))


def _loudest(piece: Sequence[int]) -> float:
    loudest = max(abs(max(piece)), abs(min(piece)))
    return round(loudest / FULL_SCALE, 3)
