"""Who answered a campaign that has no agents: they are in its flow, and what they press there is told."""

from cti.domain.attempt_words import AttemptHeard, AttemptKeyPressed
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep
from cti.domain.deadlines import Due
from cti.domain.dial import Dial, DialStep

MOST_KEYS = 60


def serve(turn: Turn, call: Call, dial: Dial) -> None:
    """The flow speaks with them from now on; nobody promised them an agent."""
    dial.take(DialStep.ENDED)
    call.dial = call.queue = None
    turn.board.deadlines.clear(Due.DIAL, call.call_id)
    call.take(CallStep.SERVED)
    turn.touch_call(call.call_id)


def key_pressed(turn: Turn, event: AttemptKeyPressed) -> None:
    """Of callers who came in nobody asks."""
    call = turn.board.living(event.call_id)
    if call is None or call.attempt is None or call.attempt.flow_id is None:
        return
    call.pressed_keys = (call.pressed_keys + event.key)[-MOST_KEYS:]
    listened_s = (turn.now - call.seen_at).total_seconds()
    turn.note(AttemptHeard(call.call_id, call.attempt.campaign_id, call.pressed_keys, listened_s))
