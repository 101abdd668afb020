"""How often a password may be tried, by whom; pure, told the time.

Three counters, so that nobody can lock another out: tries at one account *from one address*, tries from one address
at all, and tries at one account from addresses that never got in (a guess from many machines at once). The owner,
whose address is known, is not counted by the third.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

DISTRIBUTED_FACTOR = 10
TRACKED_MAX = 20_000


@dataclass(slots=True)
class LoginLimits:
    """Sliding windows over failures; a success clears the account's own counter at that address."""

    per_account: int
    per_address: int
    window: timedelta
    _failures: dict[tuple[str, ...], deque[datetime]] = field(default_factory=dict)
    _known: dict[tuple[str, str], None] = field(default_factory=dict)

    def wait_s(self, login: str, address: str, now: datetime) -> int:
        """Seconds until the next try may be made; 0 is now."""
        checks = [(("pair", login, address), self.per_account), (("address", address), self.per_address)]
        if (login, address) not in self._known:
            checks.append((("account", login), self.per_account * DISTRIBUTED_FACTOR))
        return max(self._wait_s(key, limit, now) for key, limit in checks)

    def failed(self, login: str, address: str, now: datetime) -> None:
        """Count one wrong password."""
        for key in (("pair", login, address), ("address", address), ("account", login)):
            self._failures.setdefault(key, deque()).append(now)
        if len(self._failures) > TRACKED_MAX:
            self._forget_old(now)

    def succeeded(self, login: str, address: str) -> None:
        """The owner is at this address."""
        self._failures.pop(("pair", login, address), None)
        self._known.pop((login, address), None)
        self._known[login, address] = None
        if len(self._known) > TRACKED_MAX:
            del self._known[next(iter(self._known))]

    def _wait_s(self, key: tuple[str, ...], limit: int, now: datetime) -> int:
        times = self._failures.get(key)
        if times is None:
            return 0
        while times and now - times[0] >= self.window:
            times.popleft()
        if len(times) < limit:
            return 0
        return int((times[len(times) - limit] + self.window - now).total_seconds()) + 1

    def _forget_old(self, now: datetime) -> None:
        for key in [key for key, times in self._failures.items() if now - times[-1] >= self.window]:
            del self._failures[key]
        while len(self._failures) > TRACKED_MAX:
            del self._failures[next(iter(self._failures))]
