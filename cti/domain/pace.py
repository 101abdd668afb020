"""How fast a line moves, measured while somebody waits in it, and how long one more caller will wait by that.

What is measured is the flow itself: how many callers agents took for each second that an agent was at work and somebody
waited. So talks, wrap-ups, pauses and the other lines of the same agents are in it as they are. Who gives up moves the
others on as well. The estimate is that of Ibrahim and Whitt for a line that is served and left ("QLm", 2009).
Old measures fade, and only while somebody waits: a quiet hour teaches nothing about the flow.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log

FADES_S = 1_700.0  # of waiting; a measure counts half after some twenty minutes
LEAST_TAKEN = 5.0  # fewer callers taken, faded ones counted in part, are no basis
FORGOTTEN_AFTER = timedelta(hours=4)  # without anybody waiting: another shift


@dataclass(slots=True)
class Pace:
    """Sums over the recent past; `look` closes the stretch since the one before."""

    agent_s: float = 0.0
    waiting_s: float = 0.0
    taken: float = 0.0
    left: float = 0.0
    _at: datetime | None = None
    _waiting: int = 0
    _working: int = 0

    def look(self, now: datetime, waiting: int, working: int) -> None:
        """From now on so many wait, and so many agents of the line are at work."""
        if self._waiting and self._at is not None:
            self._pass((now - self._at).total_seconds())
        elif waiting and self._at is not None and now - self._at > FORGOTTEN_AFTER:
            self.agent_s = self.waiting_s = self.taken = self.left = 0.0
        if waiting or self._waiting:
            self._at = now
        self._waiting, self._working = waiting, working

    def took(self, now: datetime) -> None:
        """An agent answered somebody who had to wait."""
        self.look(now, self._waiting, self._working)
        self.taken += 1.0

    def lost(self, now: datetime) -> None:
        """Somebody left the line without an agent."""
        self.look(now, self._waiting, self._working)
        self.left += 1.0

    def expected_s(self, position: int, working: int) -> float | None:
        """How long the caller at `position` (1 is next) will wait with so many agents; None without a basis."""
        if self.taken < LEAST_TAKEN or working == 0 or self.agent_s == 0:
            return None
        served = self.taken / self.agent_s * working
        leaving = self.left / self.waiting_s
        # One by one: 1/served + 1/(served + leaving) + …; as an integral, for lines may be long.
        if leaving < served * 1e-6:
            return position / served
        behind = log((served + (position - 0.5) * leaving) / (served + 0.5 * leaving)) / leaving
        return 1.0 / served + behind

    def _pass(self, lasted_s: float) -> None:
        kept = exp(-lasted_s / FADES_S)
        # What counts of the stretch itself, its beginning being older than its end.
        counts_s = FADES_S * (1.0 - kept)
        self.agent_s = self.agent_s * kept + counts_s * self._working
        self.waiting_s = self.waiting_s * kept + counts_s * self._waiting
        self.taken *= kept
        self.left *= kept
