"""The short numbers under which parked callers are found."""

from cti.domain.board import Board, Turn
from cti.domain.call import Call
from cti.domain.deadlines import Due
from cti.domain.facts import ParkingEnded


def free_slot(board: Board) -> int:
    """The smallest that nobody is under, nor was before a restart and has not come back yet."""
    taken = board.parked.keys() | {memory.parked.slot for memory in board.away.values() if memory.parked is not None}
    slot = 1
    while slot in taken:
        slot += 1
    return slot


def end_parking(turn: Turn, call: Call, agent_id: int | None = None) -> None:
    """The caller is not parked any more: picked up by this agent, brought back or gone. Nothing if they were not."""
    parking = call.parking
    if parking is None:
        return
    call.parking = None
    del turn.board.parked[parking.slot]
    turn.board.deadlines.clear(Due.PARK, call.call_id)
    turn.note(ParkingEnded(call.call_id, parking.slot, agent_id, (turn.now - parking.since).total_seconds()))
    turn.touch_call(call.call_id)
