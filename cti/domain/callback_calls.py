"""How a callback is called: an ordinary outbound call each time, by the one way to the outside (`dialing`).

Agent first: the call is offered like any other, and whoever takes it hears the number being dialed. Customer first:
they are dialed while an agent is free, and who answers is next in line.
"""

from dataclasses import astuple

from cti.domain import callbacks, measuring
from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Offer
from cti.domain.callback import Callback, CallbackResult, CallbackState, CallbackStep, Clearance
from cti.domain.callback_words import CallRequested
from cti.domain.called_back import greet
from cti.domain.commands import DialCustomer
from cti.domain.deadlines import Due
from cti.domain.dial import Dial, DialState
from cti.domain.dial_facts import CallDialed
from cti.domain.dialing import REACH_S, fetched, later
from cti.domain.events import CallArrived
from cti.domain.facts import CallLinked, CallStarted, OfferEnded, TalkStarted
from cti.domain.fallback import Listing
from cti.domain.offers import answered, ring_for
from cti.domain.parties import NORMAL_CLEARING
from cti.domain.ringing import new_leg
from cti.domain.talks import end_call
from cti.domain.values import Caller, CallState, Direction, EndReason, OfferResult

_HUNG_UP = (EndReason.ABANDONED_IN_QUEUE, EndReason.ABANDONED_RINGING)


def turn_came(turn: Turn, callback: Callback, agent: Agent, why: str) -> None:
    """It is first in line and this agent is free: ask whether it may be called, then call."""
    clearance = callback.clearance
    if clearance is None or clearance.until <= turn.now:
        callbacks.check(turn, callback, agent)
        return
    callback.clearance = None
    is_agent_first = callback.queue.callbacks.agent_first
    state = CallState.WAITING if is_agent_first else CallState.DIALING
    call = _new_call(turn, callback, clearance, state)
    turn.leave_line(callback)
    callback.take(CallbackStep.CALLED)
    callback.call_id, callback.agent_id, callback.answered, callback.dialed_at = call.call_id, None, False, None
    turn.board.callbacks_at_work[callback.callback_id] = None
    if is_agent_first:
        callback.cleared = clearance
        ring_for(turn, call, agent, f"callback: {why}")
    else:
        callback.agent_id = agent.agent_id
        _dial_customer(turn, callback, call, clearance)
    callbacks.tell(turn, callback)


def _new_call(turn: Turn, callback: Callback, clearance: Clearance, state: CallState) -> Call:
    board = turn.board
    node = board.node_up
    assert node is not None  # noqa: S101 - without a switch nobody is chosen for it
    call = Call(
        clearance.call_id or board.new_id(),
        "",
        node,
        Caller(clearance.number),
        clearance.shown_as or callback.dialed,
        arrived_at=turn.now,
        seen_at=turn.now,
        state=state,
        direction=Direction.OUTBOUND,
        queue=callback.queue,
        language=callback.language,
        customer_id=callback.customer_id,
        customer_name=callback.customer_name,
        callback_id=callback.callback_id,
        request=callback.request,
        returned=True,
    )
    board.calls[call.call_id] = call
    _note_start(turn, call)
    if callback.request is not None:
        turn.note(CallRequested(call.call_id, callback.callback_id, *astuple(callback.request)))
    if call.customer_id is not None:
        turn.note(CallLinked(call.call_id, call.customer_id))
    turn.touch_call(call.call_id)
    return call


def _note_start(turn: Turn, call: Call) -> None:
    turn.note(
        CallStarted(call.call_id, call.leg_id, call.node, call.caller, call.dialed, call.arrived_at, call.direction)
    )


