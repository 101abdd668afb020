"""The life of a recording that somebody asked for."""

import pytest

from cti.domain.take import TAKE_TRANSITIONS, Take, TakeState, TakeStep
from cti.errors import UnexpectedEvent

LIFE = [
    (TakeState.STARTING, TakeStep.BEGAN, TakeState.RUNNING),
    (TakeState.STARTING, TakeStep.NOT_BEGUN, TakeState.OVER),
    (TakeState.RUNNING, TakeStep.STOP_ASKED, TakeState.STOPPING),
    (TakeState.STOPPING, TakeStep.STOPPED, TakeState.OVER),
    (TakeState.STOPPING, TakeStep.NOT_STOPPED, TakeState.RUNNING),
]


@pytest.mark.parametrize("state", TakeState)
@pytest.mark.parametrize("step", TakeStep)
def test_every_step_leads_where_the_table_says_or_nowhere(state: TakeState, step: TakeStep) -> None:
    take = Take("r1", 11, by_supervisor=False, state=state)
    leads_to = {(before, by): after for before, by, after in LIFE}.get((state, step))
    if leads_to is None:
        with pytest.raises(UnexpectedEvent):
            take.take(step)
    else:
        take.take(step)
    assert take.state is (leads_to or state)


def test_the_table_has_every_state_and_what_changes_is_told() -> None:
    assert set(TAKE_TRANSITIONS) == set(TakeState)
    changing = {state for state in TakeState if Take("r1", 11, by_supervisor=True, state=state).is_changing}
    assert changing == {TakeState.STARTING, TakeState.STOPPING}
