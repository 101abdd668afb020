"""A floor to which anything happens in any order, and what must hold after each step: random stories, by seed."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any, TypeVar

from cti.domain import events
from cti.domain.agent import Agent
from cti.domain.board import Board, Node
from cti.domain.call import Call, Seat
from cti.domain.commands import HangUpLeg, RingAgent, StopWaiting
from cti.domain.demand import fits
from cti.domain.dial_facts import CallDialed, DialEnded
from cti.domain.facts import (
    AgentChanged,
    CallEnded,
    CallStarted,
    CallTransferred,
    OfferEnded,
    OfferMade,
    PartyInvited,
    TalkEnded,
    TalkInterrupted,
    TalkResumed,
    TalkStarted,
)
from cti.domain.floor import Floor, Outcome
from cti.domain.memories import AgentMemory
from cti.domain.party import PartyState
from cti.domain.values import AgentState, Caller, CallState, Direction, EndReason, OfferResult, Roster, Strategy
from cti.errors import Refused, UnexpectedEvent
from tests.cti.domain.attempts import DIALED, Attempts, from_coroutines, listed, presses
from tests.cti.domain.ladders import Ladders
from tests.cti.domain.persistent import kept_legs, own_legs_are_consistent, start_shift
from tests.cti.domain.presses import controls, moves
from tests.cti.domain.promises import Promises, standing_in
from tests.cti.domain.rosters import AGENTS, RESTORED, ROSTERS
from tests.fakes import START

_T = TypeVar("_T")
# Why a telephone rings that is not ready: somebody wants this call there.
ASKED_FOR = ("taken by", "given by", "picked up from", "back from")
# The agents' telephones in ROSTERS[0], [-1] and [-2].
PHONES = ("phones that ring", "some are kept up", "all are kept up")
# Of agents, from before the program came.
OLD_LEGS = (("old-a", "1001"), ("old-b", "1003"))
CALLS = ("c1", "c2", "c3", "c4")


class World:
    """Draws events that could come at any time, about things that exist, existed, or never did."""

    def __init__(self, restored: bool, roster: Roster = ROSTERS[0]) -> None:
        numbers = count(1)
        self.now = START
        self.floor = Floor(roster, lambda: f"id{next(numbers)}", START)
        if restored:
            self.floor.restore(
                START,
                [
                    AgentMemory(11, AgentState.TALKING, "", START, "c1"),
                    AgentMemory(12, AgentState.DIALING, "", START, "o2"),
                ],
                [RESTORED],
            )
        self.board: Board = self.floor._board
        self.views = self.floor.snapshot()
        self.rings: list[RingAgent] = []
        self.visits: dict[str, int] = {}
        self.ended: dict[str, int] = {}
        # nobody knows whom they dial, until the switch says it
        self.restored_dialer = 12 if restored else 0
        self.offers: dict[str, str] = {}
        self.dials = Attempts()
        self.promises = Promises(self.board)
        self.ladders = Ladders(self.board)
        self.talks: set[str] = set()
        self.outside: list[str] = []

    def new_outside(self) -> str:
        self.outside.append(f"outside-{len(self.outside)}")
        return self.outside[-1]

    def is_over(self, leg_id: str) -> bool:
        """Whether a talk with it was and is no more: no switch has it again, its id is never given twice."""
        return leg_id in self.offers and leg_id not in self.talks

    def do(self, step: Callable[[], Outcome]) -> None:
        try:
            outcome = step()
        except (Refused, UnexpectedEvent):
            assert self._plain(self.floor.snapshot()) == self._plain(self.views), "a refusal changes nothing"
            return
        if self.board.nodes.get("n1", Node()).up:
            self.restored_dialer = 0
        self._told_all(outcome)
        self.promises.follow(outcome)
        self.ladders.follow(outcome)
        self._follow_facts(outcome)
        self._consistent()

    def _plain(self, views: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        # The expected wait moves with every agent's state; screens read it with the next change.
        return {key: {**view, "expected_wait_s": None} for key, view in views.items()}

    def _told_all(self, outcome: Outcome) -> None:
        before, after = self._plain(self.views), self._plain(self.floor.snapshot())
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        touched = {key for change in outcome.changes for key in change.touched}
        assert changed <= touched, changed - touched
        self.views = after

    def _follow_facts(self, outcome: Outcome) -> None:
        self.rings += [command for command in outcome.commands if isinstance(command, RingAgent)]
        facts = [fact for change in outcome.changes for fact in change.facts]
        for fact in facts:
            if isinstance(fact, CallStarted):
                self.visits[fact.call_id] = self.visits.get(fact.call_id, 0) + 1
            elif isinstance(fact, CallEnded):
                self._follow_end(fact)
            elif isinstance(fact, OfferMade):
                assert fact.leg_id not in self.offers
                self.offers[fact.leg_id] = "open"
            elif isinstance(fact, OfferEnded):
                assert self.offers[fact.leg_id] == "open", "each offer ends once"
                self.offers[fact.leg_id] = fact.result
            elif isinstance(fact, CallDialed | DialEnded):
                self.dials.follow(fact)
            elif isinstance(fact, TalkStarted | TalkResumed):
                self._follow_talk(fact)
            elif isinstance(fact, TalkEnded | TalkInterrupted):
                self.talks.discard(fact.leg_id)
            elif isinstance(fact, AgentChanged) and fact.state is AgentState.RINGING:
                asked = {one.to_agent_id for one in facts if isinstance(one, PartyInvited | CallTransferred)}
                asked |= {one.agent_id for one in facts if isinstance(one, OfferMade) and one.why.startswith(ASKED_FOR)}
                assert fact.previous is AgentState.READY or fact.agent_id in asked, "others only if a colleague asks"

    def _follow_end(self, fact: CallEnded) -> None:
        self.ended[fact.call_id] = self.ended.get(fact.call_id, 0) + 1
        known = self.visits.get(fact.call_id, 0) + (fact.call_id == "c1")
        assert self.ended[fact.call_id] <= known, "each visit ends once"
        assert min(fact.waited_s, fact.talked_s) >= 0

    def _follow_talk(self, fact: TalkStarted | TalkResumed) -> None:
        if isinstance(fact, TalkResumed):
            assert fact.away_s >= 0
        elif fact.leg_id in self.offers:
            assert self.offers[fact.leg_id] == OfferResult.ANSWERED
        else:
            self.dials.follow(fact)
        self.talks.add(fact.leg_id)

    def _consistent(self) -> None:
        board = self.board
        living = [call for call in board.calls.values() if call.state is not CallState.ENDED]
        busy: list[Any] = [held for call in living for held in (call.offer, call.dial, call.talk) if held is not None]
        busy += [party for call in living for party in call.parties.values() if party.agent_id is not None]
        assert len({held.agent_id for held in busy}) == len(busy), "nobody has two calls"
        rung = [held.leg_id for held in busy if held.leg_id]
        assert len(set(rung)) == len(rung)
        for call in living:
            self._call_is_consistent(call)
        self.promises.are_consistent()
        self.ladders.are_climbed(living, self.now)
        for agent in board.agents.values():
            self._agent_is_consistent(agent)
        own_legs_are_consistent(board)
        for queue_id, queue in board.queues.items():
            standing = standing_in(board, living, queue_id)
            assert list(queue.places()) == sorted(board.place(one) for one in standing)
            self._counted(queue_id)
        deadline = self.floor.next_deadline()
        assert deadline is None or deadline >= self.now - timedelta(seconds=1000)
        assert set(board.leg_calls.values()) <= {call.call_id for call in living}
        assert not set(board.leg_calls) & set(board.gone) - {call.leg_id for call in living}

    def _counted(self, queue_id: int) -> None:
        serving = [agent for agent in self.board.agents.values() if queue_id in agent.settings.queue_ids]
        free = [agent for agent in serving if agent.can_take_a_call]
        staffing = self.board.standby.of(queue_id)
        assert staffing.states == Counter(agent.state for agent in serving)
        assert staffing.working == sum(agent.serves for agent in serving)
        assert staffing.free == len(free)
        asked: list[int] = []
        staffing.first(lambda agent_id: asked.append(agent_id) is not None)
        if staffing.strategy is Strategy.LONGEST_IDLE:
            free.sort(key=lambda one: (one.idle_since or one.since, one.agent_id))
            assert asked == [one.agent_id for one in free]
        else:
            assert sorted(asked) == sorted(one.agent_id for one in free)
        self._nobody_waits_for_nothing(queue_id)

    def _nobody_waits_for_nothing(self, queue_id: int) -> None:
        """Whoever waits while somebody is free asks for more than any of them has."""
        for call_id in self.board.queues[queue_id]:
            demand = self.board.demand_of(call_id, self.now)
            free = [one for one in self.board.agents.values() if one.can_take_a_call]
            for asked in () if demand is None else (queue_id, *demand.also):
                fitting = [one for one in free if asked in one.settings.queue_ids]
                assert demand is None or not any(fits(one, asked, demand) for one in fitting), (call_id, demand)

    def _call_is_consistent(self, call: Call) -> None:
        assert (call.offer is not None) == (call.state in (CallState.RINGING, CallState.CONNECTING))
        assert (call.dial is not None) == (call.state is CallState.DIALING)
        assert (call.dial is None) or call.direction is Direction.OUTBOUND
        in_talk = (CallState.TALKING, CallState.HELD, CallState.REJOINING)
        assert (call.talk is not None) == (call.state in in_talk)
        assert not call.parties or call.state in (*in_talk, CallState.HANDED_OVER)
        assert (call.state is CallState.HELD) <= (not call.company())
        assert (call.state is CallState.TALKING) <= bool(call.company())
        assert sum(party.state is PartyState.CONSULTED for party in call.parties.values()) <= 1
        if call.talk is not None:
            assert (call.talk.held_since is not None) == (call.state is CallState.HELD)
            assert (call.talk.seat is Seat.CONSULTING) == (call.private() is not None)
        if call.talk is not None:
            assert (call.talk.away_since is not None) == (call.state is CallState.REJOINING)
            assert self.board.agents[call.talk.agent_id].call_id == call.call_id
        assert (call.parking is not None) == (call.state is CallState.PARKED)
        assert call.parking is None or self.board.parked[call.parking.slot] == call.call_id
        if call.state is CallState.WAITING:
            assert self.board.queue_of(call) is not None, "nobody waits in a queue that is not there"

    def _agent_is_consistent(self, agent: Agent) -> None:
        held = [call for call in self.board.calls.values() if agent.agent_id in _held_by(call)]
        asked = [call.call_id for call in self.board.calls.values() if _invited(call, agent.agent_id)]
        if agent.state is AgentState.RINGING:
            assert [call.call_id for call in held if call.offer] + asked == [agent.call_id]
        elif agent.state is AgentState.DIALING:
            dialed = [call.call_id for call in held if call.dial] + asked
            assert dialed == [agent.call_id] or (not dialed and agent.agent_id == self.restored_dialer)
        elif agent.state is not AgentState.TALKING:
            assert not held
            assert not asked
        assert agent.help is None or any(call.talk for call in held), "with a talk alone"
        if agent.state in (AgentState.READY, AgentState.NOT_READY, AgentState.SIGNED_OUT):
            assert agent.call_id is None
            assert not agent.needs_disposition
            assert agent.wrap_up_until is None


def _held_by(call: Call) -> set[int]:
    return {held.agent_id for held in (call.offer, call.dial, call.talk) if held is not None}


def _invited(call: Call, agent_id: int) -> bool:
    return any(party.agent_id == agent_id for party in call.parties.values())


def _some(dice: Random, things: Sequence[_T]) -> list[_T]:
    return [thing for thing in things if dice.random() < 0.5]


def _leg(dice: Random, world: World) -> str:
    known = [ring.leg_id for ring in world.rings[-4:]] + world.outside[-2:]
    return dice.choice([*known, *(f"leg-{call_id}" for call_id in (*CALLS, *DIALED)), "old-a", "old-b", "foreign"])


def _call_event(dice: Random, world: World) -> events.Event:
    call_id = dice.choice(CALLS)
    old = world.now - timedelta(seconds=dice.choice([0, 0, 40]))
    who = (call_id, f"leg-{call_id}", "n1", Caller("1"), "4001", old)
    arrived = events.CallArrived(*who, talked_before=dice.random() < 0.5, held=dice.random() < 0.3)
    queued = events.CallQueued(call_id, dice.choice([1, 1, 2, 9]), dice.randint(0, 2))
    left = events.CallLeft(call_id, dice.choice([None, EndReason.FLOW_ENDED, EndReason.VOICEMAIL]))
    outside = events.OutsideEnded(call_id, dice.random() < 0.5)
    joined = events.JoinEnded(call_id, _leg(dice, world), dice.random() < 0.5)
    own, level = dice.choice([None, 11, 99]), dice.choice(["", "vip"])
    named = events.CallRecognised(call_id, dice.choice([None, 5]), "", own, level)
    choices: list[events.Event] = [arrived, arrived, queued, queued, queued, left, joined, named, outside]
    choices += from_coroutines(dice, _leg(dice, world), old)
    return dice.choice(choices)


def _switch_event(dice: Random, world: World) -> events.Event:
    leg_id = _leg(dice, world)
    room = dice.choice(["r1", "r2"])
    choices: list[events.Event] = [
        events.LegRang(leg_id),
        events.LegAnswered(leg_id),
        events.LegAnswered(leg_id),
        events.LegStays(leg_id),
        events.LegStays(dice.choice([*world.board.own_legs, leg_id])),
        events.LegAnswered(dice.choice([*world.board.own_legs, leg_id])),
        events.LegEnded(leg_id, dice.choice([16, 19, 21, 20, 27, 31])),
        events.RoomJoined(leg_id, room),
        events.RoomJoined(leg_id, room),
        events.RoomLeft(leg_id, room),
        events.LegBorn(world.new_outside(), "n1", leg_id),
        events.LegBorn(f"leg-{dice.choice(DIALED)}", "n1", leg_id),
        events.DialFailed(leg_id, 17),
        events.PhoneChanged(dice.choice(["1001", "1002", "1003", "desk-1002"]), dice.random() < 0.5),
        events.SwitchLost("n1"),
    ]
    return dice.choice(choices)


def _listing(dice: Random, world: World) -> events.SwitchBack:
    legs = []
    for call_id in _some(dice, CALLS):
        room = dice.choice([None, "r1", "r2"])
        legs.append(events.LegSnapshot(f"leg-{call_id}", "n1", call_id, None, room, True, START))
    legs += listed(dice, lambda: dice.choice([None, "r1", "r2"]))
    own = [(ring.leg_id, ring.extension) for ring in world.rings[-3:]]
    before = [(leg_id, extension) for leg_id, extension in OLD_LEGS if not world.is_over(leg_id)]
    for leg_id, extension in _some(dice, [*own, *before]):
        room = dice.choice([None, "r1", "r2"])
        call_id = dice.choice(["c1", "o1"])
        is_up = dice.random() < 0.5
        legs.append(events.LegSnapshot(leg_id, "n1", call_id, extension, room, is_up, outbound=call_id == "o1"))
    legs += kept_legs(dice, world.board, world.floor.seq)
    phones = _some(dice, ["1001", "1002", "1003", "desk-1002"])
    return events.SwitchBack("n1", tuple(legs), frozenset(phones), dice.random() < 0.5)


def _agent_event(dice: Random, world: World) -> events.Event:
    agent_id = dice.choice([11, 12, 13])
    call_id = dice.choice(CALLS)
    choices: list[events.Event] = [
        events.AgentSignedIn(agent_id),
        events.AgentSignedOut(agent_id),
        events.AgentWentReady(agent_id),
        events.AgentWentReady(agent_id),
        events.AgentWentNotReady(agent_id, "meal"),
        events.AgentDeclined(agent_id, call_id),
        events.AgentHungUp(agent_id, call_id),
        events.AgentRejoins(agent_id, call_id),
        events.AgentDisposed(agent_id, call_id),
        *controls(dice, world.board, agent_id, dice.choice([call_id, *DIALED])),
        *presses(dice, agent_id),
        *moves(dice, call_id, CALLS),
        events.ScreenLost(agent_id),
        events.ScreenBack(agent_id),
    ]
    return dice.choice(choices)


def _any_event(dice: Random, world: World) -> events.Event:
    match dice.randint(0, 20):
        case 0:
            return events.RosterChanged(dice.choice(ROSTERS))
        case 1:
            return _listing(dice, world)
        case kind if kind < 8:
            return _call_event(dice, world)
        case kind if kind < 15:
            return _switch_event(dice, world)
        case _:
            return _agent_event(dice, world)


def play(dice: Random, roster: Roster) -> None:
    """One story; AssertionError says what did not hold."""
    world = World(restored=dice.random() < 0.5, roster=roster)
    if dice.random() < 0.5:
        start_shift(lambda event: world.do(lambda: world.floor.handle(event, world.now)), world.board, AGENTS)
    for _ in range(dice.randint(5, 60)):
        seconds = dice.choice([0, 0, 0, 0.1, 1, 6, 21, 70])
        world.now += timedelta(seconds=seconds)
        if seconds >= 1:
            world.do(lambda: world.floor.tick(world.now))
        event = _any_event(dice, world)
        world.do(lambda: world.floor.handle(event, world.now))  # noqa: B023
    _settle(world)


def _settle(world: World) -> None:
    """The switch came back empty: everything must come to an end by itself."""
    world.now += timedelta(seconds=10)
    back = events.SwitchBack("n1", (), frozenset(), restarted=True)
    world.do(lambda: world.floor.handle(back, world.now))
    assert all(call.state is CallState.ENDED for call in world.board.calls.values())
    assert not world.board.away
    assert not world.talks
    assert "open" not in world.offers.values()
    assert "open" not in world.dials.by_leg.values()
    assert not world.board.leg_calls
    assert not world.board.closing
    states = {agent.state for agent in world.board.agents.values()}
    assert not states & {AgentState.RINGING, AgentState.DIALING, AgentState.TALKING}
    seq = world.floor.seq
    outcome = world.floor.handle(back, world.now)
    assert (world.floor.seq, outcome.changes) == (seq, ()), "a second look finds nothing new"
    assert not [command for command in outcome.commands if isinstance(command, HangUpLeg | RingAgent | StopWaiting)]
    for _ in range(5):
        world.now += timedelta(hours=9)
        world.do(lambda: world.floor.tick(world.now))
    assert not world.board.callbacks, "each ends, at the latest when it expires"
    held = {agent.call_id for agent in world.board.agents.values()}
    assert world.board.calls.keys() <= held, "ended calls are forgotten, but for those in wrap-up"
