import pytest

from dialer.domain.campaign import CAMPAIGN_TRANSITIONS, Campaign, CampaignState, CampaignStep
from dialer.errors import UnexpectedStep


def test_every_state_has_a_row_and_can_be_reached() -> None:
    reached = {CampaignState.DRAFT}
    for _ in CampaignState:
        reached |= {after for state in reached for after in CAMPAIGN_TRANSITIONS[state].values()}
    assert reached == set(CAMPAIGN_TRANSITIONS) == set(CampaignState)


def test_a_campaigns_life() -> None:
    campaign = Campaign(1)
    seen = []
    for step in (
        CampaignStep.SCHEDULED,
        CampaignStep.STARTED,
        CampaignStep.PAUSED,
        CampaignStep.STARTED,
        CampaignStep.HOURS_ENDED,
        CampaignStep.HOURS_BEGAN,
        CampaignStep.LEADS_RAN_OUT,
        CampaignStep.LEADS_ADDED,
        CampaignStep.FINISHED,
    ):
        campaign.take(step)
        seen.append((campaign.state.value, campaign.may_dial))
    assert seen == [
        ("scheduled", False),
        ("running", True),
        ("paused", False),
        ("running", True),
        ("out_of_hours", False),
        ("running", True),
        ("exhausted", False),
        ("running", True),
        ("finished", False),
    ]


@pytest.mark.parametrize(
    ("state", "step"),
    [(state, step) for state in CampaignState for step in CampaignStep if step not in CAMPAIGN_TRANSITIONS[state]],
)
def test_an_impossible_step_changes_nothing(state: CampaignState, step: CampaignStep) -> None:
    campaign = Campaign(1, state)
    with pytest.raises(UnexpectedStep) as caught:
        campaign.take(step)
    assert (campaign.state, caught.value.state, caught.value.step) == (state, state, step)
