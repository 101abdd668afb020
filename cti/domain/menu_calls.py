"""Who answered a campaign that has no agents: they are in its flow, and what they press there is told."""

from cti.domain.attempt_phases import begin
from cti.domain.attempt_words import AttemptAsksAgent, AttemptHeard, AttemptKeyPressed
from cti.domain.board import Turn
from cti.domain.call import Call, CallStep
from cti.domain.deadlines import Due
from cti.domain.dial import Dial, DialStep
from cti.domain.events import CallReached
from cti.domain.values import CallState
from cti.errors import Refused

MOST_KEYS = 60


def serve(turn: Turn, call: Call, dial: Dial) -> None:
    """The flow speaks with them from now on; nobody promised them an agent."""
    dial.take(DialStep.ENDED)
    call.dial = call.queue = None
    call.listens_since = call.listens_since or turn.now
    turn.board.deadlines.clear(Due.DIAL, call.call_id)
    call.take(CallStep.SERVED)
    turn.touch_call(call.call_id)


def _is_served(call: Call) -> bool:
    return call.state is CallState.IN_MENU and call.attempt is not None and call.attempt.flow_id is not None


def serve_again(turn: Turn, call: Call) -> None:
    """The connection to their coroutine broke: the new one is told whose flow it is, if it is a campaign's."""
    if _is_served(call):
        begin(turn, call)


def refuse_unless_served(call: Call | None, event: CallReached) -> None:
    """Nobody whom we dialed, unless they come back to the flow in which they were."""
    if call is None or not _is_served(call):
        raise Refused("unknown_call", call_id=event.call_id)


def key_pressed(turn: Turn, event: AttemptKeyPressed) -> None:
    """Of callers who came in nobody asks."""
    _heard(turn, event.call_id, event.key)


def asks_agent(turn: Turn, event: AttemptAsksAgent) -> None:
    """From here on they do not listen, but wait; where they are lost, the campaign has to know."""
    _heard(turn, event.call_id, asks=True)


def _heard(turn: Turn, call_id: str, key: str = "", *, asks: bool = False) -> None:
    call = turn.board.living(call_id)
    if call is None or call.attempt is None or call.attempt.flow_id is None:
        return
    call.pressed_keys = (call.pressed_keys + key)[-MOST_KEYS:]
    listened_s = (turn.now - (call.listens_since or turn.now)).total_seconds()
    turn.note(AttemptHeard(call_id, call.attempt.campaign_id, call.pressed_keys, listened_s, asks))
