"""The one way to ring an agent's phone for a call: what it shows of the caller is decided here and nowhere else.

A phone with a persistent leg is not rung: that leg beeps, and plays the call's from then on (cti.domain.plugging).
"""

from cti.domain.agent import Agent
from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.commands import Place, RingAgent, SendLeg
from cti.domain.plugging import plug
from cti.domain.values import Caller

# The floor's own deadline rules; the switch's comes later and only for the case that the floor is away.
RING_MARGIN_S = 10.0
# For the words that ask for the key, once and again, and for the key.
CONFIRM_S = 12.0


def ring_limit_s(agent: Agent, ring_s: float) -> float:
    """How long until nobody has answered: who picks up at the last moment still has time for the key."""
    asks = agent.settings.phone.asks_for_key and not agent.own_leg.is_up
    return ring_s + CONFIRM_S if asks else ring_s


def new_leg(turn: Turn, call: Call) -> str:
    """Return the id of a leg to be, known as one of the call's from now on."""
    leg_id = f"{call.node}-{turn.board.new_id()}"
    turn.board.leg_calls[leg_id] = call.call_id
    return leg_id


def ring(
    turn: Turn,
    call: Call,
    agent: Agent,
    leg_id: str,
    ring_s: float,
    *,
    rejoins: bool = False,
    supervises: bool = False,
    dials: bool = False,
) -> None:
    """Have the phone ring so long. The screen shows a masked number; the phone shows what SIP says, so it says nothing.

    Nor is the caller whom somebody supervises a caller of theirs.
    """
    if agent.own_leg.is_up:
        own = agent.own_leg
        plug(turn, agent, leg_id)
        beeps = agent.settings.phone.beep and not dials  # who dials knows that a call begins
        turn.order(SendLeg(own.node, own.leg_id, Place.BEEP if beeps else Place.QUIET, leg_id))
        return
    caller = call.caller if agent.settings.sees_numbers and not supervises else Caller(None)
    extension, ring_s = agent.settings.extension, ring_s + RING_MARGIN_S
    # the law gives whoever a dialer called two seconds: no time for a press
    connects = call.dialer_terms is not None and not (rejoins or supervises or dials)
    reason = {"rejoins": rejoins, "supervises": supervises, "dials": dials, "connects": connects}
    reason["calls_back"] = call.stands_by_callback
    phone = agent.settings.phone
    turn.order(RingAgent(call.node, leg_id, extension, call.call_id, caller, ring_s, **reason, phone=phone))


def ring_own_leg(turn: Turn, agent: Agent, ring_s: float) -> None:
    """Call the phone for the shift; what is heard of it as yet is that it rings."""
    own, settings = agent.own_leg, agent.settings
    extension, phone = settings.extension, settings.phone
    turn.order(RingAgent(own.node, own.leg_id, extension, "", Caller(None), ring_s, phone=phone, stays=True))
