"""What the customer's coroutine tells: arrival, line, name, end of a join, end of the visit."""

from datetime import timedelta

from cti.domain import attempts, callback_calls, callbacks, dialing, held, parking, rejoin, rooms
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Seat
from cti.domain.commands import SayGoodbye
from cti.domain.deadlines import Due
from cti.domain.events import CallArrived, CallLeft, CallQueued, CallRated, CallRecognised, JoinEnded
from cti.domain.facts import CallLinked, CallStarted, TalkRated
from cti.domain.lines import enter_queue, place_anew, wait_anew
from cti.domain.menu_calls import serve_again
from cti.domain.offers import give_back
from cti.domain.recalling import recall
from cti.domain.talks import end_call, end_talk_away, part, say_goodbye, start_talk
from cti.domain.values import CallState, Direction, EndReason, OfferResult
from cti.errors import Refused

# An AGI session begins milliseconds after arrival; who comes later was here before, or asked in vain (RETRY_S is 2).
RETURNED_AFTER_S = 1.5
CUT_OFF_GRACE_S = 15.0  # how long the switch has to say what became of a call whose coroutine was cut off
LEG_GRACE_S = 5.0  # how long a coroutine has to say how a visit ended whose channel is gone


def call_arrived(turn: Turn, event: CallArrived) -> None:
    """A new call, or one that comes back.

    Refused for somebody whom an agent dialed before a restart of ours: the dialplan brings the two together. Who was
    called back is let in.
    """
    call = turn.board.living(event.call_id)
    if call is None and event.held and held.keep(turn, event):
        return
    if call is None and event.outbound and not (event.talked_before or _was_parked(turn, event)):
        call = callback_calls.comes_back(turn, event) or attempts.comes_back(turn, event)
        if call is None:
            raise Refused("unknown_call", call_id=event.call_id)
    elif call is None:
        call = _new_call(turn, event)
    elif call.dial is not None:
        dialing.answered(turn, call, event)
    else:
        _start_again(turn, call, event)
    turn.note(
        CallStarted(call.call_id, call.leg_id, call.node, call.caller, call.dialed, call.arrived_at, call.direction)
    )
    turn.touch_call(call.call_id)
    if call.leg_id in turn.board.gone:
        turn.board.deadlines.put(Due.LEG_GONE, call.call_id, turn.now + timedelta(seconds=LEG_GRACE_S))


def _was_parked(turn: Turn, event: CallArrived) -> bool:
    memory = turn.board.away.get(event.call_id)
    return event.held and memory is not None and memory.parked is not None


def _new_call(turn: Turn, event: CallArrived) -> Call:
    arrived_at = min(event.arrived_at, turn.now)
    call = Call(event.call_id, event.leg_id, event.node, event.caller, event.dialed, arrived_at, seen_at=turn.now)
    call.direction = Direction.OUTBOUND if event.outbound else Direction.INBOUND
    memory = turn.board.away.pop(event.call_id, None)
    if memory is not None:
        recall(call, memory)
        call.talked_s = end_talk_away(turn, memory)
        if memory.talk_leg_id is not None:
            wait_anew(call, turn.now)
    if call.queued_at is None and not event.outbound and turn.now - arrived_at > timedelta(seconds=RETURNED_AFTER_S):
        call.queued_at = arrived_at  # the diary may not have heard of the line before we were killed
    turn.board.calls[call.call_id] = call
    turn.board.leg_calls[call.leg_id] = call.call_id
    if event.held and memory is not None and memory.parked is not None:
        parking.found(turn, call, memory.parked)
    if event.talked_before:
        call.take(CallStep.FOUND_TALKED)
        turn.order(SayGoodbye(call.call_id))
    return call


_KEPT_WITH_MUSIC = {
    CallState.REJOINING: rejoin.started_again,
    CallState.HELD: rejoin.started_again,
    CallState.PARKED: parking.started_again,
}


def _start_again(turn: Turn, call: Call, event: CallArrived) -> None:
    """The dialplan asked again for a living call: its old coroutine is dead, and what it waited for with it."""
    board = turn.board
    board.leg_calls.pop(call.leg_id, None)
    board.leg_calls[event.leg_id] = call.call_id
    call.leg_id, call.node, call.seen_at, call.attached = event.leg_id, event.node, turn.now, True
    call.parting = call.join_leg = None
    is_fetched, call.regroups, call.join_recalled = call.regroups, False, False
    board.deadlines.clear(Due.LEG_GONE, call.call_id)
    if call.offer is not None:
        give_back(turn, call, OfferResult.WITHDRAWN)
    if call.state is CallState.TALKING and (event.held or is_fetched):
        rooms.rearrange(turn, call)  # the agent came back to them meanwhile, or they were fetched for a recorder
    elif call.state is CallState.TALKING and call.talk is not None and event.talked_before:
        rejoin.bridge_ended(turn, call, succeeded=True)
    elif call.state is CallState.TALKING:
        part(turn, call)
    elif call.state in _KEPT_WITH_MUSIC:
        _KEPT_WITH_MUSIC[call.state](turn, call, event.talked_before or event.held)
    elif call.state in (CallState.LEAVING, CallState.HANDED_OVER):
        turn.order(SayGoodbye(call.call_id))
    else:
        if call.state is CallState.WAITING:
            turn.leave_line(call)
            board.deadlines.clear(Due.MAX_WAIT, call.call_id)
        call.take(CallStep.STARTED_AGAIN)
        serve_again(turn, call)


