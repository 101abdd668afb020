"""Whatever callers, agents and the network do: each promise ends once, in the order of its line."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from cti.domain import callback_words, events
from cti.domain.call import Call
from cti.domain.callback import CallbackState
from cti.domain.callback_values import CallbackRules
from cti.domain.callback_words import CallbackChanged
from cti.domain.facts import OfferMade
from cti.domain.floor import Outcome
from cti.domain.values import Caller, CallState, Roster
from tests.cti.domain.floor_world import World
from tests.cti.domain.promises import NUMBERS, standing_in
from tests.cti.domain.stage import ANN, BOB, CARE, SALES

CLEO = replace(ANN, agent_id=13, name="Cleo", extension="1003", queue_ids=frozenset({1}))
AGENTS = (ANN, BOB, CLEO)
AGENT_FIRST = CallbackRules(offered=True, attempts=2, retry_s=40.0, expires_s=900.0)
ROSTER = Roster(
    AGENTS,
    (replace(SALES, callbacks=AGENT_FIRST), replace(CARE, callbacks=replace(AGENT_FIRST, agent_first=False))),
)


class Day:
    """A world in which people mostly do what fits."""

    def __init__(self, dice: Random) -> None:
        self.dice, self.world = dice, World(restored=False, roster=ROSTER)
        self.arrived = 0
        self.seen: Counter[str] = Counter()
        self.say(events.SwitchBack("n1", (), frozenset({"1001", "1002", "1003"})))
        for agent in AGENTS:
            self.say(
                events.PhoneChanged(agent.extension, reachable=True),
                events.ScreenBack(agent.agent_id),
                events.AgentSignedIn(agent.agent_id),
            )

    def say(self, *told: events.Event) -> None:
        for event in told:
            self.world.do(lambda event=event: self._step(lambda: self.world.floor.handle(event, self.world.now)))  # type: ignore[misc]

    def passes(self, seconds: float) -> None:
        self.world.now += timedelta(seconds=seconds)
        self.world.do(lambda: self._step(lambda: self.world.floor.tick(self.world.now)))

    def _step(self, step: Callable[[], Outcome]) -> Outcome:
        outcome = step()
        for fact in (fact for change in outcome.changes for fact in change.facts):
            if isinstance(fact, OfferMade):
                self._in_order(fact)
            elif isinstance(fact, CallbackChanged):
                self.seen[fact.state.value if fact.result is None else fact.result.value] += 1
        return outcome

    def _in_order(self, offer: OfferMade) -> None:
        """Nobody who stands before it, and could be served, still stands there."""
        board, call = self.world.board, self.world.board.calls[offer.call_id]
        assert call.queue is not None
        served = board.callbacks[call.callback_id or ""] if call.stands_by_callback else call
        living = [one for one in board.calls.values() if one.state is not CallState.ENDED]
        kept = [one.agent_id for one in board.callbacks.values() if one.state is CallbackState.CHECKING]
        assert offer.agent_id not in kept, "this agent is kept for somebody else"
        for other in standing_in(board, living, call.queue.queue_id):
            name = other.call_id if isinstance(other, Call) else other.callback_id
            demand = board.demand_of(name, self.world.now)
            if demand is not None and offer.agent_id not in demand.without:
                assert board.place(served) < board.place(other), (offer.call_id, name)

    def something(self) -> None:
        dice = self.dice
        match dice.randint(0, 9):
            case 0 | 1:
                self._caller()
            case 2:
                self._wish()
            case 3:
                self.passes(dice.choice([0.1, 1, 4, 21, 45, 120]))
            case 4:
                self._agent()
            case 5:
                self._person_leaves()
            case _:
                self._what_is_asked()

    def _caller(self) -> None:
        self.arrived += 1
        call_id = f"c{self.arrived}"
        number = self.dice.choice([*NUMBERS, f"1350000{self.arrived:04}"])
        self.say(events.CallArrived(call_id, f"leg-{call_id}", "n1", Caller(number), "4001", self.world.now))
        self.say(events.CallQueued(call_id, self.dice.choice([1, 2]), self.dice.choice([0, 0, 0, 2])))

    def _waiting(self) -> list[Call]:
        return [call for call in self.world.board.calls.values() if call.state is CallState.WAITING and call.leg_id]

    def _wish(self) -> None:
        for call in self._waiting()[: self.dice.randint(0, 3)]:
            wanted = callback_words.CallbackWanted(call.call_id, f"b{call.call_id}", call.caller.number or "")
            self.say(wanted, events.CallLeft(call.call_id))

    def _agent(self) -> None:
        agent_id = self.dice.choice([11, 12, 13])
        agent = self.world.board.agents[agent_id]
        if agent.call_id is not None:
            self.say(events.AgentDisposed(agent_id, agent.call_id))
        self.say(self.dice.choice([events.AgentWentReady(agent_id)] * 4 + [events.AgentWentNotReady(agent_id, "meal")]))

    def _person_leaves(self) -> None:
        living = [call for call in self.world.board.calls.values() if call.state is not CallState.ENDED and call.leg_id]
        if not living:
            return
        call = self.dice.choice(living)
        self.say(events.CallLeft(call.call_id), events.LegEnded(call.leg_id))
        for leg_id in [leg for leg, of in self.world.board.closing_of.items() if of]:
            self.say(events.LegEnded(leg_id))

    def _what_is_asked(self) -> None:
        """The floor waits for an answer to something: mostly it gets the usual one."""
        board, dice = self.world.board, self.dice
        for callback in list(board.callbacks.values()):
            if callback.state is CallbackState.CHECKING:
                name = callback.callback_id
                no = dice.choice(
                    [callback_words.CallbackRefused(name, "blocked"), callback_words.CallbackPutOff(name, "closed", 60)]
                )
                self.say(no if dice.random() < 0.1 else callback_words.CallbackAllowed(name, callback.number))
        for call in list(board.calls.values()):
            if call.state is not CallState.ENDED and dice.random() < 0.6:
                self._goes_on(call)

    def _goes_on(self, call: Call) -> None:
        dice = self.dice
        if call.offer is not None:
            leg_id = call.offer.leg_id
            declined = events.AgentDeclined(call.offer.agent_id, call.call_id)
            self.say(declined if dice.random() < 0.15 else events.LegAnswered(leg_id))
            if call.state is CallState.CONNECTING:
                self.say(events.RoomJoined(leg_id, f"r-{leg_id}"), events.RoomJoined(call.leg_id, f"r-{leg_id}"))
        elif call.dial is not None:
            leg_id = call.leg_id or f"theirs-{call.call_id}"
            if not call.leg_id:
                self.say(events.LegAnswered(call.dial.leg_id), events.LegBorn(leg_id, "n1", call.dial.leg_id))
            there = events.CallArrived(call.call_id, leg_id, "n1", call.caller, "", self.world.now, outbound=True)
            if dice.random() < 0.6:
                self.say(there, events.CallReached(call.call_id))
            else:
                self.say(events.LegEnded(leg_id, dice.choice([17, 19, 1])))


def settled(day: Day) -> None:
    day.passes(10)
    day.say(events.SwitchBack("n1", (), frozenset(), restarted=True))
    for _ in range(6):
        day.passes(900)
    assert not day.world.board.callbacks, "each promise ends"
    assert not day.world.board.callbacks_at_work


SEEN: Counter[str] = Counter()


@pytest.mark.parametrize("seed", range(10))
def test_any_day_keeps_every_promise_in_its_order(seed: int) -> None:
    for story in range(20):
        day = Day(Random(1000 * seed + story))  # noqa: S311 - the same days every time
        for _ in range(80):
            day.something()
        settled(day)
        SEEN.update(day.seen)


def test_the_days_were_full_of_it() -> None:
    day = Day(Random(5))  # noqa: S311
    for seed in range(30):
        day = Day(Random(seed))  # noqa: S311
        for _ in range(80):
            day.something()
        SEEN.update(day.seen)
    for word in ("calling", "paused", "reached", "called_in", "unreached", "refused", "expired", "hung_up"):
        assert SEEN[word] >= 5, (word, SEEN)
