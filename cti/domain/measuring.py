"""What happens to callers in line, told to the measure of how fast it moves."""

from datetime import datetime

from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.callback import Callback


def answered(turn: Turn, call: Call, offered_at: datetime) -> None:
    """An agent took the call; who was offered at once had no line before them."""
    queue = turn.board.queue_of(call)
    if queue is not None and call.queue_since is not None and call.queue_since < offered_at:
        queue.pace.took(turn.now)


def gave_up(turn: Turn, call: Call | Callback) -> None:
    """The call leaves the line without an agent."""
    queue = turn.board.queue_of(call)
    if queue is not None:
        queue.pace.lost(turn.now)


def look(turn: Turn) -> None:
    """At the end of a step, at the lines in which something happened."""
    for queue_id in turn.touched_queues():
        queue = turn.board.queues.get(queue_id)
        if queue is not None:
            queue.pace.look(turn.now, len(queue), turn.board.standby.of(queue_id).working)
