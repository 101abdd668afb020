"""What happens to calls and people when the link, the switch or Callroom itself goes away for a while."""

import asyncio

from cti.domain.events import CallLeft
from cti.domain.facts import CallStarted, TalkEnded, TalkStarted
from cti.domain.memories import AgentMemory, CallMemory
from cti.domain.values import AgentState, Caller, EndReason
from tests.fakes import START, FakeSwitch, run_virtual
from tests.scenarios.house import ANN, BOB, House, a_house


def remember(house: House) -> list[AgentMemory]:
    """What the diary knows of the agents."""
    views = [house.floor.snapshot()[f"agent:{agent.agent_id}"] for agent in (ANN, BOB)]
    return [
        AgentMemory(view["agent_id"], AgentState(view["state"]), view["reason"], START, view["call_id"])
        for view in views
    ]


def test_the_link_is_cut_and_mended_in_a_talk() -> None:
    async def story() -> None:
        async with a_house() as house:
            await house.shift(ANN)
            await house.shift(BOB)
            caller = house.ring_in("c1")
            await house.until(lambda: house.call("c1")["state"] == "talking")
            house.switch.cut_link()
            await asyncio.sleep(0.1)
            house.ring_in("c2")
            await asyncio.sleep(30)
            assert house.call("c1")["state"] == "talking"
            assert house.call("c2")["state"] == "waiting", "nobody is rung blindly"
            house.switch.mend_link()
            await house.until(lambda: house.call("c2")["state"] == "talking")
            caller.hang_up()
            await asyncio.sleep(1)
            assert house.ends() == {"c1": EndReason.CALLER_HUNG_UP}
            assert len(house.all(TalkStarted)) == 2

    run_virtual(story())


def test_the_agent_left_while_nobody_looked() -> None:
    async def story() -> None:
        async with a_house() as house:
            await house.shift(ANN)
            house.ring_in("c1")
            await house.until(lambda: house.call("c1")["state"] == "talking")
            leg_id = house.all(TalkStarted)[0].leg_id
            house.switch.cut_link()
            house.switch.end_leg(leg_id)
            await asyncio.sleep(1)
            house.switch.mend_link()
            await asyncio.sleep(1)
            assert house.ends() == {"c1": EndReason.AGENT_HUNG_UP}
            assert house.agent(ANN)[0] == "wrap_up"

    run_virtual(story())


def test_the_switch_restarts() -> None:
    async def story() -> None:
        async with a_house() as house:
            await house.shift(ANN)
            house.ring_in("c1")
            await house.until(lambda: house.call("c1")["state"] == "talking")
            house.ring_in("c2")
            await asyncio.sleep(10)
            house.switch.cut_link()
            await asyncio.sleep(3)
            house.switch.mend_link(restarted=True)
            await asyncio.sleep(1)
            assert house.ends() == {"c1": EndReason.LOST_SWITCH, "c2": EndReason.LOST_SWITCH}
            assert house.agent(ANN)[0] == "wrap_up"

    run_virtual(story())


def test_callroom_restarts_in_a_talk() -> None:
    async def story() -> None:
        switch = FakeSwitch()
        async with a_house(switch) as before:
            await before.shift(ANN)
            await before.shift(BOB)
            caller = before.ring_in("c1")
            await before.until(lambda: before.call("c1")["state"] == "talking")
            waiting = before.ring_in("c2")
            first = before.all(TalkStarted)[0]
            await before.until(lambda: before.call("c2")["state"] == "talking")
            late = before.ring_in("c3")
            await asyncio.sleep(1)
            agents = remember(before)
        assert before.ends() == {}, "stopping ends no call"
        memories = [
            CallMemory(
                "c1",
                caller.leg_id,
                "n1",
                Caller(None),
                "4001",
                START,
                1,
                talk_agent_id=first.agent_id,
                talk_leg_id=first.leg_id,
                talk_started_at=START,
            )
        ]
        switch.end_leg(waiting.leg_id)
        switch._events = asyncio.Queue()
        async with a_house(switch, agents, memories) as after:
            assert after.call("c1")["state"] == "talking"
            assert [fact.call_id for fact in after.all(CallStarted)] == ["c1"]
            assert after.all(TalkStarted) == []
            assert after.agent(BOB)[0] == "wrap_up", "whose caller left while Callroom was away"
            after.connect(late)
            await asyncio.sleep(1)
            assert after.call("c3")["position"] == 1
            assert len([leg for leg in switch.legs.values() if leg.extension]) == 1, "the orphan was hung up"
            switch.end_leg(caller.leg_id)
            await asyncio.sleep(1)
            assert after.ends() == {"c1": EndReason.CALLER_HUNG_UP}
            assert len(after.all(TalkEnded)) == 1

    run_virtual(story())


def test_the_agent_hung_up_while_callroom_was_away() -> None:
    async def story() -> None:
        switch = FakeSwitch()
        async with a_house(switch) as before:
            await before.shift(ANN)
            caller = before.ring_in("c1")
            await before.until(lambda: before.call("c1")["state"] == "talking")
            leg_id = before.all(TalkStarted)[0].leg_id
            agents = remember(before)
        switch.end_leg(leg_id)
        switch._events = asyncio.Queue()
        async with a_house(switch, agents) as after:
            assert after.agent(ANN)[0] == "wrap_up"
            after.connect(caller, talked_before=True)
            await asyncio.sleep(1)
            assert after.ends() == {"c1": EndReason.AGENT_HUNG_UP}
            after.telephony.step(CallLeft("c1"))
            assert len(after.ends()) == 1

    run_virtual(story())
