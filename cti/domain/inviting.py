"""Third parties: a colleague or a number outside is called, consulted in private, brought in, dropped, or left with.

A colleague gets the call's pop and rings like for a call from a queue; somebody outside is called from the agent's own
leg, so that the agent hears what the line says. While they ring, the customer is on hold.
"""

from datetime import timedelta

from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.call import Call, Seat, Talk
from cti.domain.commands import DialOutside, Place, SendLeg
from cti.domain.deadlines import Due
from cti.domain.events import DialFailed, LegBorn
from cti.domain.facts import PartyAnswered, PartyBroughtIn, PartyInvited
from cti.domain.holding import back_to_customer, consult, seats_changed, take_seat, talk_of
from cti.domain.parties import NORMAL_CLEARING, end_party
from cti.domain.party import Party, PartyState, PartyStep
from cti.domain.ringing import new_leg, ring
from cti.domain.rooms import moves_otherwise
from cti.domain.talks import say_goodbye
from cti.domain.values import AgentState, CallState
from cti.domain.wishes import AgentBroughtIn, AgentDropped, AgentInvited, AgentRetrieved, AgentSwapped
from cti.errors import Refused

MOST_PARTIES = 5
PARTY_RING_S = 30.0
NO_ANSWER = 19  # Q.850


def invited(turn: Turn, event: AgentInvited) -> None:
    """Refused while another one rings: the agent's leg hears one line at a time."""
    call, talk = talk_of(turn, event.agent_id, event.call_id)
    if any(party.state is PartyState.RINGING for party in call.parties.values()):
        raise Refused("party_rings", call_id=call.call_id)
    if len(call.parties) >= MOST_PARTIES:
        raise Refused("too_many_parties", most=MOST_PARTIES)
    colleague = None if event.to_agent_id is None else free_colleague(turn, event.to_agent_id)
    if (colleague is None) is (event.number is None):
        raise Refused("one_target", call_id=call.call_id)
    board = turn.board
    party = Party(board.new_id(), call.node, event.agent_id, turn.now, event.to_agent_id, event.number)
    call.parties[party.party_id], call.unreached = party, None
    turn.note(PartyInvited(call.call_id, party.party_id, event.agent_id, event.to_agent_id, event.number))
    for other in call.parties.values():
        if other.state is PartyState.CONSULTED:
            other.take(PartyStep.PUT_ASIDE)
    moves_otherwise(turn, call, talk.leg_id)
    take_seat(turn, call, talk, Seat.ALONE)
    if colleague is not None:
        _ring(turn, call, talk, party, colleague)
    else:
        turn.order(
            DialOutside(
                call.node, talk.leg_id, str(party.number), PARTY_RING_S, event.shown_as, withheld=event.withheld
            )
        )
    board.deadlines.put(Due.PARTY_RING, call.call_id, turn.now + timedelta(seconds=PARTY_RING_S))


def free_colleague(turn: Turn, agent_id: int) -> Agent:
    """Return the agent, or refuse when their phone cannot be rung for a colleague now."""
    agent = turn.board.agents.get(agent_id)
    if agent is None or agent.removed:
        raise Refused("no_such_colleague", agent_id=agent_id)
    if not agent.can_be_asked:
        raise Refused("agent_not_free", agent_id=agent_id, state=agent.state.value)
    return agent


def _ring(turn: Turn, call: Call, talk: Talk, party: Party, agent: Agent) -> None:
    party.leg_id = new_leg(turn, call)
    if agent.state is AgentState.NOT_READY:
        agent.next_reason = agent.reason  # afterwards they go back to what they were doing
    agent.call_id = call.call_id
    turn.move(agent, AgentStep.OFFERED)
    ring(turn, call, agent, party.leg_id, PARTY_RING_S)
    turn.order(SendLeg(call.node, talk.leg_id, Place.RINGBACK))


def leg_born(turn: Turn, call: Call | None, event: LegBorn) -> None:
    """The switch calls them; from now on their leg is one of the call's."""
    party = None if call is None else _ringing_outside(call)
    if call is None or party is None or event.leg_id in turn.board.gone:
        turn.hang_up(event.leg_id, event.node)  # given up meanwhile
        return
    if party.leg_id:  # that was the leg of one who was given up before it was born
        turn.hang_up(party.leg_id, party.node)
    party.leg_id = event.leg_id
    turn.board.leg_calls[event.leg_id] = call.call_id


