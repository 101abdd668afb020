"""How it ends with a call that an agent dials: nobody took it, or they left before anybody spoke."""

from cti.domain.agent import AgentStep
from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.deadlines import Due
from cti.domain.dial import Dial, DialStep
from cti.domain.dial_facts import DialEnded
from cti.domain.parties import release
from cti.domain.values import EndReason


def end_dial(turn: Turn, call: Call, dial: Dial, result: EndReason, cause: int) -> None:
    """Both legs are ended, and the agent is back where they were; nothing has to be written down."""
    board = turn.board
    dial.take(DialStep.ENDED)
    call.dial = None
    board.deadlines.clear(Due.DIAL, call.call_id)
    agent = None if dial.agent_id is None else board.agents[dial.agent_id]
    if agent is not None:
        rang_s = 0.0 if dial.rang_at is None else (turn.now - dial.rang_at).total_seconds()
        turn.note(DialEnded(call.call_id, agent.agent_id, dial.leg_id, result, cause, dial.sip_status, rang_s))
        if dial.leg_id not in board.gone:
            turn.hang_up(dial.leg_id, dial.node, agent)
    if call.leg_id and call.leg_id not in board.gone:
        turn.hang_up(call.leg_id, call.node)
    if agent is not None:
        release(turn, agent, AgentStep.BECAME_READY)
