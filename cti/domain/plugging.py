"""Which leg of a call an agent's persistent leg plays: in one place, so that nothing else knows of two kinds of legs.

For the rest of the floor, and in the diary, a call has a leg of its own to the agent: it rings (a beep), is answered,
moves between rooms and ends. Where the agent has a persistent leg, that is a part which the channel plays: what is
ordered of the part is ordered of the channel, what the switch tells of the channel is told of the part, and the part's
end is the channel's way back to its resting place.
"""

from dataclasses import replace

from cti.domain.agent import Agent
from cti.domain.board import Board, Turn
from cti.domain.commands import Command, DialOutside, HangUpLeg, Join, MuteLeg, Place, PressKey, SendLeg
from cti.domain.events import (
    DialFailed,
    Event,
    LegAnswered,
    LegBorn,
    LegMuted,
    LegSpies,
    RoomJoined,
    RoomLeft,
)
from cti.domain.mute_words import LegNotMuted


def plug(turn: Turn, agent: Agent, leg_id: str) -> None:
    """From now on the agent's persistent leg plays this one; what it played before is over at the latest now."""
    board, own = turn.board, agent.own_leg
    if own.plays:
        old = unplug(board, agent)
        board.bury(old, turn.now)
    own.plays, own.is_heard = leg_id, False
    board.plays[leg_id] = own.leg_id


def unplug(board: Board, agent: Agent) -> str:
    """It plays nothing any more; return what it played."""
    own = agent.own_leg
    leg_id, own.plays, own.is_heard = own.plays, "", False
    board.plays.pop(leg_id, None)
    return leg_id


def part_of(board: Board, leg_id: str) -> str:
    """Return what a channel plays: itself, unless it is a persistent leg; "" for one that plays nothing."""
    agent = board.agents.get(board.own_legs.get(leg_id, 0))
    return leg_id if agent is None else agent.own_leg.plays


def as_told(board: Board, event: Event) -> Event | None:
    """Return what the switch tells of a persistent leg in the words of the part; None: there is no part to tell of."""
    match event:
        case RoomJoined() | RoomLeft() | LegAnswered() | LegMuted() | LegNotMuted() | DialFailed() if (
            event.leg_id in board.own_legs
        ):
            part = part_of(board, event.leg_id)
            return replace(event, leg_id=part) if part else None
        case LegBorn():
            return replace(event, dialer_leg_id=part_of(board, event.dialer_leg_id))
        case LegSpies():
            return replace(event, leg_id=part_of(board, event.leg_id), peer=part_of(board, event.peer))
        case _:
            return event


def as_ordered(board: Board, command: Command) -> Command:
    """Return an order about a part as the one about its channel; ending it is a way back, not a hang-up."""
    plays = board.plays
    match command:
        case HangUpLeg() if command.leg_id in plays:
            return SendLeg(command.node, plays[command.leg_id], Place.STAY)
        case SendLeg(place=Place.BEEP | Place.QUIET):
            return command
        case SendLeg():
            leg_id, peer = command.leg_id, command.peer
            return replace(command, leg_id=plays.get(leg_id, leg_id), peer=plays.get(peer, peer))
        case Join():
            return replace(command, channel=plays.get(command.leg_id, ""))
        case DialOutside() | MuteLeg() | PressKey():
            return replace(command, leg_id=plays.get(command.leg_id, command.leg_id))
        case _:
            return command
