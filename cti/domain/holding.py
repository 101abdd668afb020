"""The agent's seat in a talk: with the customer, with somebody who is consulted, or with nobody."""

from cti.domain.board import Turn
from cti.domain.call import Call, CallStep, Seat, Talk
from cti.domain.facts import HoldStarted
from cti.domain.parties import end_hold
from cti.domain.party import Party, PartyState, PartyStep
from cti.domain.rooms import rearrange
from cti.domain.values import CallState
from cti.domain.wishes import AgentHeld
from cti.errors import Refused


def held(turn: Turn, event: AgentHeld) -> None:
    """Twice is no error."""
    call, talk = talk_of(turn, event.agent_id, event.call_id)
    if talk.seat is Seat.IN_ROOM:
        take_seat(turn, call, talk, Seat.ALONE)


def back_to_customer(turn: Turn, call: Call, talk: Talk) -> None:
    """Whoever is consulted hears music meanwhile."""
    for party in call.parties.values():
        if party.state is PartyState.CONSULTED:
            party.take(PartyStep.PUT_ASIDE)
    take_seat(turn, call, talk, Seat.IN_ROOM)


def consult(turn: Turn, call: Call, talk: Talk, party: Party) -> None:
    """The agent talks with the party in private."""
    for other in call.parties.values():
        if other.state is PartyState.CONSULTED and other is not party:
            other.take(PartyStep.PUT_ASIDE)
    if party.can(PartyStep.CONSULTED):
        party.take(PartyStep.CONSULTED)
    take_seat(turn, call, talk, Seat.CONSULTING)


def take_seat(turn: Turn, call: Call, talk: Talk, seat: Seat) -> None:
    """Move the agent; the customer is on hold when nobody is left with them."""
    talk.seat = seat
    talk.is_there = talk.is_there and seat is Seat.IN_ROOM
    seats_changed(turn, call)


def seats_changed(turn: Turn, call: Call) -> None:
    """Somebody came into the customer's room or left it: say whether the customer is on hold, and arrange."""
    talk = call.talk
    if talk is not None and call.state is CallState.TALKING and not call.company():
        call.take(CallStep.PUT_ON_HOLD)
        talk.held_since = turn.now
        turn.note(HoldStarted(call.call_id, talk.agent_id, talk.leg_id))
    elif talk is not None and call.state is CallState.HELD and call.company():
        call.take(CallStep.RETRIEVED)
        end_hold(turn, call, talk)
    turn.touch_call(call.call_id)
    rearrange(turn, call)


def talk_of(turn: Turn, agent_id: int, call_id: str) -> tuple[Call, Talk]:
    """Return the talk that the agent leads, or refuse."""
    call = turn.board.living(call_id)
    talk = None if call is None else call.talk
    if call is None or talk is None or talk.agent_id != agent_id or talk.ended_by_agent:
        raise Refused("no_such_talk", call_id=call_id)
    if call.state not in (CallState.TALKING, CallState.HELD):
        raise Refused("talk_interrupted", call_id=call_id)
    if not turn.board.is_up(call.node):
        raise Refused("switch_unavailable", call_id=call_id)
    return call, talk
