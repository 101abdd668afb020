"""The table of one supervisor's ear."""

import pytest

from cti.domain.supervision import SUPERVISION_TRANSITIONS, Mode, Supervision, SupervisionState, SupervisionStep
from cti.errors import UnexpectedEvent
from tests.fakes import START


def one_in(state: SupervisionState = SupervisionState.RINGING) -> Supervision:
    return Supervision("s1", 13, 11, "leg", "n1", START, Mode.LISTEN, state)


@pytest.mark.parametrize("state", SupervisionState)
@pytest.mark.parametrize("step", SupervisionStep)
def test_only_what_the_table_lists_can_happen(state: SupervisionState, step: SupervisionStep) -> None:
    one = one_in(state)
    wanted = SUPERVISION_TRANSITIONS[state].get(step)
    assert one.can(step) is (wanted is not None)
    if wanted is None:
        with pytest.raises(UnexpectedEvent):
            one.take(step)
        assert one.state is state
    else:
        one.take(step)
        assert one.state is wanted


def test_every_mode_is_a_step() -> None:
    assert {mode.value for mode in Mode} | {"ended"} == {step.value for step in SupervisionStep}


def test_it_can_end_from_everywhere_and_a_take_over_cannot_be_taken_back() -> None:
    assert all(
        SupervisionStep.ENDED in steps
        for state, steps in SUPERVISION_TRANSITIONS.items()
        if state is not SupervisionState.ENDED
    )
    assert set(SUPERVISION_TRANSITIONS[SupervisionState.TAKING_OVER]) == {SupervisionStep.ENDED}


def test_who_is_there_and_who_is_heard_by_the_customer() -> None:
    there = {state for state in SupervisionState if one_in(state).is_up}
    assert there == set(SupervisionState) - {SupervisionState.RINGING, SupervisionState.ENDED}
    heard = {state for state in SupervisionState if one_in(state).is_in_room}
    assert heard == {SupervisionState.BARGED, SupervisionState.TAKING_OVER}
