import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest

from cti import service
from cti.bus import Bus
from cti.domain.commands import HangUpLeg, Join, OfferToFallback, RingAgent, SwitchCommand, TakeBack
from cti.domain.events import (
    AgentSignedIn,
    AgentSignedOut,
    AgentWentReady,
    CallArrived,
    LegEnded,
    PhoneChanged,
    RosterChanged,
    ScreenBack,
    SwitchEvent,
)
from cti.domain.facts import CallEnded, Change, Fact
from cti.domain.floor import Floor, Outcome
from cti.domain.values import Caller, EndReason, Roster
from cti.errors import CallerGone, Refused, SwitchUnavailable, UnexpectedEvent
from cti.service import Telephony
from tests.cti.domain.stage import ANN, ROSTER
from tests.fakes import START, FakeLeg, FakeSwitch, LoopClock, VirtualTimeLoop, run_virtual


class House:
    """A telephony that runs, with everything that came out of it."""

    def __init__(self, telephony: Telephony, switch: FakeSwitch, bus: Bus) -> None:
        self.telephony, self.switch = telephony, switch
        self.diary = bus.subscribe_lossless("diary")

    @property
    def changes(self) -> list[Change]:
        return list(self.diary._waiting)

    @property
    def facts(self) -> list[Fact]:
        return [fact for change in self.changes for fact in change.facts]

    def ended(self) -> list[tuple[str, EndReason]]:
        return [(fact.call_id, fact.reason) for fact in self.facts if isinstance(fact, CallEnded)]

    def view(self, key: str) -> dict[str, Any]:
        view = self.telephony.floor.view(key)
        assert view is not None
        return view

    async def ready(self, agent_id: int = 11, extension: str = "1001") -> None:
        self.switch.register(extension)
        await asyncio.sleep(0.01)
        for event in (ScreenBack(agent_id), AgentSignedIn(agent_id), AgentWentReady(agent_id)):
            await self.telephony.request(event)


@asynccontextmanager
async def a_house(switch: FakeSwitch | None = None, **options: Any) -> AsyncIterator[House]:
    switch = switch or FakeSwitch()
    numbers = count(1)
    clock = LoopClock()
    bus = Bus()
    floor = Floor(ROSTER, lambda: f"id{next(numbers)}", clock.now())
    telephony = Telephony([switch], floor, bus, clock, **options)
    house = House(telephony, switch, bus)
    running = asyncio.ensure_future(telephony.run())
    await asyncio.sleep(0.01)
    try:
        yield house
    finally:
        running.cancel()
        await asyncio.wait([running])


def arrived(call_id: str = "c1") -> CallArrived:
    return CallArrived(call_id, f"n1-{call_id}", "n1", Caller(None), "4001", START)


def test_the_switch_is_in_sight_once_it_has_listed_its_channels() -> None:
    async def story() -> None:
        async with a_house() as house:
            assert house.view("system")["node_up"] == {"n1": True}
            assert OfferToFallback("1001", available=False) in house.switch.commands
            assert [change.seq for change in house.changes] == [1, 2]

    run_virtual(story())


def test_requests_are_done_or_refused() -> None:
    async def story() -> None:
        async with a_house() as house:
            await house.telephony.request(AgentSignedIn(11))
            with pytest.raises(Refused):
                await house.telephony.request(AgentWentReady(11))
            assert house.view("agent:11")["state"] == "not_ready"
            await house.telephony.request(RosterChanged(Roster((ANN,))))
            assert house.telephony.floor.view("agent:12") is None

    run_virtual(story())


def test_deadlines_are_kept_without_any_event() -> None:
    async def story() -> None:
        async with a_house() as house:
            await house.telephony.request(AgentSignedIn(11))
            await asyncio.sleep(59)
            assert house.view("agent:11")["state"] == "not_ready"
            await asyncio.sleep(2)
            assert house.view("agent:11")["state"] == "signed_out"

    run_virtual(story())


def test_orders_reach_the_customers_coroutine() -> None:
    async def story() -> None:
        async with a_house(recording_allowed=lambda queue_id: queue_id != 1) as house:
            await house.ready()
            line = house.telephony.open_line(arrived())
            await line.queue(1)
            await asyncio.sleep(1)
            ring = next(command for command in house.switch.commands if isinstance(command, RingAgent))
            house.switch.answer(ring.leg_id)
            order = await line.next_order()
            assert order == Join("c1", ring.leg_id, 11, None)
            await line.close()
            await asyncio.sleep(1)
            assert ring.leg_id not in house.switch.legs

    run_virtual(story())


