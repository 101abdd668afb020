"""What many measurements come to."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds of `count` measurements; percentiles by nearest rank, so each is one that was measured."""

    count: int
    p50: float
    p99: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.p50:.1f} | {self.p99:.1f} | {self.low:.1f} | {self.high:.1f}"


def spread(values_ms: Iterable[float]) -> Spread:
    """Sum up; at least one value."""
    values = sorted(values_ms)
    return Spread(len(values), rank(values, 0.50), rank(values, 0.99), values[0], values[-1])


def rank(values: list[float], share: float) -> float:
    """Nearest rank of sorted values."""
    return values[max(0, -int(-share * len(values) // 1) - 1)]
