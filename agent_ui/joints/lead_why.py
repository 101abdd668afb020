"""Why somebody on a list is not called now: by the dialer's rules, the house's, and by lead, list and campaign."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from crm_core.campaigns import CampaignRow
from crm_core.do_not_call import DoNotCall
from crm_core.due_leads import DueLead, DueLeads
from crm_core.lead_lists import LeadLists
from crm_core.leads import LeadRow
from crm_core.registers import Registers
from dialer.asking import CAPS_LOOK_BACK
from dialer.domain.campaign import CampaignState
from dialer.domain.clearance import PutOff
from dialer.domain.showing import UsedUp
from dialer.plan import plan_of
from dialer.ports import Dialable, DialPolicy
from dialer.reasons import Reasons, reasons
from dialer.showing import Showing

CAMPAIGN, LIST_LEFT_OUT, FOR_AGENT, UNKNOWN_POLICY = "campaign", "list_left_out", "for_agent", "unknown_policy"
_LISTED = ("do_not_call", "do_not_call_unless")
_CALLING = (CampaignState.RUNNING, CampaignState.OUT_OF_HOURS, CampaignState.EXHAUSTED)


class LeadWhy:
    """Reads; nothing is changed by asking."""

    def __init__(
        self,
        leads: DueLeads,
        lists: LeadLists,
        do_not_call: DoNotCall,
        registers: Registers,
        policy: DialPolicy,
        showing: Showing,
    ) -> None:
        self._leads = leads
        self._lists = lists
        self._do_not_call = do_not_call
        self._registers = registers
        self._policy = policy
        self._showing = showing

    async def of(self, row: LeadRow, campaign: CampaignRow, now: datetime) -> dict[str, Any]:
        """Say everything that stands in the way, and when it does not any more."""
        lead = await self._leads.one(row.id)
        found = Reasons((), None)
        if lead is not None and row.state == "waiting":
            found = await self._asked(lead, campaign, now)
        else:
            # what it was that ended it; a rule would only say what comes after
            found = Reasons((PutOff(row.why or row.state, "", None, row.last_attempt_at),), None)
        around = await self._around(row, campaign)
        is_held = any(one.until is None for one in around)
        moments = [one.until for one in around if one.until is not None]
        next_at = None if is_held or found.next_at is None else max([found.next_at, *moments])
        return {"at": now, "reasons": [_answer(one) for one in (*around, *found.found)], "next_at": next_at}

    async def _asked(self, lead: DueLead, campaign: CampaignRow, now: datetime) -> Reasons:
        plan = plan_of(campaign, await self._registers.as_of())
        tries = await self._leads.tries(lead, now - CAPS_LOOK_BACK)

        async def shown(number: str, dialable: Dialable) -> str | UsedUp:
            return await self._showing.number_for(campaign.rules, lead, number, dialable, now)

        found = await reasons(lead, tries, plan.law, self._policy, campaign.queue_id, now, shown)
        unknown = tuple(PutOff(UNKNOWN_POLICY, name, None) for name in plan.unknown_policies)
        told = [await self._dated(one, lead) if one.why in _LISTED else one for one in found.found]
        return Reasons((*unknown, *told), None if unknown else found.next_at)

    async def _dated(self, one: PutOff, lead: DueLead) -> PutOff:
        keys = [number.key for number in lead.numbers]
        return replace(one, since=await self._do_not_call.listed_since(keys, lead.customer_id))

    async def _around(self, row: LeadRow, campaign: CampaignRow) -> list[PutOff]:
        state, found = CampaignState(campaign.state), []
        if state not in _CALLING:
            until = campaign.starts_at if state is CampaignState.SCHEDULED else None
            found.append(PutOff(CAMPAIGN, "", until, campaign.changed_at, state.value))
        if (await self._lists.get(row.list_id)).share == 0:
            found.append(PutOff(LIST_LEFT_OUT, "", None))
        if row.for_user_id is not None:
            found.append(PutOff(FOR_AGENT, "", None, None, row.for_user_name or ""))
        return found


def _answer(one: PutOff) -> dict[str, Any]:
    return {"rule": one.why, "policy": one.policy, "since": one.since, "until": one.until, "detail": one.detail}
