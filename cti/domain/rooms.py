"""Who talks with whom: what shall be is in the call, what is the switch says; the difference is ordered.

The customer's leg is led by its coroutine: it enters a room by `Join`, and is out of it when `JoinEnded` comes. All
others are sent. Seen on Asterisk 22.10.1: a bridge takes a leg out of another one; who is left alone there goes on in
the dialplan (music for the invited, silence for agents); a third leg makes softmix of a bridge, and whoever leaves, the
other two talk on. Told after each event of a call in talk; the same order is not given twice while it is under way.
"""

from datetime import timedelta

from cti.domain.board import Turn
from cti.domain.call import Call, Seat
from cti.domain.commands import HoldForAgent, Join, Notice, Place, SendLeg
from cti.domain.deadlines import Due
from cti.domain.events import LegSpies
from cti.domain.party import PartyState
from cti.domain.supervision import Supervision, SupervisionState
from cti.domain.take import TakeState
from cti.domain.values import CallState

ARRANGE_AGAIN_S = 2.0  # an order that the switch did not carry out by then is given once more
MOST_FAILURES = 5
# Without a person's press or a rest in between: more than six legs need, however they stood.
MOST_MOVES = 24
JOIN_AGAIN_S = 0.2
_INTO, _OUT, _SPYING = (Place.PAIR, Place.ADD), (Place.HOLD, Place.MUSIC), (Place.LISTEN, Place.WHISPER)
_ARRANGED = (CallState.TALKING, CallState.HELD, CallState.HANDED_OVER)


def rearrange(turn: Turn, call: Call) -> None:
    """Somebody decided anew who shall talk with whom."""
    if call.state is CallState.HELD and call.join_broken and call.join_leg is None:
        turn.order(HoldForAgent(call.call_id))  # the bridge ended by itself, and nothing has brought music since
    call.join_broken, call.join_failures, call.moves = False, 0, 0
    arrange(turn, call)


def arrange(turn: Turn, call: Call) -> None:
    """Order the next steps towards the rooms that shall be; nothing to order is the usual case."""
    if call.state not in _ARRANGED:
        return
    before = dict(call.sent)
    company = call.company()
    _lead_customer(turn, call, company)
    _fill_customers_room(turn, call, company)
    _pair(turn, call)
    _place_supervisors(turn, call)
    _look_again(turn, call, before)


def _look_again(turn: Turn, call: Call, before: dict[str, SendLeg]) -> None:
    if call.sent != before and call.sent:
        turn.board.deadlines.put(Due.ARRANGE, call.call_id, turn.now + timedelta(seconds=ARRANGE_AGAIN_S))


def keep_supervisors(turn: Turn, call: Call) -> None:
    """The agent is away: who supervises waits in silence, out of the customer's room as well."""
    before = dict(call.sent)
    for supervision in call.supervisions.values():
        supervision.spies_on = ""
        if supervision.is_in_room:
            _send(turn, call, SendLeg(call.node, supervision.leg_id, Place.HOLD))
    _look_again(turn, call, before)


def arrange_is_due(turn: Turn, call: Call) -> None:
    """The switch has not shown the last orders to be done, or could not bring two legs together just then."""
    call.sent.clear()
    call.moves = 0
    call.join_broken = call.join_broken and call.join_failures == 0
    arrange(turn, call)


def join_failed(turn: Turn, call: Call) -> bool:
    """The leg was on its way out of another bridge: music, and in a moment once more. Return False to give it up."""
    call.join_failures += 1
    if call.join_failures > MOST_FAILURES:
        return False
    turn.order(HoldForAgent(call.call_id))
    turn.board.deadlines.put(Due.ARRANGE, call.call_id, turn.now + timedelta(seconds=JOIN_AGAIN_S))
    return True


