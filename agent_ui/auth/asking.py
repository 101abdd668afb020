"""How often strangers may ask for something: sliding windows by what they come with; pure, told the time."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

TRACKED_MAX = 20_000


@dataclass(slots=True)
class AskLimit:
    """At most `most` in a `window` for each key; what is refused is not counted."""

    most: int
    window: timedelta
    _asked: dict[str, deque[datetime]] = field(default_factory=dict)

    def wait_s(self, key: str, now: datetime) -> int:
        """Take one; 0 is granted, else the seconds until the next will be."""
        times = self._asked.pop(key, None) or deque()
        while times and now - times[0] >= self.window:
            times.popleft()
        granted = len(times) < self.most
        if granted:
            times.append(now)
        # at the end again: who asked longest ago is forgotten first when there are too many
        self._asked[key] = times
        if len(self._asked) > TRACKED_MAX:
            del self._asked[next(iter(self._asked))]
        return 0 if granted else int((times[0] + self.window - now).total_seconds()) + 1
