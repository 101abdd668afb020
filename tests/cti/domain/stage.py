"""A floor with people on it, spoken to in the words of the trade."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from cti.domain.commands import Command, RingAgent
from cti.domain.events import (
    AgentDisposed,
    AgentSignedIn,
    AgentWentReady,
    CallArrived,
    CallLeft,
    CallQueued,
    Event,
    LegAnswered,
    LegRang,
    LegSnapshot,
    PhoneChanged,
    RoomJoined,
    ScreenBack,
    SwitchBack,
)
from cti.domain.facts import Fact
from cti.domain.floor import Floor, Outcome
from cti.domain.memories import AgentMemory, CallMemory
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
from tests.fakes import START, ManualClock

SALES = QueueSettings(1, "Sales", ring_timeout_s=20, wrap_up_s=30, max_wait_s=300)
CARE = QueueSettings(
    2, "Care", ring_timeout_s=15, wrap_up_s=10, max_wait_s=100, overflow=Overflow(OverflowAction.QUEUE, queue_id=1)
)
ANN = AgentSettings(11, "Ann", "1001", frozenset({1, 2}), sees_numbers=True)
BOB = AgentSettings(12, "Bob", "1002", frozenset({1}))
# a supervisor: on the floor, in no queue
EVE = AgentSettings(13, "Eve", "1003", sees_numbers=True)
ROSTER = Roster((ANN, BOB), (SALES, CARE))
EXTENSIONS = {11: "1001", 12: "1002", 13: "1003"}

_F = TypeVar("_F")


class Stage:
    """Keeps every fact and command that the floor gave out."""

    def __init__(self, roster: Roster = ROSTER, recording_allowed: bool = True) -> None:
        self.clock = ManualClock()
        numbers = count(1)
        self.floor = Floor(roster, lambda: f"id{next(numbers)}", self.clock.now(), lambda _: recording_allowed)
        self.facts: list[Fact] = []
        self.commands: list[Command] = []
        self.touched: set[str] = set()
        self.changes = 0

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def tell(self, *events: Event) -> None:
        for event in events:
            self._keep(self.floor.handle(event, self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass, waking the floor whenever it asked to be."""
        end = self.now + timedelta(seconds=seconds)
        while (due := self.floor.next_deadline()) is not None and due <= end:
            self.clock.advance(max(0.0, (due - self.now).total_seconds()))
            self._keep(self.floor.tick(self.now))
        self.clock.advance((end - self.now).total_seconds())

    def ready(self, *agent_ids: int) -> None:
        for agent_id in agent_ids:
            self.tell(
                PhoneChanged(EXTENSIONS[agent_id], reachable=True),
                ScreenBack(agent_id),
                AgentSignedIn(agent_id),
                AgentWentReady(agent_id),
            )

    def arrive(self, call_id: str, queue_id: int | None = 1, priority: int = 0, **more: Any) -> None:
        arrived_at = more.pop("arrived_at", self.now)
        self.tell(CallArrived(call_id, f"leg-{call_id}", "n1", Caller("10086", "X"), "4001", arrived_at, **more))
        if queue_id is not None:
            self.tell(CallQueued(call_id, queue_id, priority))

    def leave(self, call_id: str, reason: EndReason | None = None) -> None:
        self.tell(CallLeft(call_id, reason))

    def ring(self) -> RingAgent:
        """The last ring that was ordered."""
        return self.last(RingAgent)

    def answer(self) -> str:
        leg_id = self.ring().leg_id
        self.tell(LegRang(leg_id), LegAnswered(leg_id))
        return leg_id

    def join(self, call_id: str) -> str:
        leg_id = self.answer()
        self.tell(RoomJoined(leg_id, "room"), RoomJoined(f"leg-{call_id}", "room"))
        return leg_id

    def talk(self, call_id: str, queue_id: int = 1) -> str:
        self.arrive(call_id, queue_id)
        return self.join(call_id)

    def done(self, agent_id: int, call_id: str) -> None:
        self.tell(AgentDisposed(agent_id, call_id), AgentWentReady(agent_id))

    def switch_back(self, *legs: LegSnapshot, phones: tuple[str, ...] = (), restarted: bool = False) -> None:
        self.tell(SwitchBack("n1", legs, frozenset(phones), restarted))

    def call(self, call_id: str) -> dict[str, Any]:
        return self._view(f"call:{call_id}")

    def agent(self, agent_id: int) -> dict[str, Any]:
        return self._view(f"agent:{agent_id}")

    def queue(self, queue_id: int) -> dict[str, Any]:
        return self._view(f"queue:{queue_id}")

    def state(self, agent_id: int) -> tuple[str, str]:
        view = self.agent(agent_id)
        return view["state"], view["reason"]

    def last(self, kind: type[_F]) -> _F:
        return next(one for one in reversed([*self.facts, *self.commands]) if isinstance(one, kind))

    def all(self, kind: type[_F]) -> list[_F]:
        return [one for one in [*self.facts, *self.commands] if isinstance(one, kind)]

    def clear(self) -> None:
        self.facts.clear()
        self.commands.clear()
        self.touched.clear()

    def _view(self, key: str) -> dict[str, Any]:
        view = self.floor.view(key)
        assert view is not None, key
        return view

    def _keep(self, outcome: Outcome) -> None:
        for change in outcome.changes:
            self.changes += 1
            assert change.seq == self.changes
            self.facts.extend(change.facts)
            self.touched.update(change.touched)
        self.commands.extend(outcome.commands)


def talking(call_id: str = "c1") -> tuple[Stage, str]:
    """Ann (11), ready for 5 s, has the call on the line; and the id of her leg."""
    stage = Stage()
    stage.ready(11)
    stage.wait(5)
    return stage, stage.talk(call_id)


def customer(call_id: str, room_id: str | None = None, arrived_at: datetime = START) -> LegSnapshot:
    return LegSnapshot(f"leg-{call_id}", "n1", call_id, None, room_id, True, arrived_at, Caller("10086"), "4001")


def agent_leg(leg_id: str, extension: str, call_id: str, room_id: str | None = None, is_up: bool = True) -> LegSnapshot:
    return LegSnapshot(leg_id, "n1", call_id, extension, room_id, is_up)


# of a Callroom before this one
MEMORY = CallMemory("old", "leg-old", "n1", Caller("10086"), "4001", START - timedelta(seconds=90), 1)
TALK_MEMORY = replace(
    MEMORY,
    customer_id=77,
    waited_s=12.0,
    queued_at=START - timedelta(seconds=85),
    talk_agent_id=11,
    talk_leg_id="n1-a",
    talk_started_at=START - timedelta(seconds=60),
    recording_id="rec",
)


def restarted_stage(*calls: CallMemory, state: AgentState = AgentState.TALKING) -> Stage:
    stage = Stage()
    stage.floor.restore(
        stage.now, [AgentMemory(11, state, "", START - timedelta(seconds=60), "old")], calls=list(calls)
    )
    return stage
