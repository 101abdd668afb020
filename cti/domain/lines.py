"""Standing in line: entering a queue, its maximum wait, and what comes after."""

from datetime import datetime, timedelta

from cti.domain import measuring
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep
from cti.domain.callback import Callback
from cti.domain.closing import closed_to_newcomers, lacks_staff
from cti.domain.commands import KeepWaiting, StopWaiting
from cti.domain.deadlines import Due
from cti.domain.demand import has_new_steps, raised_by
from cti.domain.events import CallQueued
from cti.domain.facts import RecordingWithheld, WaitRefused, WaitStarted
from cti.domain.onward import sent_on
from cti.domain.queue import Queue
from cti.domain.values import CallState, LineClosed, NoRecording, QueueSettings
from cti.errors import Refused

_IN_LINE = (CallState.WAITING, CallState.RINGING, CallState.CONNECTING)
FRONT_PRIORITY = 1_000  # before all that a flow gives


def enter_queue(turn: Turn, call: Call, event: CallQueued) -> None:
    """The flow sends the caller into a line; who came back after an outage keeps the place."""
    board = turn.board
    queue = board.queues.get(event.queue_id)
    if queue is None:
        raise Refused("unknown_queue", queue_id=event.queue_id)
    was = call.state
    call.take(CallStep.QUEUED)
    if was is CallState.WAITING:
        turn.leave_line(call)
    if call.queued_at is None or was is CallState.LEAVING:
        call.queued_at = turn.now
    call.queue, call.language, call.stands_since = queue.settings, event.language, None
    call.flow_priority = event.priority
    call.priority = priority_of(call, queue.settings, turn.now)
    call.queue_since = turn.now
    # Who was sent here was looked at then; a notice that they were played does not cost them the place.
    is_newcomer = event.queue_id not in (call.counted_queue_id, call.sent_to) and not call.returned
    count_offered(turn, call, queue)
    since = None if call.queued_at == turn.now else call.queued_at
    turn.note(WaitStarted(call.call_id, event.queue_id, call.priority, since))
    withhold_recording(turn, call, event.no_recording)
    why = closed_to_newcomers(queue, board.standby.of(event.queue_id)) if is_newcomer else None
    if why is None:
        stand_in_line(turn, call)
    else:
        _turn_away(turn, call, event.queue_id, why)


def count_offered(turn: Turn, call: Call, queue: Queue) -> None:
    """One more came into this line, unless it was counted there last."""
    if call.counted_queue_id != queue.settings.queue_id:
        call.counted_queue_id = queue.settings.queue_id
        queue.count_from(turn.now.astimezone(turn.board.zone).date()).offered += 1


def _turn_away(turn: Turn, call: Call, queue_id: int, why: LineClosed) -> None:
    """The line's overflow at once."""
    turn.note(WaitRefused(call.call_id, queue_id, why))
    turn.touch_queues([queue_id])  # one more was offered
    stop_waiting(turn, call)


def leave_nobody_standing(turn: Turn) -> None:
    """Where the last agent of a line that needs one has gone, who waits there gets its overflow."""
    for queue_id, queue in turn.board.queues.items():
        if len(queue) and lacks_staff(queue, turn.board.standby.of(queue_id)):
            for call in [turn.board.calls[call_id] for call_id in queue if call_id not in turn.board.callbacks]:
                turn.leave_line(call)
                _turn_away(turn, call, queue_id, LineClosed.NO_STAFF)


def priority_of(call: Call | Callback, line: QueueSettings, now: datetime) -> int:
    """The flow's, raised by the customer's level and the line's ladder; before all of them who has talked already.

    The place that a supervisor gave stays, whatever becomes known of the caller.
    """
    if call.stands_since is not None:
        return call.priority
    if call.returned:
        return FRONT_PRIORITY
    by_level = dict(line.routing.level_priorities).get(call.customer_level, 0)
    return call.flow_priority + by_level + raised_by(call, line, now)


def place_anew(turn: Turn, call: Call) -> None:
    """More is known of who waits: their place may be another one, also when an offer comes to nothing."""
    queue = turn.board.queue_of(call)
    if queue is None or call.state not in _IN_LINE:
        return
    is_in_line = call.state is CallState.WAITING
    if is_in_line:
        turn.leave_line(call)
    call.priority = priority_of(call, queue.settings, turn.now)
    if is_in_line:
        turn.enter_line(call, queue)


