"""Agents whose phones are kept up through the shift."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

from cti.domain.agent import Agent
from cti.domain.board import Board
from cti.domain.commands import Place, RingAgent, SendLeg
from cti.domain.events import (
    AgentSignedIn,
    AgentWentReady,
    Event,
    LegAnswered,
    LegSnapshot,
    LegStays,
    PhoneChanged,
    RoomJoined,
    ScreenBack,
    SwitchBack,
)
from cti.domain.own_leg import OwnLegState
from cti.domain.values import AgentSettings, Phone, PhoneKind, Roster
from tests.cti.domain.stage import ANN, BOB, CARE, EVE, EXTENSIONS, SALES, Stage

KEPT = Phone(persistent=True)
DESK_KEPT = Phone(PhoneKind.SIP, persistent=True)
MOBILE_KEPT = Phone(PhoneKind.OUTSIDE, "+8613911112222", persistent=True, beep=False)


def kept_stage(phone: Phone = KEPT) -> Stage:
    """Ann's phone is kept up; Bob's and Eve's ring."""
    stage = Stage(Roster((replace(ANN, phone=phone), BOB, EVE), (SALES, CARE)))
    stage.switch_back()
    return stage


def sign_in(stage: Stage, agent_id: int = 11) -> str:
    """The phone is there, the agent signs in, and it rings; return the leg's id."""
    extension = EXTENSIONS[agent_id]
    stage.tell(PhoneChanged(extension, reachable=True), PhoneChanged(f"desk-{extension}", reachable=True))
    stage.tell(ScreenBack(agent_id), AgentSignedIn(agent_id))
    order = stage.last(RingAgent)
    assert (order.stays, order.extension, order.call_id) == (True, extension, "")
    return order.leg_id


def kept_up(stage: Stage, agent_id: int = 11) -> str:
    """They are ready, and their leg is up."""
    leg_id = sign_in(stage, agent_id)
    stage.tell(LegStays(leg_id), AgentWentReady(agent_id))
    assert own_state(stage) is OwnLegState.UP
    return leg_id


def beeped(stage: Stage) -> SendLeg:
    """The last order by which a persistent leg was told of a call."""
    orders = (one for one in reversed(stage.commands) if isinstance(one, SendLeg))
    return next(one for one in orders if one.place in (Place.BEEP, Place.QUIET))


def talk(stage: Stage, call_id: str, room_id: str = "room") -> str:
    """A call comes to the persistent leg; return the leg's id."""
    stage.arrive(call_id)
    leg_id = beeped(stage).leg_id
    stage.tell(LegAnswered(leg_id), RoomJoined(leg_id, room_id), RoomJoined(f"leg-{call_id}", room_id))
    return leg_id


def own_state(stage: Stage, agent_id: int = 11) -> OwnLegState:
    return OwnLegState(stage.agent(agent_id)["own_leg"])


def kept_legs(dice: Random, board: Board, seq: int) -> list[LegSnapshot]:
    """Persistent legs as the switch could list them: some of ours, and some of before."""
    kept = {"kept-11": 11, "kept-13": 13, **board.own_legs}
    legs = []
    for leg_id, agent_id in kept.items():
        playing = (part for part, own in board.plays.items() if own == leg_id)
        plays = next(playing, f"part-{seq}-{leg_id}")
        room, is_up, extension = dice.choice([None, "r1", "r2"]), dice.random() < 0.7, f"10{agent_id - 10:02}"
        if dice.random() < 0.5:
            legs.append(LegSnapshot(leg_id, "n1", None, extension, room, is_up, persistent=True, plays=plays))
    return legs


def own_legs_are_consistent(board: Board) -> None:
    agents = board.agents.values()
    assert board.own_legs == {one.own_leg.leg_id: one.agent_id for one in agents if one.own_leg.leg_id}
    playing = {one.own_leg.plays: one.own_leg.leg_id for one in agents if one.own_leg.plays}
    assert board.plays == playing, "each call's leg is played by one, and each plays one"
    for agent in agents:
        _is_consistent(board, agent)


def _is_consistent(board: Board, agent: Agent) -> None:
    own = agent.own_leg
    assert bool(own.leg_id) == (own.state in (OwnLegState.RINGING, OwnLegState.UP, OwnLegState.CLOSING))
    if agent.can_take_a_call and agent.settings.phone.persistent:
        assert own.is_up, "offered calls only on a leg that is up"
    if own.state is not OwnLegState.DOWN and not own.plays:
        assert agent.wants_own_leg, "nobody's phone is kept up who is not at work"
    if own.plays in board.leg_calls:
        call = board.calls[board.leg_calls[own.plays]]
        held = [one.agent_id for one in (call.offer, call.talk, call.dial) if one is not None]
        there = {*held, *(party.agent_id for party in call.parties.values()), *call.supervisions}
        assert agent.agent_id in there, "it plays in a call of this agent's"


def start_shift(tell: Callable[[Event], None], board: Board, agents: Iterable[AgentSettings]) -> None:
    """Everybody is ready, at whatever phone."""
    tell(SwitchBack("n1", (), frozenset()))
    for agent in agents:
        for endpoint in (agent.extension, f"desk-{agent.extension}"):
            tell(PhoneChanged(endpoint, reachable=True))
        tell(ScreenBack(agent.agent_id))
        tell(AgentSignedIn(agent.agent_id))
        for leg_id in list(board.own_legs):
            tell(LegStays(leg_id))
        tell(AgentWentReady(agent.agent_id))
