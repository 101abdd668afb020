"""When a campaign whose run failed is tried again: soon after the first time, later after each further one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
_PAUSES_GROWING = 10
"""By then the longest is reached; a power of more would be a number of its own."""


@dataclass(frozen=True, slots=True)
class Setback:
    """`failures` in a row, the first at `since`, the last for this `cause`."""

    cause: str
    since: datetime
    failures: int
    again_at: datetime


def setback(before: Setback | None, cause: str, now: datetime) -> Setback:
    """Return what holds after one more failure."""
    failures = 1 if before is None else before.failures + 1
    pause_s = min(FIRST_PAUSE_S * 2 ** min(failures - 1, _PAUSES_GROWING), LONGEST_PAUSE_S)
    return Setback(cause, now if before is None else before.since, failures, now + timedelta(seconds=pause_s))
