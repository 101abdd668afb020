"""The real floor with a switch that does at once what it is told, in virtual time: a queue as theory has it.

Callers come as a Poisson process, talk for an exponential time and leave; agents answer at once and classify at once.
So what is left is M/M/c, first come first served, for which Erlang C is exact. Every decision is timed, and for every
order to ring it is checked that neither the agent nor the call had an offer already.

`python -m tests.bench.simulation` reads one JSON line of parameters and writes one of figures: a process for each run.
"""

import gc
import json
import os
import random
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush, heapreplace
from itertools import count

from cti.domain.commands import HangUpLeg, Join, RingAgent
from cti.domain.events import (
    AgentDisposed,
    AgentSignedIn,
    AgentWentReady,
    CallArrived,
    CallLeft,
    CallQueued,
    Event,
    LegAnswered,
    LegEnded,
    LegRang,
    RoomJoined,
    RoomLeft,
    ScreenBack,
    SwitchBack,
)
from cti.domain.floor import Floor
from cti.domain.values import AgentSettings, Caller, QueueSettings, Roster
from tests.bench.figures import rank
from tests.bench.processes import cost

NODE = "n1"
START = datetime(2026, 1, 5, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """`warm` calls are not counted; `waiting` callers stand in line first; memory is looked at `looks` times."""

    seed: int
    agents: int
    per_s: float
    mean_s: float
    calls: int
    warm: int = 0
    waiting: int = 0
    looks: int = 0


@dataclass(slots=True)
class _Caller:
    number: int
    at: float
    talk_s: float
    leg_id: str
    is_counted: bool
    agent_id: int = 0
    agent_leg: str = ""
    answered_at: float | None = None


class Simulation:
    """One floor, one queue."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.now_s = 0.0
        self.waits: list[float] = []
        self.ideal: list[float] = []
        self.decisions: list[float] = []
        self.double_offers = 0
        self.most_calls = 0
        self.memory: list[tuple[float, float]] = []
        self._rng = random.Random(plan.seed)  # noqa: S311
        self._numbers = count(1)
        self._callers: dict[str, _Caller] = {}
        self._by_leg: dict[str, _Caller] = {}
        self._ringing: dict[int, str] = {}
        self._ends: list[tuple[float, int]] = []
        self._by_number: dict[int, _Caller] = {}
        self._orders: list[Event] = []
        agents = tuple(
            AgentSettings(i, f"Agent {i}", str(10_000 + i), frozenset({1})) for i in range(1, plan.agents + 1)
        )
        queue = QueueSettings(1, "Line", record=False, wrap_up_s=0, max_wait_s=3600 * 24)
        self._extensions = {agent.extension: agent.agent_id for agent in agents}
        self._floor = Floor(Roster(agents, (queue,)), lambda: f"s{next(self._numbers)}", self._time())
        self._timed = False
        self._tell(SwitchBack(NODE, (), frozenset(self._extensions)))
        for agent in agents:
            for event in (ScreenBack(agent.agent_id), AgentSignedIn(agent.agent_id), AgentWentReady(agent.agent_id)):
                self._tell(event)
        # The same callers at ideal agents: what first come first served comes to, agent by agent.
        self._free_at = [0.0] * plan.agents
        heapify(self._free_at)

    def run(self) -> None:
        """All calls."""
        plan = self.plan
        if plan.waiting:
            for _ in range(plan.agents + plan.waiting):
                self._arrive()
        due, made = 0.0, 0
        look_every = max(1, plan.calls // plan.looks) if plan.looks else 0
        while made < plan.calls:
            due += self._rng.expovariate(plan.per_s)
            self._leave_until(due)
            self.now_s = due
            # What is kept of each call would itself be what grows.
            self._timed = made >= plan.warm and not plan.looks
            self._arrive()
            self.most_calls = max(self.most_calls, len(self._callers))
            made += 1
            if look_every and made % look_every == 0:
                gc.collect()
                self.memory.append((self.now_s, cost([os.getpid()]).rss_mb))

    def _arrive(self) -> None:
        number, talk_s = next(self._numbers), self._rng.expovariate(1 / self.plan.mean_s)
        caller = _Caller(number, self.now_s, talk_s, f"{NODE}-c{number}", self._timed)
        call_id = f"call-{number}"
        self._callers[call_id] = self._by_leg[caller.leg_id] = self._by_number[number] = caller
        if self._timed:
            starts = max(self.now_s, self._free_at[0])
            self.ideal.append(starts - self.now_s)
            heapreplace(self._free_at, starts + talk_s)
        else:
            heapreplace(self._free_at, max(self.now_s, self._free_at[0]) + talk_s)
        who = Caller(f"+86{15_000_000_000 + number % 10**9}")
        self._tell(CallArrived(call_id, caller.leg_id, NODE, who, "4001", self._time()))
        self._tell(CallQueued(call_id, 1))

    def _leave_until(self, due: float) -> None:
        while self._ends and self._ends[0][0] <= due:
            self.now_s, number = heappop(self._ends)
            caller = self._by_number.pop(number)
            call_id = f"call-{number}"
            del self._callers[call_id], self._by_leg[caller.leg_id]
            room = f"room-{number}"
            self._tell(RoomLeft(caller.leg_id, room))
            self._tell(LegEnded(caller.leg_id))
            self._tell(CallLeft(call_id))
            self._tell(AgentDisposed(caller.agent_id, call_id))
            self._tick()

    def _tick(self) -> None:
        deadline = self._floor.next_deadline()
        if deadline is not None and deadline <= self._time():
            self._carry_out(self._floor.tick(self._time()).commands)

    def _tell(self, event: Event) -> None:
        began = time.perf_counter()
        outcome = self._floor.handle(event, self._time())
        if self._timed:
            self.decisions.append(time.perf_counter() - began)
        self._carry_out(outcome.commands)

    def _carry_out(self, commands: Iterable[object]) -> None:
        for command in commands:
            if isinstance(command, RingAgent):
                self._ring(command)
            elif isinstance(command, Join):
                caller = self._callers[command.call_id]
                room = f"room-{caller.number}"
                self._tell(RoomJoined(caller.agent_leg, room))
                self._tell(RoomJoined(caller.leg_id, room))
            elif isinstance(command, HangUpLeg):
                self._tell(LegEnded(command.leg_id))

    def _ring(self, order: RingAgent) -> None:
        caller = self._callers[order.call_id]
        agent_id = self._extensions[order.extension]
        held = self._ringing.get(agent_id)
        if caller.agent_id or (held is not None and held in self._callers):
            self.double_offers += 1
        self._ringing[agent_id] = order.call_id
        caller.agent_id, caller.agent_leg, caller.answered_at = agent_id, order.leg_id, self.now_s
        if caller.is_counted:
            self.waits.append(self.now_s - caller.at)
        heappush(self._ends, (self.now_s + caller.talk_s, caller.number))
        self._tell(LegRang(order.leg_id))
        self._tell(LegAnswered(order.leg_id))

    def _time(self) -> datetime:
        return START + timedelta(seconds=self.now_s)


def report(plan: Plan) -> dict[str, object]:
    """Run it; waits in ms."""
    simulation, began = Simulation(plan), time.process_time()
    simulation.run()
    took_s = time.process_time() - began
    waits, ideal, decisions = simulation.waits, simulation.ideal, sorted(simulation.decisions) or [0.0]
    return {
        "plan": asdict(plan),
        "wait_ms": 1000 * sum(waits) / max(1, len(waits)),
        "waited_ratio": sum(wait > 0 for wait in waits) / max(1, len(waits)),
        "ideal_ms": 1000 * sum(ideal) / max(1, len(ideal)),
        "ideal_ratio": sum(wait > 0 for wait in ideal) / max(1, len(ideal)),
        "decisions": len(decisions),
        "p50_ms": 1000 * rank(decisions, 0.5),
        "p99_ms": 1000 * rank(decisions, 0.99),
        "max_ms": 1000 * decisions[-1],
        # Both lists are in the order of arrival: first come is first served.
        "worst_gap_ms": 1000 * max((abs(a - b) for a, b in zip(waits, ideal, strict=False)), default=0.0),
        "waits": len(waits),
        "double_offers": simulation.double_offers,
        "most_calls": simulation.most_calls,
        "cpu_s": took_s,
        "memory": simulation.memory,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(report(Plan(**json.loads(sys.stdin.readline())))) + "\n")
