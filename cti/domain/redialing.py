"""An agent's persistent leg is called: at the start of the shift, and by rule after it was lost.

Wanted while its agent is signed in. A second after it was lost it is called again, then later and later;
when MOST_TRIES were in vain, nobody is bothered until the phone comes back, or the agent asks for it.
"""

from datetime import timedelta

from cti.domain.agent import Agent, endpoint_of
from cti.domain.board import Board, Turn
from cti.domain.commands import HangUpLeg
from cti.domain.deadlines import Due
from cti.domain.own_leg import OwnLegState, OwnLegStep
from cti.domain.plugging import unplug
from cti.domain.ringing import ring_own_leg
from cti.errors import Refused

OWN_LEG_RING_S = 30.0
TAKEN_S = 15.0  # what an order and a network may take beside the ringing
REDIAL_S = (1.0, 5.0, 15.0, 30.0)
MOST_TRIES = len(REDIAL_S)
LATER_S = 2.0  # the switch is out of sight, or a call of the fallback queue's is at the phone


def is_reachable(board: Board, agent: Agent) -> bool:
    """Calls can be brought to the agent's phone."""
    return is_there(board, agent) and (agent.own_leg.is_up or not agent.wants_own_leg)


def make_sure_it_may_be_called(agent: Agent) -> None:
    """The dial policy lets the number outside be called, or Refused."""
    if agent.settings.phone_refusal:
        raise Refused("own_phone_refused", why=agent.settings.phone_refusal)


def is_there(board: Board, agent: Agent) -> bool:
    """The phone is registered; one outside is always believed to be, unless it may not be called."""
    if agent.settings.phone_refusal:
        return False
    endpoint = endpoint_of(agent.settings)
    return not endpoint or endpoint in board.reachable


def dial(turn: Turn, agent: Agent) -> bool:
    """Call the phone, unless it is up or nobody wants it to be. Return whether it rings now."""
    own, board = agent.own_leg, turn.board
    if not agent.wants_own_leg or not own.can(OwnLegStep.DIALED) or not is_there(board, agent):
        return own.state is OwnLegState.RINGING
    node = next((name for name, one in sorted(board.nodes.items()) if one.up), None)
    if node is None or agent.has_a_leg:
        _again_in(turn, agent, LATER_S)
        return False
    own.take(OwnLegStep.DIALED, turn.now)
    own.leg_id, own.node, own.phone = f"{node}-{board.new_id()}", node, agent.settings.phone
    own.tries += 1
    board.own_legs[own.leg_id] = agent.agent_id
    board.deadlines.clear(Due.REDIAL, agent.agent_id)
    ring_own_leg(turn, agent, OWN_LEG_RING_S)
    turn.touch_agent(agent)
    return True


def dial_anew(turn: Turn, agent: Agent) -> bool:
    """Somebody wants it now: what was tried in vain does not count."""
    agent.own_leg.tries = 0
    return dial(turn, agent)


def called_for_ready(turn: Turn, agent: Agent) -> bool:
    """Return whether it rings, or does now: its agent is ready, and offered calls as soon as it is up."""
    if not agent.wants_own_leg or not dial_anew(turn, agent):
        return False
    agent.phone_expected_until = turn.now + timedelta(seconds=OWN_LEG_RING_S + TAKEN_S)
    turn.board.deadlines.put(Due.PHONE_EXPECTED, agent.agent_id, agent.phone_expected_until)
    return True


def redial_is_due(turn: Turn, agent: Agent) -> None:
    """The time between two tries is over."""
    dial(turn, agent)


def call_later(turn: Turn, agent: Agent) -> None:
    """It was lost, or came to nothing."""
    tries = agent.own_leg.tries
    if tries < MOST_TRIES:
        _again_in(turn, agent, REDIAL_S[tries])


def condemn(turn: Turn, agent: Agent) -> None:
    """Nobody hears it any more: it is ended, and called again when it is gone."""
    own = agent.own_leg
    if own.can(OwnLegStep.CONDEMNED):
        own.take(OwnLegStep.CONDEMNED, turn.now)
        agent.phone_reachable = False
        turn.order(HangUpLeg(own.node, own.leg_id))
        turn.touch_agent(agent)


def release(turn: Turn, agent: Agent) -> None:
    """Nobody wants it any more."""
    own, board = agent.own_leg, turn.board
    if own.leg_id:
        turn.order(HangUpLeg(own.node, own.leg_id))
    forget(turn, agent)
    board.deadlines.clear(Due.REDIAL, agent.agent_id)
    own.tries = 0
    if own.state is not OwnLegState.DOWN:
        own.take(OwnLegStep.RELEASED, turn.now)
        agent.phone_reachable = is_reachable(board, agent)
        turn.touch_agent(agent)


def forget(turn: Turn, agent: Agent) -> None:
    """Its channel is gone, or is none of ours any more, and what it played is over."""
    own, board = agent.own_leg, turn.board
    if own.plays:
        board.bury(unplug(board, agent), turn.now)
    board.own_legs.pop(own.leg_id, None)
    own.leg_id = ""


def _again_in(turn: Turn, agent: Agent, seconds: float) -> None:
    turn.board.deadlines.put(Due.REDIAL, agent.agent_id, turn.now + timedelta(seconds=seconds))
