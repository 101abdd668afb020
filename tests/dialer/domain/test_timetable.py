from datetime import UTC, datetime, timedelta

import pytest

from dialer.domain.campaign import CampaignState, CampaignStep
from dialer.domain.timetable import DOZE, Left, goal_step, step_of_lists, timed_step

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
S, T = CampaignState, CampaignStep


@pytest.mark.parametrize(
    ("state", "starts_at", "ends_at", "step"),
    [
        (S.SCHEDULED, None, None, T.STARTED),
        (S.SCHEDULED, NOW, None, T.STARTED),
        (S.SCHEDULED, LATER, None, None),
        (S.RUNNING, BEFORE, LATER, None),
        (S.RUNNING, BEFORE, NOW, T.FINISHED),
        (S.EXHAUSTED, None, BEFORE, T.FINISHED),
        (S.FINISHED, None, BEFORE, None),
    ],
)
def test_its_own_times(
    state: CampaignState, starts_at: datetime | None, ends_at: datetime | None, step: CampaignStep | None
) -> None:
    assert timed_step(state, starts_at, ends_at, NOW) is step


@pytest.mark.parametrize(
    ("state", "left", "step"),
    [
        (S.RUNNING, Left(None, is_dialing=False), T.LEADS_RAN_OUT),
        (S.RUNNING, Left(None, is_dialing=True), None),
        (S.RUNNING, Left(LATER, is_dialing=False), None),
        (S.RUNNING, Left(LATER, is_dialing=False, is_shut=True), T.HOURS_ENDED),
        (S.RUNNING, Left(LATER, is_dialing=True, is_shut=True), None),
        (S.RUNNING, Left(NOW + DOZE, is_dialing=False, is_shut=True), None),
        (S.OUT_OF_HOURS, Left(LATER, is_dialing=False), None),
        (S.OUT_OF_HOURS, Left(NOW, is_dialing=False), T.HOURS_BEGAN),
        (S.OUT_OF_HOURS, Left(None, is_dialing=False), T.HOURS_BEGAN),
        (S.EXHAUSTED, Left(LATER, is_dialing=False), T.LEADS_ADDED),
        (S.EXHAUSTED, Left(None, is_dialing=False), None),
    ],
)
def test_what_its_lists_ask_for(state: CampaignState, left: Left, step: CampaignStep | None) -> None:
    assert step_of_lists(state, left, NOW) is step


@pytest.mark.parametrize(
    ("state", "at_goal", "goal", "successes", "step"),
    [
        (S.RUNNING, "pause", 3, 3, T.GOAL_PAUSED),
        (S.RUNNING, "finish", 3, 4, T.GOAL_FINISHED),
        (S.RUNNING, "finish", 3, 2, None),
        (S.RUNNING, "go_on", 3, 3, None),
        (S.RUNNING, "finish", None, 3, None),
        (S.OUT_OF_HOURS, "finish", 3, 3, T.GOAL_FINISHED),
        (S.EXHAUSTED, "pause", 3, 3, T.GOAL_PAUSED),
        (S.PAUSED, "finish", 3, 3, None),
        (S.SCHEDULED, "finish", 3, 3, None),
    ],
)
def test_what_a_reached_goal_asks_for(
    state: CampaignState, at_goal: str, goal: int | None, successes: int, step: CampaignStep | None
) -> None:
    assert goal_step(state, at_goal, goal, successes) is step
