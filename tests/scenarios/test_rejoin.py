"""An agent's page goes in a talk, on a fake switch in virtual time; and fifty hands on the same buttons."""

import asyncio
from collections import Counter
from random import Random

from cti.domain.commands import HoldForAgent, Join, RingAgent
from cti.domain.events import (
    AgentDeclined,
    AgentDisposed,
    AgentHungUp,
    AgentRejoins,
    AgentWentNotReady,
    AgentWentReady,
    ScreenBack,
    ScreenLost,
)
from cti.domain.facts import CallEnded, TalkEnded, TalkInterrupted, TalkResumed, TalkStarted
from cti.domain.rejoin import PAGE_WENT, REJOIN_S
from cti.domain.values import EndReason
from cti.errors import Refused, UnexpectedEvent
from tests.fakes import run_virtual
from tests.scenarios.house import ANN, BOB, House, a_house


async def page_goes(house: House, leg_id: str) -> None:
    house.switch.end_leg(leg_id, PAGE_WENT)
    house.switch.unregister(ANN.extension)
    await house.telephony.request(ScreenLost(ANN.agent_id))
    await asyncio.sleep(0.1)


async def page_comes(house: House) -> None:
    await house.telephony.request(ScreenBack(ANN.agent_id))
    house.switch.register(ANN.extension)


def test_a_reload_costs_the_caller_seconds_of_music() -> None:
    async def story() -> None:
        async with a_house() as house:
            await house.shift(ANN)
            caller = house.ring_in("c1")
            await house.until(lambda: house.call("c1")["state"] == "talking")
            house.habit(ANN, 0.2)  # the page answers by itself
            await asyncio.sleep(10)
            await page_goes(house, house.all(TalkStarted)[0].leg_id)
            assert house.call("c1")["state"] == "rejoining"
            assert house.agent(ANN) == ("talking", "")
            await asyncio.sleep(2)
            await page_comes(house)
            await house.until(lambda: house.call("c1")["state"] == "talking")
            assert house.all(TalkResumed)[0].away_s < 3
            joins = [order for order in caller.orders if isinstance(order, Join)]
            assert len({order.recording_id for order in joins}) == 1
            assert [type(order) for order in caller.orders] == [Join, HoldForAgent, Join]
            await asyncio.sleep(5)
            caller.hang_up()
            await asyncio.sleep(1)
            assert house.ends() == {"c1": EndReason.CALLER_HUNG_UP}
            assert 14 < house.all(CallEnded)[0].talked_s < 17, "the music was no talk"

    run_virtual(story())


def test_who_stays_away_loses_the_caller_to_a_colleague_before_all_others() -> None:
    async def story() -> None:
        async with a_house() as house:
            await house.shift(ANN)
            house.ring_in("c1")
            await house.until(lambda: house.call("c1")["state"] == "talking")
            first = house.ring_in("early", priority=90)
            await asyncio.sleep(30)
            await page_goes(house, house.all(TalkStarted)[0].leg_id)
            await asyncio.sleep(REJOIN_S)
            assert house.agent(ANN) == ("not_ready", "screen_lost")
            assert (house.call("c1")["position"], house.call("early")["position"]) == (1, 2)
            await house.shift(BOB)
            await house.until(lambda: house.call("c1")["state"] == "talking")
            assert house.call("c1")["agent_id"] == BOB.agent_id
            first.hang_up()
            await asyncio.sleep(1)
            assert len(house.all(TalkInterrupted)) == 1
            assert [fact.agent_id for fact in house.all(TalkStarted)] == [ANN.agent_id, BOB.agent_id]

    run_virtual(story())


def test_the_network_is_away_and_the_voice_is_not() -> None:
    async def story() -> None:
        async with a_house() as house:
            await house.shift(ANN)
            caller = house.ring_in("c1")
            await house.until(lambda: house.call("c1")["state"] == "talking")
            for away_s in (5, 15, 45):
                house.switch.unregister(ANN.extension)
                await house.telephony.request(ScreenLost(ANN.agent_id))
                await asyncio.sleep(away_s)
                assert house.call("c1")["state"] == "talking"
                await page_comes(house)
                await asyncio.sleep(1)
            caller.hang_up()
            await asyncio.sleep(1)
            assert house.all(TalkInterrupted) == []
            assert house.ends() == {"c1": EndReason.CALLER_HUNG_UP}
            assert house.agent(ANN)[0] == "wrap_up"

    run_virtual(story())


def test_fifty_racing_commands_have_one_outcome_each_time() -> None:
    async def story(seed: int) -> None:
        dice = Random(seed)  # noqa: S311 - the same races every time
        async with a_house() as house:
            await house.shift(ANN)
            house.ring_in("c1")
            await house.until(lambda: house.call("c1")["state"] == dice.choice(["talking", "ringing"]), 30)
            makes = (
                lambda: AgentHungUp(ANN.agent_id, "c1"),
                lambda: AgentWentReady(ANN.agent_id),
                lambda: AgentWentNotReady(ANN.agent_id, dice.choice(["meal", "break"])),
                lambda: AgentDisposed(ANN.agent_id, "c1"),
                lambda: AgentDeclined(ANN.agent_id, "c1"),
                lambda: AgentRejoins(ANN.agent_id, "c1"),
            )
            refusals: Counter[str] = Counter()

            async def press() -> None:
                await asyncio.sleep(dice.choice([0, 0, 0.01, 0.05, 3]))
                try:
                    await house.telephony.request(dice.choice(makes)())
                except Refused as refused:
                    refusals[refused.code] += 1

            results = await asyncio.gather(*(press() for _ in range(50)), return_exceptions=True)
            assert not [result for result in results if isinstance(result, UnexpectedEvent)], seed
            assert [result for result in results if result is not None] == [], seed
            assert set(refusals) <= {"no_such_talk", "offer_gone", "in_call", "disposition_missing"}, refusals
            await asyncio.sleep(REJOIN_S + 15)
            talks = Counter(fact.leg_id for fact in (*house.all(TalkStarted), *house.all(TalkResumed)))
            ends = Counter(fact.leg_id for fact in (*house.all(TalkEnded), *house.all(TalkInterrupted)))
            assert max(talks.values(), default=0) <= 1, seed
            assert set(ends.values()) <= {1}, seed
            assert set(ends) <= set(talks), seed
            assert len([fact for fact in house.all(CallEnded) if fact.call_id == "c1"]) <= 1, seed
            rung = [command for command in house.switch.commands if isinstance(command, RingAgent)]
            assert len({command.leg_id for command in rung}) == len(rung), seed

    for seed in range(40):
        run_virtual(story(seed))
