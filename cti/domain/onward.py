"""Where a line sends those whom it does not keep: the next line, and past lines that are closed at this moment."""

from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.facts import WaitRefused
from cti.domain.values import LineClosed, Overflow, OverflowAction

# In the line in which they stand: nobody who waited there is told that another one is closed.
NOWHERE = Overflow(OverflowAction.VOICEMAIL)


def onward(turn: Turn, call: Call, overflow: Overflow) -> tuple[Overflow, tuple[int, ...]]:
    """What they get instead of `overflow`, and which closed lines were passed over.

    Behind a closed line is whatever line it overflows into itself; each once, and none that they come from.
    """
    board, passed = turn.board, list[int]()
    assert call.queue is not None  # noqa: S101 - a waiting call has one
    seen = {*call.left_queue_ids, call.queue.queue_id}
    while overflow.action is OverflowAction.QUEUE and overflow.queue_id is not None:
        if overflow.queue_id in seen or board.is_open(overflow.queue_id, turn.now):
            break
        seen.add(overflow.queue_id)
        passed.append(overflow.queue_id)
        queue = board.queues.get(overflow.queue_id)
        following = NOWHERE if queue is None else queue.settings.overflow
        overflow = following if following.action is OverflowAction.QUEUE else NOWHERE
    if passed and overflow.queue_id in seen:
        overflow = NOWHERE
    return overflow, tuple(passed)


def sent_on(turn: Turn, call: Call, overflow: Overflow) -> Overflow:
    """The same when they go there now: the log says which lines were closed."""
    instead, passed = onward(turn, call, overflow)
    for queue_id in passed:
        turn.note(WaitRefused(call.call_id, queue_id, LineClosed.CLOSED))
    return instead