def join(
    turn: Turn, call: Call, leg_id: str, agent_id: int, recording_id: str | None, *, silently: bool = False
) -> None:
    """Send the customer to the leg."""
    call.join_leg, call.join_recalled, call.join_broken = leg_id, False, False
    call.join_tape, take = recording_id, call.on_demand
    if take is None or take.recording_id != recording_id:
        turn.order(Join(call.call_id, leg_id, agent_id, recording_id, silently=silently))
    elif take.state is TakeState.STOPPING:  # the coroutine begins no bridge with what shall be over
        take.left_out = True
        turn.order(Join(call.call_id, leg_id, agent_id, None))
    else:
        notice = _notice(turn, call) if take.state is TakeState.STARTING else None
        turn.order(Join(call.call_id, leg_id, agent_id, recording_id, silently=silently, notice=notice))


def _notice(turn: Turn, call: Call) -> Notice:
    """What is to be said before a recording that was asked for."""
    asking = turn.board.outbound if call.queue is None else call.queue
    return Notice(asking.consent_prompt, asking.consent_refusable)


def hold(turn: Turn, call: Call) -> None:
    """Have the coroutine play music; when it is in a bridge, as soon as that has ended."""
    call.join_recalled, call.regroups = call.join_leg is not None, False
    turn.order(HoldForAgent(call.call_id))


def join_ended(turn: Turn, call: Call) -> bool:
    """The coroutine is out of its bridge; return whether that was our doing."""
    recalled, call.join_leg, call.join_recalled, call.regroups = call.join_recalled, None, False, False
    call.join_broken = not recalled
    if recalled:
        arrange(turn, call)
    return recalled


def moves_otherwise(turn: Turn, call: Call, leg_id: str) -> None:
    """Another order takes the leg out of its room: two redirects at once, and Asterisk refuses the second."""
    if leg_id in turn.board.rooms:
        before = dict(call.sent)
        call.sent[leg_id] = SendLeg(call.node, leg_id, Place.HOLD)
        _look_again(turn, call, before)


def came_in(turn: Turn, call: Call, leg_id: str) -> None:
    """The leg is in a room now."""
    _done(call, leg_id, _INTO)
    talk, rooms = call.talk, turn.board.rooms
    if rooms.get(leg_id) == rooms.get(call.leg_id):  # a private room of others says nothing of the customer's
        call.join_failures = 0
    if talk is not None and talk.seat is Seat.IN_ROOM and rooms.get(talk.leg_id) == rooms.get(call.leg_id) is not None:
        talk.is_there = True
    supervision = call.supervision_at(leg_id)
    if supervision is not None:  # whatever it was to hear, it does not now
        supervision.spies_on = ""
        _done(call, leg_id, _SPYING)
        turn.touch_call(call.call_id)
    arrange(turn, call)


def went_out(turn: Turn, call: Call, leg_id: str) -> None:
    """The leg is in no room now; on the way into another one it is out for a moment."""
    _done(call, leg_id, _OUT)
    arrange(turn, call)


def came_to_spy(turn: Turn, call: Call, event: LegSpies) -> None:
    """The supervisor's leg hears the agent's; an order of before, which the switch did late, is no answer."""
    supervision = call.supervision_at(event.leg_id)
    order = call.sent.get(event.leg_id)
    if supervision is not None and order == _spying(call, supervision, event.peer, whispers=event.whispers):
        del call.sent[event.leg_id]
        supervision.spies_on = _ear(order)
        turn.touch_call(call.call_id)


def _done(call: Call, leg_id: str, places: tuple[Place, ...]) -> None:
    order = call.sent.get(leg_id)
    if order is not None and order.place in places:
        del call.sent[leg_id]


def _lead_customer(turn: Turn, call: Call, company: tuple[str, ...]) -> None:
    take = call.take_now
    is_to_begin = take is not None and take.state is TakeState.STARTING and call.join_tape != take.recording_id
    if company and call.join_leg is not None and is_to_begin:
        # out of the room and in again: the coroutine has it to begin in between
        call.join_recalled = call.regroups = True
    elif company and call.join_leg is None and not call.join_broken:
        talk = call.talk
        join(
            turn,
            call,
            company[0],
            0 if talk is None else talk.agent_id,
            None if talk is None else talk.recording_id,
            silently=talk is not None and talk.mute_wanted,
        )
    elif not company and call.join_leg is not None and (call.regroups or not call.join_recalled):
        hold(turn, call)


