"""How often somebody who sees no numbers may ask about whole ones; pure, told the time.

Four hidden digits are ten thousand tries: at thirty in ten minutes, more than anybody types in earnest, they take two
days and nights, and each stands in the audit log.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PROBES_MAX = 30
WINDOW = timedelta(minutes=10)


@dataclass(slots=True)
class ProbeLimit:
    """A sliding window for each person."""

    most: int = PROBES_MAX
    window: timedelta = WINDOW
    _asked: dict[int, deque[datetime]] = field(default_factory=dict)

    def wait_s(self, user_id: int, now: datetime) -> int:
        """Take one question; 0 is granted, else the seconds until the next will be."""
        times = self._asked.setdefault(user_id, deque())
        while times and now - times[0] >= self.window:
            times.popleft()
        if len(times) >= self.most:
            return int((times[0] + self.window - now).total_seconds()) + 1
        times.append(now)
        return 0
