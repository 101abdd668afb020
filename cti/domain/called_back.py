"""Somebody whom we called back answered: who calls, and, where no agent is there yet, that they are next."""

from cti.domain.board import Turn
from cti.domain.call import Call, CallStep
from cti.domain.commands import GreetCalledBack, KeepWaiting
from cti.domain.deadlines import Due
from cti.domain.dial import Dial, DialStep
from cti.domain.lines import stand_in_line, wait_anew


def greet(turn: Turn, call: Call) -> None:
    """Who asked for it is told who calls, in the language of the line that they stood in."""
    if call.callback_id is not None and call.queue is not None:
        turn.order(GreetCalledBack(call.call_id, call.queue.queue_id, call.language))


def wait_in_front(turn: Turn, call: Call, dial: Dial) -> None:
    """Nobody of ours is with them yet: they are next, and wait from now on; no line was offered this call."""
    assert call.queue is not None  # noqa: S101 - only callbacks are dialed without an agent
    dial.take(DialStep.ENDED)
    call.dial = None
    turn.board.deadlines.clear(Due.DIAL, call.call_id)
    call.take(CallStep.QUEUED)
    call.waited_s = 0.0
    wait_anew(call, turn.now)
    call.queued_at = call.queue_since = turn.now
    callback = turn.board.callbacks.get(call.callback_id or "")
    if callback is not None:
        callback.answered, callback.agent_id = True, None
    turn.order(KeepWaiting(call.call_id, call.queue.queue_id))
    turn.touch_call(call.call_id)
    stand_in_line(turn, call)
