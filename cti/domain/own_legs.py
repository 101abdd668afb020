"""What the switch tells of agents' persistent legs: up, at rest, gone, and which of them a restart of Callroom left.

The loss of one is what the loss of a phone is (`phones.look_at_phone`); in a talk the rules of `rejoin` come first.
"""

from dataclasses import replace

from cti.domain import legs
from cti.domain.agent import Agent
from cti.domain.board import Turn
from cti.domain.commands import HangUpLeg, Place, SendLeg
from cti.domain.events import LegAnswered, LegEnded, LegSnapshot, LegStays
from cti.domain.own_leg import OwnLegState, OwnLegStep
from cti.domain.phones import look_at_phone
from cti.domain.plugging import plug, unplug
from cti.domain.redialing import call_later, condemn, dial_anew, forget, is_there, make_sure_it_may_be_called, release
from cti.domain.wishes import AgentRedialed
from cti.errors import Refused

OUT_OF_ORDER = 27  # Q.850


def leg_answered(turn: Turn, event: LegAnswered) -> None:
    """The phone took the call, or the persistent leg has beeped."""
    agent = turn.board.agents.get(turn.board.own_legs.get(turn.board.plays.get(event.leg_id, ""), 0))
    if agent is not None:
        agent.own_leg.is_heard = True
    legs.leg_answered(turn, event)


def leg_stays(turn: Turn, event: LegStays) -> None:
    """It was answered for the shift; or it is back from a call, whose leg is over with that."""
    agent = turn.board.agents.get(turn.board.own_legs.get(event.leg_id, 0))
    if agent is None:
        return
    own = agent.own_leg
    if own.state is OwnLegState.RINGING:
        _came_up(turn, agent)
    elif own.plays in turn.board.closing or (own.plays and _is_ended_by_agent(turn, own.plays)):
        _part_is_over(turn, agent, LegEnded(own.plays))
        _look_at_settings(turn, agent)


def _is_ended_by_agent(turn: Turn, leg_id: str) -> bool:
    call = turn.board.calls.get(turn.board.leg_calls.get(leg_id, ""))
    held = None if call is None else call.talk or call.offer
    return held is not None and held.leg_id == leg_id and held.ended_by_agent


def _came_up(turn: Turn, agent: Agent) -> None:
    agent.own_leg.take(OwnLegStep.ANSWERED, turn.now)
    agent.own_leg.tries = 0
    turn.touch_agent(agent)
    look_at_phone(turn, agent)
    _look_at_settings(turn, agent)


def _look_at_settings(turn: Turn, agent: Agent) -> None:
    """Another phone was set up meanwhile, or it may not be called any more, or the agent's work is over."""
    settings = agent.settings
    if agent.own_leg.phone != settings.phone or settings.phone_refusal or not agent.wants_own_leg:
        change_phone(turn, agent)


def change_phone(turn: Turn, agent: Agent) -> None:
    """Call what is set up now; a talk is not disturbed, its end brings the change."""
    if agent.own_leg.plays:
        return
    release(turn, agent)
    dial_anew(turn, agent)
    look_at_phone(turn, agent)


def leg_ended(turn: Turn, event: LegEnded) -> None:
    """A channel is gone: if it was a persistent leg, what it played first, while the phone still counts as there."""
    agent = turn.board.agents.get(turn.board.own_legs.get(event.leg_id, 0))
    if agent is None:
        legs.leg_ended(turn, event)
    else:
        end(turn, agent, event.cause)


def end(turn: Turn, agent: Agent, cause: int) -> None:
    """The persistent leg is gone for good."""
    own = agent.own_leg
    if own.plays:
        # One that was never heard did not ring: who hung up the phone has not missed a call.
        _part_is_over(turn, agent, LegEnded(own.plays, cause if own.is_heard else OUT_OF_ORDER))
    turn.board.bury(own.leg_id, turn.now)
    forget(turn, agent)
    own.take(OwnLegStep.ENDED, turn.now)
    turn.touch_agent(agent)
    if agent.wants_own_leg:
        call_later(turn, agent)
    else:
        release(turn, agent)
    look_at_phone(turn, agent)


