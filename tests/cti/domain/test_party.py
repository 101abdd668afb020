"""The table of one who was invited."""

from datetime import timedelta

import pytest

from cti.domain.party import PARTY_TRANSITIONS, Party, PartyState, PartyStep
from cti.errors import UnexpectedEvent
from tests.fakes import START


def party(state: PartyState = PartyState.RINGING) -> Party:
    return Party("p1", "n1", 11, START, number="13800138000", state=state)


@pytest.mark.parametrize("state", PartyState)
@pytest.mark.parametrize("step", PartyStep)
def test_only_what_the_table_lists_can_happen(state: PartyState, step: PartyStep) -> None:
    one = party(state)
    wanted = PARTY_TRANSITIONS[state].get(step)
    assert one.can(step) is (wanted is not None)
    if wanted is None:
        with pytest.raises(UnexpectedEvent):
            one.take(step)
        assert one.state is state
    else:
        one.take(step)
        assert one.state is wanted


def test_who_is_there_answered_and_has_not_left() -> None:
    there = {state for state in PartyState if party(state).is_up}
    assert there == {PartyState.CONSULTED, PartyState.ASIDE, PartyState.IN_ROOM}


def test_everybody_can_leave_and_nobody_comes_back() -> None:
    assert all(PartyStep.LEFT in steps for state, steps in PARTY_TRANSITIONS.items() if state is not PartyState.GONE)
    assert PARTY_TRANSITIONS[PartyState.GONE] == {}
    assert party().answered_at is None
    assert party().invited_at + timedelta(0) == START
