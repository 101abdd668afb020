"""What agents ask for, and what becomes of them when their screen is lost."""

from datetime import timedelta

from cti.domain import dialing, inviting, supervising
from cti.domain.agent import IN_CALL, SCREEN_GRACE_S, Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.commands import HangUpLeg
from cti.domain.deadlines import Due
from cti.domain.events import (
    AgentDeclined,
    AgentDisposed,
    AgentHungUp,
    AgentSignedIn,
    AgentSignedOut,
    AgentWentNotReady,
    AgentWentReady,
    ScreenBack,
    ScreenLost,
)
from cti.domain.leaving import finish_wrap_up, leave_work
from cti.domain.offers import give_back
from cti.domain.parties import NORMAL_CLEARING
from cti.domain.party import Party
from cti.domain.phones import look_at_phone
from cti.domain.redialing import called_for_ready, dial_anew, make_sure_it_may_be_called
from cti.domain.talks import SCREEN_LIMIT_S, part
from cti.domain.values import AgentState, CallState, OfferResult, SystemPause
from cti.domain.wishes import AgentSentToSurvey
from cti.errors import Refused

CALL_REJECTED = 21  # Q.850


def signed_in(turn: Turn, event: AgentSignedIn) -> None:
    """Once more is no error: a person may have several tabs."""
    agent = _agent(turn, event.agent_id)
    if agent.state is AgentState.SIGNED_OUT:
        turn.move(agent, AgentStep.SIGNED_IN, SystemPause.SIGNED_IN)
        _watch_screen(turn, agent)
        dial_anew(turn, agent)
        look_at_phone(turn, agent)


def signed_out(turn: Turn, event: AgentSignedOut) -> None:
    """Not in a call, and not before it has its disposition."""
    agent = _agent(turn, event.agent_id)
    if agent.state in IN_CALL:
        raise Refused("in_call", call_id=agent.call_id)
    if agent.needs_disposition:
        raise Refused("disposition_missing", call_id=agent.call_id)
    if agent.state is not AgentState.SIGNED_OUT:
        leave_work(turn, agent)


def went_ready(turn: Turn, event: AgentWentReady) -> None:
    """In a call, and until it has its disposition, it takes back a pause that was asked for."""
    agent = _agent(turn, event.agent_id)
    if agent.state is AgentState.SIGNED_OUT:
        raise Refused("signed_out")
    # Without a pause they are ready after the call: a caller who waits may be quicker than who says it.
    if agent.state is AgentState.READY or (agent.state in IN_CALL and agent.next_reason is None):
        return
    if agent.state in IN_CALL or agent.needs_disposition:
        if agent.next_reason is None:
            raise Refused("disposition_missing", call_id=agent.call_id)
        agent.next_reason = None
        turn.touch_agent(agent)
        turn.keep_fallback(agent)
        return
    make_sure_it_may_be_called(agent)
    if not agent.phone_reachable and not called_for_ready(turn, agent):
        raise Refused("phone_unreachable", extension=agent.settings.extension)
    agent.next_reason = None
    _watch_screen(turn, agent)
    if agent.state is AgentState.WRAP_UP:
        finish_wrap_up(turn, agent)
    else:
        turn.move(agent, AgentStep.BECAME_READY)


def went_not_ready(turn: Turn, event: AgentWentNotReady) -> None:
    """With a call it begins when the call is done."""
    agent = _agent(turn, event.agent_id)
    if agent.state is AgentState.SIGNED_OUT:
        raise Refused("signed_out")
    if agent.state in IN_CALL or agent.needs_disposition:
        agent.next_reason = event.reason
        turn.touch_agent(agent)
        turn.keep_fallback(agent)
    elif agent.state is AgentState.WRAP_UP:
        agent.next_reason = event.reason
        finish_wrap_up(turn, agent)
    elif agent.state is not AgentState.NOT_READY or agent.reason != event.reason:
        turn.move(agent, AgentStep.PAUSED, event.reason)


def declined(turn: Turn, event: AgentDeclined) -> None:
    """Only what still rings can be declined."""
    party = _as_party(turn, event.agent_id, event.call_id)
    if party is not None and not party[1].is_up:
        inviting.party_gone(turn, *party, CALL_REJECTED)
        return
    call = _call_with(turn, event.agent_id, event.call_id)
    if call is None or call.state is not CallState.RINGING:
        raise Refused("offer_gone", call_id=event.call_id)
    give_back(turn, call, OfferResult.DECLINED)


def hung_up(turn: Turn, event: AgentHungUp) -> None:
    """End the talk for both; the switch's word that the leg is gone does the rest. Who was invited only leaves.

    Who dials gives it up.
    """
    party = _as_party(turn, event.agent_id, event.call_id)
    if party is not None and party[1].is_up:
        inviting.party_gone(turn, *party, NORMAL_CLEARING)
        return
    dialed = turn.board.living(event.call_id)
    if dialed is not None and dialed.dial is not None and dialed.dial.agent_id == event.agent_id:
        dialing.cancel(turn, dialed)
        return
    call = _call_with(turn, event.agent_id, event.call_id)
    if call is None or call.state is CallState.RINGING:
        raise Refused("no_such_talk", call_id=event.call_id)
    held = call.talk or call.offer
    assert held is not None  # noqa: S101 - _call_with found one of them
    held.ended_by_agent = True
    if call.state is CallState.REJOINING:
        part(turn, call)
        return
    turn.order(HangUpLeg(held.node, held.leg_id))


