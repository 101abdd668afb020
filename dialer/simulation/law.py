"""How long something lasts, as a workload's file says it."""

import math
from dataclasses import dataclass
from enum import StrEnum


class LawKind(StrEnum):
    """The shapes that workloads use."""

    CONSTANT = "constant"
    EXPONENTIAL = "exponential"
    LOGNORMAL = "lognormal"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Law:
    """`middle_s` is the mean of an exponential and a normal law, and the median of a lognormal one."""

    kind: LawKind
    middle_s: float
    spread: float = 0.0
    """Standard deviation in seconds (normal) or of the logarithm (lognormal)."""
    least_s: float = 0.0
    most_s: float = math.inf

    @property
    def mean_s(self) -> float:
        """Return the mean, as if there were no least and most."""
        is_lognormal = self.kind is LawKind.LOGNORMAL
        return self.middle_s * (math.exp(self.spread**2 / 2) if is_lognormal else 1.0)

    def value_s(self, uniform: float, normal: float) -> float:
        """Return the duration that these draws stand for."""
        match self.kind:
            case LawKind.CONSTANT:
                value = self.middle_s
            case LawKind.EXPONENTIAL:
                value = -self.middle_s * math.log1p(-uniform)
            case LawKind.LOGNORMAL:
                value = self.middle_s * math.exp(self.spread * normal)
            case LawKind.NORMAL:
                value = self.middle_s + self.spread * normal
        return min(self.most_s, max(self.least_s, value))