def test_a_waiting_caller_knows_the_place() -> None:
    async def story() -> None:
        async with a_house() as house:
            first, second = (house.telephony.open_line(arrived(call_id)) for call_id in ("c1", "c2"))
            await first.queue(1)
            await second.queue(1)
            assert (first.position(), second.position()) == ((1, None), (2, None))
            with pytest.raises(Refused):
                await second.queue(99)
            await first.close()
            await second.close(EndReason.FAILED)

    run_virtual(story())


def test_the_switchs_word_ends_the_coroutine() -> None:
    async def story() -> None:
        async with a_house() as house:
            line = house.telephony.open_line(arrived())
            await line.queue(1)
            house.switch.tell(LegEnded("n1-c1", 16))
            with pytest.raises(CallerGone):
                await line.next_order()
            await line.close()
            assert len([fact for fact in house.facts if isinstance(fact, CallEnded)]) == 1

    run_virtual(story())


def test_a_newer_line_takes_the_call_over() -> None:
    async def story() -> None:
        async with a_house() as house:
            older = house.telephony.open_line(arrived())
            newer = house.telephony.open_line(arrived())
            with pytest.raises(CallerGone):
                await older.next_order()
            await older.close()
            await newer.queue(1)
            house.telephony.line_ended(older, LegEnded("x"))
            assert house.view("call:c1")["state"] == "waiting"
            await newer.close()

    run_virtual(story())


def test_when_callroom_stops_the_calls_go_on() -> None:
    async def story() -> None:
        async with a_house() as house:
            line = house.telephony.open_line(arrived())
            await line.queue(1)
            house.telephony.leave_calls()
            await line.close(EndReason.FAILED)
            assert house.view("call:c1")["state"] == "waiting"
            await house.telephony.request(AgentSignedIn(11))
            await asyncio.sleep(100)
            assert house.view("agent:11")["state"] == "not_ready", "no deadline is kept any more"

    run_virtual(story())


def test_orders_for_a_call_without_a_line_are_nobodys() -> None:
    async def story() -> None:
        async with a_house() as house:
            house.telephony.step(arrived())
            house.telephony.open_line(arrived("c2"))
            house.telephony._give_order(Join("c1", "leg", 11, None))

    run_virtual(story())


class BrokenSwitch(FakeSwitch):
    """Rings nobody, and breaks in different ways."""

    def __init__(self, failure: Exception | None) -> None:
        super().__init__()
        self.failure = failure

    async def carry_out(self, command: SwitchCommand) -> None:
        if isinstance(command, RingAgent):
            if self.failure is None:
                await asyncio.sleep(3600)
            else:
                raise self.failure
        self.commands.append(command)


@pytest.mark.parametrize("failure", [SwitchUnavailable("n1"), ValueError("bug"), None])
def test_a_ring_that_never_reached_the_switch_is_told_to_the_floor(failure: Exception | None) -> None:
    async def story() -> None:
        async with a_house(BrokenSwitch(failure)) as house:
            await house.ready()
            line = house.telephony.open_line(arrived())
            await line.queue(1)
            assert house.view("agent:11")["state"] == "ringing"
            await asyncio.sleep(11)
            assert house.view("agent:11")["reason"] == "phone_lost"
            assert house.view("call:c1")["state"] == "waiting"
            await line.close()

    run_virtual(story())


def test_a_command_for_an_unknown_or_choked_switch_is_lost_but_known(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "OUTBOX_LENGTH", 1)

    async def story() -> None:
        async with a_house() as house:
            await house.ready()
            line = house.telephony.open_line(CallArrived("c1", "n9-c1", "n9", Caller(None), "4001", START))
            await line.queue(1)
            await asyncio.sleep(0.1)
            assert house.view("agent:11")["reason"] == "phone_lost"
            house.telephony._hand_over(HangUpLeg("n9", "x"))
            await line.close()

    with caplog.at_level(logging.ERROR):
        run_virtual(story())
    assert {record.message for record in caplog.records} == {"Command lost"}


