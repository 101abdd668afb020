"""How often a password may be tried, by whom; pure, told the time.

Three counters, so that nobody can lock another out: tries at one account *from one address*, tries from one address
at all, and tries at one account from addresses that never got in (a guess from many machines at once). The owner,
whose address is known, is held up by the first alone.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent_ui.settings import WebSettings

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
        checks: list[tuple[tuple[str, ...], int]] = [(("pair", login, address), self.per_account)]
        if not self.knows(login, address):
            # Behind a proxy or in an office all have one address: one who guesses must not keep the others out
            checks.append((("address", address), self.per_address))
            checks.append((("account", login), self.per_account * DISTRIBUTED_FACTOR))
        return max(self._wait_s(key, limit, now) for key, limit in checks)

    def knows(self, login: str, address: str) -> bool:
        """This person signed in from this address before."""
        return (login, address) in self._known

    def failed(self, login: str, address: str, now: datetime) -> None:
        """Count one wrong password; before it is looked at, or many at once would all be the first."""
        for key in _keys(login, address):
            self._failures.setdefault(key, deque()).append(now)
        if len(self._failures) > TRACKED_MAX:
            self._forget_old(now)

    def withdraw(self, login: str, address: str) -> None:
        """The last one counted was not wrong."""
        for key in _keys(login, address):
            if times := self._failures.get(key):
                times.pop()
            if not times:
                self._failures.pop(key, None)

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
        if len(self._failures) <= TRACKED_MAX:
            return
        # Who floods us with addresses and names must not wash the counter of the attacked account away with it; and a
        # tenth at a time, or each further try would sort them all
        fewest = sorted(self._failures, key=lambda key: (len(self._failures[key]), self._failures[key][-1]))
        for key in fewest[: len(fewest) - TRACKED_MAX * 9 // 10]:
            del self._failures[key]


def _keys(login: str, address: str) -> tuple[tuple[str, ...], ...]:
    return (("pair", login, address), ("address", address), ("account", login))


def limits_of(settings: WebSettings) -> LoginLimits:
    """As they are set."""
    window = timedelta(seconds=settings.login_window_s)
    return LoginLimits(settings.login_tries_per_account, settings.login_tries_per_address, window)
