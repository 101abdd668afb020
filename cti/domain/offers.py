"""Offers: a call rings at an agent, is answered, missed, declined or withdrawn, and at last joined."""

from datetime import timedelta

from cti.domain import lines, measuring
from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Offer
from cti.domain.commands import KeepWaiting
from cti.domain.deadlines import Due
from cti.domain.facts import OfferEnded, OfferMade
from cti.domain.lines import stand_in_line, stop_waiting
from cti.domain.ringing import new_leg, ring, ring_limit_s
from cti.domain.rooms import join
from cti.domain.values import AgentState, CallState, OfferResult, QueueSettings, SystemPause

JOIN_TIMEOUT_S = 10.0
# A page takes whom a dialer called within some 50 ms: a telephone that has so long and does not takes nobody by itself.
TAKES_WITHIN_S = 1.0

_REFUSING_CAUSES = frozenset({17, 21})  # user busy, call rejected (Q.850): the phone said no
_SILENT_CAUSES = frozenset({16, 19})  # normal clearing, no answer

_PAUSES = {
    OfferResult.MISSED: SystemPause.MISSED_CALL,
    OfferResult.DECLINED: SystemPause.DECLINED_CALL,
    OfferResult.UNREACHABLE: SystemPause.PHONE_LOST,
}


def offer_to(turn: Turn, call: Call, agent: Agent, why: str) -> None:
    """Ring the agent for a call that stands in line; `why` is for the diary."""
    turn.leave_line(call)
    ring_for(turn, call, agent, why)


def ring_for(turn: Turn, call: Call, agent: Agent, why: str) -> None:
    """The same for one that stands in no line (any more)."""
    assert call.queue is not None  # noqa: S101 - only queued calls are chosen
    board = turn.board
    ring_s = call.queue.ring_timeout_s
    leg_id = new_leg(turn, call)
    call.take(CallStep.OFFERED)
    until = turn.now + timedelta(seconds=ring_limit_s(agent, ring_s))
    call.offer = Offer(agent.agent_id, leg_id, call.node, turn.now, until)
    if call.dialer_terms is None:
        board.deadlines.clear(Due.MAX_WAIT, call.call_id)
    board.deadlines.put(Due.RING, call.call_id, call.offer.until)
    if agent.state is AgentState.NOT_READY:
        agent.next_reason = agent.reason  # asked by a colleague: afterwards back to the pause
    agent.call_id = call.call_id
    turn.note(OfferMade(call.call_id, agent.agent_id, leg_id, why))
    turn.move(agent, AgentStep.OFFERED)
    ring(turn, call, agent, leg_id, ring_s)


def phone_rang(turn: Turn, call: Call, offer: Offer) -> None:
    """From now on the agent has the whole ring time-out; what the network took before is not theirs."""
    if call.state is not CallState.RINGING or offer.rang_at is not None or call.queue is None:
        return
    offer.rang_at = turn.now
    limit_s = ring_limit_s(turn.board.agents[offer.agent_id], call.queue.ring_timeout_s)
    offer.until = turn.now + timedelta(seconds=limit_s)
    turn.board.deadlines.put(Due.RING, call.call_id, offer.until)
    turn.touch_call(call.call_id)


def answered(turn: Turn, call: Call, offer: Offer) -> None:
    """The agent's leg is up: send the customer there."""
    if call.state is not CallState.RINGING or call.queue is None:
        return
    call.take(CallStep.ANSWERED)
    board = turn.board
    measuring.answered(turn, call, offer.made_at)
    offer.recording_id = _recording_for(turn, call, call.queue)
    board.deadlines.clear(Due.RING, call.call_id)
    board.deadlines.clear(Due.MAX_WAIT, call.call_id)
    board.deadlines.put(Due.JOIN, call.call_id, turn.now + timedelta(seconds=JOIN_TIMEOUT_S))
    turn.note(OfferEnded(call.call_id, offer.agent_id, offer.leg_id, OfferResult.ANSWERED))
    turn.touch_call(call.call_id)
    join(turn, call, offer.leg_id, offer.agent_id, offer.recording_id)


def _recording_for(turn: Turn, call: Call, queue: QueueSettings) -> str | None:
    """The one in which the talk goes on, or a new one where the line records."""
    if call.no_recording is not None or not turn.board.recording_allowed(queue.queue_id):
        return None
    if call.tape is not None:
        return call.tape.recording_id
    return turn.board.new_id() if queue.record else None


