from datetime import timedelta
from itertools import product

import pytest

from cti.domain.own_leg import OWN_LEG_TRANSITIONS, OwnLeg, OwnLegState, OwnLegStep
from cti.errors import UnexpectedEvent
from tests.fakes import START


@pytest.mark.parametrize(("state", "step"), list(product(OwnLegState, OwnLegStep)))
def test_only_what_the_table_lists_can_happen(state: OwnLegState, step: OwnLegStep) -> None:
    own = OwnLeg(state=state, since=START)
    leads_to = OWN_LEG_TRANSITIONS[state].get(step)
    assert own.can(step) is (leads_to is not None)
    later = START + timedelta(seconds=1)
    if leads_to is None:
        with pytest.raises(UnexpectedEvent):
            own.take(step, later)
        assert (own.state, own.since) == (state, START)
    else:
        own.take(step, later)
        assert (own.state, own.since) == (leads_to, later)


def test_calls_are_put_on_one_that_is_up_and_on_no_other() -> None:
    assert [state for state in OwnLegState if OwnLeg(state=state).is_up] == [OwnLegState.UP]


@pytest.mark.parametrize("state", list(OwnLegState))
def test_whoever_goes_home_is_rid_of_it_whatever_it_does(state: OwnLegState) -> None:
    assert OWN_LEG_TRANSITIONS[state][OwnLegStep.RELEASED] is OwnLegState.DOWN
