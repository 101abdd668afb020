"""An agent parks a caller: music under a short number, until a colleague of the line picks them up.

After a while the caller comes back, to whoever parked them if their telephone can ring, else to the front of the line.
"""

from datetime import timedelta

from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Talk
from cti.domain.commands import HoldForAgent, MuteRecording
from cti.domain.deadlines import Due
from cti.domain.facts import CallParked, RecordingResumed
from cti.domain.holding import talk_of
from cti.domain.lines import back_in_line, wait_anew
from cti.domain.memories import ParkingMemory
from cti.domain.offers import offer_to
from cti.domain.parking_words import Parking
from cti.domain.seats import is_free, own_phone, sit_down
from cti.domain.slots import end_parking, free_slot
from cti.domain.talks import end_talk
from cti.domain.tape import Tape
from cti.domain.taping import position_s
from cti.domain.values import AgentState, CallState
from cti.domain.wishes import AgentParked, AgentPickedUp
from cti.errors import Refused

LOOK_AGAIN_S = 5.0  # while the switch is away nobody can be rung for who was parked too long


def parked(turn: Turn, event: AgentParked) -> None:
    """The agent's part is over; what the call was can be said when it is, by whoever has it then."""
    board = turn.board
    call, talk = talk_of(turn, event.agent_id, event.call_id)
    if call.parties:
        raise Refused("people_in_call", call_id=call.call_id)
    queue = board.queue_of(call)
    if queue is None:
        raise Refused("unknown_queue", call_id=call.call_id)
    _keep_tape(turn, call, talk)
    call.join_recalled = call.join_leg is not None
    end_talk(turn, call)
    agent = board.agents.get(event.agent_id)
    if agent is not None:  # who works here no more is gone with the talk
        agent.needs_disposition = False
        turn.touch_agent(agent)
    call.take(CallStep.PARKED)
    until = turn.now + timedelta(seconds=board.park_s)
    call.parking = Parking(free_slot(board), event.agent_id, turn.now, until)
    board.parked[call.parking.slot] = call.call_id
    board.deadlines.put(Due.PARK, call.call_id, until)
    turn.note(CallParked(call.call_id, event.agent_id, call.parking.slot, queue.settings.queue_id))
    turn.order(HoldForAgent(call.call_id))
    turn.touch_call(call.call_id)


def found(turn: Turn, call: Call, memory: ParkingMemory) -> None:
    """The dialplan asks again for somebody who was parked before a restart: they are still, until the same moment."""
    board = turn.board
    # a call of ours to somebody (a callback) was counted in no line
    queue = board.queues.get(memory.queue_id or call.counted_queue_id or 0)
    if queue is None:  # the line was removed meanwhile: nobody could pick them up
        return
    slot = memory.slot if memory.slot not in board.parked else free_slot(board)
    until = memory.since + timedelta(seconds=board.park_s)
    call.queue, call.parking = queue.settings, Parking(slot, memory.agent_id, memory.since, until)
    if memory.recording_id is not None:
        call.tape = Tape(memory.recording_id, memory.recorded_s)
    call.take(CallStep.FOUND_PARKED)
    board.parked[slot] = call.call_id
    board.deadlines.put(Due.PARK, call.call_id, until)
    turn.order(HoldForAgent(call.call_id))


def _keep_tape(turn: Turn, call: Call, talk: Talk) -> None:
    """The next talk goes on in it; a pause was that of the agent who asked for it."""
    if talk.recording_id is None:
        return
    at_s = position_s(turn, talk)
    call.tape = Tape(talk.recording_id, at_s)
    if talk.muted or talk.mute_wanted:
        turn.order(MuteRecording(call.node, call.leg_id, False, talk.recording_id))
    if talk.muted:
        turn.note(RecordingResumed(call.call_id, talk.agent_id, talk.recording_id, at_s, by_itself=False))


def picked_up(turn: Turn, event: AgentPickedUp) -> None:
    """At their own telephone; should they not answer, the caller is first in line."""
    call = turn.board.living(event.call_id)
    parking = None if call is None else call.parking
    if call is None or call.queue is None or parking is None:
        raise Refused("not_parked", call_id=event.call_id)
    agent = own_phone(turn, event.agent_id)
    is_theirs = call.queue.queue_id in agent.settings.queue_ids or agent.agent_id == parking.agent_id
    if not is_theirs and not event.of_any_team:
        raise Refused("not_your_team", call_id=call.call_id)
    if agent.state is AgentState.SIGNED_OUT and not event.of_any_team:
        raise Refused("signed_out")
    if turn.board.queue_of(call) is None:
        raise Refused("unknown_queue", call_id=call.call_id)
    if not turn.board.may_ring(call.call_id):
        raise Refused("switch_unavailable", call_id=call.call_id)
    sit_down(turn, agent)
    end_parking(turn, call, agent.agent_id)
    back_in_line(turn, call, call.queue)
    offer_to(turn, call, agent, f"picked up from slot {parking.slot}")


def park_is_due(turn: Turn, call: Call) -> None:
    """Nobody picked them up."""
    board, parking = turn.board, call.parking
    assert parking is not None and call.queue is not None  # noqa: S101, PT018 - the end of parking takes the deadline
    if not board.may_ring(call.call_id):
        board.deadlines.put(Due.PARK, call.call_id, turn.now + timedelta(seconds=LOOK_AGAIN_S))
        return
    end_parking(turn, call)
    back_in_line(turn, call, call.queue)
    agent = board.agents.get(parking.agent_id)
    if call.state is CallState.WAITING and agent is not None and is_free(agent):
        sit_down(turn, agent)
        offer_to(turn, call, agent, f"back from slot {parking.slot}")


def started_again(turn: Turn, call: Call, waits_for_us: bool) -> None:
    """The dialplan asked again for a parked caller: a new coroutine, which has to be told, or stands in line itself."""
    if waits_for_us:
        turn.order(HoldForAgent(call.call_id))
        return
    end_parking(turn, call)
    wait_anew(call, turn.now)
    call.queue_since = turn.now
    call.take(CallStep.STARTED_AGAIN)
