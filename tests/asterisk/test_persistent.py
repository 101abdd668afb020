"""A desk telephone whose line is kept up, on the real Asterisk; what it hears is told by tones."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cti.agi.session import AgiSession
from cti.asterisk.pstn import call_in
from cti.asterisk.secrets import sip_password
from cti.domain.commands import HangUpLeg, MuteLeg, Place, PressKey, RingAgent, SendLeg
from cti.domain.events import LegAnswered, LegEnded, LegMuted, LegStays, PhoneChanged, RoomJoined, SwitchBack
from cti.domain.values import Caller, Phone, PhoneKind
from tests.asterisk.desk_phone import DeskPhone, Ear, eventually_so
from tests.asterisk.pair import Pair
from tests.asterisk.test_switch_contract import Watch, answering, watching

pytestmark = pytest.mark.asterisk
BEEP_HZ, CALLER_HZ = 1000.0, 440.0
RING = RingAgent("n1", "own", "1001", "", Caller(None), 20.0, phone=Phone(PhoneKind.SIP, persistent=True), stays=True)


@asynccontextmanager
async def desk_phone(pair: Pair, watch: Watch) -> AsyncIterator[tuple[DeskPhone, Ear]]:
    made = DeskPhone("desk-1001", sip_password(pair.settings.secrets.sip_key, "desk-1001"))
    ear = await made.open_ear()
    await made.open_udp(pair.settings.sip_port)
    assert await made.register() == "SIP/2.0 200 OK"
    assert await watch.next(PhoneChanged) == PhoneChanged("desk-1001", True)
    try:
        yield made, ear
    finally:
        await made.register(0)
        await made.aclose()


async def heard(ear: Ear, hz: float, seconds: float) -> None:
    await eventually_so(lambda: ear.has(hz, seconds))


async def mutes_and_presses(watch: Watch, ear: Ear, caller: str) -> None:
    """Of any leg of a room: here the caller's, whose voice the phone hears."""
    await watch.switch.carry_out(MuteLeg("n1", caller, True))
    assert await watch.next(LegMuted) == LegMuted(caller, True)
    await eventually_so(lambda: ear.is_silent(0.4))
    await watch.switch.carry_out(MuteLeg("n1", caller, False))
    assert await watch.next(LegMuted) == LegMuted(caller, False)
    ear.samples.clear()
    await heard(ear, CALLER_HZ, 0.5)
    for key in "7#":
        await watch.switch.carry_out(PressKey("n1", caller, key))
        await eventually_so(lambda key=key: key in ear.keys.values())
    assert list(ear.keys.values()) == ["7", "#"]


async def test_a_leg_that_is_kept_up_beeps_talks_rests_and_makes_way_for_the_fallback(pair: Pair) -> None:
    customers: asyncio.Queue[str] = asyncio.Queue()
    joins: asyncio.Queue[None] = asyncio.Queue()
    results: asyncio.Queue[str | None] = asyncio.Queue()

    async def customer(session: AgiSession) -> None:
        await session.answer()
        await session.set_variable("TIMEOUT(absolute)", "0")
        customers.put_nowait(session.variables["agi_uniqueid"])
        while True:
            await joins.get()
            await session.execute("Bridge", "own")
            results.put_nowait(await session.get_variable("BRIDGERESULT"))

    async with watching(pair) as watch, answering(pair, customer):
        await watch.next(SwitchBack)
        async with desk_phone(pair, watch) as (phone, ear):
            await watch.switch.carry_out(RING)
            assert await watch.next(LegStays) == LegStays("own")
            assert "X-Callroom-Persistent: 1" in phone.invites[0]
            await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", stay_s=60, audio="tone440")
            caller = await asyncio.wait_for(customers.get(), 10)
            for turn in range(2):
                ear.samples.clear()
                await watch.switch.carry_out(SendLeg("n1", "own", Place.BEEP, f"part-{turn}"))
                assert await watch.next(LegAnswered) == LegAnswered("own")
                joins.put_nowait(None)
                joined = [await watch.next(RoomJoined) for _ in range(2)]
                assert {one.leg_id for one in joined if isinstance(one, RoomJoined)} == {"own", caller}
                await heard(ear, BEEP_HZ, 0.04)
                await heard(ear, CALLER_HZ, 0.5)
                if turn == 1:
                    await mutes_and_presses(watch, ear, caller)
                else:
                    await watch.switch.carry_out(MuteLeg("n1", "own", True))
                    assert await watch.next(LegMuted) == LegMuted("own", True)
                async with watching(pair) as second:
                    back = await second.next(SwitchBack)
                    assert isinstance(back, SwitchBack)
                    own = next(leg for leg in back.legs if leg.leg_id == "own")
                    assert (own.persistent, own.plays, own.call_id) == (True, f"part-{turn}", None)
                    assert own.muted is (turn == 0), "in the next call it is heard again"
                await watch.switch.carry_out(SendLeg("n1", "own", Place.STAY))
                assert await watch.next(LegStays) == LegStays("own")
                assert await asyncio.wait_for(results.get(), 5) == "SUCCESS"
            ear.samples.clear()
            await watch.switch.carry_out(SendLeg("n1", "own", Place.QUIET, "part-2"))
            assert await watch.next(LegAnswered) == LegAnswered("own")
            assert not ear.has(BEEP_HZ, 0.04)
            assert len(phone.invites) == 1, "called once"
            assert not phone.ended.is_set()
            # A caller is in the fallback queue: the phone has to be free to be rung.
            await pair.switch.command(f"dialplan set global CALLROOM_AWAY {int(time.time()) + 1}")
            assert isinstance(await watch.next(LegEnded, timeout_s=10), LegEnded)
            await asyncio.wait_for(phone.ended.wait(), 5)
            await pair.switch.command("dialplan set global CALLROOM_AWAY 0")


async def test_one_that_nobody_wants_any_more_is_hung_up(pair: Pair) -> None:
    async with watching(pair) as watch:
        await watch.next(SwitchBack)
        async with desk_phone(pair, watch) as (phone, _):
            await watch.switch.carry_out(RING)
            assert await watch.next(LegStays) == LegStays("own")
            await watch.switch.carry_out(HangUpLeg("n1", "own"))
            assert await watch.next(LegEnded) == LegEnded("own", 16)
            await asyncio.wait_for(phone.ended.wait(), 5)