def ring_is_due(turn: Turn, call: Call) -> None:
    """Nobody answered in time: the agent's fault if the phone rang and the switch is in sight."""
    offer = call.offer
    assert offer is not None  # noqa: S101 - an ending offer takes its deadline along
    if not turn.board.may_ring(call.call_id):
        result = OfferResult.WITHDRAWN
    else:
        result = OfferResult.UNREACHABLE if offer.rang_at is None else OfferResult.MISSED
    give_back(turn, call, result)


def max_wait_is_due(turn: Turn, call: Call) -> None:
    """They have waited as long as they may; whom a dialer called also while a telephone rings for them."""
    if call.state is CallState.WAITING:
        lines.max_wait_is_due(turn, call)
        return
    end_offer(turn, call, rang_in_vain(turn, call))
    call.take(CallStep.OFFER_ENDED)
    measuring.gave_up(turn, call)
    stop_waiting(turn, call)


def rang_in_vain(turn: Turn, call: Call) -> OfferResult:
    """Whose caller goes while it rings is free again; whose telephone had the time to take whom a dialer called is not.

    The next person would be lost as well.
    """
    if call.offer is None or call.dialer_terms is None or call.state is not CallState.RINGING:
        return OfferResult.WITHDRAWN
    had_time = turn.now - call.offer.made_at >= timedelta(seconds=TAKES_WITHIN_S)
    return OfferResult.MISSED if had_time and turn.board.is_up(call.node) else OfferResult.WITHDRAWN


def join_is_due(turn: Turn, call: Call) -> None:
    """They did not come together in time. While the switch is out of sight they may talk unseen: ask again later."""
    if turn.board.is_up(call.node):
        give_back(turn, call, OfferResult.UNREACHABLE)
    else:
        turn.board.deadlines.put(Due.JOIN, call.call_id, turn.now + timedelta(seconds=JOIN_TIMEOUT_S))


def leg_lost(turn: Turn, call: Call, cause: int) -> None:
    """The agent's leg ended before the two were joined."""
    if call.state is CallState.CONNECTING and turn.board.may_ring(call.call_id):
        by_agent = call.offer is not None and call.offer.ended_by_agent
        give_back(turn, call, OfferResult.DECLINED if by_agent else OfferResult.UNREACHABLE)
    elif not turn.board.may_ring(call.call_id) or _was_taken(turn, call):
        # nobody could have told the agent's answer in time, or the phone was busy: theirs is not the fault
        give_back(turn, call, OfferResult.WITHDRAWN)
    elif cause in _REFUSING_CAUSES:
        give_back(turn, call, OfferResult.DECLINED)
    else:
        give_back(turn, call, OfferResult.MISSED if cause in _SILENT_CAUSES else OfferResult.UNREACHABLE)


def _was_taken(turn: Turn, call: Call) -> bool:
    """A call of the fallback queue's was at the phone first: pages take one at a time."""
    return call.offer is not None and bool(turn.board.agents[call.offer.agent_id].member_legs)


def give_back(turn: Turn, call: Call, result: OfferResult, pause: str = "") -> None:
    """End the offer; the call returns to its place in line."""
    had_answered = call.state is CallState.CONNECTING
    end_offer(turn, call, result, pause)
    call.take(CallStep.OFFER_ENDED)
    if had_answered:
        turn.order(KeepWaiting(call.call_id))
    stand_in_line(turn, call)


def end_offer(turn: Turn, call: Call, result: OfferResult, pause: str = "") -> None:
    """The agent's side of an ending offer; what becomes of the call is the caller's to say."""
    offer = call.offer
    assert offer is not None  # noqa: S101 - in RINGING and CONNECTING there is one
    board = turn.board
    call.offer = None
    for due in (Due.RING, Due.JOIN, Due.MAX_WAIT):
        board.deadlines.clear(due, call.call_id)
    if call.state is CallState.RINGING:
        turn.note(OfferEnded(call.call_id, offer.agent_id, offer.leg_id, result))
    if offer.leg_id not in board.gone:
        turn.hang_up(offer.leg_id, offer.node, board.agents[offer.agent_id])
    turn.touch_call(call.call_id)
    release(turn, board.agents[offer.agent_id], result, pause)


def release(turn: Turn, agent: Agent, result: OfferResult, pause: str) -> None:
    """The agent does not ring any more: ready as before, or paused with the reason."""
    agent.call_id = None
    reason = agent.next_reason or pause or _PAUSES.get(result, "")
    agent.next_reason = None
    if reason:
        turn.move(agent, AgentStep.PAUSED, reason)
    else:
        turn.move(agent, AgentStep.WITHDRAWN)