def _dial_customer(turn: Turn, callback: Callback, call: Call, clearance: Clearance) -> None:
    ring_s = turn.board.outbound.ring_s
    call.attached, call.leg_id = False, new_leg(turn, call)
    call.dial = _dial(turn, call, clearance, None, "")
    callback.attempts, callback.dialed_at = callback.attempts + 1, turn.now
    turn.order(
        DialCustomer(
            call.node,
            call.leg_id,
            call.call_id,
            clearance.number,
            ring_s,
            clearance.shown_as,
            withheld=clearance.withheld,
        )
    )
    turn.board.deadlines.put(Due.DIAL, call.call_id, later(turn, ring_s))


def _dial(turn: Turn, call: Call, clearance: Clearance, agent_id: int | None, leg_id: str) -> Dial:
    state = DialState.DIALED if agent_id is None else DialState.FETCHING
    number, shown_as = clearance.number, clearance.shown_as
    return Dial(agent_id, leg_id, call.node, number, turn.now, shown_as, withheld=clearance.withheld, state=state)


def offer_answered(turn: Turn, call: Call, offer: Offer) -> None:
    """The agent's leg is up: the customer is sent there, or, of a callback, dialed from there."""
    if not call.stands_by_callback or call.state is not CallState.RINGING:
        answered(turn, call, offer)
        return
    callback = turn.board.callbacks.get(call.callback_id or "")
    clearance = None if callback is None else callback.cleared
    assert callback is not None and clearance is not None  # noqa: S101, PT018 - it ends with its call, not before
    agent = turn.board.agents[offer.agent_id]
    call.take(CallStep.DIALED)
    call.offer, call.attached, call.last_agent_id = None, False, agent.agent_id
    turn.board.deadlines.clear(Due.RING, call.call_id)
    turn.note(OfferEnded(call.call_id, offer.agent_id, offer.leg_id, OfferResult.ANSWERED))
    call.queue_since = callback.queued_at
    measuring.answered(turn, call, offer.made_at)
    call.dial = _dial(turn, call, clearance, agent.agent_id, offer.leg_id)
    turn.note(CallDialed(call.call_id, agent.agent_id, offer.leg_id))
    turn.move(agent, AgentStep.DIALED)
    callback.attempts, callback.dialed_at = callback.attempts + 1, turn.now
    callbacks.tell(turn, callback)
    fetched(turn, call, call.dial)


def comes_back(turn: Turn, event: CallArrived) -> Call | None:
    """Who was called before a restart of ours answered, and no agent's leg is there: they are next in line."""
    board = turn.board
    callback = next((one for one in board.callbacks.values() if one.call_id == event.call_id), None)
    if callback is None or not (callback.state is CallbackState.CALLING or _was_given_up(callback)):
        return None
    if callback.state is CallbackState.PAUSED:
        callback.take(CallbackStep.CALLED)
        callback.due_at, callback.why, callback.dialed_at = None, "", turn.now
        board.deadlines.clear(Due.CALLBACK, callback.callback_id)
        board.callbacks_at_work[callback.callback_id] = None
        callbacks.tell(turn, callback)
    board.away.pop(event.call_id, None)
    call = Call(
        event.call_id,
        event.leg_id,
        event.node,
        event.caller,
        event.dialed,
        min(event.arrived_at, turn.now),
        seen_at=turn.now,
        state=CallState.DIALING,
        direction=Direction.OUTBOUND,
        queue=callback.queue,
        language=callback.language,
        customer_id=callback.customer_id,
        customer_name=callback.customer_name,
        callback_id=callback.callback_id,
        request=callback.request,
        returned=True,
    )
    call.dial = Dial(None, "", event.node, callback.number, turn.now, state=DialState.ANSWERED)
    board.calls[call.call_id] = call
    board.leg_calls[call.leg_id] = call.call_id
    board.deadlines.put(Due.DIAL, call.call_id, later(turn, REACH_S))
    greet(turn, call)
    return call


def _was_given_up(callback: Callback) -> bool:
    """The diary had not heard of the call yet when we were gone; it was dialed all the same."""
    return callback.state is CallbackState.PAUSED and callback.why == EndReason.LOST_WHILE_AWAY


