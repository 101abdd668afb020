"""What an agent's leg says into the room: nothing while it is muted, and the keys that are pressed for it.

A page does both itself. A telephone elsewhere has none of our buttons, so the switch does it; its word comes first,
for nobody may believe to be muted who is heard. A leg that is gone takes its muting along, and one that is kept up is
heard again where it rests (asterisk-conf).
"""

from cti.domain.board import Turn
from cti.domain.call import Call
from cti.domain.commands import MuteLeg, PressKey
from cti.domain.events import LegMuted, LegSnapshot
from cti.domain.mute_words import LegNotMuted, MuteFailure
from cti.domain.values import CallState
from cti.domain.wishes import AgentMuted, AgentPressedKey
from cti.errors import Refused


def muted(turn: Turn, event: AgentMuted) -> None:
    """Twice is no error."""
    call, leg_id = _leg_of(turn, event.agent_id, event.call_id)
    if call.mute_failures.pop(leg_id, None) is not None:
        turn.touch_call(call.call_id)
    turn.order(MuteLeg(call.node, leg_id, event.muted))


def pressed(turn: Turn, event: AgentPressedKey) -> None:
    """Everybody in the agent's room gets it, as from the keys of a telephone."""
    call, leg_id = _leg_of(turn, event.agent_id, event.call_id)
    turn.order(PressKey(call.node, leg_id, event.key))


def look(turn: Turn, call: Call, leg: LegSnapshot) -> None:
    """The switch's list says which legs are: of before a restart, or since its word was lost."""
    if leg.muted != (leg.leg_id in call.muted_legs):
        _note(turn, call, leg.leg_id, is_muted=leg.muted)


def leg_muted(turn: Turn, event: LegMuted) -> None:
    """The switch has done it."""
    call = turn.board.living(turn.board.leg_calls.get(event.leg_id, ""))
    if call is not None:
        _note(turn, call, event.leg_id, is_muted=event.muted)


def leg_not_muted(turn: Turn, event: LegNotMuted) -> None:
    """The switch did not, or nobody knows: who pressed is told, for they may be heard without knowing it."""
    call = turn.board.living(turn.board.leg_calls.get(event.leg_id, ""))
    if call is not None:
        call.mute_failures[event.leg_id] = MuteFailure(event.muted, turn.now)
        turn.touch_call(call.call_id)


def _note(turn: Turn, call: Call, leg_id: str, *, is_muted: bool) -> None:
    call.mute_failures.pop(leg_id, None)
    call.muted_legs = call.muted_legs | {leg_id} if is_muted else call.muted_legs - {leg_id}
    turn.touch_call(call.call_id)


def muted_agents(call: Call) -> list[int]:
    """Return those of ours of whom nothing is let through."""
    return [agent_id for agent_id, leg_id in _legs_of_agents(call).items() if leg_id in call.muted_legs]


def mute_failures(call: Call) -> dict[int, MuteFailure]:
    """Return by agent what was not carried out last, until they press again or the switch says how it is."""
    legs = _legs_of_agents(call).items()
    return {agent_id: call.mute_failures[leg_id] for agent_id, leg_id in legs if leg_id in call.mute_failures}


def _legs_of_agents(call: Call) -> dict[int, str]:
    parties = call.parties.values()
    legs = {party.agent_id: party.leg_id for party in parties if party.agent_id is not None and party.is_up}
    return legs if call.talk is None else {**legs, call.talk.agent_id: call.talk.leg_id}


def _leg_of(turn: Turn, agent_id: int, call_id: str) -> tuple[Call, str]:
    call = turn.board.living(call_id)
    leg_id = "" if call is None else _legs_of_agents(call).get(agent_id, "")
    if call is None or not leg_id or call.state not in (CallState.TALKING, CallState.HELD):
        raise Refused("no_such_talk", call_id=call_id)
    if not turn.board.is_up(call.node):
        raise Refused("switch_unavailable", call_id=call_id)
    return call, leg_id
