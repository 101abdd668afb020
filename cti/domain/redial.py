"""Calls that agents were dialing, as the floor meets them when it looks at the switch again.

The switch goes on with them without us: an agent's leg hears the line, and the other leg carries the call's id from its
first moment. Whoever was answered meanwhile asks for a coroutine by itself.
"""

from dataclasses import replace

from cti.domain.agent import Agent, AgentStep
from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.deadlines import Due
from cti.domain.dial import Dial, DialState
from cti.domain.dialing import fetched, later
from cti.domain.events import LegSnapshot
from cti.domain.facts import CallStarted
from cti.domain.fallback import Listing
from cti.domain.recalling import recall
from cti.domain.talks import end_call
from cti.domain.values import AgentState, CallState, Direction, EndReason

LOST = 0  # nobody saw the cause
_MAY_DIAL = (AgentState.DIALING, AgentState.NOT_READY, AgentState.READY)


def customer_of(call_id: str, listing: Listing) -> LegSnapshot | None:
    """Return the leg of whom an agent dialed for this call."""
    legs = (leg for leg in listing.values() if leg.call_id == call_id and leg.outbound and leg.agent_extension is None)
    return next(legs, None)


def _waiting_customer_of(call_id: str, listing: Listing) -> LegSnapshot | None:
    """The same, who does not talk yet."""
    customer = customer_of(call_id, listing)
    return None if customer is None or customer.room_id is not None else customer


def recognise(turn: Turn, listing: Listing) -> None:
    """Whom we dialed had no leg yet when the diary wrote of the call; its end is the end of the call."""
    for memory in list(turn.board.away.values()):
        customer = customer_of(memory.call_id, listing)
        if customer is not None and memory.leg_id not in listing:
            turn.board.away[memory.call_id] = replace(memory, leg_id=customer.leg_id)


def compare(turn: Turn, call: Call, dial: Dial, listing: Listing, gone: EndReason | None) -> None:
    """The link was lost while an agent dialed; `gone`: why a leg that is not listed is over, None: it may yet come."""
    own, customer = listing.get(dial.leg_id), customer_of(call.call_id, listing)
    if customer is not None and not call.leg_id:
        call.leg_id = customer.leg_id
        turn.board.leg_calls[customer.leg_id] = call.call_id
    if dial.agent_id is None:
        if customer is None and gone is not None:
            turn.board.bury(call.leg_id, turn.now)
            end_call(turn, call, gone, LOST)
    elif own is None and gone is not None:
        turn.board.bury(dial.leg_id, turn.now)
        end_call(turn, call, gone, LOST)
    elif own is not None and own.is_up:
        fetched(turn, call, dial)
        if call.leg_id and customer is None and gone is not None:
            turn.board.bury(call.leg_id, turn.now)
            end_call(turn, call, gone, LOST)


def find(turn: Turn, own: LegSnapshot, agent: Agent | None, listing: Listing) -> bool:
    """Callroom was restarted while this agent dialed: go on with it. Return False when there is nothing of that."""
    call_id = own.call_id or ""
    customer = _waiting_customer_of(call_id, listing)
    if agent is None or customer is None or not own.outbound or turn.board.living(call_id) is not None:
        return False
    if agent.state not in _MAY_DIAL or agent.call_id not in (None, call_id):
        return False
    _go_on(turn, own, customer, agent)
    agent.call_id = call_id
    if agent.state is not AgentState.DIALING:
        if agent.state is AgentState.NOT_READY:
            agent.next_reason = agent.reason
        turn.move(agent, AgentStep.DIALED)
    return True


def _go_on(turn: Turn, own: LegSnapshot, customer: LegSnapshot, agent: Agent) -> None:
    board, call_id = turn.board, own.call_id or ""
    call = Call(
        call_id,
        customer.leg_id,
        customer.node,
        customer.caller,
        customer.dialed,
        arrived_at=customer.arrived_at or turn.now,
        seen_at=turn.now,
        attached=False,
        state=CallState.DIALING,
        direction=Direction.OUTBOUND,
    )
    memory = board.away.pop(call_id, None)
    if memory is not None:
        recall(call, memory)
    call.last_agent_id = agent.agent_id
    number = customer.caller.number or ""
    call.dial = Dial(agent.agent_id, own.leg_id, own.node, number, turn.now, state=DialState.RINGING)
    board.calls[call_id] = call
    board.leg_calls[own.leg_id] = board.leg_calls[customer.leg_id] = call_id
    board.deadlines.put(Due.DIAL, call_id, later(turn, board.outbound.ring_s))
    turn.note(
        CallStarted(call_id, customer.leg_id, call.node, call.caller, call.dialed, call.arrived_at, call.direction)
    )
    turn.touch_call(call_id)
