"""Callers who hung up to be called when their turn comes: how they get into line, out of it, and what ends it.

They stand there like anybody, with their time of arrival, skills and priority; how they are called: `callback_calls`.
"""

from dataclasses import fields
from datetime import datetime, timedelta

from cti.domain import measuring
from cti.domain.agent import Agent
from cti.domain.board import Board, Turn
from cti.domain.call import Call, CallStep
from cti.domain.callback import Callback, CallbackResult, CallbackState, CallbackStep, Clearance
from cti.domain.callback_values import CallbackMemory
from cti.domain.callback_words import (
    CallbackAllowed,
    CallbackAsked,
    CallbackChanged,
    CallbackPutOff,
    CallbackRefused,
    CallbackRemoved,
    CallbackWanted,
)
from cti.domain.deadlines import Due
from cti.domain.demand import has_new_steps
from cti.domain.lines import count_wait, priority_of
from cti.domain.queue import Queue
from cti.domain.values import CallState, EndReason, QueueSettings
from cti.errors import Refused

CHECK_S = 3.0  # so long an agent is kept for the answer
UNCHECKED_S = 30.0  # and who got none is asked about again after this time
CLEARED_S = 60.0  # so long what the dial policy said is taken as it was
_RINGING = (CallState.RINGING, CallState.CONNECTING)
_SHARED = {field.name for field in fields(CallbackMemory)} & {field.name for field in fields(Callback)} - {"state"}


def wanted(turn: Turn, event: CallbackWanted) -> None:
    """The caller's place is the callback's from now on; the call is over as soon as they heard so.

    Who asks twice for one number has one callback, with the better of both places.
    """
    call = turn.board.living(event.call_id)
    if call is not None and call.state in _RINGING:
        raise Refused("rings_already", call_id=event.call_id)
    memory = memory_of(turn.board, event.call_id, event.callback_id, event.number, turn.now)
    if call is None or call.queue is None or memory is None or event.callback_id in turn.board.callbacks:
        raise Refused("not_waiting", call_id=event.call_id)
    callback = made(memory, call.queue)
    callback.expires_at, callback.climbed = event.expires_at or callback.expires_at, call.climbed
    for other in _others(turn.board, callback):
        if other.state is CallbackState.CALLING:
            raise Refused("callback_under_way", call_id=event.call_id)
    turn.leave_line(call)
    turn.board.deadlines.clear(Due.MAX_WAIT, call.call_id)
    call.take(CallStep.STOPPED_WAITING)
    count_wait(turn, call)
    call.parting = EndReason.CALLBACK
    turn.touch_call(call.call_id)
    for other in _others(turn.board, callback):
        if turn.board.place(other) < turn.board.place(callback):
            callback.queued_at, callback.stands_since = other.queued_at, other.stands_since
            callback.priority, callback.flow_priority = other.priority, max(other.flow_priority, callback.flow_priority)
        if other.origin:  # what they wrote is not forgotten by it
            callback.origin, callback.name, callback.wish = other.origin, other.name, other.wish
        end(turn, other, CallbackResult.REPLACED, callback.callback_id)
    turn.board.callbacks[callback.callback_id] = callback
    turn.board.deadlines.put(Due.CALLBACK_EXPIRY, callback.callback_id, callback.expires_at)
    turn.note(CallbackAsked(call.call_id, callback.callback_id, callback.queue.queue_id))
    stand(turn, callback)
    tell(turn, callback)


def memory_of(board: Board, call_id: str, callback_id: str, number: str, now: datetime) -> CallbackMemory | None:
    """What is written down before the caller is told so; None for a call that does not wait."""
    call = board.living(call_id)
    if call is None or call.queue is None or call.state is not CallState.WAITING:
        return None
    return CallbackMemory(
        callback_id,
        call.queue.queue_id,
        number,
        call.caller.number,
        call.arrived_at,
        call.waiting_since if call.returned else call.queued_at or call.arrived_at,
        asked_at=now,
        expires_at=now + timedelta(seconds=call.queue.callbacks.expires_s),
        from_call_id=call_id,
        dialed=call.dialed,
        priority=call.priority,
        flow_priority=call.flow_priority,
        language=call.language,
        customer_level=call.customer_level,
        customer_id=call.customer_id,
        customer_name=call.customer_name,
        preferred_agent_id=call.preferred_agent_id,
        stands_since=call.stands_since,
    )


def made(memory: CallbackMemory, queue: QueueSettings) -> Callback:
    """What was written down, before it stands anywhere."""
    return Callback(queue=queue, **{name: getattr(memory, name) for name in _SHARED})