def _ringing_outside(call: Call) -> Party | None:
    ringing = (one for one in call.parties.values() if one.state is PartyState.RINGING and one.number is not None)
    return next(ringing, None)


def party_answered(turn: Turn, call: Call, party: Party) -> None:
    """They are there; the agent, who waited for it, talks with them."""
    if party.state is not PartyState.RINGING:
        return
    party.take(PartyStep.ANSWERED)
    party.answered_at = turn.now
    turn.board.deadlines.clear(Due.PARTY_RING, call.call_id)
    turn.note(PartyAnswered(call.call_id, party.party_id, (turn.now - party.invited_at).total_seconds()))
    if party.agent_id is not None:
        turn.move(turn.board.agents[party.agent_id], AgentStep.JOINED)
    talk = call.talk
    if talk is not None and talk.seat is Seat.ALONE and talk.leg_id:
        consult(turn, call, talk, party)
    else:  # the agent went back to the customer meanwhile
        party.take(PartyStep.PUT_ASIDE)
        seats_changed(turn, call)


def dial_failed(turn: Turn, call: Call, event: DialFailed) -> None:
    """Nobody outside took it."""
    party = _ringing_outside(call)
    if party is not None:
        party_gone(turn, call, party, event.cause)


def party_gone(turn: Turn, call: Call, party: Party, cause: int) -> None:
    """Their leg ended or came to nothing. A dropped one brings the agent back to the customer."""
    end_party(turn, call, party, cause)
    talk = call.talk
    if talk is None:
        if call.state is CallState.HANDED_OVER and not call.parties:
            say_goodbye(turn, call)
        return
    if talk.seat is Seat.CONSULTING and call.private() is None:
        talk.seat = Seat.ALONE
    if party.cancelled and talk.seat is Seat.ALONE:
        back_to_customer(turn, call, talk)
    else:
        seats_changed(turn, call)


def ring_is_due(turn: Turn, call: Call) -> None:
    """They let it ring."""
    party = next(one for one in call.parties.values() if one.state is PartyState.RINGING)
    party_gone(turn, call, party, NO_ANSWER)


def retrieved(turn: Turn, event: AgentRetrieved) -> None:
    """Back to the customer; twice is no error. Somebody outside who still rings is given up: the line is needed."""
    call, talk = talk_of(turn, event.agent_id, event.call_id)
    if talk.seat is Seat.IN_ROOM:
        return
    for party in list(call.parties.values()):
        if party.state is PartyState.RINGING and party.number is not None:
            party.cancelled = True
            end_party(turn, call, party, NORMAL_CLEARING)
    back_to_customer(turn, call, talk)


def swapped(turn: Turn, event: AgentSwapped) -> None:
    """To and fro between customer and party."""
    call, talk, party = _party_of(turn, event.agent_id, event.call_id, event.party_id)
    if party.state is PartyState.CONSULTED:
        back_to_customer(turn, call, talk)
    else:
        consult(turn, call, talk, party)


def brought_in(turn: Turn, event: AgentBroughtIn) -> None:
    """A conference; twice is no error."""
    call, talk, party = _party_of(turn, event.agent_id, event.call_id, event.party_id)
    if party.can(PartyStep.BROUGHT_IN):
        party.take(PartyStep.BROUGHT_IN)
        turn.note(PartyBroughtIn(call.call_id, party.party_id, event.agent_id))
    back_to_customer(turn, call, talk)


def dropped(turn: Turn, event: AgentDropped) -> None:
    """Also of one who rings."""
    call, _ = talk_of(turn, event.agent_id, event.call_id)
    party = call.parties.get(event.party_id)
    if party is None:
        raise Refused("no_such_party", call_id=event.call_id)
    party.cancelled = True
    party_gone(turn, call, party, NORMAL_CLEARING)


def _party_of(turn: Turn, agent_id: int, call_id: str, party_id: str) -> tuple[Call, Talk, Party]:
    call, talk = talk_of(turn, agent_id, call_id)
    party = call.parties.get(party_id)
    if party is None:
        raise Refused("no_such_party", call_id=call_id)
    if not party.is_up:
        raise Refused("party_rings", call_id=call_id)
    return call, talk, party
