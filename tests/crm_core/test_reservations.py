"""People who are shown to an agent: each to one, and given back or ended with their row."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, CampaignRow, Campaigns
from crm_core.due_leads import DueLeads
from crm_core.lead_lists import LeadListRow, LeadLists
from crm_core.models import AuditEntry, Lead
from crm_core.queues import QueueDraft, Queues
from crm_core.reservations import Reservations, Skip
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead
from tests.crm_core.people import person

ANN, BOB = 711, 712
LOOK = timedelta(seconds=30)


@pytest.fixture
async def campaign(database: Database, clock: HandClock, by: Actor) -> CampaignRow:
    for user_id, login in ((ANN, "ann"), (BOB, "bob")):
        await person(database, user_id, login)
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    return await Campaigns(database, clock).create(CampaignDraft("Spring", "preview", queue.id, ("cn",)), by)


@pytest.fixture
async def north(campaign: CampaignRow, database: Database, clock: HandClock, by: Actor) -> LeadListRow:
    return await LeadLists(database, clock).create(campaign.id, "North", "", 3, by)


@pytest.fixture
def shown(database: Database) -> Reservations:
    return Reservations(database)


async def add(database: Database, of: LeadListRow, clock: HandClock, **more: object) -> int:
    query = insert(Lead).values(lead(of, clock.now(), **more)).returning(Lead.id)

    async def work(connection: object) -> int:
        return int((await connection.execute(query)).scalar_one())  # type: ignore[attr-defined]

    return await database.write(work)


async def row(database: Database, lead_id: int) -> tuple[str, str, object]:
    async with database.reading() as connection:
        found = (await connection.execute(select(Lead).where(Lead.id == lead_id))).one()
        return found.state, found.why, found.due_at


async def test_one_lead_is_one_agents_and_one_agent_has_one(
    database: Database, north: LeadListRow, clock: HandClock, shown: Reservations
) -> None:
    first, second = await add(database, north, clock), await add(database, north, clock)
    now = clock.now()
    assert await shown.take(first, ANN, now, now + LOOK)
    assert not await shown.take(first, BOB, now, now + LOOK)
    assert not await shown.take(second, ANN, now, now + LOOK)
    assert await shown.take(second, BOB, now, now + LOOK)
    assert list(await shown.seen()) == [(first, ANN), (second, BOB)]
    assert (await row(database, first))[0] == "reserved"
    assert await DueLeads(database).next(north.campaign_id, now, 10) == ()
    assert await DueLeads(database).left(north.campaign_id) == (None, True)


async def test_what_is_somebodys_own_is_shown_to_nobody_else(
    database: Database, north: LeadListRow, clock: HandClock, shown: Reservations
) -> None:
    own, now = await add(database, north, clock, for_user_id=ANN), clock.now()
    assert not await shown.take(own, BOB, now, now + LOOK)
    assert await shown.take(own, ANN, now, now + LOOK)


async def test_given_back_it_waits_as_before_or_until_later(
    database: Database, north: LeadListRow, clock: HandClock, shown: Reservations
) -> None:
    lead_id, now = await add(database, north, clock), clock.now()
    await shown.take(lead_id, ANN, now, now + LOOK)
    assert not await shown.give_back(lead_id, BOB)
    assert await shown.give_back(lead_id, ANN)
    assert await row(database, lead_id) == ("waiting", "", now)
    assert not await shown.give_back(lead_id, ANN)
    await shown.take(lead_id, ANN, now, now + LOOK)
    assert await shown.give_back(lead_id, ANN, now + LOOK, "preview_over")
    assert await row(database, lead_id) == ("waiting", "preview_over", now + LOOK)


async def test_one_that_is_done_with_is_shown_no_more(
    database: Database, north: LeadListRow, clock: HandClock, shown: Reservations
) -> None:
    lead_id, now = await add(database, north, clock), clock.now()
    await shown.take(lead_id, ANN, now, now + LOOK)
    assert await shown.end(lead_id, ANN, "barred", "do_not_call")
    assert (await row(database, lead_id))[:2] == ("barred", "do_not_call")
    assert list(await shown.seen()) == []


async def test_a_skip_is_written_down_with_its_reason(
    database: Database, north: LeadListRow, clock: HandClock, shown: Reservations
) -> None:
    lead_id, now, ann = await add(database, north, clock), clock.now(), Actor(ANN, "here")
    skip = Skip("not_now", "at lunch", "waiting", "skip_not_now", now + LOOK)
    assert not await shown.skip(lead_id, skip, ann, now)
    await shown.take(lead_id, ANN, now, now + LOOK)
    assert await shown.skip(lead_id, skip, ann, now)
    assert await row(database, lead_id) == ("waiting", "skip_not_now", now + LOOK)
    async with database.reading() as connection:
        query = select(AuditEntry.user_id, AuditEntry.detail).where(AuditEntry.action == "lead.skip")
        assert [tuple(one) for one in await connection.execute(query)] == [
            (ANN, {"reason": "not_now", "note": "at lunch"})
        ]


async def test_after_a_start_nobody_sees_any(
    database: Database, north: LeadListRow, clock: HandClock, shown: Reservations
) -> None:
    lead_id, now = await add(database, north, clock), clock.now()
    await shown.take(lead_id, ANN, now, now + LOOK)
    assert await shown.release_all() == 1
    assert (await row(database, lead_id))[0] == "waiting"
    assert list(await shown.seen()) == []
