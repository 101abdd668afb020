"""A supervisor takes a talk over: into the customer's room first, so that nobody falls silent; then the agent goes."""

from cti.domain.agent import Agent, AgentStep, Forced
from cti.domain.board import Turn
from cti.domain.call import Call, Talk
from cti.domain.facts import CallTakenOver
from cti.domain.leaving import leave_wrap_up
from cti.domain.rooms import rearrange
from cti.domain.succession import lead_on, let_go, note_talk
from cti.domain.supervision import Supervision, SupervisionEnd, SupervisionState
from cti.domain.supervisions import release_supervisor
from cti.domain.values import AgentState, SystemPause

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
    heir = release_supervisor(turn, call, supervision, SupervisionEnd.TOOK_OVER)
    turn.note(CallTakenOver(call.call_id, supervision.agent_id, heir.agent_id))
    turn.board.agents[supervision.agent_id].forced = Forced("take_over", heir.settings.name, turn.now)
    before, recorded_s = let_go(turn, call)
    _seat(turn, heir)
    heir.call_id, heir.disposed_early = call.call_id, False
    turn.move(heir, AgentStep.TOOK_OVER)
    leg_id = supervision.leg_id
    talk = Talk(heir.agent_id, leg_id, supervision.node, turn.now, before.recording_id, tape_s=recorded_s)
    lead_on(turn, call, talk, before)
    note_talk(turn, call, talk, TAKEN_OVER)
    turn.touch_call(call.call_id)
    rearrange(turn, call)


def _seat(turn: Turn, heir: Agent) -> None:
    """Whatever they did before: afterwards back to it, and who was not signed in is in a pause."""
    if heir.state is AgentState.SIGNED_OUT:
        turn.move(heir, AgentStep.SIGNED_IN, SystemPause.SIGNED_IN)
    if heir.state is AgentState.WRAP_UP:
        leave_wrap_up(turn, heir)
    elif heir.state is AgentState.NOT_READY:
        heir.next_reason = heir.reason
