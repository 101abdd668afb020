"""What is different about a call that an agent dials for a campaign: whose line it is, and who is called is known."""

from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.facts import CallLinked
from cti.domain.values import Caller, CallState, Direction, QueueSettings
from cti.domain.wishes import AgentDialed
from cti.errors import Refused


def line_of(turn: Turn, event: AgentDialed) -> QueueSettings | None:
    """A campaign's calls are those of its agents' line: wrap-up, recording and dispositions are as there."""
    if event.attempt is None:
        return None
    queue = turn.board.queues.get(event.attempt.queue_id)
    if queue is None:
        raise Refused("unknown_queue", queue_id=event.attempt.queue_id)
    return queue.settings


def made(turn: Turn, event: AgentDialed, node: str, queue: QueueSettings | None) -> Call:
    """Build the call of it, before anybody is there."""
    call = Call(
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
        customer_id=event.customer_id,
        customer_name=event.customer_name,
        last_agent_id=event.agent_id,
        task_id=event.task_id,
        attempt=event.attempt,
    )
    if event.attempt is not None:
        call.language = event.attempt.language
    return call


def note_whose(turn: Turn, call: Call) -> None:
    """The campaign knows whom it calls."""
    if call.customer_id is not None:
        turn.note(CallLinked(call.call_id, call.customer_id))
