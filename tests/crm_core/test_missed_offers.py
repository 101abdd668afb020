"""Calls that rang at one agent in vain, out of the call log."""

from datetime import timedelta

import pytest

from crm_core.audit import Actor
from crm_core.customer_writing import CustomerDraft
from crm_core.customers import Customers
from crm_core.diary.entry import Entry
from crm_core.diary.group import write_group
from crm_core.missed_offers import MissedOffer, MissedOffers
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.users import UserDraft, Users
from cti.domain.facts import CallLinked, CallStarted, Fact, OfferEnded, OfferMade, WaitStarted
from cti.domain.values import Caller, OfferResult
from tests.crm_core.conftest import EXTENSIONS, HandClock


class Log:
    def __init__(self, database: Database, clock: HandClock) -> None:
        self.database, self.clock, self.written = database, clock, 0

    async def keep(self, *facts: Fact) -> None:
        entries = [Entry(f"k{self.written + place}", 1, self.clock.now(), fact) for place, fact in enumerate(facts)]
        self.written += len(entries)
        await self.database.write(lambda connection: write_group(connection, entries))

    async def rang(self, call_id: str, agent_id: int, leg_id: str, result: OfferResult) -> None:
        await self.keep(
            OfferMade(call_id, agent_id, leg_id, "longest idle"), OfferEnded(call_id, agent_id, leg_id, result)
        )


@pytest.fixture
async def log(database: Database, clock: HandClock) -> Log:
    return Log(database, clock)


async def test_what_rang_in_vain_is_listed_with_who_called(
    database: Database, clock: HandClock, by: Actor, log: Log
) -> None:
    queue = (await Queues(database, clock).add(QueueDraft("Sales"), by)).id
    ann, bob = [
        (await Users(database, clock, EXTENSIONS).add(UserDraft(login, login, "h"), by)).id for login in ("ann", "bob")
    ]
    customer = (await Customers(database, clock).add(CustomerDraft("张伟"), by)).id
    begin = clock.now()
    for call_id in ("c1", "c2", "c3"):
        clock.advance(seconds=60)
        await log.keep(
            CallStarted(call_id, f"leg-{call_id}", "n1", Caller("13800138000", "刘洋003"), "4001", clock.now()),
            WaitStarted(call_id, queue, 0),
        )
        await log.rang(call_id, ann, f"a-{call_id}", OfferResult.ANSWERED if call_id == "c3" else OfferResult.MISSED)
        await log.rang(call_id, bob, f"b-{call_id}", OfferResult.DECLINED)
    await log.keep(CallLinked("c1", customer))
    rung_at = clock.now() - timedelta(seconds=60)
    clock.advance(seconds=5)
    await log.rang("c2", ann, "again", OfferResult.MISSED)
    missed = MissedOffers(database)
    assert await missed.of(ann, begin, 20) == (
        MissedOffer("c2", clock.now(), "刘洋003", "+8613800138000", "Sales"),
        MissedOffer("c1", rung_at - timedelta(seconds=60), "张伟", "+8613800138000", "Sales"),
    )
    assert [one.call_id for one in await missed.of(ann, begin, 1)] == ["c2"]
    assert [one.call_id for one in await missed.of(ann, rung_at, 20)] == ["c2"]
    assert await missed.of(bob, begin, 20) == ()


async def test_one_call_that_rang_again_and_again_hides_no_other(
    database: Database, clock: HandClock, by: Actor, log: Log
) -> None:
    ann = (await Users(database, clock, EXTENSIONS).add(UserDraft("ann", "ann", "h"), by)).id
    begin = clock.now()
    for call_id, times in (("early", 1), ("stubborn", 5)):
        await log.keep(CallStarted(call_id, f"leg-{call_id}", "n1", Caller("13800138000"), "4001", clock.now()))
        for time in range(times):
            clock.advance(seconds=30)
            await log.rang(call_id, ann, f"{call_id}-{time}", OfferResult.MISSED)
    found = await MissedOffers(database).of(ann, begin, 2)
    assert [(one.call_id, one.at) for one in found] == [
        ("stubborn", clock.now()), ("early", begin + timedelta(seconds=30))
    ]  # fmt: skip
