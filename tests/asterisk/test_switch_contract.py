"""AmiSwitch against the real Asterisk: what the floor is told is what happened."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from cti.agi.server import AgiServer
from cti.agi.session import AgiSession
from cti.asterisk.pstn import call_in
from cti.asterisk.secrets import sip_password
from cti.domain.commands import HangUpLeg, OfferToFallback, RingAgent
from cti.domain.events import (
    LegAnswered,
    LegEnded,
    LegRang,
    PhoneChanged,
    RoomJoined,
    RoomLeft,
    SwitchBack,
    SwitchEvent,
    SwitchLost,
)
from cti.domain.values import Caller
from cti.settings import SwitchSettings
from cti.switch import AmiSwitch
from tests.asterisk.pair import Pair, eventually
from tests.asterisk.sip_phone import SipPhone

pytestmark = pytest.mark.asterisk


class Watch:
    """All events of a switch; `next` skips until one of the wanted kind."""

    def __init__(self, switch: AmiSwitch) -> None:
        self.switch = switch
        self.seen: list[SwitchEvent] = []
        self._events: asyncio.Queue[SwitchEvent] = asyncio.Queue()

    async def run(self) -> None:
        async for event in self.switch.events():
            self._events.put_nowait(event)

    async def next(self, *kinds: type, timeout_s: float = 5.0) -> SwitchEvent:
        async with asyncio.timeout(timeout_s):
            while True:
                event = await self._events.get()
                self.seen.append(event)
                if isinstance(event, kinds):
                    return event


def settings_of(pair: Pair) -> SwitchSettings:
    ours = pair.settings
    return SwitchSettings(
        ami_port=ours.ami_port,
        ami_user=ours.ami_user,
        ami_secret=ours.secrets.ami_secret,
        ami_events_user=ours.ami_events_user,
        ami_events_secret=ours.secrets.ami_events_secret,
        agi_port=ours.agi_port,
        ws_port=ours.ws_port,
    )


@asynccontextmanager
async def watching(pair: Pair) -> AsyncIterator[Watch]:
    watch = Watch(AmiSwitch(settings_of(pair)))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(watch.run())
        try:
            yield watch
        finally:
            running.cancel()


@asynccontextmanager
async def phone(
    pair: Pair, extension: str = "1001", behaviour: str = "answer", alone: bool = True
) -> AsyncIterator[SipPhone]:
    made = SipPhone(extension, sip_password(pair.settings.secrets.sip_key, extension), behaviour)
    await made.open_ws(pair.settings.ws_port)
    assert await made.register() == "SIP/2.0 200 OK"
    try:
        yield made
    finally:
        await made.aclose()
        if alone:

            async def gone() -> bool:
                return f"{extension}/sip:" not in await pair.switch.command("pjsip show contacts")

            await eventually(gone, 5, "the contact removed")


@asynccontextmanager
async def answering(pair: Pair, handler: Callable[[AgiSession], Awaitable[None]]) -> AsyncIterator[None]:
    server = AgiServer("127.0.0.1", pair.settings.agi_port, handler)
    await server.start()
    try:
        yield
    finally:
        await server.aclose()


def ring(leg_id: str, ring_s: float = 20.0, extension: str = "1001") -> RingAgent:
    return RingAgent("n1", leg_id, extension, "0b8c-call-1", Caller("+8613800138000", '"><img>'), ring_s)


async def test_a_phone_comes_is_replaced_and_goes(pair: Pair) -> None:
    async with watching(pair) as watch:
        back = await watch.next(SwitchBack)
        assert isinstance(back, SwitchBack)
        assert "1003" not in back.reachable_extensions
        async with phone(pair, "1003"):
            assert await watch.next(PhoneChanged) == PhoneChanged("1003", True)
            # The same agent in a second tab: the phone is never away between.
            async with phone(pair, "1003", alone=False), watching(pair) as second:
                again = await second.next(SwitchBack)
                assert isinstance(again, SwitchBack)
                # Asterisk says "Reachable" before its thread of device states has entered it in the list
                # (main/devicestate.c): who lists in between is told by the event that follows.
                if "1003" not in again.reachable_extensions:
                    assert await second.next(PhoneChanged) == PhoneChanged("1003", True)
            assert [each for each in watch.seen if isinstance(each, PhoneChanged)] == [PhoneChanged("1003", True)]
        assert await watch.next(PhoneChanged) == PhoneChanged("1003", False)


async def test_an_agents_leg_rings_with_the_call_id_waits_and_is_hung_up(pair: Pair) -> None:
    async with phone(pair, behaviour="ring") as agent, watching(pair) as watch:
        await watch.next(SwitchBack)
        await watch.switch.carry_out(ring("leg-a1"))
        assert await watch.next(LegRang) == LegRang("leg-a1")
        assert "\r\nX-Callroom-Call: 0b8c-call-1\r\n" in agent.invites[0]
        assert "+8613800138000" in agent.invites[0]
        assert "img" not in agent.invites[0]
        agent.answer()
        assert await watch.next(LegAnswered) == LegAnswered("leg-a1")
        async with watching(pair) as second:
            back = await second.next(SwitchBack)
            assert isinstance(back, SwitchBack)
            (leg,) = back.legs
            assert (leg.leg_id, leg.call_id, leg.agent_extension, leg.is_up) == (
                "leg-a1",
                "0b8c-call-1",
                "1001",
                True,
            )
        await watch.switch.carry_out(HangUpLeg("n1", "leg-a1"))
        assert await watch.next(LegEnded) == LegEnded("leg-a1", 16)
        await asyncio.wait_for(agent.ended.wait(), 5)


@pytest.mark.parametrize(("behaviour", "cause"), [("486 Busy Here", 17), ("603 Decline", 21), ("404 Not Found", 1)])
async def test_a_refused_ring_has_its_real_cause(pair: Pair, behaviour: str, cause: int) -> None:
    async with phone(pair, behaviour=behaviour), watching(pair) as watch:
        await watch.next(SwitchBack)
        await watch.switch.carry_out(ring(f"leg-b{cause}"))
        assert await watch.next(LegEnded) == LegEnded(f"leg-b{cause}", cause, int(behaviour[:3]))


NOT_TAKEN = 480  # what the phone's own leg is told when it is given up


async def test_a_ring_that_nobody_answers_or_that_has_no_phone_ends_once(pair: Pair) -> None:
    async with watching(pair) as watch:
        await watch.next(SwitchBack)
        async with phone(pair, behaviour="ring"):
            await watch.switch.carry_out(ring("leg-c1", ring_s=1.0))
            assert await watch.next(LegEnded) == LegEnded("leg-c1", 19, NOT_TAKEN)
        await watch.switch.carry_out(ring("leg-c2"))
        assert await watch.next(LegEnded) == LegEnded("leg-c2", 20)
        await watch.switch.carry_out(ring("leg-c3", extension="9999"))
        assert await watch.next(LegEnded) == LegEnded("leg-c3", 20)
        assert [each for each in watch.seen if isinstance(each, LegEnded)] == [
            LegEnded("leg-c1", 19, NOT_TAKEN),
            LegEnded("leg-c2", 20),
            LegEnded("leg-c3", 20),
        ]


async def test_a_hang_up_right_behind_its_ring_leaves_nothing_ringing(pair: Pair) -> None:
    async with phone(pair, behaviour="ring"), watching(pair) as watch:
        await watch.next(SwitchBack)
        for number in range(10):
            await watch.switch.carry_out(ring(f"leg-d{number}"))
            await watch.switch.carry_out(HangUpLeg("n1", f"leg-d{number}"))
        ended = {await watch.next(LegEnded) for _ in range(10)}
        assert {each.leg_id for each in ended if isinstance(each, LegEnded)} == {f"leg-d{n}" for n in range(10)}
        assert await pair.channels() == []


async def test_customer_and_agent_meet_part_and_the_agents_leg_waits_again(pair: Pair) -> None:
    """Bridges the moment that LegAnswered comes: too early, and the leg would not come back to its loop."""
    legs: asyncio.Queue[str] = asyncio.Queue()
    customers: asyncio.Queue[str] = asyncio.Queue()
    results: asyncio.Queue[str | None] = asyncio.Queue()

    async def customer(session: AgiSession) -> None:
        await session.answer()
        await session.set_variable("TIMEOUT(absolute)", "0")
        customers.put_nowait(session.variables["agi_uniqueid"])
        await session.execute("Bridge", await legs.get())
        results.put_nowait(await session.get_variable("BRIDGERESULT"))
        await session.set_variable("CALLROOM_DONE", "1")

    async with phone(pair) as agent, watching(pair) as watch, answering(pair, customer):
        await watch.next(SwitchBack)
        for turn in range(5):
            leg_id = f"leg-e{turn}"
            await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", stay_s=30)
            customer_leg = await asyncio.wait_for(customers.get(), 5)
            await watch.switch.carry_out(ring(leg_id))
            assert await watch.next(LegAnswered) == LegAnswered(leg_id)
            legs.put_nowait(leg_id)
            joined = [await watch.next(RoomJoined) for _ in range(2)]
            assert {each.leg_id for each in joined if isinstance(each, RoomJoined)} == {leg_id, customer_leg}
            assert len({each.room_id for each in joined if isinstance(each, RoomJoined)}) == 1
            if turn % 2:
                agent.hang_up()
            else:
                await pair.pstn.command("channel request hangup all")
            left = await watch.next(RoomLeft)
            assert isinstance(left, RoomLeft)
            if turn % 2:
                assert await asyncio.wait_for(results.get(), 5) == "SUCCESS"
                ended = {await watch.next(LegEnded) for _ in range(2)}
            else:
                assert await watch.next(LegEnded) == LegEnded(customer_leg, 16)
                (channel,) = await pair.channels()
                assert channel[1] == "agent-wait"
                await watch.switch.carry_out(HangUpLeg("n1", leg_id))
                ended = {await watch.next(LegEnded)}
            assert LegEnded(leg_id, 16) in ended


async def test_a_customer_is_listed_with_what_the_dialplan_knows(pair: Pair) -> None:
    there: asyncio.Queue[str | None] = asyncio.Queue()

    async def customer(session: AgiSession) -> None:
        await session.answer()
        there.put_nowait(await session.get_variable("CALLROOM_CALL_ID"))
        await session.wait_gone()

    async with answering(pair, customer):
        for number in ("+8613800138000", None):
            await call_in(pair.pstn_settings, "4001", number, keys="", stay_s=30)
            call_id = await asyncio.wait_for(there.get(), 5)
            async with watching(pair) as watch:
                back = await watch.next(SwitchBack)
            assert isinstance(back, SwitchBack)
            (leg,) = back.legs
            assert (leg.call_id, leg.agent_extension, leg.dialed, leg.is_up) == (call_id, None, "4001", True)
            assert leg.caller.number == number
            assert leg.arrived_at is not None
            assert leg.leg_id.startswith("n1-")
            await pair.hang_up_all()


async def test_the_fallback_queue_follows(pair: Pair) -> None:
    async with watching(pair) as watch:
        await watch.next(SwitchBack)

        async def members() -> str:
            await asyncio.sleep(0.1)
            return await pair.switch.command("queue show fallback")

        await watch.switch.carry_out(OfferToFallback("1001", True))
        await watch.switch.carry_out(OfferToFallback("1001", True))
        assert (await members()).count("PJSIP/1001") == 1
        await watch.switch.carry_out(OfferToFallback("1001", False))
        await watch.switch.carry_out(OfferToFallback("1001", False))
        assert "PJSIP/1001" not in await members()


async def test_a_restart_of_asterisk_is_told_from_a_lost_link(pair: Pair) -> None:
    async with watching(pair) as watch:
        assert isinstance(await watch.next(SwitchBack), SwitchBack)
        await pair.switch.command("manager reload")
        watch.switch._link.drop("test")
        assert await watch.next(SwitchLost) == SwitchLost("n1")
        back = await watch.next(SwitchBack)
        assert isinstance(back, SwitchBack)
        assert not back.restarted
        await pair.switch.stop()
        assert await watch.next(SwitchLost) == SwitchLost("n1")
        await pair.switch.start()
        back = await watch.next(SwitchBack, timeout_s=20)
        assert isinstance(back, SwitchBack)
        assert back.restarted
