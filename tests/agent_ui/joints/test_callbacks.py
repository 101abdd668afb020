"""A wish to be called: on disk before our word is given, and the questions that the floor asks later."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from agent_ui.errors import ApiError
from agent_ui.joints.callbacks import AGENT_CAP_S, Asking, CallbackDesk, house_dials
from agent_ui.joints.dialing import Outgoing
from crm_core.callbacks import Callbacks
from crm_core.errors import StorageError
from cti.bus import Bus
from cti.domain.callback_values import CallbackMemory
from cti.domain.events import AgentSignedIn, AgentWentReady, CallLeft, Event, PhoneChanged, ScreenBack
from cti.domain.floor import Outcome
from cti.domain.values import OutboundSettings, QueueSettings, Roster
from cti.service import Telephony
from cti.tasks import TaskSet
from ivr.domain.hours import Calendar, Span
from ivr.ports import Entry, Promise
from tests.agent_ui.world import running_world
from tests.cti.domain.callings import DIALED, MOBILE, callback_stage, come, state
from tests.cti.domain.stage import ANN, BOB, CARE, SALES, Stage
from tests.cti.domain.test_callbacks import RULES

LINE = replace(SALES, callbacks=RULES, calendar_id=3)
CLOSED = Calendar("Asia/Shanghai", {})


class Book:
    """Takes or loses what it is given."""

    def __init__(self) -> None:
        self.rows: dict[str, CallbackMemory] = {}
        self.fails = False

    async def keep(self, memory: CallbackMemory) -> None:
        if self.fails:
            raise StorageError
        self.rows[memory.callback_id] = memory

    async def will_dial(self, callback_id: str, call_id: str) -> None:
        if self.fails:
            raise StorageError
        self.rows[callback_id] = replace(self.rows[callback_id], state="calling", call_id=call_id)

    async def forget(self, callback_id: str) -> None:
        self.rows.pop(callback_id, None)


@dataclass
class Flows:
    calendars: dict[int, Calendar] = field(default_factory=dict)

    def entry_for(self, dialed: str) -> Entry:
        return Entry(dialed, None, 1)

    def queue(self, queue_id: int) -> QueueSettings | None:
        return LINE

    def calendar(self, calendar_id: int) -> Calendar | None:
        return self.calendars.get(calendar_id)

    def outbound(self) -> OutboundSettings:
        return OutboundSettings()


class House:
    """A floor, its bus, and a desk beside it."""

    def __init__(self, tasks: TaskSet) -> None:
        self.stage: Stage = callback_stage(roster=Roster((ANN, BOB), (LINE, CARE)))
        self.bus, self.book, self.flows = Bus(), Book(), Flows()
        self.floor = self.stage.floor
        self.why, self.away = "", False
        self.asked: list[Asking] = []
        self.desk = CallbackDesk(
            cast("Callbacks", self.book),
            cast("Telephony", self),
            self.may_dial,
            self.flows,
            self.stage.clock,
            tasks,
            ZoneInfo("Asia/Shanghai"),
        )

    async def may_dial(self, asking: Asking) -> Outgoing:
        self.asked.append(asking)
        if self.away:
            raise StorageError
        if self.why:
            raise ApiError(422, self.why, "No.")
        return Outgoing(DIALED, "4001" if asking.queue_id == 1 else "", withheld=False)

    def step(self, event: Event) -> None:
        self._tell(self.floor.handle(event, self.stage.now))

    def passes(self, seconds: float) -> None:
        self.stage.clock.advance(seconds)
        self._tell(self.floor.tick(self.stage.now))

    def _tell(self, outcome: Outcome) -> None:
        self.stage._keep(outcome)
        for change in outcome.changes:
            self.bus.publish(change)

    def agent_is_ready(self) -> None:
        for event in (PhoneChanged("1001", reachable=True), ScreenBack(11), AgentSignedIn(11), AgentWentReady(11)):
            self.step(event)

    def callback(self) -> str:
        return next(iter(self.book.rows))

    async def until(self, state_: str) -> None:
        async with asyncio.timeout(10):
            while state(self.stage, self.callback()) != state_:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def a_house() -> AsyncIterator[House]:
    tasks = TaskSet()
    house = House(tasks)
    tasks.start(house.desk.run(house.bus.subscribe_lossless("callbacks")), name="desk")
    come(house.stage, "c1")
    try:
        yield house
    finally:
        house.bus.close()
        await tasks.aclose()


async def test_our_word_is_on_disk_and_the_floor_keeps_the_place() -> None:
    async with a_house() as house:
        assert await house.desk.promise("c1", MOBILE) is Promise.GIVEN
        (memory,) = house.book.rows.values()
        assert (memory.number, memory.from_call_id, memory.queue_id) == (DIALED, "c1", 1)
        assert state(house.stage, house.callback()) == "waiting"


async def test_a_number_that_the_policy_refuses_is_not_promised() -> None:
    async with a_house() as house:
        house.why = "number_blocked"
        assert await house.desk.promise("c1", MOBILE) is Promise.REFUSED
        assert house.book.rows == {}


async def test_without_a_database_nothing_is_promised() -> None:
    async with a_house() as house:
        house.book.fails = True
        assert await house.desk.promise("c1", MOBILE) is Promise.FAILED
        assert house.stage.call("c1")["state"] == "waiting"


async def test_who_does_not_wait_any_more_is_promised_nothing() -> None:
    async with a_house() as house:
        house.step(CallLeft("c1", None))
        assert await house.desk.promise("c1", MOBILE) is Promise.FAILED
        assert house.book.rows == {}


async def test_one_whose_turn_came_while_it_was_written_is_forgotten() -> None:
    async with a_house() as house:
        keep = house.book.keep

        async def slow(memory: CallbackMemory) -> None:
            await keep(memory)
            house.agent_is_ready()

        house.book.keep = slow  # type: ignore[method-assign]
        assert await house.desk.promise("c1", MOBILE) is Promise.FAILED
        async with asyncio.timeout(10):
            while house.book.rows:
                await asyncio.sleep(0.01)
        assert house.stage.call("c1")["state"] == "ringing"


async def test_its_turn_comes_and_it_may_be_called() -> None:
    async with a_house() as house:
        await house.desk.promise("c1", MOBILE)
        house.agent_is_ready()
        await house.until("calling")
        assert house.stage.ring().calls_back
        call_id = (house.floor.view(f"callback:{house.callback()}") or {})["call_id"]
        assert house.stage.call(call_id)["dialed"] == "4001", "the number that this line shows"


async def test_which_call_it_will_be_is_on_disk_before_anybody_is_dialed() -> None:
    async with a_house() as house:
        await house.desk.promise("c1", MOBILE)
        house.agent_is_ready()
        await house.until("calling")
        (memory,) = house.book.rows.values()
        view = house.floor.view(f"callback:{house.callback()}") or {}
        assert (memory.state, memory.call_id) == ("calling", view["call_id"])


async def test_what_cannot_be_written_down_is_not_dialed() -> None:
    async with a_house() as house:
        await house.desk.promise("c1", MOBILE)
        house.book.fails = True
        house.agent_is_ready()
        for _ in range(20):
            await asyncio.sleep(0)
        assert state(house.stage, house.callback()) == "checking"
        house.stage.wait(3)
        assert state(house.stage, house.callback()) == "paused"


async def test_the_policy_says_no_when_the_turn_comes() -> None:
    async with a_house() as house:
        await house.desk.promise("c1", MOBILE)
        house.why = "do_not_call"
        house.agent_is_ready()
        await house.until("gone")


@pytest.mark.parametrize(("cap", "free_in_s"), [("dial_cap_agent", AGENT_CAP_S), ("dial_cap_number", None)])
async def test_a_full_cap_delays_it_and_never_loses_it(cap: str, free_in_s: float | None) -> None:
    async with a_house() as house:
        await house.desk.promise("c1", MOBILE)
        before = house.floor.view(f"callback:{house.callback()}") or {}
        house.why = cap
        house.agent_is_ready()
        await house.until("paused")
        assert house.asked[-1] == Asking(DIALED, 1, 11, is_now=True), "for the agent who would talk"
        view = house.floor.view(f"callback:{house.callback()}") or {}
        due, now = datetime.fromisoformat(view["due_at"]), house.stage.now
        wait_s = (due - now).total_seconds()
        if free_in_s is None:
            assert due.astimezone(ZoneInfo("Asia/Shanghai")).time() == time(0), "a day's cap is free at midnight"
        else:
            assert wait_s == free_in_s
        moved = datetime.fromisoformat(view["expires_at"]) - datetime.fromisoformat(before["expires_at"])
        assert (view["why"], moved) == (cap, due - now), "so much later it expires"
        house.why = ""
        house.passes(wait_s)
        await house.until("calling")


# The stage begins at 17:00 in Shanghai.
OFFICE = Calendar("Asia/Shanghai", dict.fromkeys(range(7), (Span(9 * 60, 17 * 60 + 30),)))


def expires_at(house: House) -> datetime:
    view = house.floor.view(f"callback:{house.callback()}")
    assert view is not None
    return datetime.fromisoformat(view["expires_at"])


async def test_the_night_is_no_time_in_which_anybody_would_have_called() -> None:
    """Promised for an hour, half an hour before it closes: the other half hour is tomorrow's first."""
    async with a_house() as house:
        house.flows.calendars[3] = OFFICE
        asked_at = house.stage.now.astimezone(ZoneInfo("Asia/Shanghai"))
        assert asked_at.time() == time(17)
        await house.desk.promise("c1", MOBILE)
        morning = (asked_at + timedelta(days=1)).replace(hour=9, minute=30)
        assert expires_at(house) == house.book.rows[house.callback()].expires_at == morning


