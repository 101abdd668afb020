"""A random stretch of a day on the real floor: callers of more or less patience, agents who miss, hang up, lose pages.

Lines overflow into one another and into voicemail, links to the switch are lost, colleagues are asked into calls, stay
in them alone or together, or leave again; callers hang up to be called back. The same seed gives the same day.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from cti.domain import events as e
from cti.domain import wishes
from cti.domain.callback import CallbackState
from cti.domain.callback_values import CallbackRules
from cti.domain.callback_words import CallbackAllowed, CallbackAsked, CallbackChanged, CallbackWanted
from cti.domain.commands import Command, DialCustomer, HangUpLeg, Join, RingAgent, SayGoodbye, StopWaiting
from cti.domain.facts import (
    AgentChanged,
    CallEnded,
    CallStarted,
    Change,
    Fact,
    TalkEnded,
    TalkInterrupted,
    TalkStarted,
    WaitStarted,
)
from cti.domain.floor import Floor
from cti.domain.values import (
    AgentSettings,
    AgentState,
    Caller,
    EndReason,
    Overflow,
    OverflowAction,
    QueueSettings,
    Roster,
)
from cti.errors import Refused, UnexpectedEvent

QUEUES = (1, 2, 3)
AGENTS = (11, 12, 13)
NODE = "n1"
_RULES = CallbackRules(offered=True, agent_first=False, attempts=2, retry_s=60.0, expires_s=1800.0)


@dataclass
class RandomDay:
    """What the floor told, and what must come of it; `facts` leaves out our own calls, until they come into a line."""

    changes: list[Change]
    open: set[str]
    answered: set[str] = field(default_factory=set)
    gave_up: set[str] = field(default_factory=set)
    promised: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    worked_s: float = 0.0
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sort_out()
        self._count()

    def _sort_out(self) -> None:
        made: set[str] = set()
        talked_outside: set[int] = set()
        for fact in (fact for change in self.changes for fact in change.facts):
            call_id = getattr(fact, "call_id", None)
            if isinstance(fact, CallStarted) and fact.direction == "outbound":
                made.add(fact.call_id)
            elif isinstance(fact, WaitStarted):
                made.discard(fact.call_id)
            if isinstance(fact, TalkStarted):
                (talked_outside.add if call_id in made else talked_outside.discard)(fact.agent_id)
            if call_id in made or (isinstance(fact, AgentChanged) and fact.agent_id in talked_outside):
                continue
            self.facts.append(fact)

    def _count(self) -> None:
        for fact in self.facts:
            if isinstance(fact, CallbackAsked):
                self.promised.add(fact.call_id)
            elif isinstance(fact, CallbackChanged) and fact.result in ("reached", "called_in"):
                self.kept.add(fact.call_id)
            elif isinstance(fact, TalkStarted):
                self.answered.add(fact.call_id)
            elif isinstance(fact, CallEnded) and fact.reason.startswith("abandoned") and fact.queue_id is not None:
                self.gave_up.add(fact.call_id)
            elif isinstance(fact, TalkEnded | TalkInterrupted):
                self.worked_s += fact.talked_s
            elif isinstance(fact, AgentChanged) and fact.previous is AgentState.WRAP_UP:
                self.worked_s += fact.lasted_s


def random_day(
    seed: int, at: datetime, calls: int, agents: Sequence[int] = AGENTS, queues: Sequence[int] = QUEUES
) -> RandomDay:
    """Let so many callers come, and the last ones leave; every third day breaks off before that."""
    return _Play(Random(seed), at, agents, queues).play(calls)  # noqa: S311 - the same days every time


class _Play:
    def __init__(self, dice: Random, at: datetime, agents: Sequence[int], queues: Sequence[int]) -> None:
        self.dice, self.now, self.agents, self.queues = dice, at, agents, queues
        numbers = count(1)
        roster = Roster(
            tuple(
                AgentSettings(agent_id, f"Agent {agent_id}", str(1001 + place), frozenset(queues[place % 2 :]))
                for place, agent_id in enumerate(agents)
            ),
            (
                QueueSettings(
                    queues[0], "A", 15, 20, 40, Overflow(OverflowAction.QUEUE, queue_id=queues[1]), callbacks=_RULES
                ),
                QueueSettings(
                    queues[1], "B", 15, 0, 60, Overflow(OverflowAction.QUEUE, queue_id=queues[0]), callbacks=_RULES
                ),
                QueueSettings(queues[2], "C", 15, 30, 90, Overflow(OverflowAction.VOICEMAIL), callbacks=_RULES),
            ),
        )  # fmt: skip
        self.floor = Floor(roster, lambda: f"id{next(numbers)}", at)
        self.changes: list[Change] = []
        self.agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self.numbers = count(1)
        self.open: set[str] = set()
        self.joined: dict[str, str] = {}
        self.legs: dict[str, str] = {}

    def play(self, calls: int) -> RandomDay:
        self.tell(e.SwitchBack(NODE, (), frozenset(str(1001 + place) for place in range(len(self.agents)))))
        for agent_id in self.agents:
            self.tell(e.ScreenBack(agent_id), e.AgentSignedIn(agent_id), e.AgentWentReady(agent_id))
        until = self.now
        for number in range(calls):
            until += timedelta(seconds=self.dice.expovariate(1 / 25))
            self.later((until - self.now).total_seconds(), lambda name=f"c{number}": self.arrive(name))  # type: ignore[misc]
        for _ in range(3):
            self.later(self.dice.uniform(0, (until - self.now).total_seconds()), self.lose_sight)
        end = until if self.dice.random() < 0.3 else until + timedelta(hours=2)
        self.run(end)
        return RandomDay(self.changes, self.open)

    def run(self, end: datetime) -> None:
        while self.agenda:
            due = self.floor.next_deadline()
            if due is not None and due <= self.agenda[0][0]:
                if due > end:
                    return
                self.now = max(self.now, due)
                self.follow(*self.done(lambda: self.floor.tick(self.now)))
                continue
            at, _, step = heapq.heappop(self.agenda)
            if at > end:
                return
            self.now = max(self.now, at)
            step()

    def later(self, seconds: float, step: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (self.now + timedelta(seconds=seconds), next(self.numbers), step))

    def tell(self, *events: e.Event) -> None:
        for event in events:
            self.follow(*self.done(lambda event=event: self.floor.handle(event, self.now)))  # type: ignore[misc]

    def done(self, step: Callable[[], object]) -> tuple[Sequence[Change], Sequence[Command]]:
        try:
            outcome = step()
        except (Refused, UnexpectedEvent):
            return (), ()
        return outcome.changes, outcome.commands  # type: ignore[attr-defined]

    def follow(self, changes: Sequence[Change], commands: Sequence[Command]) -> None:
        self.changes += changes
        for fact in (fact for change in changes for fact in change.facts):
            if isinstance(fact, WaitStarted):
                self.open.add(fact.call_id)
            elif isinstance(fact, CallEnded):
                self.open.discard(fact.call_id)
            elif isinstance(fact, TalkStarted):
                self.talk(fact)
            elif isinstance(fact, AgentChanged):
                self.work(fact)
            elif isinstance(fact, CallbackChanged) and fact.state is CallbackState.CHECKING:
                allowed = CallbackAllowed(fact.callback_id, fact.number_to_call)
                self.later(0.1, lambda allowed=allowed: self.tell(allowed))  # type: ignore[misc]
        for command in commands:
            self.carry_out(command)

    def arrive(self, call_id: str) -> None:
        self.legs[call_id] = f"leg-{call_id}"
        number = f"1390000{call_id[1:]:>04}"
        self.tell(e.CallArrived(call_id, f"leg-{call_id}", NODE, Caller(number), "4001", self.now))
        self.later(self.dice.uniform(0, 4), lambda: self.tell(e.CallQueued(call_id, self.dice.choice(self.queues))))
        self.later(self.dice.expovariate(1 / 70), lambda: self.lose_patience(call_id))

    def lose_patience(self, call_id: str) -> None:
        call = self.floor.view(f"call:{call_id}")
        if call is None or call["state"] not in ("in_menu", "waiting", "ringing", "connecting"):
            return
        if call["state"] == "waiting" and self.dice.random() < 0.3:
            self.tell(CallbackWanted(call_id, f"b{call_id}", call["caller"]["number"]))
            self.later(3, lambda: self.leave(call_id, EndReason.CALLBACK))
        else:
            self.leave(call_id)

    def called_back(self, order: DialCustomer) -> None:
        """They take it, or it is busy."""
        self.legs[order.call_id] = order.leg_id
        if self.dice.random() < 0.7:
            there = e.CallArrived(order.call_id, order.leg_id, NODE, Caller(order.number), "", self.now, outbound=True)
            self.tell(there, e.CallReached(order.call_id))
        else:
            self.tell(e.LegEnded(order.leg_id, 17))

    def leave(self, call_id: str, reason: EndReason | None = None) -> None:
        self.tell(e.CallLeft(call_id, reason), e.LegEnded(self.legs[call_id]))

    def carry_out(self, command: Command) -> None:
        match command:
            case RingAgent():
                self.later(self.dice.uniform(0.5, 8), lambda: self.answer(command))
            case Join(call_id, leg_id):
                self.later(0.1, lambda: self.bridge(call_id, leg_id))
            case HangUpLeg(_, leg_id):
                self.later(0.1, lambda: self.hung_up(leg_id))
            case DialCustomer():
                self.later(self.dice.uniform(1, 20), lambda: self.called_back(command))
            case SayGoodbye(call_id):
                self.later(1, lambda: self.leave(call_id, EndReason.FLOW_ENDED))
            case StopWaiting(call_id, overflow):
                self.later(2, lambda: self.overflow(call_id, overflow))
            case _:
                pass

    def overflow(self, call_id: str, overflow: Overflow) -> None:
        if overflow.queue_id is None or self.dice.random() < 0.2:
            self.leave(call_id, EndReason.VOICEMAIL)
        else:
            self.tell(e.CallQueued(call_id, overflow.queue_id))

    def answer(self, ring: RingAgent) -> None:
        self.tell(e.LegRang(ring.leg_id))
        what = self.dice.random()
        if what < 0.8:
            self.tell(e.LegAnswered(ring.leg_id))
        elif what < 0.9:
            self.tell(e.LegEnded(ring.leg_id, 21))  # declined; else it rings out

    def hung_up(self, leg_id: str) -> None:
        self.tell(e.LegEnded(leg_id))
        call_id = self.joined.pop(leg_id, None)
        if call_id is not None:  # the customer's coroutine is out of the bridge
            self.tell(e.JoinEnded(call_id, leg_id, succeeded=True))

    def bridge(self, call_id: str, leg_id: str) -> None:
        self.joined[leg_id] = call_id
        self.tell(e.RoomJoined(leg_id, f"room-{call_id}"), e.RoomJoined(self.legs[call_id], f"room-{call_id}"))

    def talk(self, fact: TalkStarted) -> None:
        talk_s, what = self.dice.expovariate(1 / 50), self.dice.random()
        if self.dice.random() < 0.2:
            self.later(talk_s / 3, lambda: self.tell(wishes.AgentHeld(fact.agent_id, fact.call_id)))
            self.later(talk_s / 2, lambda: self.tell(wishes.AgentRetrieved(fact.agent_id, fact.call_id)))
        if self.dice.random() < 0.25:
            self.consult(fact, talk_s)
        if self.dice.random() < 0.2:
            queue_id = self.dice.choice(self.queues)
            self.later(
                talk_s, lambda: self.tell(wishes.AgentTransferred(fact.agent_id, fact.call_id, queue_id=queue_id))
            )
            return
        if what < 0.6:
            self.later(talk_s, lambda: self.leave(fact.call_id))
        elif what < 0.8:
            self.later(talk_s, lambda: self.tell(e.AgentHungUp(fact.agent_id, fact.call_id)))
        else:
            self.later(talk_s, lambda: self.tell(e.LegEnded(fact.leg_id, 27)))
            if what < 0.9:  # the page is back in time; else the caller is first in line again
                self.later(talk_s + 5, lambda: self.tell(e.AgentRejoins(fact.agent_id, fact.call_id)))
            self.later(talk_s + self.dice.uniform(30, 90), lambda: self.leave(fact.call_id))

    def consult(self, fact: TalkStarted, talk_s: float) -> None:
        """Ask a colleague; then bring them in, leave the customer to them, or go on alone."""
        colleague = self.dice.choice(self.agents)
        self.later(talk_s / 4, lambda: self.tell(wishes.AgentInvited(fact.agent_id, fact.call_id, colleague)))
        what = self.dice.random()
        for after, wish in ((0.6, wishes.AgentBroughtIn), (0.7, wishes.AgentSwapped), (0.8, wishes.AgentDropped)):
            if self.dice.random() < 0.5:
                self.later(talk_s * after, lambda wish=wish: self.of_party(wish, fact))  # type: ignore[misc]
        if what < 0.4:
            self.later(talk_s * 0.9, lambda: self.tell(wishes.AgentLeft(fact.agent_id, fact.call_id)))

    def of_party(self, wish: Callable[[int, str, str], e.Event], fact: TalkStarted) -> None:
        call = self.floor._board.calls.get(fact.call_id)
        for party_id in list(call.parties) if call is not None else ():
            self.tell(wish(fact.agent_id, fact.call_id, party_id))

    def work(self, fact: AgentChanged) -> None:
        agent = self.floor.view(f"agent:{fact.agent_id}") or {}
        if fact.state is AgentState.WRAP_UP:
            call_id = str(agent.get("call_id"))
            self.later(self.dice.uniform(1, 40), lambda: self.tell(e.AgentDisposed(fact.agent_id, call_id)))
        elif fact.state is AgentState.NOT_READY:
            self.later(self.dice.uniform(1, 60), lambda: self.tell(e.AgentWentReady(fact.agent_id)))
        elif fact.state is AgentState.READY and self.dice.random() < 0.05:
            self.later(self.dice.uniform(1, 60), lambda: self.tell(e.AgentWentNotReady(fact.agent_id, "break")))

    def lose_sight(self) -> None:
        """The link to the switch breaks and comes back; every call has gone on."""
        self.tell(e.SwitchLost(NODE))
        self.later(self.dice.uniform(1, 20), self.look_again)

    def look_again(self) -> None:
        legs = []
        for view in (view for key, view in self.floor.snapshot().items() if key.startswith("call:")):
            if view["state"] == "ended" or self.dice.random() < 0.05:
                continue  # gone meanwhile
            call_id = view["call_id"]
            room = f"room-{call_id}" if view["state"] == "talking" else None
            legs.append(e.LegSnapshot(self.legs.get(call_id, f"leg-{call_id}"), NODE, call_id, None, room, True))
            talk = self.floor._board.calls[call_id].talk
            if talk is not None and talk.leg_id:
                extension = str(1001 + self.agents.index(talk.agent_id))
                legs.append(e.LegSnapshot(talk.leg_id, NODE, call_id, extension, room, True))
        phones = frozenset(str(1001 + place) for place in range(len(self.agents)))
        self.tell(e.SwitchBack(NODE, tuple(legs), phones))
