"""The handler on the real floor: fake Asterisk on one side, fake phones on the other, in virtual time."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from cti.bus import Bus
from cti.domain.commands import RingAgent
from cti.domain.events import AgentHungUp, AgentSignedIn, AgentWentReady
from cti.domain.facts import CallEnded
from cti.domain.floor import Floor
from cti.domain.values import AgentSettings, EndReason, Overflow, OverflowAction, QueueSettings, Roster
from cti.service import Telephony
from cti.tasks import TaskSet
from ivr.domain.flow import parse_flow
from ivr.entries import packaged_flow
from ivr.ports import Entry
from ivr.service import CallHandler
from ivr.settings import IvrSettings
from tests.agi_peer import FakeAsteriskChannel
from tests.fakes import START, FakeLeg, FakeSwitch, LoopClock, run_virtual
from tests.ivr.telephone import FakeBox, FakeCustomers, FakePrompts, FakeSource

QUEUE = QueueSettings(
    1, "Support", ring_timeout_s=15, max_wait_s=60, overflow=Overflow(OverflowAction.VOICEMAIL), announce_every_s=20
)
CUSTOMER = "n1-1700000000.1"


class House:
    """One queue, one agent, one caller."""

    def __init__(self) -> None:
        names = iter(f"id-{n}" for n in range(100))
        roster = Roster((AgentSettings(7, "Han", "1001", frozenset({1})),), (QUEUE,))
        self.switch = FakeSwitch()
        self.bus = Bus()
        self.ends = self.bus.subscribe_lossless("test")
        self.telephony = Telephony([self.switch], Floor(roster, names.__next__, START), self.bus, LoopClock())
        self.box = FakeBox()
        entry = Entry("4001", parse_flow(packaged_flow("demo", 1)), 1)
        self.handler = CallHandler(
            self.telephony,
            FakeSource(entry, {1: QUEUE}),
            FakeCustomers(),
            FakePrompts(),
            self.box,
            LoopClock(),
            IvrSettings(recordings_folder="/r"),
        )
        self.channel = FakeAsteriskChannel(args=("c1",), unique_id=CUSTOMER)
        self.channel.press("1", during="main_menu")
        self.channel.when("callroom-join", self._bridged)

    async def agent_ready(self) -> None:
        await asyncio.sleep(0.1)
        self.switch.register("1001")
        await asyncio.sleep(0.1)
        await self.telephony.request(AgentSignedIn(7))
        await self.telephony.request(AgentWentReady(7))

    async def call(self) -> None:
        self.switch.legs[CUSTOMER] = FakeLeg(CUSTOMER, "c1", is_up=True)
        await self.channel.run(self.handler)

    async def end(self) -> EndReason:
        async for change in self.ends:
            for fact in change.facts:
                if isinstance(fact, CallEnded):
                    return fact.reason
        raise AssertionError("the bus closed before the call was over")

    async def talk(self) -> EndReason:
        """The agent answers, and hangs up after five seconds."""

        def answer_soon(ring: RingAgent) -> None:
            asyncio.get_running_loop().call_later(3, self.switch.answer, ring.leg_id)

        self.switch.on_ring["1001"] = answer_soon
        await self.agent_ready()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.call())
            await self.channel.until(talks, 30)
            leg_id = self.channel.bridged_with
            assert leg_id is not None
            await asyncio.sleep(5)
            await self.telephony.request(AgentHungUp(7, "c1"))
            await asyncio.sleep(0.1)
            assert leg_id not in self.switch.legs
            self.channel.end_bridge()
        return await self.end()

    def _bridged(self) -> None:
        leg_id = self.channel.commands[-1][4]
        asyncio.get_running_loop().call_soon(self.switch.bridge, CUSTOMER, leg_id)

    def story(self, told: Coroutine[Any, Any, None]) -> None:
        async def whole() -> None:
            tasks = TaskSet()
            tasks.start(self.telephony.run(), name="telephony")
            try:
                async with asyncio.timeout(600):
                    await told
            finally:
                await tasks.aclose()

        run_virtual(whole())


def talks(channel: FakeAsteriskChannel) -> bool:
    return channel.bridged_with is not None


def test_from_greeting_to_goodbye() -> None:
    async def told() -> None:
        assert await house.talk() is EndReason.AGENT_HUNG_UP
        assert house.channel.played[-1].endswith("/goodbye")
        assert house.channel.done
        assert ["EXEC", "MixMonitor"] in [words[:2] for words in house.channel.commands]

    house = House()
    house.story(told())


def test_nobody_is_there_then_a_message_is_left() -> None:
    async def told() -> None:
        begin = asyncio.get_running_loop().time()
        await house.call()
        waited_s = asyncio.get_running_loop().time() - begin
        assert await house.end() is EndReason.VOICEMAIL
        assert 55 < waited_s < 70
        assert len(house.box.kept) == 1
        places = [path for path in house.channel.played if path.endswith("/position_is")]
        assert len(places) == 3  # after 1.5 s, then every 20 s

    house = House()
    house.story(told())


def test_a_caller_gives_up_while_the_phone_rings() -> None:
    async def told() -> None:
        await house.agent_ready()
        async with asyncio.TaskGroup() as group:
            group.create_task(house.call())
            await house.channel.until(lambda _: any(leg.extension for leg in house.switch.legs.values()), 30)
            house.channel.hang_up()
        assert await house.end() is EndReason.ABANDONED_RINGING
        await asyncio.sleep(0.1)
        assert not any(leg.extension for leg in house.switch.legs.values())

    house = House()
    house.story(told())
