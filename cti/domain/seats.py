"""Somebody wants a call at their own telephone: whether it can ring there, and the seat from which they take it."""

from cti.domain.agent import IN_CALL, Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.leaving import finish_wrap_up
from cti.domain.values import AgentState, SystemPause
from cti.errors import Refused


def own_phone(turn: Turn, agent_id: int) -> Agent:
    """Return who asks, or refuse with what keeps their own telephone from ringing. Changes nothing."""
    agent = turn.board.agents.get(agent_id)
    if agent is None or agent.removed:
        raise Refused("no_extension", agent_id=agent_id)
    if agent.state in IN_CALL:
        raise Refused("in_call", call_id=agent.call_id)
    if agent.needs_disposition:
        raise Refused("disposition_missing", call_id=agent.call_id)
    if agent.supervises is not None:
        raise Refused("supervises_already", call_id=agent.supervises)
    if not agent.phone_reachable or agent.has_a_leg:
        raise Refused("phone_unreachable", extension=agent.settings.extension)
    return agent


def is_free(agent: Agent) -> bool:
    """Their telephone can ring: also in a pause, and in what is left of a wrap-up."""
    is_done = agent.state is AgentState.WRAP_UP and not agent.needs_disposition
    idle = is_done or agent.state in (AgentState.READY, AgentState.NOT_READY)
    return idle and agent.phone_reachable and not agent.removed and not agent.has_a_leg


def sit_down(turn: Turn, agent: Agent) -> None:
    """Be where a call can ring: a supervisor who was not signed in is in a pause before and after it."""
    if agent.state is AgentState.SIGNED_OUT:
        turn.move(agent, AgentStep.SIGNED_IN, SystemPause.SIGNED_IN)
    elif agent.state is AgentState.WRAP_UP:
        finish_wrap_up(turn, agent)
