"""What the switch tells of single channels; a late, repeated or foreign one changes nothing."""

from datetime import timedelta

from cti.domain import callback_calls, dialing, handing, intercepting, inviting, rejoin, rooms, supervising
from cti.domain.agent import Agent
from cti.domain.arrivals import LEG_GRACE_S
from cti.domain.attempt_phases import tell_end_away, tell_start_away
from cti.domain.attempt_words import LegProgressed
from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.commands import HangUpLeg
from cti.domain.deadlines import Due
from cti.domain.dial import Dial
from cti.domain.events import (
    DialFailed,
    LegAnswered,
    LegBorn,
    LegEnded,
    LegRang,
    LegSpies,
    MemberRang,
    RoomJoined,
    RoomLeft,
)
from cti.domain.facts import CallEnded
from cti.domain.hearing import listen
from cti.domain.memories import CallMemory
from cti.domain.offers import leg_lost, phone_rang
from cti.domain.talks import end_call, join_if_together
from cti.domain.values import CallState, Direction, EndReason


def leg_rang(turn: Turn, event: LegRang) -> None:
    """The agent hears it now."""
    call = _call_of(turn, event.leg_id)
    if call is not None and call.offer is not None and call.offer.leg_id == event.leg_id:
        phone_rang(turn, call, call.offer)
    elif call is not None and call.dial is not None and call.leg_id == event.leg_id:
        dialing.rang(turn, call, call.dial)


def leg_progressed(turn: Turn, event: LegProgressed) -> None:
    """Something is heard before the answer: of what a dialer dials, it may be told what."""
    call = _call_of(turn, event.leg_id)
    if call is not None and call.leg_id == event.leg_id:
        if call.dial is not None:
            dialing.progressed(turn, call.dial)
        listen(turn, call)


def leg_born(turn: Turn, event: LegBorn) -> None:
    """The switch made the leg to somebody outside: the customer of a call that is dialed, or a third person."""
    call = _call_of(turn, event.dialer_leg_id)
    if call is not None and call.dial is not None:
        dialing.leg_born(turn, call, call.dial, event)
    else:
        inviting.leg_born(turn, call, event)


def dial_failed(turn: Turn, event: DialFailed) -> None:
    """Nobody outside took it."""
    call = _call_of(turn, event.leg_id)
    if call is not None and call.dial is not None:
        dialing.failed(turn, call, call.dial, event)
    elif call is not None:
        inviting.dial_failed(turn, call, event)


def leg_answered(turn: Turn, event: LegAnswered) -> None:
    """The agent took it; one that was withdrawn in the same moment is hung up again."""
    node = turn.board.closing.get(event.leg_id)
    if node is not None:
        turn.order(HangUpLeg(node, event.leg_id))
        return
    call = _call_of(turn, event.leg_id)
    if call is not None and call.offer is not None and call.offer.leg_id == event.leg_id:
        callback_calls.offer_answered(turn, call, call.offer)
    elif call is not None and call.dial is not None and call.dial.leg_id == event.leg_id:
        dialing.fetched(turn, call, call.dial)
    elif call is not None and (party := call.party_at(event.leg_id)) is not None:
        inviting.party_answered(turn, call, party)
    elif call is not None and (supervision := call.supervision_at(event.leg_id)) is not None:
        supervising.answered(turn, call, supervision)
    elif call is not None:
        rejoin.answered(turn, call, event.leg_id)


def member_rang(turn: Turn, event: MemberRang) -> None:
    """A caller of the fallback queue is at the agent's phone; one that is over already changes nothing."""
    agent = turn.board.by_extension(event.extension)
    if agent is not None and event.leg_id not in turn.board.gone:
        turn.lend(agent, event.leg_id)


def leg_ended(turn: Turn, event: LegEnded) -> None:
    """A channel is gone for good."""
    if event.leg_id in turn.board.gone:
        return
    call = _call_of(turn, event.leg_id)
    turn.board.bury(event.leg_id, turn.now)
    if call is None:
        _end_of_a_call_away(turn, event)
    elif call.dial is not None:
        _leg_of_dial_ended(turn, call, call.dial, event)
    elif event.leg_id == call.leg_id:
        customer_gone(turn, call, event.cause)
    elif (party := call.party_at(event.leg_id)) is not None:
        inviting.party_gone(turn, call, party, event.cause)
    elif (supervision := call.supervision_at(event.leg_id)) is not None:
        supervising.leg_ended(turn, call, supervision)
    elif call.talk is not None:
        _agent_gone(turn, call, event.cause)
    else:
        leg_lost(turn, call, event.cause)


