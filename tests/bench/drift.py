"""How much a measured quantity grows over a run: a straight line through all but the first tenth."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drift:
    """`first` and `last` are the line's ends; `percent` is what it gains on the way, of `first`."""

    first: float
    last: float

    @property
    def percent(self) -> float:
        return 100 * (self.last - self.first) / self.first if self.first else 0.0


def drift(samples: Sequence[tuple[float, float]]) -> Drift:
    """Fit by least squares; samples are (seconds, value), in order, at least two after the first tenth."""
    begin, end = samples[0][0], samples[-1][0]
    kept = [(at, value) for at, value in samples if at >= begin + (end - begin) / 10]
    mean_at = sum(at for at, _ in kept) / len(kept)
    mean = sum(value for _, value in kept) / len(kept)
    spread = sum((at - mean_at) ** 2 for at, _ in kept)
    slope = sum((at - mean_at) * (value - mean) for at, value in kept) / spread
    return Drift(mean + slope * (kept[0][0] - mean_at), mean + slope * (end - mean_at))
