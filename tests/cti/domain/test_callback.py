"""The life of a callback as a table, and whose number is whose."""

import pytest

from cti.domain.callback import CALLBACK_TRANSITIONS, Callback, CallbackState, CallbackStep, is_same_number
from cti.domain.callback_values import CallbackRequest
from cti.domain.values import QueueSettings
from cti.errors import UnexpectedEvent
from tests.fakes import START


def a_callback(state: CallbackState = CallbackState.WAITING) -> Callback:
    return Callback(
        "b1", "13900139000", "01066668888", QueueSettings(1, "Sales"), START, START, START, START, state=state
    )


def test_every_state_has_a_row_and_can_be_reached_and_left() -> None:
    assert set(CALLBACK_TRANSITIONS) == set(CallbackState)
    reached = {CallbackState.WAITING}
    for _ in CallbackState:
        reached |= {after for state in reached for after in CALLBACK_TRANSITIONS[state].values()}
    assert reached == set(CallbackState)
    assert all(
        CallbackStep.ENDED in steps for state, steps in CALLBACK_TRANSITIONS.items() if state is not CallbackState.OVER
    )


def test_the_way_to_the_second_attempt() -> None:
    callback = a_callback()
    steps = (CallbackStep.TURN_CAME, CallbackStep.CHECKED, CallbackStep.CALLED, CallbackStep.PUT_OFF, CallbackStep.DUE)
    seen = []
    for step in steps:
        callback.take(step)
        seen.append((callback.state.value, callback.is_in_line))
    assert seen == [
        ("checking", True),
        ("waiting", True),
        ("calling", False),
        ("paused", False),
        ("waiting", True),
    ]


@pytest.mark.parametrize(
    ("state", "step"),
    [(state, step) for state in CallbackState for step in CallbackStep if step not in CALLBACK_TRANSITIONS[state]],
)
def test_an_impossible_step_raises_and_changes_nothing(state: CallbackState, step: CallbackStep) -> None:
    callback = a_callback(state)
    with pytest.raises(UnexpectedEvent):
        callback.take(step)
    assert callback.state is state


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("13900139000", "+8613900139000", True),
        ("01066668888", "+861066668888", True),
        ("008613900139000", "13900139000", True),
        ("13900139000", "13900139001", False),
        ("10086", "10086", True),
        ("10086", "9510086", False),
        (None, None, False),
        ("", "13900139000", False),
    ],
)
def test_one_number_however_it_is_written(one: str | None, other: str | None, same: bool) -> None:
    assert is_same_number(one, other) is same
    assert is_same_number(other, one) is same


def test_the_number_to_call_and_the_one_they_called_from_are_theirs() -> None:
    callback = a_callback()
    assert callback.is_of("+8613900139000")
    assert callback.is_of("01066668888")
    assert not callback.is_of("13700137000")
    assert callback.waiting_since == START


def test_only_who_asked_elsewhere_has_something_to_say() -> None:
    callback = a_callback()
    assert callback.request is None
    callback.origin, callback.name, callback.wish = "web", "Li", "offer 7"
    assert callback.request == CallbackRequest("web", "Li", "offer 7")
