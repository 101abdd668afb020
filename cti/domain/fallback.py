"""Calls that the dialplan's fallback leads, as the floor meets them when it looks at the switch again.

Who waits in the fallback queue is taken back and keeps the place in line. Who talks to an agent there is adopted like a
talk of before a restart (cti.domain.resync), who leaves a message is left in peace; both end with the fallback's own
record. An agent whose phone the fallback queue has is offered nothing.
"""

from dataclasses import replace

from cti.domain.agent import Agent
from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.commands import TakeBack
from cti.domain.deadlines import Due
from cti.domain.events import LegSnapshot
from cti.domain.lines import count_wait
from cti.domain.memories import CallMemory
from cti.domain.offers import end_offer
from cti.domain.slots import end_parking
from cti.domain.talks import end_talk
from cti.domain.values import CallState, OfferResult

Listing = dict[str, LegSnapshot]
WAITS = "waits"

_IN_LINE = (CallState.WAITING, CallState.RINGING, CallState.CONNECTING)


def let_go_of_fallen(turn: Turn, node: str, listing: Listing) -> None:
    """Calls of ours that the dialplan took while we stood still are away from now on; those away it took are noted."""
    for call in list(turn.board.calls.values()):
        leg = listing.get(call.leg_id)
        if call.node == node and call.state is not CallState.ENDED and leg is not None and leg.fallback:
            _let_go(turn, call)
    for memory in list(turn.board.away.values()):
        leg = listing.get(memory.leg_id)
        if leg is not None and leg.fallback:
            turn.board.away[memory.call_id] = replace(memory, in_fallback=True)


def _let_go(turn: Turn, call: Call) -> None:
    board = turn.board
    if call.state in _IN_LINE:
        count_wait(turn, call)
    if call.state is CallState.WAITING:
        turn.leave_line(call)
    if call.offer is not None:
        end_offer(turn, call, OfferResult.WITHDRAWN)
    if call.talk is not None:
        end_talk(turn, call)
    end_parking(turn, call)
    for due in (Due.MAX_WAIT, Due.LEG_GONE, Due.PARTED, Due.REJOIN):
        board.deadlines.clear(due, call.call_id)
    board.leg_calls.pop(call.leg_id, None)
    board.rooms.pop(call.leg_id, None)
    board.away[call.call_id] = CallMemory(
        call.call_id,
        call.leg_id,
        call.node,
        call.caller,
        call.dialed,
        call.arrived_at,
        queue_id=None if call.queue is None else call.queue.queue_id,
        priority=call.priority,
        queued_at=call.queued_at,
        customer_id=call.customer_id,
        customer_name=call.customer_name,
        waited_s=call.waited_s,
        no_recording=call.no_recording,
        last_talk_started_at=call.last_talk_started_at,
        parted_at=None if call.last_talk_started_at is None else turn.now,
        direction=call.direction,
        request=call.request,
        attempt=call.attempt,
    )
    del board.calls[call.call_id]
    turn.touch_call(call.call_id)


def lend_to_fallback(turn: Turn, agent: Agent | None, leg: LegSnapshot) -> None:
    """The fallback queue's leg to an agent: it rings, or they talk."""
    if agent is not None:
        turn.lend(agent, leg.leg_id)


def take_back_who_waits(turn: Turn, listing: Listing) -> None:
    """Who stands in the fallback queue comes to us again; a member whose phone rings for them stops ringing.

    Until that is done, the queue may ring another member: what it began since the list was made is told behind it.
    """
    waiting = [leg for leg in listing.values() if leg.fallback == WAITS and leg.room_id is None]
    for leg in waiting:
        turn.order(TakeBack(leg.node, leg.leg_id))
    if waiting:
        for agent in turn.board.agents.values():
            turn.expect_member(agent)


def member_expected_is_due(turn: Turn, agent: Agent) -> None:
    """What the fallback queue rings by now is known, and nobody is left in it."""
    agent.member_expected = False
    turn.touch_agent(agent)
