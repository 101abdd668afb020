"""The time, handed in: services ask a Clock, tests turn it by hand."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

SLEW_RATIO = 0.1


class Clock(Protocol):
    """Wall time that is always aware and in UTC."""

    def now(self) -> datetime:
        """Return the present."""


def wall_time() -> datetime:
    """Return what the machine's calendar says."""
    return datetime.now(UTC)  # noqa: TID251 - the one real clock


class SystemClock:
    """The machine's time without its jumps.

    A wall clock that is set (NTP at boot, an administrator) would let every ring time out at once, or never. So this
    one runs at the pace of the monotonic clock and nears the wall clock by at most a tenth of the time that passes.
    """

    def __init__(
        self, wall: Callable[[], datetime] = wall_time, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._monotonic_s = monotonic_s
        self._at = wall()
        self._read_at_s = monotonic_s()

    def now(self) -> datetime:
        """Return the present; never earlier than what was returned before."""
        read_at_s = self._monotonic_s()
        passed_s = read_at_s - self._read_at_s
        self._read_at_s = read_at_s
        off_s = (self._wall() - self._at).total_seconds() - passed_s
        limit_s = passed_s * SLEW_RATIO
        self._at += timedelta(seconds=passed_s + max(-limit_s, min(limit_s, off_s)))
        return self._at
