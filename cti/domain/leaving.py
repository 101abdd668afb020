"""How an agent leaves a wrap-up, or work altogether."""

from datetime import timedelta

from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.deadlines import Due
from cti.domain.redialing import release
from cti.domain.values import AgentState, CallState

KEEP_ENDED_S = 10.0  # an ended call stays visible so long, and as long as an agent wraps it up


def finish_wrap_up(turn: Turn, agent: Agent) -> None:
    """The agent is done with the call: their chosen pause, or ready if phone and screen allow."""
    reason = agent.next_reason or agent.hindrance(turn.now)
    leave_wrap_up(turn, agent)
    if reason:
        turn.move(agent, AgentStep.PAUSED, reason)
    else:
        turn.move(agent, AgentStep.BECAME_READY)


def leave_wrap_up(turn: Turn, agent: Agent) -> None:
    """Let go of the call and count how long it took (callers of this move the agent on)."""
    board = turn.board
    call = None if agent.call_id is None else board.calls.get(agent.call_id)
    if call is not None:
        queue = board.queue_of(call)
        if queue is not None:
            queue.recent_s.append(agent.talked_s + (turn.now - agent.since).total_seconds())
        if call.state is CallState.ENDED:
            board.deadlines.put(Due.FORGET, call.call_id, turn.now + timedelta(seconds=KEEP_ENDED_S))
    agent.call_id = agent.next_reason = agent.wrap_up_until = None
    agent.needs_disposition = False
    board.deadlines.clear(Due.WRAP_UP, agent.agent_id)


def leave_work(turn: Turn, agent: Agent) -> None:
    """Sign the agent out, from whatever they do outside a call; one who was removed disappears."""
    board = turn.board
    if agent.state is not AgentState.SIGNED_OUT:
        leave_wrap_up(turn, agent)
        turn.move(agent, AgentStep.SIGNED_OUT)
    release(turn, agent)
    for due in (Due.SCREEN_LOST, Due.SCREEN_GONE, Due.PHONE_EXPECTED):
        board.deadlines.clear(due, agent.agent_id)
    agent.phone_expected_until = None
    if agent.removed:
        for due in (Due.LEG_CLOSING, Due.MEMBER_EXPECTED):
            board.deadlines.clear(due, agent.agent_id)
        turn.touch_agent(agent)
        turn.touch_calls_of(agent)
        del board.agents[agent.agent_id]