def _part_is_over(turn: Turn, agent: Agent, event: LegEnded) -> None:
    unplug(turn.board, agent)
    legs.leg_ended(turn, event)


def redialed(turn: Turn, event: AgentRedialed) -> None:
    """By the page that has no such leg, or by a press."""
    agent = turn.board.agents.get(event.agent_id)
    if agent is None:
        raise Refused("unknown_agent", agent_id=event.agent_id)
    if not agent.wants_own_leg:
        raise Refused("no_persistent_leg", agent_id=event.agent_id)
    make_sure_it_may_be_called(agent)
    if not is_there(turn.board, agent):
        raise Refused("phone_unreachable", extension=agent.settings.extension)
    if agent.own_leg.is_up:
        condemn(turn, agent)
        look_at_phone(turn, agent)
    else:
        dial_anew(turn, agent)


def take_stock(turn: Turn, found: tuple[LegSnapshot, ...]) -> tuple[LegSnapshot, ...]:
    """Adopt the persistent legs that the switch has; return what is listed, they in the words of what they play."""
    return tuple(leg for one in found if (leg := _as_listed(turn, one) if one.persistent else one) is not None)


def _as_listed(turn: Turn, leg: LegSnapshot) -> LegSnapshot | None:
    agent = turn.board.agents.get(turn.board.own_legs.get(leg.leg_id, 0))
    if agent is None:
        agent = _adopt(turn, leg)
    elif leg.is_up and agent.own_leg.state is OwnLegState.RINGING:
        _came_up(turn, agent)
    if agent is None or not agent.own_leg.plays:
        return None
    return replace(leg, leg_id=agent.own_leg.plays)


def _adopt(turn: Turn, leg: LegSnapshot) -> Agent | None:
    """One of before a restart; in a room it talks, and nothing else has to be known of it."""
    agent = turn.board.by_extension(leg.agent_extension or "")
    is_wanted = agent is not None and (agent.wants_own_leg or leg.room_id is not None)
    if agent is None or not is_wanted or not agent.own_leg.can(OwnLegStep.FOUND) or not leg.is_up:
        turn.order(HangUpLeg(leg.node, leg.leg_id))
        return None
    own = agent.own_leg
    own.take(OwnLegStep.FOUND, turn.now)
    own.leg_id, own.node, own.phone, own.tries = leg.leg_id, leg.node, agent.settings.phone, 0
    turn.board.own_legs[leg.leg_id] = agent.agent_id
    if leg.room_id is not None and leg.plays:
        plug(turn, agent, leg.plays)
        own.is_heard = True
    else:
        turn.order(SendLeg(leg.node, leg.leg_id, Place.STAY))
    turn.touch_agent(agent)
    return agent


def compare(turn: Turn, node: str, found: tuple[LegSnapshot, ...], fresh_s: float) -> None:
    """Let go of persistent legs that the switch does not have any more, and of what none of our calls has on them."""
    listed = {leg.leg_id for leg in found}
    for leg_id, agent_id in list(turn.board.own_legs.items()):
        agent = turn.board.agents[agent_id]
        if agent.own_leg.node != node:
            continue
        if leg_id in listed:
            _look_at_part(turn, agent)
        elif not _is_on_its_way(turn, agent, fresh_s):
            end(turn, agent, OUT_OF_ORDER)


def _look_at_part(turn: Turn, agent: Agent) -> None:
    own, board = agent.own_leg, turn.board
    if own.plays and own.plays not in board.leg_calls and own.plays not in board.closing:
        unplug(board, agent)  # it is in a room of which nothing is known: the next call takes it out
    _look_at_settings(turn, agent)


def _is_on_its_way(turn: Turn, agent: Agent, fresh_s: float) -> bool:
    own = agent.own_leg
    age_s = (turn.now - (own.since or turn.now)).total_seconds()
    return own.state is OwnLegState.RINGING and age_s < fresh_s