def _fill_customers_room(turn: Turn, call: Call, company: tuple[str, ...]) -> None:
    rooms = turn.board.rooms
    room_id = rooms.get(call.leg_id)
    others = _others(call)
    if room_id is None or not any(rooms.get(leg_id) == room_id for leg_id in others):
        return  # nobody is there to be added to: the bridge has just begun, or is about to end
    if call.regroups:
        for leg_id in others:
            if rooms.get(leg_id) == room_id:
                _send(turn, call, SendLeg(call.node, leg_id, Place.HOLD))
        return
    private = call.private() or ()  # a bridge of their own takes them out of this one
    for leg_id in company:
        if rooms.get(leg_id) != room_id:
            _send(turn, call, SendLeg(call.node, leg_id, Place.ADD, call.leg_id))
    for leg_id in others:
        if rooms.get(leg_id) == room_id and leg_id not in company and leg_id not in private:
            is_aside = call.party_at(leg_id) is not None
            _send(turn, call, SendLeg(call.node, leg_id, Place.MUSIC if is_aside else Place.HOLD))


def _pair(turn: Turn, call: Call) -> None:
    private, rooms = call.private(), turn.board.rooms
    if private is None:
        _part(turn, call)
        return
    agent_leg, party_leg = private
    room_id = rooms.get(agent_leg)
    if room_id is None or room_id != rooms.get(party_leg) or room_id == rooms.get(call.leg_id):
        _send(turn, call, SendLeg(call.node, party_leg, Place.PAIR, agent_leg))


def _part(turn: Turn, call: Call) -> None:
    """An earlier order brought two together who shall not be any more."""
    talk, rooms = call.talk, turn.board.rooms
    if talk is None or talk.seat is not Seat.ALONE or talk.leg_id in call.sent:
        return
    room_id = rooms.get(talk.leg_id)
    if room_id is None or room_id == rooms.get(call.leg_id):
        return
    for party in call.parties.values():
        if rooms.get(party.leg_id) == room_id:
            _send(turn, call, SendLeg(call.node, party.leg_id, Place.MUSIC))


def _place_supervisors(turn: Turn, call: Call) -> None:
    """Who listens or whispers is at the agent's leg; who is in the room was added to it above."""
    talk = call.talk
    for supervision in call.supervisions.values():
        if supervision.is_in_room:
            supervision.spies_on = ""
        elif supervision.is_up and talk is not None and talk.leg_id:
            is_whispering = supervision.state is SupervisionState.WHISPERING
            order = _spying(call, supervision, talk.leg_id, whispers=is_whispering)
            if supervision.spies_on != _ear(order):
                _send(turn, call, order)


def _spying(call: Call, supervision: Supervision, peer: str, *, whispers: bool) -> SendLeg:
    return SendLeg(call.node, supervision.leg_id, Place.WHISPER if whispers else Place.LISTEN, peer)


def _ear(order: SendLeg) -> str:
    return f"{order.place.value} {order.peer}"


def _others(call: Call) -> tuple[str, ...]:
    talk = call.talk
    agent = () if talk is None or not talk.leg_id else (talk.leg_id,)
    parties = tuple(p.leg_id for p in call.parties.values() if p.state is not PartyState.RINGING)
    return agent + parties + tuple(one.leg_id for one in call.supervisions.values() if one.is_in_room)


def _send(turn: Turn, call: Call, order: SendLeg) -> None:
    if call.sent.get(order.leg_id) == order:
        return
    if call.moves >= MOST_MOVES:
        # Our orders and what comes of them chase each other: let all of it be heard, and begin from there.
        turn.board.deadlines.put(Due.ARRANGE, call.call_id, turn.now + timedelta(seconds=ARRANGE_AGAIN_S))
        return
    call.moves += 1
    call.sent[order.leg_id] = order
    turn.order(order)