def look_who_still_rings(turn: Turn, listing: Listing) -> None:
    """Of before a restart: while the agent's telephone still rings, agent first, the customer was not dialed.

    Where it does not ring any more nobody knows, and it stays an attempt.
    """
    rings = {leg.call_id for leg in listing.values() if leg.agent_extension is not None and not leg.is_up}
    with_them = {leg.call_id for leg in listing.values() if leg.agent_extension is None}
    for callback_id in turn.board.callbacks_at_work:
        callback = turn.board.callbacks[callback_id]
        is_of_before = callback.state is CallbackState.CALLING and callback.call_id not in turn.board.calls
        if is_of_before and callback.queue.callbacks.agent_first and callback.call_id in rings - with_them:
            callback.dialed_at = None


def settle(turn: Turn) -> None:
    """At the end of a step: what became of the calls that callbacks have, whoever ended them and why."""
    _end_those_in_talk(turn)
    for callback_id in list(turn.board.callbacks_at_work):
        callback = turn.board.callbacks[callback_id]
        if callback.in_person is not None and turn.board.living(callback.in_person) is None:
            callback.in_person = None
            turn.touch_callback(callback_id)
        if callback.state is CallbackState.CALLING:
            _look(turn, callback)
        elif callback.in_person is None and callback.state is not CallbackState.CHECKING:
            del turn.board.callbacks_at_work[callback_id]


def _end_those_in_talk(turn: Turn) -> None:
    """Somebody of ours talks with them, because they called in or an agent called them: nobody has to call any more."""
    for fact in [fact for fact in turn.facts if isinstance(fact, TalkStarted)]:
        call = turn.board.calls.get(fact.call_id)
        if call is None or call.callback_id is not None:
            continue
        is_outbound = call.direction is Direction.OUTBOUND
        queue_id = None if call.queue is None else call.queue.queue_id
        for callback in list(turn.board.callbacks.values()):
            is_here = is_outbound or callback.queue.queue_id == queue_id
            if is_here and callback.state is not CallbackState.CALLING and callback.is_of(call.caller.number):
                callbacks.end(turn, callback, CallbackResult.REACHED if is_outbound else CallbackResult.CALLED_IN)


def _look(turn: Turn, callback: Callback) -> None:
    board = turn.board
    call = board.calls.get(callback.call_id or "")
    if call is None:
        if callback.call_id not in board.away:  # of before a restart, and not seen again yet
            _not_reached(turn, callback, EndReason.LOST_WHILE_AWAY)
    elif call.state is CallState.ENDED:
        _not_reached(turn, callback, call.end_reason or EndReason.FAILED)
    elif call.talk is not None:
        callbacks.end(turn, callback, CallbackResult.REACHED)
    elif call.stands_by_callback and call.state is CallState.WAITING:
        end_call(turn, call, EndReason.CANCELLED, NORMAL_CLEARING)  # the agent did not take it
        _not_reached(turn, callback, EndReason.CANCELLED)


def _not_reached(turn: Turn, callback: Callback, reason: EndReason) -> None:
    """Once more after a pause, unless that is of no use; where nobody was dialed it was no attempt."""
    rules = callback.queue.callbacks
    callback.agent_id = callback.cleared = None
    if turn.now >= callback.expires_at:
        callbacks.end(turn, callback, CallbackResult.EXPIRED, reason)
    elif callback.dialed_at is None:
        callback.take(CallbackStep.NOT_TAKEN)
        callbacks.stand(turn, callback)
        if callback.state is CallbackState.WAITING:
            callbacks.tell(turn, callback)
    elif callback.answered and reason in _HUNG_UP:
        callbacks.end(turn, callback, CallbackResult.HUNG_UP, reason)
    elif callback.answered or reason is EndReason.NO_SUCH_NUMBER or callback.attempts >= rules.attempts:
        callbacks.end(turn, callback, CallbackResult.UNREACHED, reason)
    else:
        callbacks.pause(turn, callback, reason, rules.retry_s)