def _leg_of_dial_ended(turn: Turn, call: Call, dial: Dial, event: LegEnded) -> None:
    if event.leg_id == dial.leg_id:
        dialing.own_leg_ended(turn, call, dial, event.cause)
    else:
        dialing.other_leg_ended(turn, call, dial, event.cause, event.sip_status)


def _agent_gone(turn: Turn, call: Call, cause: int) -> None:
    if call.in_conference:
        handing.leave(turn, call)  # the others talk on
    else:
        rejoin.agent_leg_ended(turn, call, cause)


def customer_gone(turn: Turn, call: Call, cause: int) -> None:
    """In a menu only the coroutine knows whether the visit failed or was done (a voicemail was left)."""
    if call.state is CallState.IN_MENU and call.attached:
        turn.board.deadlines.put(Due.LEG_GONE, call.call_id, turn.now + timedelta(seconds=LEG_GRACE_S))
    else:
        if call.talk is not None and cause == rejoin.PERSON_ENDED:
            # Asterisk hands the word of the leg that ended a bridge to the other: after a restart, all we may hear.
            call.talk.ended_by_agent = True
        end_call(turn, call, call.reason_when_caller_leaves(), cause)


def _end_of_a_call_away(turn: Turn, event: LegEnded) -> None:
    """It never came back to Callroom after the restart."""
    memory = next((one for one in turn.board.away.values() if one.leg_id == event.leg_id), None)
    if memory is not None:
        end_away(turn, memory, how_it_ended_away(memory), event.cause)


def end_away(turn: Turn, memory: CallMemory, reason: EndReason, cause: int = 0, talked_s: float = 0.0) -> None:
    """A call of before a restart is over: at the latest now, for nobody may have seen when."""
    board, waited_s = turn.board, memory.waited_s
    del board.away[memory.call_id]
    queue = None if memory.queue_id is None else board.queues.get(memory.queue_id)
    if reason is EndReason.ABANDONED_IN_QUEUE:
        if memory.queued_at is not None:
            waited_s = (turn.now - memory.queued_at).total_seconds()
        if queue is not None:
            queue.count_from(turn.now.astimezone(board.zone).date()).abandoned += 1
            turn.touch_queues([queue.settings.queue_id])
    tell_start_away(turn, memory)
    turn.note(CallEnded(memory.call_id, reason, cause, memory.queue_id, memory.talk_agent_id, waited_s, talked_s))
    tell_end_away(turn, memory, reason, cause)


def how_it_ended_away(memory: CallMemory) -> EndReason:
    """Who waited left before the dialplan asked again; if the fallback had taken them, its own record says so later."""
    if memory.in_fallback:
        return EndReason.FALLBACK
    is_ours = memory.direction is Direction.OUTBOUND
    if is_ours or memory.talk_agent_id is not None or memory.parted_at is not None:
        return EndReason.LOST_WHILE_AWAY
    return EndReason.ABANDONED_IN_MENU if memory.queue_id is None else EndReason.ABANDONED_IN_QUEUE


def closing_is_due(turn: Turn, agent: Agent) -> None:
    """The switch did not say that the leg is gone: the agent is not kept from work for that."""
    if agent.closing_leg is not None:
        turn.board.closed(agent.closing_leg)


def room_joined(turn: Turn, event: RoomJoined) -> None:
    """When the second of the two is in, they talk."""
    call = _call_of(turn, event.leg_id)
    if call is not None:
        turn.board.rooms[event.leg_id] = event.room_id
        join_if_together(turn, call)
        dialing.talk_if_together(turn, call)
        rejoin.resume_if_together(turn, call)
        intercepting.complete_if_together(turn, call)
        rooms.came_in(turn, call, event.leg_id)


def room_left(turn: Turn, event: RoomLeft) -> None:
    """Who leaves a room need not be gone; what it means is told by the leg's end or the coroutine."""
    call = _call_of(turn, event.leg_id)
    if call is not None and turn.board.rooms.get(event.leg_id) == event.room_id:
        del turn.board.rooms[event.leg_id]
        rooms.went_out(turn, call, event.leg_id)


def leg_spies(turn: Turn, event: LegSpies) -> None:
    """The switch has done what was ordered of a supervisor's leg."""
    call = _call_of(turn, event.leg_id)
    if call is not None:
        rooms.came_to_spy(turn, call, event)


def _call_of(turn: Turn, leg_id: str) -> Call | None:
    call_id = turn.board.leg_calls.get(leg_id)
    return None if call_id is None else turn.board.living(call_id)
