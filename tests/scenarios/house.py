"""A whole contact center on a fake switch in virtual time: agents with habits, callers with patience."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, TypeVar

from cti.bus import Bus
from cti.domain.commands import RingAgent
from cti.domain.events import AgentDisposed, AgentSignedIn, AgentWentReady, ScreenBack
from cti.domain.facts import CallEnded, Fact
from cti.domain.floor import Floor
from cti.domain.memories import AgentMemory, CallMemory
from cti.domain.values import AgentSettings, EndReason, Overflow, OverflowAction, QueueSettings, Roster
from cti.service import Telephony
from tests.fakes import FakeCaller, FakeSwitch, LoopClock

SALES = QueueSettings(1, "Sales", ring_timeout_s=20, wrap_up_s=10, max_wait_s=120)
CARE = QueueSettings(
    2, "Care", ring_timeout_s=20, wrap_up_s=10, max_wait_s=60, overflow=Overflow(OverflowAction.VOICEMAIL)
)
ANN = AgentSettings(11, "Ann", "1001", frozenset({1, 2}))
BOB = AgentSettings(12, "Bob", "1002", frozenset({1}))
ROSTER = Roster((ANN, BOB), (SALES, CARE))

_F = TypeVar("_F")


class House:
    """Everything that a story needs."""

    def __init__(self, switch: FakeSwitch, restored: tuple[Iterable[AgentMemory], Iterable[CallMemory]]) -> None:
        numbers = count(len(switch.commands) + 1)
        self.switch = switch
        self.clock = LoopClock()
        self.bus = Bus()
        self.floor = Floor(ROSTER, lambda: f"id{next(numbers)}", self.clock.now())
        self.floor.restore(self.clock.now(), agents=restored[0], calls=restored[1])
        self.telephony = Telephony([switch], self.floor, self.bus, self.clock)
        self.facts: list[Fact] = []
        self.visits: dict[str, asyncio.Task[EndReason | None]] = {}

    def ring_in(self, call_id: str, queue_id: int = 1, priority: int = 0) -> FakeCaller:
        caller = FakeCaller(self.telephony, self.switch, call_id)
        self.connect(caller, queue_id, priority)
        return caller

    def connect(self, caller: FakeCaller, queue_id: int = 1, priority: int = 0, talked_before: bool = False) -> None:
        caller.telephony = self.telephony
        caller.arrive(self.clock.now())
        self.visits[caller.call_id] = asyncio.ensure_future(caller.visit(queue_id, priority, talked_before))

    async def shift(self, agent: AgentSettings, answers_after_s: float | None = 2.0) -> None:
        """Sign in, go ready, and answer like this from now on."""
        self.switch.register(agent.extension)
        self.habit(agent, answers_after_s)
        await asyncio.sleep(0.01)
        for event in (ScreenBack(agent.agent_id), AgentSignedIn(agent.agent_id), AgentWentReady(agent.agent_id)):
            await self.telephony.request(event)

    def habit(self, agent: AgentSettings, answers_after_s: float | None) -> None:
        def answer(command: RingAgent) -> None:
            if answers_after_s is not None:
                asyncio.get_running_loop().call_later(answers_after_s, self.switch.answer, command.leg_id)

        self.switch.on_ring[agent.extension] = answer

    async def classify(self, agent: AgentSettings, call_id: str) -> None:
        await self.telephony.request(AgentDisposed(agent.agent_id, call_id))

    def call(self, call_id: str) -> dict[str, Any]:
        # Its coroutine may not have had its first turn yet.
        return self.floor.view(f"call:{call_id}") or {"state": "not yet here"}

    def agent(self, agent: AgentSettings) -> tuple[str, str]:
        view = self._view(f"agent:{agent.agent_id}")
        return view["state"], view["reason"]

    def all(self, kind: type[_F]) -> list[_F]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def ends(self) -> dict[str, EndReason]:
        ended = self.all(CallEnded)
        assert len({fact.call_id for fact in ended}) == len(ended), "each call ends once"
        return {fact.call_id: fact.reason for fact in ended}

    async def until(self, condition: Callable[[], bool], within_s: float = 60.0) -> None:
        """Let virtual time pass until it is so."""
        async with asyncio.timeout(within_s):
            while not condition():
                await asyncio.sleep(0.05)

    async def keep_diary(self) -> None:
        async for change in self.bus.subscribe_lossless("diary"):
            self.facts.extend(change.facts)

    def _view(self, key: str) -> dict[str, Any]:
        view = self.floor.view(key)
        assert view is not None, key
        return view


@asynccontextmanager
async def a_house(
    switch: FakeSwitch | None = None,
    agents: Iterable[AgentMemory] = (),
    calls: Iterable[CallMemory] = (),
) -> AsyncIterator[House]:
    """Open in the morning; on leaving, Callroom stops and the switch goes on."""
    house = House(switch or FakeSwitch(), (agents, calls))
    diary = asyncio.ensure_future(house.keep_diary())
    await asyncio.sleep(0)
    running = asyncio.ensure_future(house.telephony.run())
    await asyncio.sleep(0.01)
    try:
        yield house
    finally:
        house.telephony.leave_calls()
        for task in (*house.visits.values(), running):
            task.cancel()
        await asyncio.wait([*house.visits.values(), running])
        house.bus.close()
        await diary