async def test_a_cap_over_night_costs_it_nothing() -> None:
    """The day's cap is free at midnight, when the line is closed: what is left of the hour begins at the opening."""
    async with a_house() as house:
        house.flows.calendars[3] = OFFICE
        await house.desk.promise("c1", MOBILE)
        asked_at = house.stage.now.astimezone(ZoneInfo("Asia/Shanghai"))
        house.passes(600)
        house.why = "dial_cap_number"
        house.agent_is_ready()
        await house.until("paused")
        assert expires_at(house) == (asked_at + timedelta(days=1)).replace(hour=9, minute=50)


async def test_no_cap_stands_before_a_promise() -> None:
    async with a_house() as house:
        await house.desk.promise("c1", MOBILE)
        assert house.asked == [Asking(MOBILE)]


async def test_a_line_that_is_closed_by_then_sleeps() -> None:
    async with a_house() as house:
        await house.desk.promise("c1", MOBILE)
        house.flows.calendars[3] = CLOSED
        house.agent_is_ready()
        await house.until("paused")


@pytest.mark.parametrize("back", [True, False])
async def test_no_answer_is_no_answer_and_the_floor_asks_again(back: bool) -> None:
    async with a_house() as house:
        await house.desk.promise("c1", MOBILE)
        house.away = True
        house.agent_is_ready()
        await asyncio.sleep(0)
        house.away = not back
        before: dict[str, Any] | None = house.floor.view(f"callback:{house.callback()}")
        assert before is not None
        assert before["state"] == "checking"
        house.stage.wait(3)
        assert state(house.stage, house.callback()) == "paused"


@pytest.mark.parametrize("number", ["110", "112", "075516812345", "+19005551234", "+979123456789"])
async def test_nobody_is_called_back_at_a_line_of_help_or_one_that_charges_us(number: str, tmp_path: Path) -> None:
    """Callers in line may type any number; an agent may dial these."""
    async with running_world(tmp_path) as world:
        may_dial = house_dials(world.parts.config, world.parts.memory, world.parts.clock)
        assert (await may_dial(Asking("0755 8234 5678"))).number == "+8675582345678"
        for is_now in (False, True):
            with pytest.raises(ApiError) as refused:
                await may_dial(Asking(number, is_now=is_now))
            assert refused.value.code == "kind_not_allowed"
