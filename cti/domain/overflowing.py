"""Overflow of those who wait already: too far back in line, or with a longer wait ahead than the line allows.

Both limits come down to one place in line. Two things keep callers from being tossed about by a line that moves around
its limit: a caller has to be behind it for `overflow_held_s` without a break, and a wait that was too long counts as
such until it is a fifth below the limit.
"""

from datetime import timedelta
from math import inf

from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.closing import closed_to_newcomers
from cti.domain.deadlines import Due
from cti.domain.facts import WaitRefused
from cti.domain.lines import max_wait_is_due, priority_of
from cti.domain.onward import onward
from cti.domain.queue import Queue, place_of
from cti.domain.standby import Staffing
from cti.domain.values import CallState, LineClosed, OverflowAction

RELAXED = 0.8  # of the longest expected wait, for who was found beyond it
APART_S = 1.0  # into one line, so that it is seen with the one before in it


def look(turn: Turn) -> None:
    """At the end of a step, at the lines in which something happened."""
    for queue_id in list(turn.touched_queues()):
        queue = turn.board.queues.get(queue_id)
        if queue is not None and (queue.beyond or queue.settings.routing.overflows_waiting):
            _look_at(turn, queue, turn.board.standby.of(queue_id))


def _look_at(turn: Turn, queue: Queue, staffing: Staffing) -> None:
    waiting = [turn.board.calls.get(call_id) for call_id in queue]
    strict, relaxed = last_kept(queue, staffing, 1.0), last_kept(queue, staffing, RELAXED)
    behind = {
        call.call_id
        for place, call in enumerate(waiting, start=1)
        if call is not None and place > (relaxed if call.call_id in queue.beyond else strict) and _may_go(call)
    }
    for call_id in queue.beyond - behind:
        turn.board.deadlines.clear(Due.OVERFLOW, call_id)
    for call_id in behind - queue.beyond:
        _look_again(turn, turn.board.calls[call_id], queue.settings.routing.overflow_held_s)
    queue.beyond = behind


def last_kept(queue: Queue, staffing: Staffing, part: float) -> int:
    """The last place that is neither too far back nor has more than `part` of the longest expected wait ahead."""
    routing, length = queue.settings.routing, len(queue)
    kept = min(length, routing.overflow_beyond or length)
    if not routing.overflow_expected_s:
        return kept
    # The expected wait grows from place to place, so the first that is too long is found by halving.
    low, high = 0, kept
    while low < high:
        middle = (low + high + 1) // 2
        # Whoever is free while others wait does not fit.
        expected_s = queue.expected_wait_s(middle, staffing.working, 0)
        if expected_s is not None and expected_s > routing.overflow_expected_s * part:
            high = middle - 1
        else:
            low = middle
    return low


def _may_go(call: Call) -> bool:
    """Not who has talked or was put there by a supervisor, and nobody to a line that they come from."""
    if call.returned or call.stands_since is not None or call.queue is None:
        return False
    overflow, seen = call.queue.overflow, call.left_queue_ids | {call.queue.queue_id}
    return overflow.action is not OverflowAction.QUEUE or overflow.queue_id not in seen


def is_due(turn: Turn, call: Call) -> None:
    """The caller has been behind the limit for so long; a line that would not take them is asked again later."""
    queue = turn.board.queue_of(call)
    if queue is None or call.state is not CallState.WAITING:
        return  # the longest wait was over at the same moment
    routing = queue.settings.routing
    if queue.settings.overflow.action is OverflowAction.QUEUE:
        overflow, _ = onward(turn, call, queue.settings.overflow)
        other = turn.board.queues.get(overflow.queue_id or 0)  # none where all of them are closed
        if other is None or not _is_better_off(turn, queue, other, call):
            _look_again(turn, call, routing.overflow_held_s)
            return
        if other.sent_at is not None and turn.now < other.sent_at + timedelta(seconds=APART_S):
            _look_again(turn, call, APART_S)
            return
        other.sent_at, call.sent_to = turn.now, other.settings.queue_id
    place = queue.position(turn.board.place(call))
    is_deep = 0 < routing.overflow_beyond < place
    turn.note(WaitRefused(call.call_id, queue.settings.queue_id, LineClosed.FULL if is_deep else LineClosed.TOO_LONG))
    max_wait_is_due(turn, call)


def _is_better_off(turn: Turn, queue: Queue, other: Queue, call: Call) -> bool:
    """Whether the other line takes them, would not send them on, and is not known to be as slow."""
    board, routing = turn.board, other.settings.routing
    staffing = board.standby.of(other.settings.queue_id)
    if closed_to_newcomers(other, staffing) is not None:
        return False
    place = board.place(call)
    # What the flow gave holds for the line that it named.
    priority = priority_of(call, other.settings, turn.now) - call.flow_priority
    there = other.position(place_of(priority, *place[1:]))
    there_s = other.expected_wait_s(there, staffing.working, 0 if len(other) else staffing.free)
    if 0 < routing.overflow_beyond < there or (there_s or 0.0) > (routing.overflow_expected_s or inf):
        return False
    here_s = queue.expected_wait_s(queue.position(place), board.standby.of(queue.settings.queue_id).working, 0)
    return here_s is None or there_s is None or there_s < here_s


def _look_again(turn: Turn, call: Call, after_s: float) -> None:
    turn.board.deadlines.put(Due.OVERFLOW, call.call_id, turn.now + timedelta(seconds=after_s))
