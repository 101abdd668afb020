"""An agent dials a lead themselves: by the same checks, rows and ends as everything that the dialer dials.

Their own phone is called first, so that whoever answers has them on the line from the first word.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from crm_core.attempts import Attempts
from crm_core.due_leads import DueLead, DueLeads
from cti.domain.values import AgentState
from cti.domain.wishes import AgentDialed
from cti.errors import Refused
from dialer.checking import Checking, Cleared, Out, Waits, planned
from dialer.plan import CampaignPlan
from dialer.ports import DialPolicy, Floor
from dialer.showing import Showing

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ordered:
    """It is dialed, by this call."""

    call_id: str


Sent = Callable[[str], Callable[[], object]]
ByHandAnswer = Ordered | Waits | Out | None
"""None: somebody else has the lead by now."""


class ByHand:
    """Asked by pages, or by a campaign whose rule dials; whoever may not be called now is set aside by what says so."""

    def __init__(
        self,
        leads: DueLeads,
        attempts: Attempts,
        policy: DialPolicy,
        floor: Floor,
        now: Callable[[], datetime],
        showing: Showing,
    ) -> None:
        self._leads = leads
        self._attempts = attempts
        self._reservations = attempts.reservations
        self._checking = Checking(leads, policy, showing)
        self._shown = showing.calls
        self._floor = floor
        self._now = now
        self._unsure: dict[str, int] = {}

    async def dial(
        self,
        plan: CampaignPlan,
        lead_id: int,
        agent_id: int,
        *,
        reserved: bool,
        sent: Sent | None = None,
    ) -> ByHandAnswer:
        """Check once more and dial; Refused: nothing is dialed.

        `sent` is told the call's id just before; what it gives back is called if it was not dialed after all.
        """
        self.make_sure_of_phone(agent_id)
        # as they are now: much may have changed while somebody looked at them
        lead = await self._leads.one(lead_id)
        if lead is None:
            return None
        checked = await self._checking.check(plan, lead, self._now())
        if not isinstance(checked, Cleared):
            await self._set_aside(lead, agent_id, checked, reserved=reserved)
            return checked
        order = AgentDialed(
            agent_id,
            str(uuid.uuid4()),
            checked.dialable.number,
            checked.shown_as,
            withheld=checked.withheld,
            attempt=replace(plan.terms(lead.language), agent_id=agent_id),
            ring_s=plan.ring_s,
            customer_id=lead.customer_id,
            customer_name=lead.customer_name,
            called_name=lead.name,
        )
        return await self._plan(plan, lead, checked, order, reserved=reserved, sent=sent)

    def make_sure_of_phone(self, agent_id: int) -> None:
        """Raise Refused while their own phone is away, as in the moment of a reload: before anything is written."""
        agent = self._floor.agent(agent_id)
        if agent is not None and agent.state is not AgentState.SIGNED_OUT and not agent.can_take:
            raise Refused("phone_unreachable")

    async def _plan(
        self,
        plan: CampaignPlan,
        lead: DueLead,
        cleared: Cleared,
        order: AgentDialed,
        *,
        reserved: bool,
        sent: Sent | None,
    ) -> ByHandAnswer:
        now, terms, call_id = self._now(), order.attempt, order.call_id
        assert terms is not None  # noqa: S101 - `dial` gave it some
        written = planned(plan, lead, cleared, call_id, terms, now, order.agent_id if reserved else None)
        self._shown.add(cleared.shown_as, now)
        try:
            if not await self._attempts.plan(written, now):
                self._shown.take_back(cleared.shown_as, now)
                return None
        except BaseException:
            # a database that breaks off may have written it, or not
            self._unsure[call_id] = lead.id
            raise
        forget = None if sent is None else sent(call_id)
        try:
            # whatever breaks but a refusal may have dialed, and is never taken back
            self._floor.order(order)
        except Refused as refused:
            if forget is not None:
                forget()
            self._shown.take_back(cleared.shown_as, now)
            await self._attempts.take_back(call_id, lead.id, now, refused.code)
            raise
        return Ordered(call_id)

    async def _set_aside(self, lead: DueLead, agent_id: int, found: Waits | Out, *, reserved: bool) -> None:
        if isinstance(found, Waits) and reserved:
            await self._reservations.give_back(lead.id, agent_id, found.until, found.why)
        elif isinstance(found, Waits):
            await self._leads.put_off([lead.id], found.until, found.why)
        elif reserved:
            await self._reservations.end(lead.id, agent_id, found.state, found.why)
        else:
            await self._leads.end(lead.id, found.state, found.why)

    async def take_back_unsure(self) -> None:
        """Those whose writing came to nothing that anybody knows of were not dialed: their leads wait again."""
        for call_id, lead_id in list(self._unsure.items()):
            await self._attempts.take_back(call_id, lead_id, self._now(), "database_unavailable")
            self._unsure.pop(call_id, None)