def demand_is_due(turn: Turn, call: Call) -> None:
    """The call asks for less of an agent, or stands earlier in line, from now on.

    Who will do is looked for at the end of the step.
    """
    queue = turn.board.queue_of(call)
    if queue is not None and has_new_steps(call, queue.settings, turn.now):
        turn.touch_queues([queue.settings.queue_id])  # and the ladder is looked at
    if queue is not None and priority_of(call, queue.settings, turn.now) != call.priority:
        place_anew(turn, call)
    else:
        turn.await_demand(call)


def wait_anew(call: Call, parted_at: datetime) -> None:
    """The talk came to nothing and the caller is first in line: waiting again since then, and as long as before it."""
    call.returned, call.priority, call.stands_since = True, FRONT_PRIORITY, None
    call.waits_since = parted_at - timedelta(seconds=call.waited_s)


def withhold_recording(turn: Turn, call: Call, why: NoRecording | None) -> None:
    """A refusal holds for the whole visit; who could not be told in one line may have been told in the next."""
    if call.no_recording in (NoRecording.REFUSED, why):
        return
    call.no_recording = why
    if why is not None:
        turn.note(RecordingWithheld(call.call_id, why))


def withhold_untold(turn: Turn, call: Call, before: QueueSettings | None) -> None:
    """No notice is played in the middle of a visit: who heard none before is not recorded in a line that has one."""
    was_told = before is not None and before.consent_prompt is not None
    is_asked = call.queue is not None and call.queue.consent_prompt is not None
    if call.no_recording is None and is_asked and not was_told:
        withhold_recording(turn, call, NoRecording.NOT_TOLD)


def back_in_line(turn: Turn, call: Call, line: QueueSettings) -> None:
    """At the front: they have waited before."""
    call.take(CallStep.TRANSFERRED)
    call.handed_over = False
    wait_anew(call, turn.now)
    before, call.queue = call.queue, line
    call.queued_at = call.queue_since = turn.now
    turn.note(WaitStarted(call.call_id, line.queue_id, call.priority))
    withhold_untold(turn, call, before)
    turn.order(KeepWaiting(call.call_id, line.queue_id))
    stand_in_line(turn, call)


def stand_in_line(turn: Turn, call: Call) -> None:
    """Take the place in line; if the queue was removed meanwhile, do what it had for the end of waiting."""
    if call.stands_by_callback:
        return
    queue = turn.board.queue_of(call)
    if queue is None or call.queue is None or call.queue_since is None:
        stop_waiting(turn, call)
        return
    call.priority = priority_of(call, queue.settings, turn.now)  # the ladder goes on while it rings
    turn.enter_line(call, queue)
    turn.board.deadlines.put(Due.MAX_WAIT, call.call_id, waits_until(call, call.queue, call.queue_since))


def waits_until(call: Call, line: QueueSettings, since: datetime) -> datetime:
    """When its patience ends: the line's, or what a dialer may let somebody wait."""
    terms = call.dialer_terms
    return since + timedelta(seconds=line.max_wait_s if terms is None else terms.connect_within_s)


def stop_waiting(turn: Turn, call: Call) -> None:
    """Nobody came in time: the customer's coroutine does the queue's overflow."""
    assert call.queue is not None  # noqa: S101 - a waiting call has one
    call.take(CallStep.STOPPED_WAITING)
    count_wait(turn, call)
    call.left_queue_ids |= {call.queue.queue_id}
    turn.board.deadlines.clear(Due.MAX_WAIT, call.call_id)
    turn.touch_call(call.call_id)
    terms = call.dialer_terms
    instead = sent_on(turn, call, call.queue.overflow) if terms is None else terms.instead
    turn.order(StopWaiting(call.call_id, instead))


def max_wait_is_due(turn: Turn, call: Call) -> None:
    """The caller has waited as long as the queue allows."""
    turn.leave_line(call)
    measuring.gave_up(turn, call)
    stop_waiting(turn, call)


def count_wait(turn: Turn, call: Call) -> None:
    """Keep how long the caller has been in line by now."""
    call.waited_s = (turn.now - call.waiting_since).total_seconds()
