"""Callbacks of before a restart, of which the switch may still have something."""

from dataclasses import replace

import pytest

from cti.domain.events import LegEnded, LegSnapshot
from tests.cti.domain.callings import RULES, THEIRS, callback_stage, remembered, restarted, state
from tests.cti.domain.stage import agent_leg


@pytest.mark.parametrize(
    "legs",
    [
        (agent_leg("n1-a", "1001", "o0", is_up=True),),
        (agent_leg("n1-a", "1001", "other", is_up=False),),
        (agent_leg("n1-a", "1001", "o0", is_up=False), LegSnapshot(THEIRS, "n1", "o0", None, None, is_up=False)),
    ],
)
def test_who_may_have_been_dialed_is_not_called_at_once(legs: tuple[LegSnapshot, ...]) -> None:
    stage = restarted()
    stage.switch_back(*legs, phones=("1001",))
    stage.tell(LegEnded(THEIRS, 16))
    stage.ready(11)
    assert state(stage) == "paused"


def test_customer_first_the_agent_s_telephone_says_nothing_of_theirs() -> None:
    stage = callback_stage(replace(RULES, agent_first=False))
    stage.floor.restore(stage.now, callbacks_before=[remembered(state="calling", attempts=1, call_id="o0")])
    stage.switch_back(agent_leg("n1-a", "1001", "o0", is_up=False), phones=("1001",))
    assert state(stage) == "paused"