class FailingSwitch(FakeSwitch):
    """Its event stream breaks once, ends once, then works."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0

    async def events(self) -> AsyncIterator[SwitchEvent]:
        self.tries += 1
        if self.tries == 1:
            raise ValueError("bug")
        if self.tries == 2:
            yield PhoneChanged("1001", reachable=True)
            return
        async for event in super().events():
            yield event


def test_a_broken_event_stream_is_opened_again() -> None:
    async def story() -> None:
        async with a_house(FailingSwitch()) as house:
            assert house.view("system")["node_up"] == {"n1": False}
            await asyncio.sleep(1.5)
            assert house.view("system")["node_up"] == {"n1": False}
            await asyncio.sleep(1)
            assert house.view("system")["node_up"] == {"n1": True}

    run_virtual(story())


def test_one_event_that_goes_wrong_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with a_house() as house:
            line = house.telephony.open_line(arrived())
            await line.queue(1)
            await house.ready()
            await asyncio.sleep(0.2)  # it rings
            good = house.telephony.floor.handle

            def break_once(event: Any, now: Any) -> Outcome:
                monkeypatch.setattr(house.telephony.floor, "handle", good)
                raise ValueError("bug")

            def tick_breaks(now: Any) -> Outcome:
                monkeypatch.undo()
                raise ValueError("bug")

            monkeypatch.setattr(house.telephony.floor, "handle", break_once)
            house.switch.tell(LegEnded("a"))
            await asyncio.sleep(0.1)

            def surprise_once(event: Any, now: Any) -> Outcome:
                monkeypatch.setattr(house.telephony.floor, "handle", good)
                raise UnexpectedEvent("waiting", event)

            monkeypatch.setattr(house.telephony.floor, "handle", surprise_once)
            house.switch.tell(LegEnded("b"))
            await asyncio.sleep(0.1)
            monkeypatch.setattr(house.telephony.floor, "tick", tick_breaks)
            await asyncio.sleep(60)
            assert house.view("agent:11")["reason"] == "missed_call", "the tick was tried again"
            with pytest.raises(Refused):
                await house.telephony.request(AgentSignedOut(99))
            await line.close()

    with caplog.at_level(logging.WARNING, "cti.service"):
        run_virtual(story())
    assert [record.message for record in caplog.records] == ["Event failed", "Unexpected event", "Tick failed"]


def test_after_a_standstill_the_switch_says_who_is_gone_and_who_fell_back() -> None:
    async def story() -> None:
        async with a_house() as house:
            lines = {}
            for call_id in ("c1", "c2", "c3"):
                house.switch.legs[f"n1-{call_id}"] = FakeLeg(f"n1-{call_id}", call_id)
                lines[call_id] = house.telephony.open_line(arrived(call_id))
                await lines[call_id].queue(1)
            await asyncio.sleep(10)
            stand_still(60)
            # what the sockets held: two sessions that the dialplan ended, and one that goes on
            await lines["c1"].close()
            await lines["c2"].close(EndReason.FAILED)
            assert house.view("system")["node_up"] == {"n1": False}
            assert house.ended() == [], "a broken session is no hang-up"
            house.switch.legs["n1-c1"].fallback = "waits"
            del house.switch.legs["n1-c2"]
            await asyncio.sleep(1)
            assert TakeBack("n1", "n1-c1") in house.switch.commands
            assert house.ended() == [("c2", EndReason.LOST_WHILE_AWAY)]
            assert house.telephony.floor.view("call:c1") is None
            await lines["c3"].close()
            assert house.ended()[-1] == ("c3", EndReason.ABANDONED_IN_QUEUE), "from now on it is one again"

    run_virtual(story())


def test_a_ring_that_ran_out_in_a_standstill_is_not_the_agents_fault() -> None:
    async def story() -> None:
        async with a_house() as house:
            await house.ready()
            house.switch.legs["n1-c1"] = FakeLeg("n1-c1", "c1")
            line = house.telephony.open_line(arrived())
            await line.queue(1)
            await asyncio.sleep(0.2)
            assert house.view("agent:11")["state"] == "ringing"
            house.switch.end_leg(next(leg.leg_id for leg in house.switch.legs.values() if leg.extension), 19)
            stand_still(30)
            await asyncio.sleep(0.1)
            assert (house.view("agent:11")["state"], house.view("agent:11")["reason"]) == ("ready", "")
            await asyncio.sleep(2)
            assert house.view("agent:11")["state"] == "ringing", "and the caller is offered again"
            await line.close()

    run_virtual(story())


def stand_still(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    loop.jump(seconds)
