"""Steps of campaigns: what the life cycle of the dialer allows, taken in the CRM."""

from datetime import datetime

from agent_ui.errors import ApiError
from crm_core.audit import SYSTEM, Actor
from crm_core.campaigns import CampaignRow, Campaigns
from crm_core.domain.campaign_rules import GO_ON
from crm_core.errors import CampaignMoved
from dialer.domain.campaign import CAMPAIGN_TRANSITIONS, CampaignState, CampaignStep

# The other steps are taken by what happens.
BY_HAND = (
    CampaignStep.SCHEDULED,
    CampaignStep.UNSCHEDULED,
    CampaignStep.STARTED,
    CampaignStep.PAUSED,
    CampaignStep.FINISHED,
)
_BEGIN = (CampaignStep.SCHEDULED, CampaignStep.STARTED)


def possible_steps(state: str) -> tuple[str, ...]:
    """Give the steps that somebody may take by hand in this state."""
    following = CAMPAIGN_TRANSITIONS[CampaignState(state)]
    return tuple(step.value for step in BY_HAND if step in following)


def refuse_past_end(ends_at: datetime, now: datetime) -> None:
    """At work with such an end, it would be finished with the dialer's next look, and that for good."""
    if ends_at <= now:
        raise ApiError(409, "campaign_end_passed", "Its end has passed; set a later one, or none, in its settings.")


async def take_step(
    campaigns: Campaigns, campaign_id: int, step: CampaignStep, by: Actor, now: datetime
) -> CampaignRow:
    """Take it, or refuse what its state does not allow."""
    row = await campaigns.get(campaign_id)
    if step.value not in possible_steps(row.state):
        raise ApiError(409, "campaign_step", f"The campaign is {row.state}; this step is not possible then.")
    if step is CampaignStep.SCHEDULED and row.starts_at is None:
        raise ApiError(409, "campaign_start_missing", "Say first when the campaign starts.")
    if step is CampaignStep.STARTED and await _goal_is_reached(campaigns, row):
        # it would be paused, or over, with the dialer's next look
        raise ApiError(409, "campaign_goal_reached", "Its goal is reached. Raise it, or let the campaign go on then.")
    if step in _BEGIN and row.ends_at is not None:
        refuse_past_end(row.ends_at, now)
    to = CAMPAIGN_TRANSITIONS[CampaignState(row.state)][step]
    return await campaigns.take_step(campaign_id, row.state, to.value, by, step.value)


async def _goal_is_reached(campaigns: Campaigns, row: CampaignRow) -> bool:
    goal = row.rules.goal
    return goal is not None and row.rules.at_goal != GO_ON and await campaigns.successes(row.id) >= goal


async def leads_added(campaigns: Campaigns, campaign_id: int) -> None:
    """Let one go on that had run out of people; in any other state they just wait their turn."""
    state = (await campaigns.get(campaign_id)).state
    to = CAMPAIGN_TRANSITIONS[CampaignState(state)].get(CampaignStep.LEADS_ADDED)
    if to is None or to.value == state:
        return
    try:
        await campaigns.take_step(campaign_id, state, to.value, SYSTEM, CampaignStep.LEADS_ADDED.value)
    except CampaignMoved:
        # somebody paused or ended it at this moment, and that holds
        return