def sent_to_survey(turn: Turn, event: AgentSentToSurvey) -> None:
    """The agent's part ends like by hanging up; nobody else may be there whom the customer would go on with."""
    call = _call_with(turn, event.agent_id, event.call_id)
    if call is None or call.talk is None:
        raise Refused("no_such_talk", call_id=event.call_id)
    if call.parties:
        raise Refused("people_in_call", call_id=event.call_id)
    call.survey_wanted = True
    hung_up(turn, AgentHungUp(event.agent_id, event.call_id))


def disposed(turn: Turn, event: AgentDisposed) -> None:
    """During the talk it counts already; for any other call it is the diary's affair alone."""
    agent = _agent(turn, event.agent_id)
    if agent.call_id != event.call_id:
        return
    if agent.state is AgentState.TALKING:
        agent.disposed_early = True
    elif agent.state is AgentState.WRAP_UP:
        agent.needs_disposition = False
        turn.touch_agent(agent)
        if agent.next_reason is not None or agent.wrap_up_until is None or turn.now >= agent.wrap_up_until:
            finish_wrap_up(turn, agent)


def wrap_up_is_due(turn: Turn, agent: Agent) -> None:
    """The timer is over; without a disposition the agent stays, overdue."""
    if agent.state is AgentState.WRAP_UP and not agent.needs_disposition:
        finish_wrap_up(turn, agent)


def screen_lost(turn: Turn, event: ScreenLost) -> None:
    """The talk goes on; the agent has some seconds to come back (a page reload)."""
    agent = _agent(turn, event.agent_id)
    if agent.screen_connected:
        agent.screen_connected = False
        _watch_screen(turn, agent)
        turn.touch_agent(agent)


def screen_back(turn: Turn, event: ScreenBack) -> None:
    """They are back."""
    agent = _agent(turn, event.agent_id)
    agent.screen_lost_at = None
    for due in (Due.SCREEN_LOST, Due.SCREEN_GONE):
        turn.board.deadlines.clear(due, agent.agent_id)
    if not agent.screen_connected:
        agent.screen_connected = True
        turn.touch_agent(agent)


def screen_lost_is_due(turn: Turn, agent: Agent) -> None:
    """No more calls for a seat without a screen, and nobody listens unseen."""
    supervising.seat_lost(turn, agent)
    call = None if agent.call_id is None else turn.board.living(agent.call_id)
    lost_the_phone = agent.state is AgentState.NOT_READY and agent.reason == SystemPause.PHONE_LOST
    if agent.state is AgentState.READY or lost_the_phone:
        turn.move(agent, AgentStep.PAUSED, SystemPause.SCREEN_LOST)
    elif agent.state is AgentState.RINGING and call is not None and call.state is CallState.RINGING:
        give_back(turn, call, OfferResult.UNREACHABLE, SystemPause.SCREEN_LOST)


def screen_gone_is_due(turn: Turn, agent: Agent) -> None:
    """Nobody sits there any more. In a talk it waits for the talk's end (see begin_wrap_up)."""
    if agent.state is AgentState.RINGING:  # answered, not yet joined: look again when that is decided
        turn.board.deadlines.put(Due.SCREEN_GONE, agent.agent_id, turn.now + timedelta(seconds=SCREEN_GRACE_S))
    elif agent.state not in (AgentState.DIALING, AgentState.TALKING, AgentState.SIGNED_OUT):
        leave_work(turn, agent)


def _watch_screen(turn: Turn, agent: Agent) -> None:
    if agent.screen_connected:
        return
    agent.screen_lost_at = turn.now
    for due, limit_s in ((Due.SCREEN_LOST, SCREEN_GRACE_S), (Due.SCREEN_GONE, SCREEN_LIMIT_S)):
        turn.board.deadlines.put(due, agent.agent_id, turn.now + timedelta(seconds=limit_s))


def _agent(turn: Turn, agent_id: int) -> Agent:
    agent = turn.board.agents.get(agent_id)
    if agent is None:
        raise Refused("unknown_agent", agent_id=agent_id)
    return agent


def _as_party(turn: Turn, agent_id: int, call_id: str) -> tuple[Call, Party] | None:
    call = turn.board.living(call_id)
    if call is None:
        return None
    return next(((call, party) for party in call.parties.values() if party.agent_id == agent_id), None)


def _call_with(turn: Turn, agent_id: int, call_id: str) -> Call | None:
    agent = _agent(turn, agent_id)
    call = turn.board.living(call_id)
    if agent.call_id != call_id or call is None:
        return None
    held = call.offer or call.talk
    return call if held is not None and held.agent_id == agent_id else None
