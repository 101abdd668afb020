"""Many callers at once: each dials, talks for a while over G.711, hangs up; and what became of each is kept."""

import asyncio
import random
import time
from dataclasses import dataclass, field

from cti.tasks import TaskSet
from tests.bench.caller import CallRefused, Carrier, Visit
from tests.bench.crew import Crew, media_address
from tests.bench.pump import Pump


@dataclass
class Fate:
    """`joined_s` from the INVITE until an agent's phone took the call; None: that did not happen in time."""

    number: str
    at: float
    joined_s: float | None = None
    fault: str = ""


@dataclass
class Crowd:
    """`patience_s`: a caller whom no agent took by then hangs up, and that call has failed."""

    carrier: Carrier
    crew: Crew
    pump: Pump
    to: str
    first_number: int = 15_000_000_000
    patience_s: float = 5.0
    fates: list[Fate] = field(default_factory=list)
    talking: int = 0
    most: int = 0
    _tasks: TaskSet = field(default_factory=TaskSet)

    async def pour(self, per_s: float, calls: int, talk_s: float, *, steady: bool = False) -> None:
        """Send calls as a Poisson process (or like a clock when `steady`) and wait until the last is over."""
        rng = random.Random(calls)  # noqa: S311
        due = time.monotonic()
        ends: list[asyncio.Task[None]] = []
        for _ in range(calls):
            ends.append(self._tasks.start(self.one(talk_s), name="caller"))
            due += 1 / per_s if steady else rng.expovariate(per_s)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        await asyncio.gather(*ends)

    async def one(self, talk_s: float) -> Fate:
        """Live through one call."""
        number = f"+86{self.first_number + len(self.fates)}"
        fate = Fate(number, time.monotonic())
        self.fates.append(fate)
        talking = self.pump.take()
        if talking is None:
            # Each of them has a call that is not over: the switch, or who leads it, is behind.
            fate.fault = "all lines busy"
            return fate
        visit = self.carrier.dial(self.to, number, talking.sdp())
        insisting = self._tasks.start(self.carrier.insist(visit), name="insists")
        try:
            await self.carrier.answered(visit)
            there = media_address(visit.ok)
            if there is not None:
                self.pump.talk(talking, there)
            fate.joined_s = await self._until_taken(number, fate.at)
            if fate.joined_s is None:
                fate.fault = "nobody answered"
            else:
                self.talking += 1
                self.most = max(self.most, self.talking)
                await self._talk(visit, talk_s, fate)
                self.talking -= 1
            await self.carrier.hang_up(visit)
        except CallRefused as error:
            fate.fault = f"refused with {error}"
        except TimeoutError:
            fate.fault = fate.fault or "no answer to INVITE or BYE"
        finally:
            insisting.cancel()
            self.carrier.forget(visit)
            self.pump.stop(talking)
            self.crew.answered.pop(number, None)
        return fate

    async def _until_taken(self, number: str, since: float) -> float | None:
        while number not in self.crew.answered:
            if time.monotonic() - since > self.patience_s:
                return None
            await asyncio.sleep(0.02)
        return self.crew.answered[number] - since

    @staticmethod
    async def _talk(visit: Visit, talk_s: float, fate: Fate) -> None:
        until = time.monotonic() + talk_s
        while (left_s := until - time.monotonic()) > 0:
            if visit.is_over:
                fate.fault = "the switch hung up"
                return
            await asyncio.sleep(min(1.0, left_s))

    async def aclose(self) -> None:
        """End what is left."""
        await self._tasks.aclose()
