"""What agents read of somebody on a list: whom a call is with, and what came of the attempts before it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert

from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.errors import NotFound
from crm_core.lead_cards import MOST_EARLIER, LeadCards
from crm_core.lead_lists import LeadListRow, LeadLists
from crm_core.models import Attempt, Call, Lead, LeadNumber
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import NUMBER, attempt
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead
from tests.crm_core.people import person
from tests.crm_core.plans import plans_of

ANN = 711
SECOND, THIRD = "+8613900139001", "+8613900139002"
CALL = {"direction": "outbound", "node": "n1", "caller_name": "", "dialed": "4001", "waited_s": 0, "talked_s": 5}


@pytest.fixture
async def of(database: Database, clock: HandClock, by: Actor) -> LeadListRow:
    await person(database, ANN, "ann")
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    made = await Campaigns(database, clock).create(CampaignDraft("Spring", "predictive", queue.id, ("cn",)), by)
    return await LeadLists(database, clock).create(made.id, "North", "", 1, by)


async def add_lead(database: Database, of: LeadListRow, clock: HandClock, **more: Any) -> int:
    """Somebody with three numbers, of which the last is dead."""

    async def work(connection: Any) -> int:
        values = lead(of, clock.now(), custom={"plan": "gold"}, **more)
        lead_id = int((await connection.execute(insert(Lead).values(values).returning(Lead.id))).scalar_one())
        for place, (number, dead) in enumerate(((NUMBER, None), (SECOND, None), (THIRD, "unallocated"))):
            row = {"campaign_id": of.campaign_id, "lead_id": lead_id, "position": place, "number": number}
            await connection.execute(insert(LeadNumber).values({**row, "key": number, "dead": dead}))
        return lead_id

    return await database.write(work)


async def put(database: Database, *rows: dict[str, Any]) -> None:
    async def work(connection: Any) -> None:
        for row in rows:
            await connection.execute(insert(Attempt).values(row))

    await database.write(work)


async def note(database: Database, call_id: str, at: Any, text: str) -> None:
    values = {"id": call_id, "started_at": at, "agent_id": ANN, "note": text, "priority": 0, **CALL}
    await database.write(lambda connection: connection.execute(insert(Call).values(values)))


async def test_a_call_that_is_no_campaigns_has_none(database: Database) -> None:
    assert await LeadCards(database).of_call("c1") is None


async def test_whom_a_call_is_with_and_what_came_before(database: Database, clock: HandClock, of: LeadListRow) -> None:
    lead_id, other = await add_lead(database, of, clock), await add_lead(database, of, clock)
    now = clock.now()
    spoken = attempt(of, lead_id, now - timedelta(days=2), verdict="human", disposition="later", agent_id=ANN)
    busy = attempt(of, lead_id, now - timedelta(days=1), verdict="busy", number=SECOND, number_key=SECOND)
    this = attempt(of, lead_id, now, state="connected", agent_id=ANN)
    later = attempt(of, lead_id, now + timedelta(hours=1))
    nobody = [
        attempt(of, lead_id, now - timedelta(hours=3), state="cancelled"),
        attempt(of, other, now - timedelta(hours=2), verdict="human"),
    ]
    await put(database, spoken, busy, this, later, *nobody)
    await note(database, spoken["attempt_id"], now - timedelta(days=2), "asks for a discount")
    card = await LeadCards(database).of_call(this["attempt_id"])
    assert card is not None
    assert card.lead is not None
    assert (card.campaign_name, card.lead.list_name, card.lead.name) == ("Spring", "North", "张伟")
    assert (card.lead.custom, card.number, card.attempt_number) == ({"plan": "gold"}, "139 0013 9000", 3)
    assert [(one.display, one.dead) for one in card.other_numbers] == [
        ("139 0013 9001", None),
        ("139 0013 9002", "unallocated"),
    ]
    assert [(one.verdict, one.disposition, one.agent_name, one.note) for one in card.earlier] == [
        ("busy", None, None, ""),
        ("human", "later", "Ann", "asks for a discount"),
    ]
    assert card.earlier[1].at == now - timedelta(days=2)


async def test_what_rang_for_nobody_is_told_but_is_none_of_their_attempts(
    database: Database, clock: HandClock, of: LeadListRow
) -> None:
    lead_id, now = await add_lead(database, of, clock), clock.now()
    this = attempt(of, lead_id, now)
    await put(database, attempt(of, lead_id, now - timedelta(hours=1), verdict="withdrawn"), this)
    card = await LeadCards(database).of_call(this["attempt_id"])
    assert card is not None
    assert (card.attempt_number, [one.verdict for one in card.earlier]) == (1, ["withdrawn"])


async def test_who_is_on_no_list_any_more_is_told_so(database: Database, clock: HandClock, of: LeadListRow) -> None:
    this = attempt(of, await add_lead(database, of, clock), clock.now())
    await put(database, this)
    await database.write(lambda connection: connection.execute(delete(Lead)))
    card = await LeadCards(database).of_call(this["attempt_id"])
    assert card is not None
    assert (card.campaign_name, card.lead, card.number, card.earlier) == ("Spring", None, None, ())


async def test_somebody_before_their_call(database: Database, clock: HandClock, of: LeadListRow) -> None:
    lead_id, cards, now = await add_lead(database, of, clock, attempts=8), LeadCards(database), clock.now()
    await put(database, *(attempt(of, lead_id, now - timedelta(days=days), verdict="busy") for days in range(1, 9)))
    card = await cards.of_lead(lead_id)
    assert (card.campaign_name, card.number, card.attempt_number) == ("Spring", "139 0013 9000", 9)
    assert [one.key for one in card.other_numbers] == [SECOND, THIRD]
    assert [one.at for one in card.earlier] == [now - timedelta(days=days) for days in range(1, MOST_EARLIER + 1)]
    with pytest.raises(NotFound):
        await cards.of_lead(lead_id + 1)


async def test_who_has_no_number_left_is_shown_all_the_same(
    database: Database, clock: HandClock, of: LeadListRow
) -> None:
    async def work(connection: Any) -> int:
        values = insert(Lead).values(lead(of, clock.now())).returning(Lead.id)
        return int((await connection.execute(values)).scalar_one())

    card = await LeadCards(database).of_lead(await database.write(work))
    assert (card.number, card.other_numbers) == (None, ())


async def test_it_is_read_by_index(database: Database, clock: HandClock, of: LeadListRow) -> None:
    lead_id, now = await add_lead(database, of, clock), clock.now()
    this = attempt(of, lead_id, now)
    await put(database, attempt(of, lead_id, now - timedelta(hours=1)), this)
    async with plans_of(database) as plans:
        await LeadCards(database).of_call(this["attempt_id"])
        await LeadCards(database).of_lead(lead_id)
    assert len(plans.texts) == 9
    assert plans.scans == []
    of_attempts = [one for one in plans.texts if "ix_attempts_lead_id_planned_at" in one]
    assert len(of_attempts) == 3
    assert not set(of_attempts) & set(plans.sorts)
