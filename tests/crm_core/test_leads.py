"""People on lists: pages, search by number, and those whom a hand takes out."""

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.errors import Invalid, LeadMoved, NotFound
from crm_core.lead_lists import LeadListRow, LeadLists
from crm_core.leads import LeadFilter, Leads
from crm_core.models import Lead, LeadNumber
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead


@pytest.fixture
async def of(database: Database, clock: HandClock, by: Actor) -> LeadListRow:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    draft = CampaignDraft("Spring", "predictive", queue.id, ("cn",))
    campaign = await Campaigns(database, clock).create(draft, by)
    return await LeadLists(database, clock).create(campaign.id, "North", "", 1, by)


@pytest.fixture
def leads(database: Database, clock: HandClock) -> Leads:
    return Leads(database, clock)


async def add(database: Database, of: LeadListRow, clock: HandClock, *keys: str, **more: object) -> int:
    async def work(connection: AsyncConnection) -> int:
        added = insert(Lead).values(lead(of, clock.now(), **more)).returning(Lead.id)
        lead_id = int((await connection.execute(added)).scalar_one())
        for position, key in enumerate(keys):
            row = {"campaign_id": of.campaign_id, "lead_id": lead_id, "position": position, "number": key, "key": key}
            await connection.execute(insert(LeadNumber).values(**row, dead=None))
        return lead_id

    return await database.write(work)


async def test_pages_come_in_the_order_in_which_people_are_due(
    leads: Leads, of: LeadListRow, database: Database, clock: HandClock
) -> None:
    soon, later = clock.now(), clock.now() + timedelta(hours=1)
    late = await add(database, of, clock, "+8613800138000", due_at=later)
    first, second = [await add(database, of, clock, "+8613800138001", due_at=soon) for _ in range(2)]
    await add(database, of, clock, state="done", why="done")
    seen, cursor = [], None
    for _ in range(3):
        page = await leads.page(LeadFilter(of.campaign_id, list_id=of.id), cursor, limit=1)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
    assert (seen, cursor) == ([first, second, late], None)
    (done,) = (await leads.page(LeadFilter(of.campaign_id, "done"))).items
    assert (done.why, done.numbers, done.list_name) == ("done", (), "North")
    assert (await leads.page(LeadFilter(of.campaign_id, list_id=of.id + 1))).items == ()


async def test_somebody_is_found_by_a_number_in_whatever_state(
    leads: Leads, of: LeadListRow, database: Database, clock: HandClock
) -> None:
    wanted = await add(database, of, clock, "+8613800138000", "+862112345678", state="barred", why="do_not_call")
    await add(database, of, clock, "+8613800138001")
    (row,) = (await leads.page(LeadFilter(of.campaign_id, number="021-12345678"))).items
    assert (row.id, row.why, [number.display for number in row.numbers]) == (
        wanted, "do_not_call", ["138 0013 8000", "021-12345678"],
    )  # fmt: skip
    assert (await leads.page(LeadFilter(of.campaign_id + 1, number="13800138000"))).items == ()


async def test_a_hand_takes_somebody_out_and_puts_them_back(
    leads: Leads, of: LeadListRow, database: Database, clock: HandClock, by: Actor
) -> None:
    somebody = await add(database, of, clock, "+8613800138000")
    assert (await leads.take_out(somebody, by)).why == "by_hand"
    with pytest.raises(LeadMoved):
        await leads.take_out(somebody, by)
    assert (await leads.put_back(somebody, by)).state == "waiting"
    listed = await add(database, of, clock, state="barred", why="do_not_call")
    with pytest.raises(LeadMoved):
        await leads.put_back(listed, by)
    for work in (leads.take_out(99, by), leads.get(99)):
        with pytest.raises(NotFound):
            await work


async def test_consent_lets_who_was_left_out_for_it_wait_again(
    leads: Leads, of: LeadListRow, database: Database, clock: HandClock, by: Actor
) -> None:
    now = clock.now()
    silent = await add(database, of, clock, state="barred", why="no_consent")
    listed = await add(database, of, clock, state="barred", why="do_not_call")
    row = await leads.consent(silent, now, "signed form", by)
    assert (row.state, row.why, row.consent_at, row.consent_source) == ("waiting", "", now, "signed form")
    assert (await leads.consent(listed, now, "signed form", by)).state == "barred"
    taken_back = await leads.consent(silent, None, "", by)
    assert (taken_back.consent_at, taken_back.state) == (None, "waiting")
    for given_at, source in ((now + timedelta(days=1), "form"), (now, " ")):
        with pytest.raises(Invalid):
            await leads.consent(silent, given_at, source, by)
    with pytest.raises(NotFound):
        await leads.consent(999_999, now, "form", by)


async def test_by_other_rules_only_who_waited_for_a_rule_is_asked_anew(
    leads: Leads, of: LeadListRow, database: Database, clock: HandClock
) -> None:
    later = clock.now() + timedelta(hours=9)
    closed = await add(database, of, clock, why="closed", due_at=later)
    busy = await add(database, of, clock, why="busy", due_at=later)
    silent = await add(database, of, clock, state="barred", why="no_consent")
    by_hand = await add(database, of, clock, state="barred", why="by_hand")
    assert await leads.ask_anew(of.campaign_id, ("closed", "capped")) == 2
    seen = {one: await leads.get(one) for one in (closed, busy, silent, by_hand)}
    is_asked = {one for one, row in seen.items() if row.state == "waiting" and row.due_at <= clock.now()}
    assert is_asked == {closed, silent}
    assert seen[by_hand].state == "barred"
