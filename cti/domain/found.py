"""Talks that the switch has and the floor does not know: of before a restart, or of two whom it believed elsewhere."""

from cti.domain import muting, taping
from cti.domain.agent import Agent, AgentStep
from cti.domain.attempt_phases import tell
from cti.domain.attempt_words import AttemptPhase
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Seat, Talk
from cti.domain.deadlines import Due
from cti.domain.events import LegSnapshot
from cti.domain.facts import (
    CallStarted,
    HoldStarted,
)
from cti.domain.fallback import Listing
from cti.domain.leaving import leave_wrap_up
from cti.domain.lines import count_wait
from cti.domain.memories import CallMemory
from cti.domain.offers import give_back
from cti.domain.party import Party, PartyState
from cti.domain.recalling import recall
from cti.domain.succession import note_talk
from cti.domain.take import Take, TakeState
from cti.domain.take_words import RecordingStarted
from cti.domain.values import CallState, Direction, OfferResult

FOUND = "found together after a restart"


def customer_with(leg: LegSnapshot, listing: Listing) -> LegSnapshot | None:
    """Return the customer in whose room this leg is."""
    if leg.room_id is None:
        return None
    return next(
        (
            other
            for other in listing.values()
            if other.room_id == leg.room_id and other.agent_extension is None and other.call_id is not None
        ),
        None,
    )


def makes_way(turn: Turn, agent: Agent, customer: LegSnapshot) -> bool:
    """The switch is right: what the floor had in mind for the two is dropped, unless it is another talk."""
    call = turn.board.living(customer.call_id or "")
    if call is not None and not call.can(CallStep.FOUND_TALKING) and call.offer is None:
        return False
    if not is_free_to_be_found(turn, agent, customer.call_id or ""):
        return False
    if call is not None and call.dial is not None:
        return False  # `dialing.talk_if_together` knows its legs
    if call is not None and call.offer is not None:
        give_back(turn, call, OfferResult.WITHDRAWN)
    if call is not None and call.state is CallState.WAITING:
        turn.leave_line(call)
        turn.board.deadlines.clear(Due.MAX_WAIT, call.call_id)
    return True


def is_free_to_be_found(turn: Turn, agent: Agent, call_id: str) -> bool:
    """Unless they are in the talk of another call; one that rang at them does so no more."""
    other = None if agent.call_id == call_id else turn.board.living(agent.call_id or "")
    if other is not None and (other.talk is not None or other.dial is not None):
        return False
    if other is not None and other.offer is not None:
        give_back(turn, other, OfferResult.WITHDRAWN)
    return True


def find_talk(turn: Turn, customer: LegSnapshot, leg: LegSnapshot, agent: Agent, seat: Seat = Seat.IN_ROOM) -> None:
    """Take the talk over as the switch has it: away from the customer, the agent had put them on hold."""
    board, call_id = turn.board, customer.call_id or ""
    memory = board.away.pop(call_id, None)
    call = board.living(call_id) or _found_call(turn, customer, memory)
    talk = Talk(agent.agent_id, leg.leg_id, leg.node, turn.now, None if leg.fallback else customer.recording_id)
    if memory is not None and memory.talk_leg_id in (None, leg.leg_id):
        talk.started_at, talk.talked_s = memory.talk_started_at or turn.now, memory.talked_before_s
        talk.recording_id = memory.recording_id or customer.recording_id
    call.take(CallStep.FOUND_TALKING)
    call.talk, call.last_agent_id, call.last_talk_started_at = talk, agent.agent_id, talk.started_at
    for one in (customer, leg):
        _stands(turn, call, one)
    if seat is Seat.IN_ROOM:
        call.join_leg = leg.leg_id
    else:
        _is_on_hold(turn, call, talk, memory, seat)
    if not leg.fallback and (
        memory is None or memory.talk_leg_id != leg.leg_id
    ):  # the fallback has a record of its own
        # It began in the moment in which we were killed, before the diary had it.
        count_wait(turn, call)
        note_talk(turn, call, talk, FOUND)
    tell(turn, call, AttemptPhase.CONNECTED, agent.agent_id)  # the diary may not have it; the first time counts
    _find_take(turn, call, talk, memory)
    taping.find(turn, call, talk, customer, memory)
    turn.touch_call(call_id)
    leave_wrap_up(turn, agent)
    agent.call_id = call_id
    turn.move(agent, AgentStep.FOUND_TALKING)