def _others(board: Board, callback: Callback) -> list[Callback]:
    line = (one for one in board.callbacks.values() if one.queue.queue_id == callback.queue.queue_id)
    return [one for one in line if one.is_of(callback.number) or one.is_of(callback.caller_number)]


def restore(board: Board, now: datetime, memories: tuple[CallbackMemory, ...]) -> None:
    """What was written down before a restart; whose line is gone ends at the first tick."""
    for memory in memories:
        queue = board.queues.get(memory.queue_id)
        callback = made(memory, QueueSettings(memory.queue_id, "") if queue is None else queue.settings)
        board.callbacks[callback.callback_id] = callback
        if queue is None:
            callback.expires_at = now
        board.deadlines.put(Due.CALLBACK_EXPIRY, callback.callback_id, callback.expires_at)
        state = CallbackState(memory.state)
        callback.state = CallbackState.WAITING if state is CallbackState.CHECKING else state
        if state is CallbackState.CALLING:
            callback.dialed_at = now
            board.callbacks_at_work[callback.callback_id] = None
        elif state is CallbackState.PAUSED:
            board.deadlines.put(Due.CALLBACK, callback.callback_id, callback.due_at or now)
        elif queue is not None:
            Turn(board, now).enter_line(callback, queue)


def call_in(turn: Turn, call: Call) -> None:
    """Somebody comes into line who has a callback there: they get its place, and it sleeps meanwhile."""
    if call.queue is None or call.state is not CallState.WAITING or call.caller.number is None or call.callback_id:
        return
    board = turn.board
    for callback in board.callbacks.values():
        is_free = callback.in_person is None and callback.state is not CallbackState.CALLING
        if is_free and callback.queue.queue_id == call.queue.queue_id and callback.is_of(call.caller.number):
            callback.in_person = call.call_id
            board.callbacks_at_work[callback.callback_id] = None
            turn.touch_callback(callback.callback_id)
            _stand_there(turn, call, callback)
            return


def _stand_there(turn: Turn, call: Call, callback: Callback) -> None:
    queue, place = turn.board.queue_of(call), turn.board.place(callback)
    if queue is None or turn.board.place(call) < place:
        return
    turn.leave_line(call)
    call.priority, call.stands_since = -place[0], place[1]
    turn.enter_line(call, queue)


def allowed(turn: Turn, event: CallbackAllowed) -> None:
    """Whoever is free for them at the end of this step is who it is for."""
    callback = _checking(turn, event.callback_id)
    if callback is not None:
        until = turn.now + timedelta(seconds=CLEARED_S)
        callback.clearance = Clearance(event.number, event.shown_as, event.withheld, until, event.call_id)
        _checked(turn, callback)


def refused(turn: Turn, event: CallbackRefused) -> None:
    """The dial policy's no is the end of it."""
    callback = _checking(turn, event.callback_id)
    if callback is not None:
        end(turn, callback, CallbackResult.REFUSED, event.why)


def put_off(turn: Turn, event: CallbackPutOff) -> None:
    """The line is closed, or so many were dialed: they keep their place for when it may be."""
    callback = _checking(turn, event.callback_id)
    if callback is not None:
        if event.expires_at is not None:
            callback.expires_at = event.expires_at
            turn.board.deadlines.put(Due.CALLBACK_EXPIRY, callback.callback_id, callback.expires_at)
        pause(turn, callback, event.why, event.pause_s)


def _checking(turn: Turn, callback_id: str) -> Callback | None:
    callback = turn.board.callbacks.get(callback_id)
    return callback if callback is not None and callback.state is CallbackState.CHECKING else None


def _checked(turn: Turn, callback: Callback) -> None:
    callback.take(CallbackStep.CHECKED)
    callback.agent_id = None
    turn.board.deadlines.clear(Due.CALLBACK, callback.callback_id)
    turn.touch_callback(callback.callback_id)


def check(turn: Turn, callback: Callback, agent: Agent) -> None:
    """Its turn has come: may the number be called, and now? For so long nobody behind it gets this agent."""
    callback.take(CallbackStep.TURN_CAME)
    callback.agent_id = agent.agent_id
    turn.board.callbacks_at_work[callback.callback_id] = None
    turn.board.deadlines.put(Due.CALLBACK, callback.callback_id, turn.now + timedelta(seconds=CHECK_S))
    tell(turn, callback)


def pause(turn: Turn, callback: Callback, why: str, pause_s: float) -> None:
    """Out of line for a while; those behind move up."""
    if callback.is_in_line:
        turn.leave_line(callback)
    callback.take(CallbackStep.PUT_OFF)
    callback.agent_id = None
    callback.why, callback.due_at = why, turn.now + timedelta(seconds=pause_s)
    turn.board.deadlines.put(Due.CALLBACK, callback.callback_id, callback.due_at)
    tell(turn, callback)


