"""Attempts on their way from a lead to the floor: written first, then ordered; taken back where nobody was dialed."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from crm_core.attempts import Attempts
from crm_core.due_leads import DueLead
from cti.domain.attempt_words import AttemptOrdered
from cti.errors import Refused
from dialer.campaign_lines import CampaignLines
from dialer.checking import Cleared, planned
from dialer.ears import Ears
from dialer.plan import CampaignPlan
from dialer.ports import Floor
from dialer.showing import ShownCalls

_log = logging.getLogger(__name__)
REFUSED_AGAIN = timedelta(seconds=30)


class AttemptOrders:
    """Of one campaign, whose `lines` follow what is ordered."""

    def __init__(
        self,
        attempts: Attempts,
        floor: Floor,
        lines: CampaignLines,
        now: Callable[[], datetime],
        shown: ShownCalls,
        ears: Ears | None,
    ) -> None:
        self._attempts = attempts
        self._floor = floor
        self._lines = lines
        self._now = now
        self._shown = shown
        self._ears = ears
        self._unsure: dict[str, int] = {}

    async def place(self, plan: CampaignPlan, lead: DueLead, cleared: Cleared) -> str | None:
        """Write it down and dial; return the attempt's id, None: nobody was dialed."""
        now = self._now()
        order = AttemptOrdered(
            str(uuid.uuid4()),
            plan.terms(lead.language, 0 if self._ears is None else self._ears.port),
            cleared.dialable.number,
            plan.ring_s,
            cleared.shown_as,
            withheld=cleared.withheld,
            customer_id=lead.customer_id,
            customer_name=lead.customer_name,
            called_name=lead.name,
            preferred_agent_id=lead.owner_id,
        )
        written = planned(plan, lead, cleared, order.call_id, order.terms, now)
        # a database that breaks off may have written it, or not
        self._unsure[order.call_id] = lead.id
        self._shown.add(cleared.shown_as, now)
        is_placed = await self._attempts.plan(written, now) and await self._order(plan, order, lead)
        del self._unsure[order.call_id]
        if not is_placed:
            self._shown.take_back(cleared.shown_as, now)
        return order.call_id if is_placed else None

    async def _order(self, plan: CampaignPlan, order: AttemptOrdered, lead: DueLead) -> bool:
        if self._ears is not None:
            self._ears.expect(order.call_id, plan.machines, self._lines.tell)
        # before the order: whatever breaks but a refusal may have dialed, and is never taken back
        self._lines.open(order.call_id)
        try:
            self._floor.order(order)
        except Refused as refused:
            self._lines.close(order.call_id)
            _log.info("The floor dials nothing now", extra={"attempt_id": order.call_id, "why": refused.code})
            if self._ears is not None:
                self._ears.end(order.call_id)
            await self._attempts.take_back(order.call_id, lead.id, self._now() + REFUSED_AGAIN, refused.code)
            return False
        return True

    async def take_back_unsure(self) -> None:
        """Those whose writing came to nothing that anybody knows of were not dialed: their leads wait again."""
        for attempt_id, lead_id in list(self._unsure.items()):
            if attempt_id not in self._lines:
                await self._attempts.take_back(attempt_id, lead_id, self._now() + REFUSED_AGAIN, "database_unavailable")
            del self._unsure[attempt_id]
