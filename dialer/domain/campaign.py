"""The life of a campaign, as a table.

Rule 1: every transition is in CAMPAIGN_TRANSITIONS; nothing else assigns `Campaign.state`.
Rule 2: this file dials nobody; the pacing decides how many lines to open, and only for a running campaign.
"""

from dataclasses import dataclass
from enum import StrEnum

from dialer.errors import UnexpectedStep


class CampaignState(StrEnum):
    """What a campaign manager sees."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    OUT_OF_HOURS = "out_of_hours"
    EXHAUSTED = "exhausted"
    FINISHED = "finished"


class CampaignStep(StrEnum):
    """What can happen to a campaign; LEADS_ADDED only matters to one that had run out of them.

    STARTED is by hand or by its timetable; HOURS_ENDED when no lead may be called any more by its policies' hours.
    GOAL_PAUSED or GOAL_FINISHED when it has as many successes as are aimed at, as its rule says.
    """

    SCHEDULED = "scheduled"
    UNSCHEDULED = "unscheduled"
    STARTED = "started"
    PAUSED = "paused"
    HOURS_ENDED = "hours_ended"
    HOURS_BEGAN = "hours_began"
    LEADS_RAN_OUT = "leads_ran_out"
    LEADS_ADDED = "leads_added"
    FINISHED = "finished"
    GOAL_PAUSED = "goal_paused"
    GOAL_FINISHED = "goal_finished"


CAMPAIGN_TRANSITIONS: dict[CampaignState, dict[CampaignStep, CampaignState]] = {
    CampaignState.DRAFT: {
        CampaignStep.SCHEDULED: CampaignState.SCHEDULED,
        CampaignStep.STARTED: CampaignState.RUNNING,
        CampaignStep.LEADS_ADDED: CampaignState.DRAFT,
        CampaignStep.FINISHED: CampaignState.FINISHED,
    },
    CampaignState.SCHEDULED: {
        CampaignStep.UNSCHEDULED: CampaignState.DRAFT,
        CampaignStep.STARTED: CampaignState.RUNNING,
        CampaignStep.LEADS_ADDED: CampaignState.SCHEDULED,
        CampaignStep.FINISHED: CampaignState.FINISHED,
    },
    CampaignState.RUNNING: {
        CampaignStep.PAUSED: CampaignState.PAUSED,
        CampaignStep.HOURS_ENDED: CampaignState.OUT_OF_HOURS,
        CampaignStep.LEADS_RAN_OUT: CampaignState.EXHAUSTED,
        CampaignStep.LEADS_ADDED: CampaignState.RUNNING,
        CampaignStep.FINISHED: CampaignState.FINISHED,
        CampaignStep.GOAL_PAUSED: CampaignState.PAUSED,
        CampaignStep.GOAL_FINISHED: CampaignState.FINISHED,
    },
    CampaignState.PAUSED: {
        CampaignStep.STARTED: CampaignState.RUNNING,
        CampaignStep.LEADS_ADDED: CampaignState.PAUSED,
        CampaignStep.FINISHED: CampaignState.FINISHED,
    },
    CampaignState.OUT_OF_HOURS: {
        CampaignStep.HOURS_BEGAN: CampaignState.RUNNING,
        CampaignStep.PAUSED: CampaignState.PAUSED,
        CampaignStep.LEADS_ADDED: CampaignState.OUT_OF_HOURS,
        CampaignStep.FINISHED: CampaignState.FINISHED,
        CampaignStep.GOAL_PAUSED: CampaignState.PAUSED,
        CampaignStep.GOAL_FINISHED: CampaignState.FINISHED,
    },
    CampaignState.EXHAUSTED: {
        CampaignStep.PAUSED: CampaignState.PAUSED,
        CampaignStep.LEADS_ADDED: CampaignState.RUNNING,
        CampaignStep.FINISHED: CampaignState.FINISHED,
        CampaignStep.GOAL_PAUSED: CampaignState.PAUSED,
        CampaignStep.GOAL_FINISHED: CampaignState.FINISHED,
    },
    CampaignState.FINISHED: {},
}


@dataclass(slots=True)
class Campaign:
    """A job: numbers to reach, and how."""

    campaign_id: int
    state: CampaignState = CampaignState.DRAFT

    def take(self, step: CampaignStep) -> None:
        """Move to the state that `step` leads to; an impossible one raises and changes nothing."""
        try:
            self.state = CAMPAIGN_TRANSITIONS[self.state][step]
        except KeyError:
            raise UnexpectedStep(self.state, step) from None

    @property
    def may_dial(self) -> bool:
        """New attempts are made only while it runs; those in flight are always finished."""
        return self.state is CampaignState.RUNNING
