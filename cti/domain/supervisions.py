"""How it ends with those who supervise a talk."""

from cti.domain.agent import Agent
from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.deadlines import Due
from cti.domain.facts import SupervisionEnded
from cti.domain.supervision import Supervision, SupervisionEnd, SupervisionStep


def end_supervision(turn: Turn, call: Call, supervision: Supervision, why: SupervisionEnd) -> None:
    """The supervisor's part is over; their leg, if it is still there, is ended."""
    agent = release_supervisor(turn, call, supervision, why)
    if supervision.leg_id not in turn.board.gone:
        turn.hang_up(supervision.leg_id, supervision.node, agent)


def end_supervisions(turn: Turn, call: Call) -> None:
    """The talk is over, and with it everybody's ear."""
    for supervision in list(call.supervisions.values()):
        end_supervision(turn, call, supervision, SupervisionEnd.TALK_ENDED)


def release_supervisor(turn: Turn, call: Call, supervision: Supervision, why: SupervisionEnd) -> Agent:
    """They supervise no more, whatever becomes of their leg. Return who it was."""
    turn.board.deadlines.clear(Due.SUPERVISOR_RING, supervision.supervisor_id)
    supervision.take(SupervisionStep.ENDED)
    del call.supervisions[supervision.supervisor_id]
    call.sent.pop(supervision.leg_id, None)
    agent = turn.board.agents[supervision.supervisor_id]
    agent.supervises = None
    answered_at = supervision.answered_at
    lasted_s = 0.0 if answered_at is None else (turn.now - answered_at).total_seconds()
    turn.note(
        SupervisionEnded(call.call_id, supervision.supervision_id, supervision.supervisor_id, why.value, lasted_s)
    )
    turn.touch_agent(agent)
    turn.touch_call(call.call_id)
    return agent
