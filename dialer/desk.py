"""What a campaign asks of one agent: whom they look at, why they look at nobody, and what their presses do."""

from dataclasses import dataclass

from crm_core.audit import Actor
from crm_core.campaigns import CampaignRow, Campaigns
from crm_core.due_leads import DueLeads
from cti.domain.attempt_words import Attending
from cti.domain.values import AgentState
from dialer.by_hand import ByHandAnswer
from dialer.domain.campaign import CampaignState
from dialer.domain.skipping import SkipReason
from dialer.plan import plan_of
from dialer.preview import Card
from dialer.service import Dialer

# People are called by hand also when nobody is left for the dialer, and whether it is the hour is asked for each.
_BY_HAND = (CampaignState.RUNNING, CampaignState.EXHAUSTED, CampaignState.OUT_OF_HOURS)
_NOBODY_DUE = "nobody_due"
_LOOKING = "looking"
_NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class NotAtWork:
    """The campaign calls nobody now."""

    state: str


@dataclass(frozen=True, slots=True)
class Desk:
    """`why` says why there is no card, as a code; "" with one."""

    campaign: CampaignRow
    card: Card | None
    why: str


class AgentDesk:
    """Stands before the dialer, for pages."""

    def __init__(self, dialer: Dialer, campaigns: Campaigns, leads: DueLeads) -> None:
        self._dialer = dialer
        self._campaigns = campaigns
        self._leads = leads

    def of(self, agent_id: int) -> Desk | None:
        """What they look at; None: nothing asks them to."""
        found = self._dialer.card_of(agent_id)
        if found is not None:
            return Desk(found[0].plan.campaign, found[1], "")
        agent = self._dialer.floor.agent(agent_id)
        if agent is None or agent.state is AgentState.SIGNED_OUT:
            return None
        theirs = [one for one in self._dialer.previews if one.queue_id in agent.queue_ids]
        theirs.sort(key=lambda one: (one.state != CampaignState.RUNNING, one.id))
        if not theirs:
            return None
        campaign = theirs[0]
        if campaign.state != CampaignState.RUNNING:
            return Desk(campaign, None, campaign.state)
        if agent.state is not AgentState.READY:
            return Desk(campaign, None, _NOT_READY)
        return Desk(campaign, None, self._why_nobody(agent, campaign.id))

    def _why_nobody(self, agent: Attending, campaign_id: int) -> str:
        run = self._dialer.runs.get(campaign_id)
        if run is not None and run.hopper.nobody_due:
            return _NOBODY_DUE
        return self._dialer.why_uncounted(agent, campaign_id) or _LOOKING

    async def dial(self, agent_id: int, lead_id: int) -> ByHandAnswer | NotAtWork:
        """Call whom they look at, or one of their own people; None: it is neither. Raises Refused."""
        found = self._dialer.card_of(agent_id)
        if found is not None and found[1].lead.id == lead_id:
            return await found[0].dial_card(agent_id, lead_id)
        lead = await self._leads.one(lead_id)
        if lead is None or lead.for_user_id != agent_id:
            return None
        plan = plan_of(await self._campaigns.get(lead.campaign_id), await self._dialer.registers_as_of())
        if plan.campaign.state not in _BY_HAND or plan.unknown_policies:
            return NotAtWork(plan.campaign.state)
        run = self._dialer.runs.get(lead.campaign_id)
        sent = None if run is None else run.lines.follow_by_hand
        return await self._dialer.by_hand.dial(plan, lead_id, agent_id, reserved=False, sent=sent)

    async def skip(self, lead_id: int, reason: SkipReason, note: str, by: Actor) -> bool:
        """Do not call whom they look at; False: they look at somebody else by now."""
        found = self._dialer.card_of(by.user_id or 0)
        return found is not None and await found[0].skip_card(lead_id, reason, note, by)
