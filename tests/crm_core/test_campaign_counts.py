"""How far a campaign is, in numbers that many pages may ask for."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from crm_core.audit import Actor
from crm_core.campaign_counts import CampaignCounting, CampaignCounts
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.lead_lists import LeadListRow, LeadLists
from crm_core.models import Attempt, Lead
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import attempt
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead
from tests.crm_core.plans import plans_of


@pytest.fixture
async def of(database: Database, clock: HandClock, by: Actor) -> LeadListRow:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    made = await Campaigns(database, clock).create(CampaignDraft("Spring", "predictive", queue.id, ("cn",)), by)
    return await LeadLists(database, clock).create(made.id, "North", "", 1, by)


async def add(database: Database, of: LeadListRow, now: datetime, **more: Any) -> int:
    async def work(connection: Any) -> int:
        values = lead(of, now, **more)
        return int((await connection.execute(insert(Lead).values(values).returning(Lead.id))).scalar_one())

    return await database.write(work)


async def dial(database: Database, of: LeadListRow, lead_id: int, at: datetime, **more: Any) -> None:
    values = attempt(of, lead_id, at, **more)
    await database.write(lambda connection: connection.execute(insert(Attempt).values(values)))


async def count(database: Database, clock: HandClock, of: LeadListRow) -> CampaignCounts:
    midnight = clock.now().replace(hour=0)
    return await CampaignCounting(database, clock).of(of.campaign_id, midnight, midnight)


async def test_nobody_and_nothing(database: Database, clock: HandClock, of: LeadListRow) -> None:
    assert await count(database, clock, of) == CampaignCounts({}, {}, None, "", 0, 0, 0, 0, None)


async def test_people_by_state_and_by_the_last_that_came_of_them(
    database: Database, clock: HandClock, of: LeadListRow
) -> None:
    soon, later = clock.now() + timedelta(minutes=5), clock.now() + timedelta(hours=5)
    await add(database, of, later, why="busy", last_verdict="busy")
    await add(database, of, soon, why="closed", last_verdict="busy")
    await add(database, of, clock.now(), state="done", why="done", last_verdict="human")
    await add(database, of, clock.now(), state="barred", why="do_not_call")
    counts = await count(database, clock, of)
    assert counts.leads == {"waiting": 2, "done": 1, "barred": 1}
    assert counts.verdicts == {"busy": 2, "human": 1}
    assert (counts.next_due_at, counts.next_why) == (soon, "closed")


async def test_people_of_the_window_and_those_who_were_done_with_in_the_last_minutes(
    database: Database, clock: HandClock, of: LeadListRow
) -> None:
    now = clock.now()
    yesterday = now - timedelta(days=1)
    done, again = await add(database, of, now, state="done"), await add(database, of, now)
    await dial(database, of, done, yesterday, abandoned=True)
    await dial(database, of, done, now - timedelta(minutes=30), abandoned=True)
    begun = now - timedelta(minutes=10)
    await dial(database, of, done, begun)
    await dial(database, of, done, now, connected_at=now)
    await dial(database, of, again, now)
    counts = await count(database, clock, of)
    assert (counts.dialed_today, counts.people, counts.abandoned) == (4, 2, 1)
    assert (counts.ended, counts.ended_since) == (1, begun), "once, though it was dialed twice"


async def test_what_was_counted_is_kept_a_moment(database: Database, clock: HandClock, of: LeadListRow) -> None:
    counting, midnight = CampaignCounting(database, clock), clock.now()
    await add(database, of, clock.now())
    assert (await counting.of(of.campaign_id, midnight, midnight)).leads == {"waiting": 1}
    await add(database, of, clock.now())
    clock.advance(seconds=4)
    assert (await counting.of(of.campaign_id, midnight, midnight)).leads == {"waiting": 1}
    clock.advance(seconds=1)
    assert (await counting.of(of.campaign_id, midnight, midnight)).leads == {"waiting": 2}


async def test_another_window_is_counted_at_once(database: Database, clock: HandClock, of: LeadListRow) -> None:
    counting, now, day = CampaignCounting(database, clock), clock.now(), timedelta(days=1)
    await dial(database, of, await add(database, of, now), now - 2 * day, connected_at=now)
    midnight = now.replace(hour=0)
    assert (await counting.of(of.campaign_id, midnight, midnight)).people == 0
    assert (await counting.of(of.campaign_id, midnight, midnight - 30 * day)).people == 1


async def test_counting_reads_indexes_that_hold_what_is_counted(
    database: Database, clock: HandClock, of: LeadListRow
) -> None:
    async with plans_of(database) as plans:
        await count(database, clock, of)
    (people,) = [text for text in plans.texts if "last_verdict" in text]
    (answers,) = [text for text in plans.texts if "connected_at" in text]
    assert "list_id_state_why_last_verdict" in people
    assert "planned_at_answered" in answers
    assert plans.scans == []


async def test_what_people_did_in_the_flow_of_a_campaign_without_agents(
    database: Database, clock: HandClock, of: LeadListRow
) -> None:
    lead_id = await add(database, of, clock.now())
    for response, keys, listened_ms in (
        ("later", "2", 12_000),
        ("later", "12", 4_000),
        ("agent", "1", 9_999),
        (None, "7", 10_000),
        (None, None, 1_000),
        (None, None, None),
    ):
        await dial(database, of, lead_id, clock.now(), response=response, keys=keys, listened_ms=listened_ms)
    found = (await count(database, clock, of)).listening
    assert (found.people, found.listened_s, found.long_enough) == (5, pytest.approx(36.999), 2)
    assert found.answers == {"later": 2, "agent": 1, "other_key": 1, "no_key": 1}
