import pytest

from dialer.domain.attempt import ATTEMPT_TRANSITIONS, Attempt, AttemptState, AttemptStep
from dialer.errors import UnexpectedStep

S = AttemptStep


def test_every_state_has_a_row_and_can_be_reached() -> None:
    reached = {AttemptState.PLANNED}
    for _ in AttemptState:
        reached |= {after for state in reached for after in ATTEMPT_TRANSITIONS[state].values()}
    assert reached == set(ATTEMPT_TRANSITIONS) == set(AttemptState)


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        ((S.SENT, S.RANG, S.ANSWERED, S.JOINED_AGENT, S.ENDED), AttemptState.REACHED),
        ((S.SENT, S.ANSWERED, S.ENDED), AttemptState.ABANDONED),
        ((S.SENT, S.RANG, S.ENDED), AttemptState.FAILED),
        ((S.CANCELLED,), AttemptState.CANCELLED),
        ((S.SENT, S.LOST_TRACK, S.ENDED), AttemptState.FAILED),
        ((S.SENT, S.LOST_TRACK, S.JOINED_AGENT, S.ENDED), AttemptState.REACHED),
    ],
)
def test_how_a_dialing_ends(steps: tuple[AttemptStep, ...], end: AttemptState) -> None:
    attempt = Attempt("a1", 1)
    for step in steps:
        assert not attempt.is_over
        attempt.take(step)
    assert attempt.state is end
    assert attempt.is_over


@pytest.mark.parametrize("state", AttemptState)
def test_nothing_is_ever_sent_twice(state: AttemptState) -> None:
    may_send = S.SENT in ATTEMPT_TRANSITIONS[state]
    assert may_send == (state is AttemptState.PLANNED)
    assert AttemptState.PLANNED not in ATTEMPT_TRANSITIONS[state].values()


@pytest.mark.parametrize(
    ("state", "step"),
    [(state, step) for state in AttemptState for step in AttemptStep if step not in ATTEMPT_TRANSITIONS[state]],
)
def test_an_impossible_step_changes_nothing(state: AttemptState, step: AttemptStep) -> None:
    attempt = Attempt("a1", 1, state)
    with pytest.raises(UnexpectedStep):
        attempt.take(step)
    assert attempt.state is state
