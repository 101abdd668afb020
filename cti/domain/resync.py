"""The floor and the switch compared, after the link was lost or Callroom was restarted.

The switch is right about channels, the floor about everything else. Waiting customers are not rebuilt here: their
dialplan asks for Callroom again by itself. Whom the dialplan's fallback has is in cti.domain.fallback.
"""

from datetime import datetime, timedelta

from cti.domain import (
    callback_calls,
    held,
    intercepting,
    inviting,
    muting,
    own_legs,
    redial,
    rejoin,
    rooms,
    supervising,
    taking,
    taping,
)
from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Node, Turn
from cti.domain.call import Call, Offer, Talk
from cti.domain.dialing import talk_if_together
from cti.domain.events import LegSnapshot, SwitchBack, SwitchLost
from cti.domain.facts import SwitchChanged
from cti.domain.fallback import Listing, lend_to_fallback, let_go_of_fallen, take_back_who_waits
from cti.domain.found import customer_with, find_party, find_talk, is_free_to_be_found, makes_way
from cti.domain.legs import end_away, how_it_ended_away
from cti.domain.memories import UNKNOWN_NODE, CallMemory
from cti.domain.offers import give_back
from cti.domain.parties import NORMAL_CLEARING, release
from cti.domain.party import Party, PartyState
from cti.domain.phones import look_at_phone
from cti.domain.redialing import dial_anew
from cti.domain.supervision import Supervision
from cti.domain.talks import begin_wrap_up, end_call, end_talk_away, join_if_together
from cti.domain.values import AgentState, CallState, EndReason, OfferResult

FRESH_S = 5.0  # the listing takes a moment: what is younger may be missing in it and still be there
LOST_TALK_WRAP_UP_S = 30.0


def switch_lost(turn: Turn, event: SwitchLost) -> None:
    """Calls go on there unseen; no agent is rung until it is back."""
    node = turn.board.nodes.setdefault(event.node, Node())
    if node.up or node.since is None:
        node.up, node.since = False, turn.now
        turn.note(SwitchChanged(event.node, up=False))
        turn.touch_system()


def switch_back(turn: Turn, event: SwitchBack) -> None:
    """Converge: afterwards the floor says of every channel what the switch says."""
    node = turn.board.nodes.setdefault(event.node, Node())
    lost_at = turn.now if node.up or node.since is None else node.since
    if not node.up:
        node.up, node.since = True, turn.now
        turn.note(SwitchChanged(event.node, up=True))
        turn.touch_system()
    # A tombstone is newer than a listing that was on its way when the leg ended.
    listed = own_legs.take_stock(turn, tuple(leg for leg in event.legs if leg.leg_id not in turn.board.gone))
    listing = {leg.leg_id: leg for leg in listed}
    for call in _calls_on(turn, event.node):
        # After a restart nothing of before can be there, however fresh it was.
        fresh = _is_fresh(turn, call.seen_at) and not (event.restarted and call.seen_at <= lost_at)
        if call.dial is not None:
            redial.compare(turn, call, call.dial, listing, None if fresh else _why_gone(turn, event, call.arrived_at))
        elif call.leg_id not in listing and not fresh:
            turn.board.bury(call.leg_id, turn.now)
            end_call(turn, call, _why_gone(turn, event, call.arrived_at), 0)
    redial.recognise(turn, listing)
    let_go_of_fallen(turn, event.node, listing)
    _look_at_agent_legs(turn, event, listing)
    _look_at_rooms(turn, listing)
    callback_calls.look_who_still_rings(turn, listing)
    _claim_unknown_legs(turn, listing)
    _end_calls_away(turn, event, listing)
    take_back_who_waits(turn, listing)
    own_legs.compare(turn, event.node, event.legs, FRESH_S)
    _look_at_people(turn, event)
    taping.make_sure(turn, event.node)
    taking.make_sure(turn, event.node)
    for call in _calls_on(turn, event.node):
        rooms.arrange_is_due(turn, call)


