"""Callbacks that are asked for without a call (a web form): into line at that moment, or from when the line opens."""

from datetime import datetime, timedelta

from cti.domain import callbacks
from cti.domain.board import Board, Turn
from cti.domain.callback import Callback, CallbackState
from cti.domain.callback_values import CallbackMemory, CallbackOrder
from cti.domain.callback_words import CallbackOrdered
from cti.domain.deadlines import Due
from cti.errors import Refused

WEB = "web"
_NEXT = timedelta(microseconds=1)


def standing(board: Board, queue_id: int, number: str) -> Callback | None:
    """The one that this number has in this line already, wherever it was asked for."""
    line = (one for one in board.callbacks.values() if one.queue.queue_id == queue_id)
    return next((one for one in line if one.is_of(number)), None)


def memory_of(board: Board, order: CallbackOrder, now: datetime) -> CallbackMemory | None:
    """What is written down before anybody is told so; None for a line that is gone or promises no callbacks."""
    queue = board.queues.get(order.queue_id)
    if queue is None or not queue.settings.callbacks.offered:
        return None
    begins_at = now if order.opens_at is None else order.opens_at
    return CallbackMemory(
        order.callback_id,
        order.queue_id,
        order.number,
        None,
        now,
        begins_at,
        asked_at=now,
        expires_at=begins_at + timedelta(seconds=queue.settings.callbacks.expires_s),
        language=order.language,
        customer_level=order.customer_level,
        customer_id=order.customer_id,
        customer_name=order.customer_name,
        preferred_agent_id=order.preferred_agent_id,
        stands_since=None if order.opens_at is None else _behind(board, order.queue_id, order.opens_at),
        state=CallbackState.WAITING if order.opens_at is None else CallbackState.PAUSED,
        due_at=order.opens_at,
        why="" if order.opens_at is None else "closed",
        origin=WEB,
        name=order.name,
        wish=order.wish,
    )


def _behind(board: Board, queue_id: int, opens_at: datetime) -> datetime:
    """All who asked while it is closed stand from the opening on, and among themselves as they came."""
    line = (one.stands_since for one in board.callbacks.values() if one.queue.queue_id == queue_id)
    later = [since + _NEXT for since in line if since is not None and since >= opens_at]
    return max(later, default=opens_at)


def ordered(turn: Turn, event: CallbackOrdered) -> None:
    """It has its place from now on; a number has one in each line."""
    memory, board = event.memory, turn.board
    queue = board.queues.get(memory.queue_id)
    if queue is None or not queue.settings.callbacks.offered:
        raise Refused("callbacks_off", callback_id=memory.callback_id)
    if standing(board, memory.queue_id, memory.number) is not None:
        raise Refused("asked_already", callback_id=memory.callback_id)
    callback = callbacks.made(memory, queue.settings)
    board.callbacks[callback.callback_id] = callback
    board.deadlines.put(Due.CALLBACK_EXPIRY, callback.callback_id, callback.expires_at)
    if callback.due_at is None:
        callbacks.stand(turn, callback)
    else:
        callback.state = CallbackState.PAUSED  # as it begins: no step led here
        board.deadlines.put(Due.CALLBACK, callback.callback_id, callback.due_at)
    callbacks.tell(turn, callback)


def place(board: Board, callback_id: str) -> tuple[int, float | None] | None:
    """Place in line (1 is next) and expected wait in seconds, None for one that does not stand there now."""
    callback = board.callbacks.get(callback_id)
    queue = None if callback is None else board.queue_of(callback)
    if callback is None or queue is None or not callback.is_in_line:
        return None
    position = queue.position(board.place(callback))
    expected_s = queue.expected_wait_s(position, board.standby.of(queue.settings.queue_id).working, 0)
    return position, None if expected_s is None else round(expected_s, 1)
