"""The leads of one campaign that wait in memory for their turn."""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from crm_core.due_leads import DueLead, DueLeads

HOPPER = 40
"""Leads in memory: a second's worth at any pace; who is taken from it is asked for again in the database."""
_KEPT_S = 5.0
_LOOK_AGAIN_S = 1.0


class Hopper:
    """`has_more`: there were more than fit; `nobody_due`: there was nobody when it was filled last."""

    def __init__(self, leads: DueLeads) -> None:
        self.has_more = True
        self.nobody_due = False
        self._leads = leads
        self._waiting: deque[DueLead] = deque()
        self._filled_s = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    async def fill(self, campaign_id: int, order: str, now: datetime) -> None:
        """Look who is due, unless that was done just now."""
        age_s = now.timestamp() - self._filled_s
        if age_s > _KEPT_S or (not self._waiting and (self.has_more or age_s > _LOOK_AGAIN_S)):
            found = await self._leads.next(campaign_id, now, HOPPER, order)
            self._waiting, self._filled_s = deque(found), now.timestamp()
            self.has_more = len(found) >= HOPPER
            self.nobody_due = not found

    def first(self) -> DueLead | None:
        """Look at the next one."""
        return self._waiting[0] if self._waiting else None

    def take(self) -> DueLead | None:
        """Give the next one."""
        return self._waiting.popleft() if self._waiting else None

    def take_out(self, which: Callable[[DueLead], bool]) -> list[int]:
        """Take out all of these; return their ids."""
        found = [one.id for one in self._waiting if which(one)]
        self._waiting = deque(one for one in self._waiting if one.id not in found)
        return found

    def forget(self) -> None:
        """Ask anew with the next look."""
        self._waiting.clear()
        self._filled_s = 0.0