def _why_gone(turn: Turn, event: SwitchBack, arrived_at: datetime) -> EndReason:
    """Callroom may have been away as well, and not have seen how the switch ended: its age tells."""
    is_younger = event.up_for_s is not None and arrived_at < turn.now - timedelta(seconds=event.up_for_s)
    return EndReason.LOST_SWITCH if event.restarted or is_younger else EndReason.LOST_WHILE_AWAY


def _calls_on(turn: Turn, node: str) -> list[Call]:
    return [call for call in turn.board.calls.values() if call.node == node and call.state is not CallState.ENDED]


def _is_fresh(turn: Turn, at: datetime) -> bool:
    return turn.now - at < timedelta(seconds=FRESH_S)


def _look_at_agent_legs(turn: Turn, event: SwitchBack, listing: Listing) -> None:
    board = turn.board
    for leg_id, node in list(board.closing.items()):
        if leg_id in listing:
            turn.hang_up(leg_id, node)
        elif node == event.node:
            board.bury(leg_id, turn.now)
    for call in _calls_on(turn, event.node):
        for party in list(call.parties.values()):
            _look_at_party(turn, call, party, listing)
        for supervision in list(call.supervisions.values()):
            _look_at_supervision(turn, call, supervision, listing)
        if call.talk is not None:
            _look_at_talk(turn, call, call.talk, listing)
        elif call.offer is not None:
            _look_at_offer(turn, call, call.offer, listing.get(call.offer.leg_id))


def _look_at_talk(turn: Turn, call: Call, talk: Talk, listing: Listing) -> None:
    leg = listing.get(talk.leg_id)
    if leg is not None and leg.is_up:
        rejoin.answered(turn, call, talk.leg_id)
    elif leg is None and talk.leg_id:
        turn.board.bury(talk.leg_id, turn.now)
        rejoin.agent_leg_ended(turn, call, rejoin.NORMAL_CLEARING)


def _look_at_party(turn: Turn, call: Call, party: Party, listing: Listing) -> None:
    leg = listing.get(party.leg_id)
    if leg is not None and leg.is_up:
        inviting.party_answered(turn, call, party)
    elif leg is None and not _is_fresh(turn, party.invited_at):
        if party.leg_id:
            turn.board.bury(party.leg_id, turn.now)
        inviting.party_gone(turn, call, party, NORMAL_CLEARING)


def _look_at_supervision(turn: Turn, call: Call, supervision: Supervision, listing: Listing) -> None:
    leg = listing.get(supervision.leg_id)
    if leg is not None and leg.is_up:
        supervising.answered(turn, call, supervision)
    elif leg is None and not _is_fresh(turn, supervision.begun_at):
        turn.board.bury(supervision.leg_id, turn.now)
        supervising.leg_ended(turn, call, supervision)


def _look_at_offer(turn: Turn, call: Call, offer: Offer, leg: LegSnapshot | None) -> None:
    if leg is None:
        if not _is_fresh(turn, offer.made_at):
            turn.board.bury(offer.leg_id, turn.now)
            give_back(turn, call, OfferResult.WITHDRAWN)
    elif leg.is_up:
        callback_calls.offer_answered(turn, call, offer)


def _look_at_rooms(turn: Turn, listing: Listing) -> None:
    rooms = turn.board.rooms
    for leg in listing.values():
        call_id = turn.board.leg_calls.get(leg.leg_id)
        call = None if call_id is None else turn.board.living(call_id)
        if call is None:
            continue
        muting.look(turn, call, leg)
        if leg.room_id is None:
            rooms.pop(leg.leg_id, None)
        else:
            rooms[leg.leg_id] = leg.room_id
        join_if_together(turn, call)
        talk_if_together(turn, call)
        rejoin.resume_if_together(turn, call)
        intercepting.complete_if_together(turn, call)


