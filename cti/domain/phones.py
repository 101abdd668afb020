"""What becomes of agents whose phone is lost, and is back."""

from datetime import timedelta

from cti.domain import rejoin
from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.deadlines import Due
from cti.domain.events import PhoneChanged
from cti.domain.offers import give_back
from cti.domain.redialing import dial_anew, is_reachable
from cti.domain.values import DESK, AgentState, CallState, OfferResult, SystemPause

# The switch asks a phone that was silent once again after 15 s (qualify_frequency in pjsip.conf.tmpl).
PHONE_GRACE_S = 20.0


def phone_changed(turn: Turn, event: PhoneChanged) -> None:
    """A phone is there or not; kept also for extensions that nobody has yet."""
    reachable = turn.board.reachable
    if event.reachable:
        reachable.add(event.extension)
    else:
        reachable.discard(event.extension)
    agent = turn.board.by_extension(event.extension.removeprefix(DESK))
    if agent is not None:
        if event.reachable:
            dial_anew(turn, agent)
        look_at_phone(turn, agent)


def look_at_phone(turn: Turn, agent: Agent) -> None:
    """Take over whether the agent's phone is reachable; losing it ends ringing at once, never a talk.

    A ready agent is offered nothing from now on, and stays ready for the time in which a page reloads or another tab
    takes the phone over.
    """
    reachable = is_reachable(turn.board, agent)
    if reachable:
        agent.phone_expected_until = None
        turn.board.deadlines.clear(Due.PHONE_EXPECTED, agent.agent_id)
    if reachable != agent.phone_reachable:
        agent.phone_reachable = reachable
        turn.touch_agent(agent)
        if reachable:
            rejoin.phone_is_back(turn, agent)
            _ready_again(turn, agent)
    if not reachable and agent.phone_expected_until is None:
        if agent.state is AgentState.READY:
            agent.phone_expected_until = turn.now + timedelta(seconds=PHONE_GRACE_S)
            turn.board.deadlines.put(Due.PHONE_EXPECTED, agent.agent_id, agent.phone_expected_until)
        else:
            _phone_lost(turn, agent)


def _ready_again(turn: Turn, agent: Agent) -> None:
    """Who did not ask for the pause need not ask for its end; whose screen is away, too, may not sit there any more."""
    is_paused_for_it = agent.state is AgentState.NOT_READY and agent.reason == SystemPause.PHONE_LOST
    if is_paused_for_it and agent.screen_connected:
        turn.move(agent, AgentStep.BECAME_READY)


def phone_expected_is_due(turn: Turn, agent: Agent) -> None:
    """The phone had time to register again, after a reload or a restart of Callroom, and did not."""
    agent.phone_expected_until = None
    _phone_lost(turn, agent)


def _phone_lost(turn: Turn, agent: Agent) -> None:
    call = None if agent.call_id is None else turn.board.living(agent.call_id)
    if agent.state is AgentState.READY:
        turn.move(agent, AgentStep.PAUSED, SystemPause.PHONE_LOST)
    elif agent.state is AgentState.RINGING and call is not None and call.state is CallState.RINGING:
        give_back(turn, call, OfferResult.UNREACHABLE)
