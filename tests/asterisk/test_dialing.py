"""An agent dials, on the real Asterisk: what the switch says of the far end, and who comes to whom."""

import asyncio
import uuid

import pytest

from cti.agi.session import AgiSession
from cti.asterisk.pstn import call_in
from cti.domain.commands import DialOutside, HangUpLeg, RingAgent
from cti.domain.events import (
    DialFailed,
    LegAnswered,
    LegBorn,
    LegEnded,
    LegRang,
    RoomJoined,
    SwitchBack,
)
from cti.domain.values import Caller
from ivr.arrival import read_arrival
from tests.asterisk.pair import Pair, eventually
from tests.asterisk.test_switch_contract import Watch, answering, phone, watching
from tests.fakes import START

pytestmark = pytest.mark.asterisk
BUSY, TALKS, RINGS = "+8613900139002", "+8613900133000", "+8613900139003"


async def dial(watch: Watch, call_id: str, leg_id: str, number: str, *, shown_as: str = "4001") -> LegBorn:
    """The agent's phone is up, and the number is called from it."""
    await watch.switch.carry_out(RingAgent("n1", leg_id, "1001", call_id, Caller(None), 20, dials=True))
    assert await watch.next(LegAnswered) == LegAnswered(leg_id)
    await watch.switch.carry_out(DialOutside("n1", leg_id, number, 30, shown_as, leads=True))
    born = await watch.next(LegBorn)
    assert isinstance(born, LegBorn)
    assert born.dialer_leg_id == leg_id
    return born


async def test_whom_an_agent_dials(pair: Pair) -> None:
    arrivals: asyncio.Queue[AgiSession] = asyncio.Queue()
    over = asyncio.Event()

    async def serve(session: AgiSession) -> None:
        arrivals.put_nowait(session)
        await over.wait()

    async with phone(pair) as agent, watching(pair) as watch:
        await watch.next(SwitchBack)
        # busy: the cause of the other leg, and the trunk's own word
        call_id, leg_id = str(uuid.uuid4()), f"n1-{uuid.uuid4()}"
        born = await dial(watch, call_id, leg_id, BUSY)
        assert "\r\nX-Callroom-Dials: 1\r\n" in agent.invites[-1]
        said = {await watch.next(LegEnded, DialFailed), await watch.next(LegEnded, DialFailed)}
        assert said == {LegEnded(born.leg_id, 17, 486), DialFailed(leg_id, 17, 486)}
        await watch.switch.carry_out(HangUpLeg("n1", leg_id))
        assert await watch.next(LegEnded) == LegEnded(leg_id, 16)
        # answered: they get a session of their own, which knows the call and both numbers
        call_id, leg_id = str(uuid.uuid4()), f"n1-{uuid.uuid4()}"
        async with answering(pair, serve):
            born = await dial(watch, call_id, leg_id, TALKS)
            assert await watch.next(LegRang) == LegRang(born.leg_id)
            event = read_arrival(await asyncio.wait_for(arrivals.get(), 8), "n1", START).event
            assert (event.call_id, event.leg_id, event.outbound) == (call_id, born.leg_id, True)
            assert (event.caller.number, event.dialed, event.talked_before) == (TALKS, "4001", False)
            back = await listed(watch)
            listing = {leg.leg_id: leg for leg in back.legs}
            own, theirs = listing[leg_id], listing[born.leg_id]
            assert (own.outbound, own.agent_extension, own.call_id) == (True, "1001", call_id)
            assert (theirs.outbound, theirs.agent_extension, theirs.call_id) == (True, None, call_id)
            assert (theirs.caller.number, theirs.dialed) == (TALKS, "4001")
            over.set()
        # Callroom is gone by now, and never said that it had done its part: the dialplan brings the two together
        joined = {await watch.next(RoomJoined), await watch.next(RoomJoined)}
        assert {one.leg_id for one in joined if isinstance(one, RoomJoined)} == {leg_id, born.leg_id}


async def shown(pair: Pair) -> str:
    """Give the caller's number as the network has it of a call that Callroom makes."""
    listing = await pair.pstn.command("core show channels concise")
    rows = [line.split("!") for line in listing.splitlines() if "!" in line]
    return next((row[7] for row in rows if row[1] == "fates"), "")


async def test_what_is_shown_is_of_each_call_and_not_of_the_one_before(pair: Pair) -> None:
    leg_id = f"n1-{uuid.uuid4()}"
    seen = []

    async def nobody_is_shown() -> bool:
        return not await shown(pair)

    async with phone(pair), watching(pair) as watch:
        await watch.next(SwitchBack)
        ringing = RingAgent("n1", leg_id, "1001", str(uuid.uuid4()), Caller("+8613800138000"), 20, dials=True)
        await watch.switch.carry_out(ringing)
        assert await watch.next(LegAnswered) == LegAnswered(leg_id)
        for shown_as, withheld in (("", False), ("4001", False), ("4001", True), ("4002", False), ("", False)):
            await watch.switch.carry_out(DialOutside("n1", leg_id, RINGS, 1, shown_as, withheld=withheld))
            async with asyncio.timeout(10):
                while not (number := await shown(pair)):
                    await asyncio.sleep(0.05)
            seen.append(number)
            await watch.next(DialFailed)
            await eventually(nobody_is_shown, 5, "the network has ended it, too")
        await watch.switch.carry_out(HangUpLeg("n1", leg_id))
    assert seen[1:4] == ["4001", "anonymous", "4002"]
    assert seen[0] == seen[4], "none of ours: what the trunk makes of it, and nothing that was shown before"


async def listed(watch: Watch) -> SwitchBack:
    watch.switch.look_again()
    back = await watch.next(SwitchBack)
    assert isinstance(back, SwitchBack)
    return back


async def test_whom_an_agent_passes_on_shows_a_number_of_ours(pair: Pair) -> None:
    own = "+8613800138000"
    seen: dict[tuple[str, ...], str] = {}

    async def story(session: AgiSession) -> None:
        await session.answer()
        for told in ((), ("4001", "0"), ("", "1")):
            async with asyncio.TaskGroup() as group:
                going = group.create_task(session.gosub("callroom-outside", RINGS, "pstn", "1", *told))
                while not going.done():
                    seen[told] = seen.get(told) or await shown(pair)
                    await asyncio.sleep(0.05)
            assert await session.get_variable("CALLERID(num)") == own
        over.set()

    over = asyncio.Event()
    async with answering(pair, story):
        await call_in(pair.pstn_settings, "4001", own, keys="", stay_s=60)
        await asyncio.wait_for(over.wait(), 30)
    await pair.hang_up_all()
    assert seen == {(): own, ("4001", "0"): "4001", ("", "1"): "anonymous"}