def _claim_unknown_legs(turn: Turn, listing: Listing) -> None:
    """Agents' legs of before a restart: with a customer, or away from one on hold, they talk; others are orphans."""
    board = turn.board
    # Who led the talk comes first: of a conference the others were invited to it.
    for leg in sorted(listing.values(), key=lambda leg: not _leads(turn, leg)):
        if leg.agent_extension is None or leg.leg_id in board.leg_calls or leg.leg_id in board.closing:
            continue
        agent = board.by_extension(leg.agent_extension)
        customer = customer_with(leg, listing)
        if leg.fallback:
            lend_to_fallback(turn, agent, leg)
        if leg.supervises and not _leads(turn, leg):
            turn.hang_up(leg.leg_id, leg.node, agent)  # who supervised before a restart does it anew
            continue
        if customer is None:
            found = leg.fallback or held.find(turn, leg, agent, listing) or redial.find(turn, leg, agent, listing)
            if not found:
                turn.hang_up(leg.leg_id, leg.node, agent)
        elif agent is not None:
            _find(turn, customer, leg, agent)


def _find(turn: Turn, customer: LegSnapshot, leg: LegSnapshot, agent: Agent) -> None:
    call = turn.board.living(customer.call_id or "")
    talk = None if call is None or call.state is not CallState.TALKING else call.talk
    if call is not None and talk is not None and talk.agent_id != agent.agent_id:
        is_in_it = any(party.agent_id == agent.agent_id for party in call.parties.values())
        if not is_in_it and is_free_to_be_found(turn, agent, call.call_id):
            find_party(turn, call, talk, leg, agent, PartyState.IN_ROOM)
    elif makes_way(turn, agent, customer):
        find_talk(turn, customer, leg, agent)


def _leads(turn: Turn, leg: LegSnapshot) -> bool:
    """Theirs is the talk, as the diary has it; a supervisor's leg may have taken it over."""
    if leg.persistent:  # of no call by itself
        return any(memory.talk_leg_id == leg.leg_id for memory in turn.board.away.values())
    memory = turn.board.away.get(leg.call_id or "")
    return memory is not None and memory.talk_leg_id == leg.leg_id


def _end_calls_away(turn: Turn, event: SwitchBack, listing: Listing) -> None:
    board = turn.board
    for memory in [one for one in board.away.values() if one.node in (event.node, UNKNOWN_NODE)]:
        talked_s = end_talk_away(turn, memory)
        if memory.talk_leg_id is not None and memory.talk_leg_id not in listing:
            board.bury(memory.talk_leg_id, turn.now)
        if memory.leg_id not in listing:
            end_away(turn, memory, _why_gone_away(turn, event, memory), talked_s=talked_s)


def _why_gone_away(turn: Turn, event: SwitchBack, memory: CallMemory) -> EndReason:
    """Nobody but us brings callers out of our lines: who stood there and is gone has left, unless an agent was rung."""
    reason = _why_gone(turn, event, memory.arrived_at)
    if reason is not EndReason.LOST_WHILE_AWAY or memory.queue_id is None or memory.offered:
        return reason
    return how_it_ended_away(memory)


def _look_at_people(turn: Turn, event: SwitchBack) -> None:
    board = turn.board
    board.reachable = set(event.reachable_extensions)
    for agent in list(board.agents.values()):
        if agent.state is AgentState.TALKING and not _talks(turn, agent):
            begin_wrap_up(turn, agent, 0.0, LOST_TALK_WRAP_UP_S)
        dial_anew(turn, agent)
        look_at_phone(turn, agent)
        if agent.state is AgentState.DIALING and not _talks(turn, agent):
            release(turn, agent, AgentStep.BECAME_READY)
        turn.keep_fallback(agent, repeat=True)


def _talks(turn: Turn, agent: Agent) -> bool:
    call = None if agent.call_id is None else turn.board.living(agent.call_id)
    if call is None:
        return False
    invited = any(party.agent_id == agent.agent_id for party in call.parties.values())
    dials = call.dial is not None and call.dial.agent_id == agent.agent_id
    return invited or dials or (call.talk is not None and call.talk.agent_id == agent.agent_id)
