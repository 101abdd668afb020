"""A supervisor moves who waits: to another line, another place in it, a named agent, or their own telephone."""

from datetime import timedelta

from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.closing import lacks_staff
from cti.domain.commands import KeepWaiting
from cti.domain.deadlines import Due
from cti.domain.facts import WaitStarted
from cti.domain.inviting import free_colleague
from cti.domain.lines import count_offered, priority_of, stand_in_line, withhold_untold
from cti.domain.offers import offer_to
from cti.domain.oversight import WaitingGiven, WaitingMoved, WaitingPlaced, WaitingRanked
from cti.domain.queue import Place, Queue
from cti.domain.seats import own_phone, sit_down
from cti.domain.steering import CallMoved
from cti.domain.values import CallState
from cti.errors import Refused

# Half of it, and of that, are places between two as well: before one caller so many can be put one after the other.
_A_LITTLE = timedelta(milliseconds=1)


def moved(turn: Turn, event: WaitingMoved) -> None:
    """To another line: they keep their time in line, and what the flow gave them; whether it is full is not asked."""
    call, before = _waiting(turn, event.call_id)
    board = turn.board
    queue = board.queues.get(event.queue_id)
    if queue is None:
        raise Refused("unknown_queue", queue_id=event.queue_id)
    if queue is before:
        raise Refused("waits_there", call_id=call.call_id)
    if lacks_staff(queue, board.standby.of(event.queue_id)):
        raise Refused("queue_without_staff", queue_id=event.queue_id)
    turn.leave_line(call)
    board.deadlines.clear(Due.MAX_WAIT, call.call_id)
    call.queue, call.queue_since, call.stands_since = queue.settings, turn.now, None
    call.priority = priority_of(call, queue.settings, turn.now)
    turn.note(CallMoved(call.call_id, event.by, queue_id=event.queue_id))
    turn.note(WaitStarted(call.call_id, event.queue_id, call.priority, call.queued_at))
    if not call.returned:
        count_offered(turn, call, queue)
    withhold_untold(turn, call, before.settings)
    turn.order(KeepWaiting(call.call_id, event.queue_id, call.flow_priority))
    stand_in_line(turn, call)


def placed(turn: Turn, event: WaitingPlaced) -> None:
    """Before somebody else in the same line, or to its end; the time that they have waited is not touched."""
    call, queue = _waiting(turn, event.call_id)
    if event.before == event.call_id:
        return
    place = _end_of(queue) if event.before is None else _place_before(call, queue, event.before)
    turn.leave_line(call)
    call.priority, call.stands_since = -place[0], place[1]
    turn.note(CallMoved(call.call_id, event.by, before_call_id=event.before or "", priority=call.priority))
    turn.enter_line(call, queue)


def ranked(turn: Turn, event: WaitingRanked) -> None:
    """Instead of what the flow gave; the customer's level counts on top as before."""
    call, queue = _waiting(turn, event.call_id)
    if call.returned:
        raise Refused("stands_first", call_id=call.call_id)
    turn.leave_line(call)
    call.flow_priority, call.stands_since = event.priority, None
    call.priority = priority_of(call, queue.settings, turn.now)
    turn.enter_line(call, queue)
    turn.note(CallMoved(call.call_id, event.by, priority=call.priority))
    turn.order(KeepWaiting(call.call_id, queue.settings.queue_id, call.flow_priority))


def given(turn: Turn, event: WaitingGiven) -> None:
    """To one agent at once, in whatever line they are; whoever gives it to themselves takes it at their own telephone.

    Should they not answer, the caller has their place again.
    """
    call, _ = _waiting(turn, event.call_id)
    if not turn.board.may_ring(call.call_id):
        raise Refused("switch_unavailable", call_id=call.call_id)
    if event.agent_id == event.by:
        agent = own_phone(turn, event.by)
        sit_down(turn, agent)
    else:
        agent = free_colleague(turn, event.agent_id)
    turn.note(CallMoved(call.call_id, event.by, agent_id=event.agent_id))
    offer_to(turn, call, agent, "taken by a supervisor" if event.agent_id == event.by else "given by a supervisor")


def _waiting(turn: Turn, call_id: str) -> tuple[Call, Queue]:
    call = turn.board.living(call_id)
    queue = None if call is None else turn.board.queue_of(call)
    if call is not None and call.state in (CallState.RINGING, CallState.CONNECTING):
        raise Refused("rings_already", call_id=call_id)
    if call is None or queue is None or call.state is not CallState.WAITING:
        raise Refused("not_waiting", call_id=call_id)
    return call, queue


def _end_of(queue: Queue) -> Place:
    last = list(queue.places())[-1]
    return last[0], last[1] + _A_LITTLE, last[2]


def _place_before(call: Call, queue: Queue, before: str) -> Place:
    places = [place for place in queue.places() if place[2] != call.call_id]
    found = next((number for number, place in enumerate(places) if place[2] == before), None)
    if found is None:
        raise Refused("not_waiting", call_id=before)
    then = places[found]
    ahead = places[found - 1] if found else None
    if ahead is None or ahead[0] != then[0]:
        return then[0], then[1] - _A_LITTLE, call.call_id
    return then[0], ahead[1] + (then[1] - ahead[1]) / 2, call.call_id