def _find_take(turn: Turn, call: Call, talk: Talk, memory: CallMemory | None) -> None:
    """Who asked for the recording; what was said before is not in it. The channel still names one that is over."""
    if talk.recording_id is None or memory is None or memory.talk_leg_id != talk.leg_id:
        return
    if memory.take is not None:
        call.on_demand = Take(talk.recording_id, memory.take.by, memory.take.by_supervisor, TakeState.RUNNING)
        talk.tape_s = -max(0.0, (memory.take.began_at - talk.started_at).total_seconds())
    elif memory.recording_id is None and talk.recording_id in memory.recordings:
        talk.recording_id = None
    elif memory.recording_id is None:
        # It began in the moment in which we were killed, before the diary had it.
        call.on_demand = Take(talk.recording_id, talk.agent_id, by_supervisor=False, state=TakeState.RUNNING)
        talk.tape_s = -taping.position_s(turn, talk)
        before_s = (turn.now - talk.started_at).total_seconds()
        turn.note(RecordingStarted(call.call_id, talk.agent_id, talk.recording_id, talk.agent_id, False, before_s))


def _stands(turn: Turn, call: Call, leg: LegSnapshot) -> None:
    turn.board.leg_calls[leg.leg_id] = call.call_id
    muting.look(turn, call, leg)
    if leg.room_id is not None:
        turn.board.rooms[leg.leg_id] = leg.room_id


def _is_on_hold(turn: Turn, call: Call, talk: Talk, memory: CallMemory | None, seat: Seat) -> None:
    call.take(CallStep.PUT_ON_HOLD)
    talk.seat, talk.is_there = seat, False
    talk.held_since = None if memory is None else memory.held_since
    if talk.held_since is None:  # it began in the moment in which we were killed
        talk.held_since = turn.now
        turn.note(HoldStarted(call.call_id, talk.agent_id, talk.leg_id))


def find_party(turn: Turn, call: Call, talk: Talk, leg: LegSnapshot, agent: Agent, state: PartyState) -> None:
    """Somebody whom the agent had asked to join: the diary knows of the invitation, and that they came."""
    call.parties[leg.leg_id] = Party(
        leg.leg_id,
        leg.node,
        talk.agent_id,
        turn.now,
        agent.agent_id,
        leg_id=leg.leg_id,
        state=state,
        answered_at=turn.now,
    )
    _stands(turn, call, leg)
    leave_wrap_up(turn, agent)
    agent.call_id = call.call_id
    turn.move(agent, AgentStep.FOUND_TALKING)
    turn.touch_call(call.call_id)


def _found_call(turn: Turn, customer: LegSnapshot, memory: CallMemory | None) -> Call:
    call = Call(
        customer.call_id or "",
        customer.leg_id,
        customer.node,
        customer.caller,
        customer.dialed,
        arrived_at=customer.arrived_at or turn.now,
        seen_at=turn.now,
        attached=False,
        direction=Direction.OUTBOUND if customer.outbound else Direction.INBOUND,
    )
    if memory is not None:
        recall(call, memory)
        queue = None if memory.queue_id is None else turn.board.queues.get(memory.queue_id)
        call.queue = None if queue is None else queue.settings
    turn.board.calls[call.call_id] = call
    turn.note(
        CallStarted(call.call_id, call.leg_id, call.node, call.caller, call.dialed, call.arrived_at, call.direction)
    )
    return call