def call_queued(turn: Turn, event: CallQueued) -> None:
    """Refused for a call that is over and a queue that is not there."""
    call = turn.board.living(event.call_id)
    if call is None:
        raise Refused("unknown_call", call_id=event.call_id)
    enter_queue(turn, call, event)
    callbacks.call_in(turn, call)


def call_recognised(turn: Turn, event: CallRecognised) -> None:
    """Also after the call, while it is on a screen."""
    call = turn.board.calls.get(event.call_id)
    if call is None:
        raise Refused("unknown_call", call_id=event.call_id)
    was, known = (call.customer_id, call.customer_name), (event.customer_id, event.customer_name)
    if (*was, call.preferred_agent_id, call.customer_level) == (*known, event.agent_id, event.level):
        return
    call.customer_id, call.customer_name = known
    call.preferred_agent_id, call.customer_level = event.agent_id, event.level
    place_anew(turn, call)
    if was != known:
        turn.note(CallLinked(call.call_id, event.customer_id))
    turn.touch_call(call.call_id)


def call_rated(turn: Turn, event: CallRated) -> None:
    """It is about whoever talked last; after a restart nobody may know who that was."""
    call = turn.board.living(event.call_id)
    if call is not None and call.last_agent_id is not None:
        turn.note(TalkRated(call.call_id, call.last_agent_id, event.score))


_SAID_GOODBYE = (EndReason.FLOW_ENDED, EndReason.AGENT_HUNG_UP)


def call_left(turn: Turn, event: CallLeft) -> None:
    """The coroutine is over; late ones are harmless."""
    call = turn.board.living(event.call_id)
    if call is None:
        return
    if event.cut_off and call.leg_id not in turn.board.gone:
        _cut_off(turn, call, event)
        return
    reason = event.reason
    if reason is None or (reason in _SAID_GOODBYE and call.state is CallState.LEAVING):
        reason = call.reason_when_caller_leaves()
    end_call(turn, call, reason, event.cause)


def _cut_off(turn: Turn, call: Call, event: CallLeft) -> None:
    """Talks go on without a coroutine, and the dialplan asks for another; or the switch is dead, and all is over."""
    call.attached, call.parting = False, event.reason
    if call.offer is not None:
        give_back(turn, call, OfferResult.WITHDRAWN)
    turn.board.deadlines.put(Due.LEG_GONE, call.call_id, turn.now + timedelta(seconds=CUT_OFF_GRACE_S))


def leg_gone_is_due(turn: Turn, call: Call) -> None:
    """The coroutine did not say how it ended; or it was cut off, and the switch has been silent since."""
    if call.leg_id in turn.board.gone:
        end_call(turn, call, call.reason_when_caller_leaves(), 16)
    elif not turn.board.is_up(call.node):
        end_call(turn, call, EndReason.LOST_SWITCH, 0)


def join_ended(turn: Turn, event: JoinEnded) -> None:
    """The customer is alone again: after the talk, or because there was none."""
    call = turn.board.living(event.call_id)
    if call is None or event.leg_id != call.join_leg:
        return
    if rooms.join_ended(turn, call) or _others_left(turn, call, event.succeeded):
        return
    if not event.succeeded and call.state is CallState.TALKING and rooms.join_failed(turn, call):
        return
    if call.state is CallState.CONNECTING:
        if event.succeeded:  # we did not see them in the room: the link to the switch was down
            start_talk(turn, call)
        else:
            give_back(turn, call, OfferResult.UNREACHABLE)
    rejoin.bridge_ended(turn, call, event.succeeded)


def _others_left(turn: Turn, call: Call, succeeded: bool) -> bool:
    """The room emptied around the customer while the agent was elsewhere, or for good after a transfer outside."""
    talk = call.talk
    if call.state is CallState.HANDED_OVER:
        say_goodbye(turn, call)
    elif talk is not None and talk.seat is not Seat.IN_ROOM:
        # Whoever shall be with the customer has just hung up, or was not there yet: that is known in a moment.
        if not (call.company() and rooms.join_failed(turn, call)):
            rooms.hold(turn, call)
    elif talk is not None and succeeded and not talk.is_there:
        rooms.rearrange(turn, call)  # they are on the way back
    else:
        return False
    return True
