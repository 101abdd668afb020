"""Callers' stories, from arrival to the end."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from cti.domain.commands import KeepWaiting, SayGoodbye, StopWaiting
from cti.domain.events import AgentDeclined, AgentHungUp, AgentWentReady, RosterChanged
from cti.domain.facts import OfferEnded, OfferMade, TalkEnded, TalkStarted
from cti.domain.values import EndReason, OfferResult, Roster
from tests.fakes import run_virtual
from tests.scenarios.house import ANN, BOB, CARE, SALES, House, a_house


def story(told: Callable[[House], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Play it in a house of its own, in virtual time."""

    async def play() -> None:
        async with a_house() as house:
            await told(house)

    def test() -> None:
        run_virtual(play())

    # Not functools.wraps: with the signature, pytest would ask for a fixture named `house`.
    test.__name__, test.__doc__ = told.__name__, told.__doc__
    return test


@story
async def test_a_caller_is_answered_and_hangs_up(house: House) -> None:
    await house.shift(ANN)
    caller = house.ring_in("c1")
    await house.until(lambda: house.agent(ANN)[0] == "talking")
    await asyncio.sleep(60)
    caller.hang_up()
    await house.until(lambda: house.agent(ANN)[0] == "wrap_up")
    assert house.ends() == {"c1": EndReason.CALLER_HUNG_UP}
    assert 59 < house.all(TalkEnded)[0].talked_s < 62
    assert house.all(OfferEnded)[0].result is OfferResult.ANSWERED
    await house.classify(ANN, "c1")
    await asyncio.sleep(11)
    assert house.agent(ANN) == ("ready", "")
    assert house.switch.legs == {}
    assert await house.visits["c1"] is None


@story
async def test_the_agent_hangs_up_and_the_caller_hears_goodbye(house: House) -> None:
    await house.shift(ANN)
    caller = house.ring_in("c1")
    await house.until(lambda: house.agent(ANN)[0] == "talking")
    await house.telephony.request(AgentHungUp(11, "c1"))
    await asyncio.sleep(1)
    assert isinstance(caller.orders[-1], SayGoodbye)
    assert house.ends() == {"c1": EndReason.AGENT_HUNG_UP}
    assert house.switch.legs == {}


@story
async def test_a_caller_gives_up_in_line(house: House) -> None:
    caller = house.ring_in("c1")
    await asyncio.sleep(30)
    caller.hang_up()
    await asyncio.sleep(0.1)
    assert house.ends() == {"c1": EndReason.ABANDONED_IN_QUEUE}


@story
async def test_a_caller_gives_up_while_it_rings(house: House) -> None:
    await house.shift(ANN, answers_after_s=None)
    caller = house.ring_in("c1")
    await asyncio.sleep(5)
    assert house.agent(ANN)[0] == "ringing"
    caller.hang_up()
    await asyncio.sleep(0.1)
    assert house.ends() == {"c1": EndReason.ABANDONED_RINGING}
    assert house.agent(ANN) == ("ready", "")
    assert house.switch.legs == {}


@story
async def test_the_answer_and_the_hang_up_cross(house: House) -> None:
    await house.shift(ANN, answers_after_s=None)
    caller = house.ring_in("c1")
    await asyncio.sleep(1)
    leg_id = house.all(OfferMade)[0].leg_id
    house.switch.answer(leg_id)
    caller.hang_up()
    await asyncio.sleep(1)
    assert house.ends() == {"c1": EndReason.ABANDONED_RINGING}
    assert house.agent(ANN) == ("ready", "")
    assert house.switch.legs == {}
    assert house.all(TalkStarted) == []


@story
async def test_an_agent_does_not_answer(house: House) -> None:
    await house.shift(ANN, answers_after_s=None)
    house.ring_in("c1")
    await asyncio.sleep(1)
    await house.shift(BOB)
    await asyncio.sleep(18)
    assert house.agent(ANN)[0] == "ringing"
    await asyncio.sleep(5)
    assert house.agent(ANN) == ("not_ready", "missed_call")
    assert house.agent(BOB)[0] == "talking"


