"""The time, handed in: services ask a Clock, tests turn it by hand."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time that is always aware and in UTC."""

    def now(self) -> datetime:
        """Return the present."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present of the machine."""
        return datetime.now(UTC)  # noqa: TID251 - the one real clock
