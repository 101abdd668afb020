"""What a dialer and the diary are told of an attempt; of calls that no dialer made there is nothing to tell."""

from cti.domain.attempt_words import AttemptChanged, AttemptPhase
from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.commands import BeginAttempt
from cti.domain.facts import CallStarted
from cti.domain.memories import UNKNOWN_NODE, CallMemory
from cti.domain.values import EndReason


def tell(turn: Turn, call: Call, phase: AttemptPhase, agent_id: int | None = None) -> None:
    """One phase further."""
    if call.attempt is not None:
        turn.note(AttemptChanged(call.call_id, call.attempt.campaign_id, phase, agent_id))


def tell_end(turn: Turn, call: Call, reason: EndReason, cause: int, sip_status: int) -> None:
    """It is over, whatever was going on."""
    if call.attempt is not None:
        over = AttemptPhase.ENDED
        turn.note(
            AttemptChanged(
                call.call_id, call.attempt.campaign_id, over, reason=reason, cause=cause, sip_status=sip_status
            )
        )


def tell_start_away(turn: Turn, memory: CallMemory) -> None:
    """Nothing of it was written but that it was to be dialed: its call is in the log from now on."""
    if memory.attempt is not None and memory.node == UNKNOWN_NODE:
        caller, direction = memory.caller, memory.direction
        turn.note(CallStarted(memory.call_id, "", "", caller, memory.dialed, memory.arrived_at, direction))


def tell_end_away(turn: Turn, memory: CallMemory, reason: EndReason, cause: int) -> None:
    """It ended unseen, while Callroom was away."""
    if memory.attempt is not None:
        over = AttemptPhase.ENDED
        turn.note(AttemptChanged(memory.call_id, memory.attempt.campaign_id, over, reason=reason, cause=cause))


def begin(turn: Turn, call: Call) -> None:
    """They answered: the coroutine is told whose line it is, and in which language."""
    if call.attempt is not None:
        terms = call.attempt
        turn.order(BeginAttempt(call.call_id, terms.queue_id, terms.language, terms.flow_id))
