import pytest

from cti.domain import measuring
from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.events import LegEnded
from cti.domain.values import UNKNOWN_CALLER
from tests.cti.domain.stage import Stage
from tests.fakes import START


def test_the_pace_of_a_line_is_that_of_those_who_had_to_wait() -> None:
    stage = Stage()
    stage.ready(11)
    pace = stage.floor._board.queues[1].pace
    leg_id = stage.talk("c1")
    assert pace.taken == 0, "taken at once: that says nothing of how the line moves"
    stage.arrive("c2")
    stage.arrive("c3")
    stage.wait(100)
    assert (pace.taken, pace.left) == (0, 0)
    stage.leave("c3")
    assert pace.left == pytest.approx(1)
    stage.tell(LegEnded(leg_id))
    stage.leave("c1")
    stage.done(11, "c1")
    stage.join("c2")
    assert pace.taken == pytest.approx(1)
    # Ann was at work for the 100 s, and somebody waited: two of them
    assert pace.agent_s == pytest.approx(100, rel=0.04)
    assert pace.waiting_s == pytest.approx(200, rel=0.04)
    stage.arrive("c4")
    stage.wait(300)
    assert pace.left == pytest.approx(2, rel=0.2), "who waited as long as the line allows has left it, too"


def test_a_call_that_stands_nowhere_measures_nothing() -> None:
    stage = Stage()
    turn = Turn(stage.floor._board, START)
    call = Call("c1", "leg-c1", "n1", UNKNOWN_CALLER, "4001", START, seen_at=START)
    measuring.answered(turn, call, START)
    measuring.gave_up(turn, call)
    turn.touch_queues([99])
    measuring.look(turn)
    assert [queue.pace.taken + queue.pace.left for queue in stage.floor._board.queues.values()] == [0, 0]
