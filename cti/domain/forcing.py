"""What a supervisor does to an agent's state: end the call, make ready, pause, sign out. The diary has by whom."""

from cti.domain import people
from cti.domain.agent import IN_CALL, Agent, Forced
from cti.domain.board import Turn
from cti.domain.events import AgentHungUp, AgentWentNotReady, AgentWentReady
from cti.domain.facts import CallForcedDown
from cti.domain.leaving import leave_work
from cti.domain.offers import give_back
from cti.domain.oversight import ForcedEvent, ForcedHangUp, ForcedNotReady, ForcedReady, ForcedSignOut
from cti.domain.values import AgentState, CallState, OfferResult
from cti.errors import Refused


def hang_up(turn: Turn, event: ForcedHangUp) -> None:
    """End the talk for both, as if by the agent; who was invited to it only leaves."""
    people.hung_up(turn, AgentHungUp(event.agent_id, event.call_id))
    turn.note(CallForcedDown(event.call_id, event.agent_id, event.by))
    _tell(turn, event, "hang_up")


def ready(turn: Turn, event: ForcedReady) -> None:
    """Also out of a wrap-up that has no disposition; in a call it takes back a pause that was asked for."""
    agent = _seated(turn, event.agent_id)
    if not agent.phone_reachable:
        raise Refused("agent_phone_unreachable", agent_id=agent.agent_id)
    if agent.state in IN_CALL and agent.next_reason is None:
        raise Refused("agent_in_call", agent_id=agent.agent_id)
    if agent.state is AgentState.WRAP_UP:
        agent.needs_disposition, agent.next_reason = False, None
    people.went_ready(turn, AgentWentReady(event.agent_id))
    _tell(turn, event, "ready")


def not_ready(turn: Turn, event: ForcedNotReady) -> None:
    """With a call it begins when the call is done."""
    _seated(turn, event.agent_id)
    people.went_not_ready(turn, AgentWentNotReady(event.agent_id, event.reason))
    _tell(turn, event, "pause")


def sign_out(turn: Turn, event: ForcedSignOut) -> None:
    """A call that rings goes to somebody else; a talk has to be ended first."""
    agent = _seated(turn, event.agent_id)
    call = None if agent.call_id is None else turn.board.living(agent.call_id)
    if agent.state is AgentState.RINGING and call is not None and call.state is CallState.RINGING:
        give_back(turn, call, OfferResult.WITHDRAWN)
    if agent.state in IN_CALL:
        raise Refused("agent_in_call", agent_id=agent.agent_id)
    leave_work(turn, agent)
    _tell(turn, event, "sign_out")


def _tell(turn: Turn, event: ForcedEvent, act: str) -> None:
    """So that the agent's page can say what happened, and by whom."""
    agent = turn.board.agents.get(event.agent_id)
    if agent is not None:  # whoever works here no more is gone with the call that was ended
        agent.forced = Forced(act, event.by_name, turn.now)
        turn.touch_agent(agent)


def _seated(turn: Turn, agent_id: int) -> Agent:
    agent = turn.board.agents.get(agent_id)
    if agent is None or agent.state is AgentState.SIGNED_OUT:
        raise Refused("agent_signed_out", agent_id=agent_id)
    return agent
