"""The table of a call that an agent dials."""

from typing import Any

import pytest

from cti.domain.dial import DIAL_TRANSITIONS, RESULTS, Dial, DialState, DialStep, cause_of, result_of
from cti.domain.values import EndReason
from cti.errors import UnexpectedEvent
from tests.fakes import START


def dial(state: DialState = DialState.FETCHING) -> Dial:
    return Dial(11, "n1-a", "n1", "95588", START, state=state)


@pytest.mark.parametrize("state", DialState)
@pytest.mark.parametrize("step", DialStep)
def test_only_what_the_table_lists_can_happen(state: DialState, step: DialStep) -> None:
    one = dial(state)
    wanted = DIAL_TRANSITIONS[state].get(step)
    assert one.can(step) is (wanted is not None)
    if wanted is None:
        with pytest.raises(UnexpectedEvent):
            one.take(step)
        assert one.state is state
    else:
        one.take(step)
        assert one.state is wanted


def test_the_network_has_the_number_until_somebody_answers() -> None:
    assert {state for state in DialState if dial(state).is_out} == {DialState.DIALED, DialState.RINGING}


def test_it_can_end_anywhere_and_begins_nowhere_again() -> None:
    assert all(DialStep.ENDED in steps for state, steps in DIAL_TRANSITIONS.items() if state is not DialState.OVER)
    assert DIAL_TRANSITIONS[DialState.OVER] == {}


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        (1, "no_such_number"),
        (17, "busy"),
        (19, "no_answer"),
        (20, "unreachable"),
        (21, "rejected"),
        (28, "no_such_number"),
        (34, "congestion"),
        (0, "unreachable"),
        (127, "unreachable"),
    ],
)
def test_a_cause_means_something(cause: int, result: str) -> None:
    assert result_of(cause, 480) == result


def test_a_trunk_that_does_not_answer_is_no_telephone_that_is_off() -> None:
    assert result_of(20, 0) == "congestion"
    assert result_of(17, 0) == "busy"


def test_no_cause_means_a_talk() -> None:
    assert not set(RESULTS.values()) & {EndReason.CALLER_HUNG_UP, EndReason.AGENT_HUNG_UP}


def a_dial(state: DialState = DialState.DIALED, **more: Any) -> Dial:
    return Dial(None, "", "n1", "+861", START, state=state, **more)


@pytest.mark.parametrize("cause", [18, 19])
def test_nobody_failed_to_answer_where_it_never_rang(cause: int) -> None:
    assert cause_of(a_dial(), cause, tells_ringing=True) == 102
    assert result_of(102, 0) == "congestion"


@pytest.mark.parametrize(
    "dial",
    [a_dial(DialState.RINGING), a_dial(is_told=True), a_dial(sip_status=480)],
)
def test_of_whom_the_network_told_something_did_not_answer(dial: Dial) -> None:
    assert cause_of(dial, 19, tells_ringing=True) == 19


def test_a_trunk_that_never_tells_of_ringing_may_have_let_it_ring() -> None:
    assert cause_of(a_dial(), 19, tells_ringing=False) == 19
    assert cause_of(a_dial(), 17, tells_ringing=True) == 17
