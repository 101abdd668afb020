"""The machine's clock is set an hour forward or back, again and again: by the clock that everything is handed.

Not under libfaketime: the one clock of the program is `SystemClock` (a guard forbids any other), so what it says is
what every lease, deadline and session sees.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest

from agent_ui.auth.sessions import Identity, Sessions
from crm_core.sessions import SessionRow
from cti.clock import SystemClock
from cti.domain.events import CallLeft
from cti.domain.facts import CallEnded, TalkEnded
from tests.agent_ui.auth.test_sessions import FakePeople, FakeStore
from tests.fakes import LoopClock, run_virtual
from tests.scenarios.house import ANN, a_house


class Machine:
    """A wall clock that is set, and a monotonic one that is not."""

    def __init__(self) -> None:
        self.set_by = timedelta()
        self.passed_s = 0.0
        self.clock = SystemClock(self.wall, lambda: self.passed_s)

    def wall(self) -> datetime:
        return datetime(2026, 3, 29, 0, 30, tzinfo=UTC) + timedelta(seconds=self.passed_s) + self.set_by


@pytest.mark.parametrize("hours", [-1, 1])
async def test_nobody_is_signed_out_and_a_session_still_ends_in_time(hours: int) -> None:
    machine = Machine()
    store = FakeStore(machine.clock)  # type: ignore[arg-type]  # it has the same `now`
    sessions = Sessions(store, FakePeople(), machine.clock, idle_s=1800, absolute_s=36000)
    token = await sessions.open(7)
    machine.set_by = timedelta(hours=hours)
    for _ in range(10):
        machine.passed_s += 60
        assert isinstance(await sessions.identify(token), Identity)
    (row,) = store.rows.values()
    assert isinstance(row, SessionRow)
    machine.passed_s += 2200
    assert await sessions.identify(token) is None


def test_every_duration_is_what_passed_however_the_clock_is_set() -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    dice = random.Random(seed)

    async def story() -> None:
        async with a_house() as house:
            machine, own = Machine(), LoopClock()
            began = own.now()

            def now() -> datetime:
                machine.passed_s = (own.now() - began).total_seconds()
                return machine.clock.now()

            house.clock.now = now  # type: ignore[method-assign]
            await house.shift(ANN)
            for number in range(12):
                caller = house.ring_in(f"c{number}")
                await house.until(lambda name=f"c{number}": house.call(name)["state"] == "talking")  # type: ignore[misc]
                machine.set_by = timedelta(hours=dice.choice((-1, 1)) * dice.randrange(1, 3))
                talked_from = own.now()
                await house.until(lambda since=talked_from: (own.now() - since).total_seconds() >= 30)  # type: ignore[misc]
                caller.hang_up()
                await house.until(lambda: house.agent(ANN)[0] in ("wrap_up", "not_ready"))
                await house.classify(ANN, f"c{number}")
                await house.until(lambda: house.agent(ANN)[0] == "ready")
            house.telephony.step(CallLeft("c0"))
            talks = [fact.talked_s for fact in house.all(TalkEnded)]
            waits = [fact.waited_s for fact in house.all(CallEnded)]
            assert len(talks) == len(waits) == 12
            # a tenth is what the clock may lean towards the wall's
            assert all(26 < seconds < 36 for seconds in talks), talks
            assert all(0 <= seconds < 15 for seconds in waits), waits

    run_virtual(story())
