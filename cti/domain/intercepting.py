"""A supervisor takes a talk over: into the customer's room first, so that nobody falls silent; then the agent goes."""

from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.call import Call, Talk
from cti.domain.facts import CallTakenOver, OfferEnded, OfferMade, TalkStarted
from cti.domain.leaving import leave_wrap_up
from cti.domain.parties import NORMAL_CLEARING, end_party
from cti.domain.party import PartyState
from cti.domain.rooms import rearrange
from cti.domain.supervision import Supervision, SupervisionEnd, SupervisionState
from cti.domain.supervisions import release_supervisor
from cti.domain.talks import end_talk
from cti.domain.taping import hand_on, position_s
from cti.domain.values import AgentState, OfferResult, SystemPause

TAKEN_OVER = "taken over by a supervisor"


def complete_if_together(turn: Turn, call: Call) -> None:
    """Whoever takes over is with the customer now."""
    rooms = turn.board.rooms
    room_id = rooms.get(call.leg_id)
    for supervision in call.supervisions.values():
        is_there = room_id is not None and rooms.get(supervision.leg_id) == room_id
        if supervision.state is SupervisionState.TAKING_OVER and is_there:
            _complete(turn, call, supervision)
            return


def _complete(turn: Turn, call: Call, supervision: Supervision) -> None:
    before = call.talk
    assert before is not None  # noqa: S101 - supervision ends with the talk
    heir = release_supervisor(turn, call, supervision, SupervisionEnd.TOOK_OVER)
    turn.note(CallTakenOver(call.call_id, before.agent_id, heir.agent_id))
    for party in list(call.parties.values()):
        if party.state is not PartyState.IN_ROOM:
            end_party(turn, call, party, NORMAL_CLEARING)
    staying = dict(call.parties)
    call.parties.clear()  # the end of the agent's part is not theirs
    recorded_s = position_s(turn, before)
    end_talk(turn, call)
    call.parties.update(staying)
    _lead(turn, call, heir, supervision, before.recording_id, recorded_s)
    assert call.talk is not None  # noqa: S101 - it was made just now
    hand_on(turn, call, before, call.talk)
    rearrange(turn, call)


def _lead(
    turn: Turn, call: Call, heir: Agent, supervision: Supervision, recording_id: str | None, recorded_s: float
) -> None:
    """The supervisor is the talk's agent; the recording goes on."""
    leg_id = supervision.leg_id
    call.talk = Talk(heir.agent_id, leg_id, supervision.node, turn.now, recording_id, tape_s=recorded_s)
    call.last_agent_id, call.last_talk_started_at = heir.agent_id, turn.now
    _seat(turn, heir)
    heir.call_id, heir.disposed_early = call.call_id, False
    turn.move(heir, AgentStep.TOOK_OVER)
    queue_id = None if call.queue is None else call.queue.queue_id
    turn.note(OfferMade(call.call_id, heir.agent_id, leg_id, TAKEN_OVER))
    turn.note(OfferEnded(call.call_id, heir.agent_id, leg_id, OfferResult.ANSWERED))
    turn.note(TalkStarted(call.call_id, heir.agent_id, leg_id, queue_id, call.waited_s, recording_id))
    turn.touch_call(call.call_id)


def _seat(turn: Turn, heir: Agent) -> None:
    """Whatever they did before: afterwards back to it, and who was not signed in is in a pause."""
    if heir.state is AgentState.SIGNED_OUT:
        turn.move(heir, AgentStep.SIGNED_IN, SystemPause.SIGNED_IN)
    if heir.state is AgentState.WRAP_UP:
        leave_wrap_up(turn, heir)
    elif heir.state is AgentState.NOT_READY:
        heir.next_reason = heir.reason
