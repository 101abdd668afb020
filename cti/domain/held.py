"""Talks of before a restart whose customer is on hold: the agent's leg is alone, or with somebody who is consulted.

The customer's dialplan asks for Callroom again, and the switch lists its legs; either may come first.
"""

from cti.domain.agent import Agent
from cti.domain.board import Turn
from cti.domain.call import Call, Seat
from cti.domain.commands import HoldForAgent
from cti.domain.events import CallArrived, LegSnapshot
from cti.domain.fallback import Listing
from cti.domain.found import find_party, find_talk, is_free_to_be_found, makes_way
from cti.domain.party import PartyState


def keep(turn: Turn, event: CallArrived) -> bool:
    """The dialplan came first: until the switch is looked at the diary is believed. False: it knows of no such talk."""
    board = turn.board
    memory = board.away.get(event.call_id)
    leg_id = None if memory is None else memory.talk_leg_id
    agent = None if memory is None else board.agents.get(memory.talk_agent_id or 0)
    if leg_id is None or agent is None or leg_id in board.gone or leg_id in board.closing:
        return False
    customer = LegSnapshot(
        event.leg_id,
        event.node,
        event.call_id,
        None,
        None,
        is_up=True,
        arrived_at=min(event.arrived_at, turn.now),
        caller=event.caller,
        dialed=event.dialed,
        outbound=event.outbound,
    )
    if not makes_way(turn, agent, customer):
        return False
    leg = LegSnapshot(leg_id, event.node, event.call_id, agent.settings.extension, None, is_up=True)
    find_talk(turn, customer, leg, agent, Seat.ALONE)
    board.calls[event.call_id].attached = True
    turn.order(HoldForAgent(event.call_id))
    return True


def find(turn: Turn, leg: LegSnapshot, agent: Agent | None, listing: Listing) -> bool:
    """The switch came first: an agent's leg that is not with a customer. Return False when it belongs to no talk."""
    if agent is None or not leg.is_up or leg.call_id is None:
        return False
    call = turn.board.living(leg.call_id)
    if call is not None:
        return _find_party(turn, call, leg, agent)
    memory = turn.board.away.get(leg.call_id)
    customer = _held_customer_of(leg.call_id, listing)
    if memory is None or memory.talk_leg_id != leg.leg_id or customer is None or not makes_way(turn, agent, customer):
        return False
    find_talk(turn, customer, leg, agent, Seat.ALONE)
    return True


def _find_party(turn: Turn, call: Call, leg: LegSnapshot, agent: Agent) -> bool:
    """Who shares a room with the agent is consulted; who is in none, or with others, was asked to wait."""
    talk = call.talk
    known = {party.agent_id for party in call.parties.values()}
    if talk is None or agent.agent_id in known | {talk.agent_id}:
        return False
    if not is_free_to_be_found(turn, agent, call.call_id):
        return False
    together = leg.room_id is not None and leg.room_id == turn.board.rooms.get(talk.leg_id)
    if together and talk.seat is Seat.ALONE:
        talk.seat = Seat.CONSULTING
        find_party(turn, call, talk, leg, agent, PartyState.CONSULTED)
    else:
        find_party(turn, call, talk, leg, agent, PartyState.ASIDE)
    return True


def _held_customer_of(call_id: str, listing: Listing) -> LegSnapshot | None:
    """Whom nobody talks with, and whom the dialplan has not given to its fallback."""
    legs = (leg for leg in listing.values() if leg.call_id == call_id and leg.agent_extension is None)
    return next((leg for leg in legs if leg.is_up and leg.room_id is None and not leg.fallback), None)
