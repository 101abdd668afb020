"""Who climbs a line's ladder: looked at in the end of a step of the floor, at the lines in which something happened.

A step that is not a matter of time alone has a cause, and that holds for a line as a whole, never for one place in it:
all climb together who have waited long enough, so that nobody overtakes whoever came before. Nobody climbs down while
they are in that line, for a line that moves around its limit would turn its callers over and over.
"""

from collections.abc import Callable, Iterator

from cti.domain.board import Board, Turn
from cti.domain.call import Call
from cti.domain.callback import Callback
from cti.domain.climb_facts import LadderClimbed
from cti.domain.demand import waited_for
from cti.domain.lines import priority_of
from cti.domain.queue import Queue
from cti.domain.standby import Staffing
from cti.domain.values import CallState, Climb, Rung

_Waiting = Call | Callback

HOLDS: dict[Climb, Callable[[Rung, Queue, Staffing], bool]] = {
    Climb.TIME: lambda _rung, _queue, _staffing: True,
    Climb.DEPTH: lambda rung, queue, _: len(queue) > rung.more_than,
    Climb.EXPECTED_WAIT: lambda rung, queue, staffing: (ahead_s(queue, staffing) or 0.0) > rung.expected_s,
    Climb.NO_STAFF: lambda _rung, _queue, staffing: not staffing.working,
}


def ahead_s(queue: Queue, staffing: Staffing) -> float | None:
    """How long the last in line will wait; None: nobody can tell. Whoever is free while others wait does not fit."""
    return queue.expected_wait_s(len(queue), staffing.working, 0)


def look(turn: Turn) -> None:
    """Before agents are looked for: more of them may do for who climbs."""
    turn.settle()
    for queue_id in list(turn.touched_queues()):
        queue = turn.board.queues.get(queue_id)
        if queue is not None and queue.settings.routing.ladder and len(queue):
            _look_at(turn, queue, turn.board.standby.of(queue_id))


def _look_at(turn: Turn, queue: Queue, staffing: Staffing) -> None:
    there = {rung for rung in queue.settings.routing.ladder if HOLDS[rung.cause](rung, queue, staffing)}
    standing: list[_Waiting] = [turn.board.callbacks.get(name) or turn.board.calls[name] for name in queue]
    taken = [(one, rung) for one in standing for rung in _new_steps(turn, one, queue, there)]
    if taken:
        # who comes back from a telephone that rang in vain was before those who climbed meanwhile
        taken += [(one, rung) for one in _away(turn.board, queue) for rung in _new_steps(turn, one, queue, there)]
    for one, rung in taken:
        _climb(turn, one, rung, queue, staffing)
    moved = [one for one in standing if priority_of(one, queue.settings, turn.now) != one.priority]
    for one in moved:
        one.priority = priority_of(one, queue.settings, turn.now)
    if moved:
        turn.put_anew(queue, moved)


def _new_steps(turn: Turn, one: _Waiting, queue: Queue, there: set[Rung]) -> Iterator[Rung]:
    for rung in waited_for(one, queue.settings, turn.now):
        if rung in there and (queue.settings.queue_id, rung) not in one.climbed:
            yield rung


def _away(board: Board, queue: Queue) -> Iterator[_Waiting]:
    """Those of the line for whom it rings, and callbacks that have no place in it just now."""
    for call in board.calls.values():
        is_here = call.queue is not None and call.queue.queue_id == queue.settings.queue_id
        if is_here and call.state in (CallState.RINGING, CallState.CONNECTING) and not call.stands_by_callback:
            yield call
    for callback in board.callbacks.values():
        if callback.queue.queue_id == queue.settings.queue_id and not callback.is_in_line:
            yield callback


def _climb(turn: Turn, one: _Waiting, rung: Rung, queue: Queue, staffing: Staffing) -> None:
    queue_id = queue.settings.queue_id
    one.climbed = (*one.climbed, (queue_id, rung))
    if isinstance(one, Callback):
        turn.touch_callback(one.callback_id)
        call_id = one.from_call_id
    else:
        turn.touch_call(one.call_id)
        call_id = one.call_id
    if not call_id:
        return  # who asked for a callback on a page has no call that could say so
    expected_s = ahead_s(queue, staffing)
    turn.note(
        LadderClimbed(
            call_id,
            queue_id,
            rung.cause,
            rung.after_s,
            rung.raise_by,
            rung.also_queue_id,
            len(queue),
            None if expected_s is None else round(expected_s, 1),
        )
    )
