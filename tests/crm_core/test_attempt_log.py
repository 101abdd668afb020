"""The log of attempts, page by page."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from crm_core.attempt_log import AttemptFilter, AttemptLog
from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.lead_lists import LeadListRow, LeadLists
from crm_core.models import Attempt, Lead
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import attempt
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead
from tests.crm_core.plans import plans_of

OTHER = "+8613900139001"


@pytest.fixture
async def of(database: Database, clock: HandClock, by: Actor) -> LeadListRow:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    made = await Campaigns(database, clock).create(CampaignDraft("Spring", "predictive", queue.id, ("cn",)), by)
    return await LeadLists(database, clock).create(made.id, "North", "", 1, by)


async def put(database: Database, *rows: dict[str, Any]) -> None:
    async def work(connection: Any) -> None:
        for row in rows:
            await connection.execute(insert(Attempt).values(row))

    await database.write(work)


async def test_the_newest_first_and_every_one_once(database: Database, clock: HandClock, of: LeadListRow) -> None:
    now = clock.now()
    moments = [now, now, now, now - timedelta(hours=1), now - timedelta(hours=2)]
    await put(database, *(attempt(of, None, at) for at in moments))
    log, cursor, seen = AttemptLog(database), None, []
    for _ in range(3):
        page = await log.page(AttemptFilter(of.campaign_id), cursor, 2)
        seen += [(row.planned_at, row.attempt_id) for row in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 5


async def test_one_attempt_with_all_that_is_known(
    database: Database, clock: HandClock, of: LeadListRow, by: Actor
) -> None:
    async def work(connection: Any) -> int:
        values = lead(of, clock.now())
        return int((await connection.execute(insert(Lead).values(values).returning(Lead.id))).scalar_one())

    sign = {"kind": "signalling", "verdict": "busy", "sign": "sip 486", "confidence_ratio": 0.95}
    lead_id = await database.write(work)
    more = {"verdict": "busy", "evidence": [sign], "sip_code": 486, "agent_id": by.user_id}
    await put(database, attempt(of, lead_id, clock.now(), **more))
    (row,) = (await AttemptLog(database).page(AttemptFilter(of.campaign_id))).items
    assert (row.lead_name, row.display, row.sip_code, row.evidence) == ("张伟", "139 0013 9000", 486, (sign,))
    assert row.checks["zones"] == {"Asia/Shanghai": "Sun 09:00"}
    assert row.agent_id == by.user_id


async def test_what_is_looked_for(database: Database, clock: HandClock, of: LeadListRow) -> None:
    now = clock.now()
    one = attempt(of, None, now, verdict="busy")
    two = attempt(of, None, now, verdict="human", number=OTHER, number_key=OTHER)
    await put(database, one, two)
    log = AttemptLog(database)

    async def found(**more: Any) -> list[str]:
        page = await log.page(AttemptFilter(of.campaign_id, **more))
        return [row.attempt_id for row in page.items]

    assert await found(verdict="busy") == [one["attempt_id"]]
    assert await found(number="139 0013 9001") == [two["attempt_id"]]
    assert await found(lead_id=7) == []
    assert (await log.page(AttemptFilter(of.campaign_id + 1))).items == ()


async def test_each_way_of_looking_has_an_index_in_its_order(
    database: Database, clock: HandClock, of: LeadListRow
) -> None:
    log = AttemptLog(database)
    async with plans_of(database) as plans:
        await log.page(AttemptFilter(of.campaign_id, verdict="busy"))
        await log.page(AttemptFilter(of.campaign_id))
    by_verdict, all_of_them = plans.texts
    assert "ix_attempts_campaign_id_verdict_planned_at_attempt_id" in by_verdict
    assert by_verdict not in plans.sorts
    assert "ix_attempts_campaign_id" in all_of_them
