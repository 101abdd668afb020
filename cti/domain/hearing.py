"""The sound of lines that a dialer dialed, brought to its listener: before the answer, and after it."""

from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.commands import ListenToLine


def listen(turn: Turn, call: Call) -> None:
    """It is heard from the first sound on, and goes on with the answer."""
    dial, terms = call.dial, call.attempt
    if dial is None or dial.is_heard or terms is None or not terms.listen_port:
        return
    if dial.is_out or (terms.listens_on and dial.agent_id is None):
        dial.is_heard = True
        ear = f"{call.node}-{turn.board.new_id()}"
        turn.order(ListenToLine(call.node, ear, call.leg_id, call.call_id, terms.listen_port))
