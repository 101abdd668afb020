"""Is what lies on the disk the call that was held?"""

from dataclasses import dataclass
from enum import StrEnum

# The recording starts when both legs are in the room and ends with the customer's channel: it may be longer than the
# talk by the goodbye, shorter only by the start of one MixMonitor (below 0.3 s on 22.10.1).
_ALLOWED_GAP_S = 2.0
_ALLOWED_GAP_RATIO = 0.02


class Soundness(StrEnum):
    """What the call log says of a recording."""

    READY = "ready"
    PARTIAL = "partial"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`missing_s` is how much of the talk is not there."""

    soundness: Soundness
    missing_s: float


def judge(recorded_s: float, talked_s: float, *, truncated: bool) -> Verdict:
    """Compare what was recorded with how long was talked; a file cut in mid-sample is at best partial."""
    missing_s = max(0.0, talked_s - recorded_s)
    if recorded_s <= 0:
        return Verdict(Soundness.MISSING, missing_s)
    if truncated or missing_s > max(_ALLOWED_GAP_S, talked_s * _ALLOWED_GAP_RATIO):
        return Verdict(Soundness.PARTIAL, missing_s)
    return Verdict(Soundness.READY, missing_s)
