"""A shift with a phone that is kept up, in virtual time: callers on one leg, and a handset that is put down."""

import asyncio
from dataclasses import replace

from cti.domain.commands import RingAgent
from cti.domain.events import AgentHungUp, RosterChanged
from cti.domain.facts import OfferMade, TalkStarted
from cti.domain.values import EndReason, Phone, Roster
from tests.fakes import run_virtual
from tests.scenarios.house import ANN, CARE, SALES, House, a_house

KEPT = replace(ANN, phone=Phone(persistent=True))
ROSTER = RosterChanged(Roster((KEPT,), (SALES, CARE)))


async def a_call(house: House, call_id: str) -> None:
    caller = house.ring_in(call_id)
    await house.until(lambda: house.agent(ANN)[0] == "talking")
    assert caller.leg_id in house.switch.legs
    await asyncio.sleep(30)
    await house.telephony.request(AgentHungUp(ANN.agent_id, call_id))
    await house.until(lambda: house.agent(ANN)[0] == "wrap_up")
    await house.classify(ANN, call_id)
    await house.until(lambda: house.agent(ANN)[0] == "ready")


def stays(house: House) -> list[str]:
    return [one.leg_id for one in house.switch.commands if isinstance(one, RingAgent) and one.stays]


async def shift() -> None:
    async with a_house() as house:
        await house.telephony.request(ROSTER)
        await house.shift(ANN)
        await a_call(house, "c1")
        await a_call(house, "c2")
        (own,) = stays(house)
        assert list(house.switch.legs) == [own], "one call to the phone, and it is still up"
        assert len({offer.leg_id for offer in house.all(OfferMade)}) == len(house.all(TalkStarted)) == 2
        assert house.ends() == dict.fromkeys(("c1", "c2"), EndReason.AGENT_HUNG_UP)

        house.switch.end_leg(own)  # the handset was put down
        await house.until(lambda: len(stays(house)) == 2)
        await asyncio.sleep(5)
        assert house.agent(ANN) == ("ready", "")
        await a_call(house, "c3")


def test_a_shift_on_one_leg() -> None:
    run_virtual(shift())
