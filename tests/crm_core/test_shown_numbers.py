"""How often numbers were shown, counted on both databases by the index."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.lead_lists import LeadListRow, LeadLists
from crm_core.models import Attempt
from crm_core.queues import QueueDraft, Queues
from crm_core.shown_numbers import Shown, ShownNumbers
from crm_core.storage.database import Database
from tests.crm_core.attempt_rows import attempt
from tests.crm_core.conftest import HandClock
from tests.crm_core.plans import plans_of

A, B, C = "+862012345678", "+862112345678", "+861012345678"


async def a_list(database: Database, clock: HandClock, name: str) -> LeadListRow:
    queue = await Queues(database, clock).add(QueueDraft(name), SYSTEM)
    campaign = await Campaigns(database, clock).create(CampaignDraft(name, "predictive", queue.id, ("cn",)), SYSTEM)
    return await LeadLists(database, clock).create(campaign.id, name, "", 1, SYSTEM)


async def write(database: Database, *rows: dict[str, Any]) -> None:
    await database.write(lambda connection: connection.execute(insert(Attempt), list(rows)))


async def test_all_campaigns_count_and_nobody_who_was_not_dialed(database: Database, clock: HandClock) -> None:
    one, other = await a_list(database, clock, "One"), await a_list(database, clock, "Other")
    now = clock.now()
    minutes = [timedelta(minutes=each) for each in (5, 30, 90, 60 * 30)]
    rows = [attempt(of, None, now - ago, shown_as=A) for of in (one, other) for ago in minutes]
    rows += [attempt(one, None, now, shown_as=A, state="cancelled"), attempt(one, None, now - minutes[1], shown_as=B)]
    await write(database, *rows)
    found = await ShownNumbers(database).of((A, B, C), now - timedelta(hours=2), now - timedelta(hours=1))
    assert found[A].today == 6
    assert found[A].lately == (now - minutes[1],) * 2 + (now - minutes[0],) * 2
    assert found[B] == Shown(1, (now - minutes[1],))
    assert found[C] == Shown()


async def test_what_it_asks_is_searched_by_its_index(database: Database, clock: HandClock) -> None:
    of = await a_list(database, clock, "One")
    await write(database, *(attempt(of, None, clock.advance(seconds=1), shown_as=A) for _ in range(50)))
    now = clock.now()
    async with plans_of(database) as plans:
        await ShownNumbers(database).of((A, B), now - timedelta(hours=2), now - timedelta(hours=1))
    assert len(plans.texts) == 2
    assert all("ix_attempts_shown_as_planned_at" in one for one in plans.texts)
    assert plans.scans == []
