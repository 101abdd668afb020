"""Which step a campaign takes by itself now: by its times, its policies' hours, and whether anybody is left to call."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialer.domain.campaign import CampaignState, CampaignStep

DOZE = timedelta(minutes=2)
"""A campaign does not go out of hours for less: somebody may soon be called again."""
_AT_WORK = (CampaignState.RUNNING, CampaignState.OUT_OF_HOURS, CampaignState.EXHAUSTED)


@dataclass(frozen=True, slots=True)
class Left:
    """Whom the lists still hold: when the first who waits is due (None: nobody waits), whether somebody is dialed.

    `is_shut`: whoever was due last was put off because of the hour there.
    """

    due_at: datetime | None
    is_dialing: bool
    is_shut: bool = False


def timed_step(
    state: CampaignState, starts_at: datetime | None, ends_at: datetime | None, now: datetime
) -> CampaignStep | None:
    """Return the step that its own times ask for."""
    if ends_at is not None and ends_at <= now and state is not CampaignState.FINISHED:
        return CampaignStep.FINISHED
    is_time = starts_at is None or starts_at <= now
    return CampaignStep.STARTED if state is CampaignState.SCHEDULED and is_time else None


def goal_step(state: CampaignState, at_goal: str, goal: int | None, successes: int) -> CampaignStep | None:
    """Return the step that a reached goal asks for; who paused it has decided already."""
    if goal is None or successes < goal or state not in _AT_WORK:
        return None
    return {"pause": CampaignStep.GOAL_PAUSED, "finish": CampaignStep.GOAL_FINISHED}.get(at_goal)


def step_of_lists(state: CampaignState, left: Left, now: datetime) -> CampaignStep | None:
    """Return the step that its lists ask for."""
    if left.due_at is None:
        is_over = state is CampaignState.RUNNING and not left.is_dialing
        began = CampaignStep.HOURS_BEGAN if state is CampaignState.OUT_OF_HOURS else None
        return CampaignStep.LEADS_RAN_OUT if is_over else began
    if state is CampaignState.RUNNING and left.is_shut and not left.is_dialing and left.due_at > now + DOZE:
        return CampaignStep.HOURS_ENDED
    if state is CampaignState.OUT_OF_HOURS and left.due_at <= now:
        return CampaignStep.HOURS_BEGAN
    return CampaignStep.LEADS_ADDED if state is CampaignState.EXHAUSTED else None