@story
async def test_an_agent_declines(house: House) -> None:
    await house.shift(ANN, answers_after_s=None)
    house.ring_in("c1")
    await asyncio.sleep(1)
    await house.telephony.request(AgentDeclined(11, "c1"))
    assert house.agent(ANN) == ("not_ready", "declined_call")
    assert house.call("c1")["position"] == 1
    await house.shift(BOB)
    await house.until(lambda: house.agent(BOB)[0] == "talking")


@story
async def test_the_phone_fails_as_it_is_answered(house: House) -> None:
    await house.shift(ANN, answers_after_s=None)
    caller = house.ring_in("c1")
    await asyncio.sleep(1)
    leg_id = house.all(OfferMade)[0].leg_id
    house.switch.answer(leg_id)
    house.switch.end_leg(leg_id, 38)
    await asyncio.sleep(1)
    assert isinstance(caller.orders[-1], KeepWaiting)
    assert house.call("c1")["state"] == "waiting"
    await house.shift(BOB)
    await house.until(lambda: house.agent(BOB)[0] == "talking")


@story
async def test_nobody_comes_in_time(house: House) -> None:
    caller = house.ring_in("c1", CARE.queue_id)
    await asyncio.sleep(59)
    assert house.call("c1")["state"] == "waiting"
    await asyncio.sleep(2)
    assert caller.orders == [StopWaiting("c1", CARE.overflow)]
    assert house.ends() == {"c1": EndReason.VOICEMAIL}


@story
async def test_priority_goes_first(house: House) -> None:
    for call_id, priority in (("c1", 0), ("c2", 0), ("vip", 5)):
        house.ring_in(call_id, priority=priority)
        await asyncio.sleep(1)
    assert house.floor.snapshot()["queue:1"]["waiting"] == ["vip", "c1", "c2"]
    await house.shift(ANN)
    await house.until(lambda: house.agent(ANN)[0] == "talking")
    assert house.call("vip")["state"] == "talking"
    assert house.call("c1")["position"] == 1


@story
async def test_an_agent_of_two_queues_takes_who_waits_longest(house: House) -> None:
    house.ring_in("care", CARE.queue_id)
    await asyncio.sleep(1)
    house.ring_in("sales", SALES.queue_id)
    await asyncio.sleep(1)
    await house.shift(BOB)
    assert house.call("sales")["state"] == "ringing", "Bob serves only one of them"
    await house.shift(ANN)
    assert house.call("care")["agent_name"] == "Ann"


@story
async def test_a_busy_hour_serves_everybody_once(house: House) -> None:
    await house.shift(ANN, answers_after_s=1)
    await house.shift(BOB, answers_after_s=1)
    callers = [house.ring_in(f"c{number}", priority=number % 2) for number in range(12)]

    async def talk(caller: Any) -> None:
        await house.until(lambda: house.call(caller.call_id)["state"] == "talking", 3000)
        await asyncio.sleep(5)
        agent = ANN if house.call(caller.call_id)["agent_id"] == 11 else BOB
        caller.hang_up()
        await asyncio.sleep(1)
        await house.classify(agent, caller.call_id)
        await house.telephony.request(AgentWentReady(agent.agent_id))

    await asyncio.gather(*(talk(caller) for caller in callers))
    assert set(house.ends().values()) == {EndReason.CALLER_HUNG_UP}
    assert len(house.ends()) == len(house.all(TalkStarted)) == 12
    assert house.floor.snapshot()["queue:1"]["today"] == {"offered": 12, "answered": 12, "abandoned": 0}


@story
async def test_a_queue_is_removed_while_people_wait(house: House) -> None:
    caller = house.ring_in("c1", CARE.queue_id)
    await asyncio.sleep(1)
    await house.telephony.request(RosterChanged(Roster((ANN, BOB), (SALES,))))
    await asyncio.sleep(1)
    assert caller.orders == [StopWaiting("c1", CARE.overflow)]
    assert house.ends() == {"c1": EndReason.VOICEMAIL}
