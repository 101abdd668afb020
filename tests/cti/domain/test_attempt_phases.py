"""Of calls that no dialer made nothing is told of attempts."""

from dataclasses import replace
from datetime import UTC

from cti.domain.attempt_phases import begin, tell, tell_end, tell_end_away, tell_start_away
from cti.domain.attempt_words import AttemptChanged, AttemptPhase
from cti.domain.board import Board, Turn
from cti.domain.call import Call
from cti.domain.commands import BeginAttempt
from cti.domain.facts import CallStarted
from cti.domain.values import Caller, EndReason
from tests.cti.domain.test_attempts import BEFORE, TERMS
from tests.fakes import START


def turn() -> Turn:
    return Turn(Board(lambda: "id", lambda _: True, UTC), START)


def call(attempted: bool) -> Call:
    made = Call("a1", "leg", "n1", Caller("1"), "4001", START, START)
    made.attempt = TERMS if attempted else None
    return made


def test_an_ordinary_call_has_no_phases() -> None:
    step = turn()
    tell(step, call(False), AttemptPhase.RINGING)
    tell_end(step, call(False), EndReason.BUSY, 17, 486)
    tell_end_away(step, replace(BEFORE, attempt=None), EndReason.LOST_WHILE_AWAY, 0)
    begin(step, call(False))
    tell_start_away(step, replace(BEFORE, attempt=None))
    tell_start_away(step, replace(BEFORE, node="n1"))
    assert (step.facts, step.commands) == ([], [])


def test_an_attempt_tells_each() -> None:
    step = turn()
    tell(step, call(True), AttemptPhase.CONNECTED, 12)
    tell_end(step, call(True), EndReason.BUSY, 17, 486)
    tell_end_away(step, BEFORE, EndReason.LOST_WHILE_AWAY, 19)
    begin(step, call(True))
    assert step.facts == [
        AttemptChanged("a1", 7, AttemptPhase.CONNECTED, 12),
        AttemptChanged("a1", 7, AttemptPhase.ENDED, reason=EndReason.BUSY, cause=17, sip_status=486),
        AttemptChanged("a1", 7, AttemptPhase.ENDED, reason=EndReason.LOST_WHILE_AWAY, cause=19),
    ]
    assert step.commands == [BeginAttempt("a1", 1, "zh")]


def test_of_one_that_the_log_does_not_know_the_call_begins_there() -> None:
    step = turn()
    tell_start_away(step, BEFORE)
    (began,) = step.facts
    assert isinstance(began, CallStarted)
    assert (began.call_id, began.caller, began.direction) == ("a1", BEFORE.caller, BEFORE.direction)