def is_due(turn: Turn, callback: Callback) -> None:
    """The pause is over, or nobody answered the question."""
    if callback.state is CallbackState.CHECKING:
        pause(turn, callback, "unchecked", UNCHECKED_S)
    else:
        callback.take(CallbackStep.DUE)
        callback.why, callback.due_at, callback.clearance = "", None, None
        stand(turn, callback)
        tell(turn, callback)


def stand(turn: Turn, callback: Callback) -> None:
    """In line by the time of arrival; a line that is gone has no place."""
    queue = turn.board.queue_of(callback)
    if queue is None:
        end(turn, callback, CallbackResult.REMOVED, "queue_removed", in_line=False)
        return
    callback.priority = _priority(turn, callback, queue)
    turn.enter_line(callback, queue)


def _priority(turn: Turn, callback: Callback, queue: Queue) -> int:
    return priority_of(callback, queue.settings, turn.now)


def demand_is_due(turn: Turn, callback: Callback) -> None:
    """It asks for less of an agent, or stands earlier in line, as it would with the caller there."""
    queue = turn.board.queue_of(callback)
    if queue is None or not callback.is_in_line:
        return
    if has_new_steps(callback, queue.settings, turn.now):
        turn.touch_queues([queue.settings.queue_id])
    if _priority(turn, callback, queue) == callback.priority:
        turn.await_demand(callback)
        return
    turn.leave_line(callback)
    stand(turn, callback)


def expiry_is_due(turn: Turn, callback: Callback) -> None:
    """Nobody expects the call any more; one that is under way is the last.

    What held it back to the end is said with the end: closed by hand against the plan, a cap, nobody answered.
    """
    if callback.state is not CallbackState.CALLING:
        end(turn, callback, CallbackResult.EXPIRED, callback.why)


def removed(turn: Turn, event: CallbackRemoved) -> None:
    """While they are being called it is too late."""
    callback = turn.board.callbacks.get(event.callback_id)
    if callback is None:
        raise Refused("unknown_callback", callback_id=event.callback_id)
    if callback.state is CallbackState.CALLING:
        raise Refused("callback_under_way", callback_id=event.callback_id)
    end(turn, callback, CallbackResult.REMOVED, by=event.by)


def end(
    turn: Turn,
    callback: Callback,
    result: CallbackResult,
    why: str = "",
    *,
    by: int | None = None,
    in_line: bool = True,
) -> None:
    """It is over."""
    board = turn.board
    if in_line and callback.is_in_line:
        turn.leave_line(callback)
        measuring.gave_up(turn, callback)
    callback.take(CallbackStep.ENDED)
    callback.result, callback.why, callback.due_at = result, why, None
    for due in (Due.CALLBACK, Due.CALLBACK_EXPIRY, Due.CALLBACK_DEMAND):
        board.deadlines.clear(due, callback.callback_id)
    tell(turn, callback, by)
    del board.callbacks[callback.callback_id]
    board.callbacks_at_work.pop(callback.callback_id, None)


def tell(turn: Turn, callback: Callback, by: int | None = None) -> None:
    """Write down how it is, and show it."""
    turn.note(
        CallbackChanged(
            callback.from_call_id,
            callback.callback_id,
            callback.state,
            callback.number,
            callback.queue.queue_id,
            callback.attempts,
            callback.due_at,
            callback.why,
            callback.call_id,
            callback.result,
            by,
            callback.queued_at,
            callback.stands_since,
            callback.flow_priority,
            callback.expires_at,
            callback.agent_id,
        )
    )
    turn.touch_callback(callback.callback_id)
    turn.touch_queues({callback.queue.queue_id} & turn.board.queues.keys())


def resettle(turn: Turn, settings: QueueSettings) -> None:
    """The line was set up anew: its rules hold for those who stand there."""
    for callback in [one for one in turn.board.callbacks.values() if one.queue.queue_id == settings.queue_id]:
        callback.queue = settings
        turn.touch_callback(callback.callback_id)
        demand_is_due(turn, callback)


def queue_removed(turn: Turn, queue_id: int) -> None:
    """Nobody of it will call them; one that is under way goes on."""
    for callback in [one for one in turn.board.callbacks.values() if one.queue.queue_id == queue_id]:
        if callback.state is not CallbackState.CALLING:
            end(turn, callback, CallbackResult.REMOVED, "queue_removed")
