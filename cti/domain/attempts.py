"""Numbers that a dialer dials: ordinary outbound calls, by the one way to the outside (`dialing`), without an agent.

Who answers is first in the campaign's line, for as long as its terms say. What to dial, when, and what to make of the
end is the dialer's; from the order on an attempt always ends, also over a restart, and says so.
"""

from datetime import datetime

from cti.domain.attempt_phases import begin, tell
from cti.domain.attempt_words import AttemptOrdered, AttemptPhase, AttemptWithdrawn, AttendedLine, Attending
from cti.domain.board import Board, Turn
from cti.domain.call import Call
from cti.domain.commands import DialCustomer
from cti.domain.deadlines import Due
from cti.domain.dial import Dial, DialState
from cti.domain.dialing import REACH_S, UNTIL_IT_RINGS_S, later
from cti.domain.events import CallArrived
from cti.domain.facts import CallLinked, CallStarted
from cti.domain.parties import NORMAL_CLEARING
from cti.domain.ringing import new_leg
from cti.domain.talks import end_call
from cti.domain.values import Caller, CallState, Direction, EndReason, QueueSettings
from cti.errors import Refused


def ordered(turn: Turn, event: AttemptOrdered) -> None:
    """Dial; refused where nothing is dialed, and then nothing of it is left."""
    board = turn.board
    queue, node = board.queues.get(event.terms.queue_id), board.node_up
    if queue is None:
        raise Refused("unknown_queue", queue_id=event.terms.queue_id)
    if node is None:
        raise Refused("switch_unavailable")
    if event.call_id in board.calls or event.call_id in board.away:
        raise Refused("in_call", call_id=event.call_id)
    call = _made(turn, event, node, queue.settings)
    board.calls[call.call_id] = call
    call.leg_id = new_leg(turn, call)
    call.dial = Dial(
        None,
        "",
        node,
        event.number,
        turn.now,
        event.shown_as,
        withheld=event.withheld,
        state=DialState.DIALED,
        rings_s=event.ring_s,
    )
    turn.note(CallStarted(call.call_id, call.leg_id, node, call.caller, call.dialed, turn.now, call.direction))
    if call.customer_id is not None:
        turn.note(CallLinked(call.call_id, call.customer_id))
    tell(turn, call, AttemptPhase.SENT)
    turn.touch_call(call.call_id)
    turn.order(
        DialCustomer(
            node, call.leg_id, call.call_id, event.number, event.ring_s, event.shown_as, withheld=event.withheld
        )
    )
    board.deadlines.put(Due.DIAL, call.call_id, later(turn, UNTIL_IT_RINGS_S + event.ring_s))


def _made(turn: Turn, event: AttemptOrdered, node: str, queue: QueueSettings) -> Call:
    return Call(
        event.call_id,
        "",
        node,
        Caller(event.number, event.called_name),
        event.shown_as,
        arrived_at=turn.now,
        seen_at=turn.now,
        attached=False,
        state=CallState.DIALING,
        direction=Direction.OUTBOUND,
        queue=queue,
        language=event.terms.language,
        customer_id=event.customer_id,
        customer_name=event.customer_name,
        customer_level=event.customer_level,
        preferred_agent_id=event.preferred_agent_id,
        returned=True,
        attempt=event.terms,
    )


def withdrawn(turn: Turn, event: AttemptWithdrawn) -> None:
    """Nobody is left for whoever would answer: ring no longer. What is answered, or over, stays as it is."""
    call = turn.board.living(event.call_id)
    dial = None if call is None else call.dial
    if call is not None and dial is not None and dial.is_out and dial.agent_id is None:
        end_call(turn, call, EndReason.WITHDRAWN, NORMAL_CLEARING)


def comes_back(turn: Turn, event: CallArrived) -> Call | None:
    """Who was dialed before a restart of ours answered: they are next in line like anybody whom we dialed.

    Whom an agent dialed is brought together with them by the dialplan.
    """
    board = turn.board
    memory = board.away.get(event.call_id)
    if memory is None or memory.attempt is None or memory.attempt.agent_id is not None:
        return None
    queue = board.queues.get(memory.attempt.queue_id)
    if queue is None:
        return None
    del board.away[event.call_id]
    call = Call(
        event.call_id,
        event.leg_id,
        event.node,
        event.caller,
        event.dialed,
        min(event.arrived_at, turn.now),
        seen_at=turn.now,
        state=CallState.DIALING,
        direction=Direction.OUTBOUND,
        queue=queue.settings,
        language=memory.attempt.language,
        customer_id=memory.customer_id,
        customer_name=memory.customer_name,
        returned=True,
        attempt=memory.attempt,
        pressed_keys=memory.pressed_keys,
        listens_since=memory.listens_since,
    )
    call.dial = Dial(None, "", event.node, memory.caller.number or "", turn.now, state=DialState.ANSWERED)
    board.calls[call.call_id] = call
    board.leg_calls[call.leg_id] = call.call_id
    board.deadlines.put(Due.DIAL, call.call_id, later(turn, REACH_S))
    begin(turn, call)
    return call


def phase_of(board: Board, call_id: str) -> AttemptPhase | None:
    """How far a dialing is; None: it is of before a restart, and was not seen since."""
    call = board.calls.get(call_id)
    if call is None:
        return None if call_id in board.away else AttemptPhase.ENDED
    if call.state is CallState.ENDED:
        return AttemptPhase.ENDED
    if call.last_talk_started_at is not None:
        return AttemptPhase.CONNECTED
    if call.dial is None:
        return AttemptPhase.ANSWERED
    return AttemptPhase.RINGING if call.dial.rang_at is not None else AttemptPhase.SENT


def attending(board: Board, agent_id: int) -> Attending | None:
    """One agent as a dialer sees them; None: not on the floor."""
    agent = board.agents.get(agent_id)
    if agent is None or agent.removed:
        return None
    call = board.calls.get(agent.call_id or "")
    terms = None if call is None else call.attempt
    settings = agent.settings
    of_line = settings.queue_ids - settings.reserve_ids
    # a leg that is just being ended is no hindrance for long
    can_take = agent.phone_reachable and not agent.member_legs and agent.supervises is None
    campaign_id = None if terms is None else terms.campaign_id
    return Attending(agent_id, agent.state, of_line, campaign_id, can_take, agent.next_reason is not None)


def attended_lines(board: Board, now: datetime) -> tuple[AttendedLine, ...]:
    """All lines as a dialer sees them."""
    today = now.astimezone(board.zone).date()
    return tuple(
        AttendedLine(queue_id, sum(_is_caller(board, one) for one in queue), queue.count_from(today).offered)
        for queue_id, queue in board.queues.items()
    )


def _is_caller(board: Board, call_id: str) -> bool:
    call = board.calls.get(call_id)
    return call is None or call.attempt is None
