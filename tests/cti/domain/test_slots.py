"""Short numbers for parked callers."""

from cti.domain.board import Turn
from cti.domain.facts import ParkingEnded
from cti.domain.slots import end_parking, free_slot
from cti.domain.wishes import AgentParked
from tests.cti.domain.conference import talking


def test_the_smallest_that_is_free() -> None:
    stage = talking(12)
    board = stage.floor._board
    assert free_slot(board) == 1
    stage.tell(AgentParked(11, "c1"))
    leg_id = stage.talk("c2")
    assert leg_id
    stage.tell(AgentParked(12, "c2"))
    assert (board.parked, free_slot(board)) == ({1: "c1", 2: "c2"}, 3)
    stage.leave("c1")
    assert (board.parked, free_slot(board)) == ({2: "c2"}, 1)


def test_the_end_is_told_once() -> None:
    stage = talking()
    stage.tell(AgentParked(11, "c1"))
    stage.wait(7)
    turn = Turn(stage.floor._board, stage.now)
    call = stage.floor._board.calls["c1"]
    end_parking(turn, call, 12)
    end_parking(turn, call, 12)
    assert turn.facts == [ParkingEnded("c1", 1, 12, 7.0)]
    assert (call.parking, stage.floor._board.parked) == (None, {})
