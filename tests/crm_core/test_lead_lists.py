"""Lists: names and shares, how far they are, and their end."""

import pytest
from sqlalchemy import insert

from crm_core import lead_lists
from crm_core.audit import Actor, AuditFilter, AuditLog
from crm_core.campaigns import CampaignDraft, CampaignRow, Campaigns
from crm_core.errors import AlreadyExists, InUse, Invalid, NotFound
from crm_core.lead_lists import LeadListRow, LeadLists, Progress
from crm_core.models import Lead
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead
from tests.crm_core.plans import plans_of


@pytest.fixture
async def campaign(database: Database, clock: HandClock, by: Actor) -> CampaignRow:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    return await Campaigns(database, clock).create(CampaignDraft("Spring", "predictive", queue.id, ("cn",)), by)


@pytest.fixture
def lists(database: Database, clock: HandClock) -> LeadLists:
    return LeadLists(database, clock)


async def add(database: Database, clock: HandClock, of: LeadListRow, count: int, **more: object) -> None:
    rows = [lead(of, clock.now(), **more) for _ in range(count)]
    await database.write(lambda connection: connection.execute(insert(Lead), rows))


async def test_a_list_has_name_and_share(
    lists: LeadLists, campaign: CampaignRow, database: Database, clock: HandClock, by: Actor
) -> None:
    made = await lists.create(campaign.id, " North ", "north.csv", 3, by)
    assert (made.name, made.source, made.share, made.created_by_name) == ("North", "north.csv", 3, "Boss")
    other = await lists.create(campaign.id, "South", "south.csv", 1, by)
    assert await lists.of(campaign.id) == (made, other)
    changed = await lists.change(made.id, "North", 0, by)
    assert changed.share == 0
    assert await lists.change(made.id, "North", 0, by) == changed, "nothing new, nothing written"
    page = await AuditLog(database, clock).page(AuditFilter(object_kind="lead_list"))
    assert [(entry.action, entry.detail.get("share")) for entry in page.items] == [
        ("lead_list.change", 0),
        ("lead_list.add", 1),
        ("lead_list.add", 3),
    ]


async def test_who_changes_one_thing_leaves_the_other_as_somebody_else_made_it(
    lists: LeadLists, campaign: CampaignRow, by: Actor
) -> None:
    made = await lists.create(campaign.id, "North", "", 3, by)
    await lists.change(made.id, None, 0, by)
    renamed = await lists.change(made.id, "East", None, by)
    assert (renamed.name, renamed.share) == ("East", 0)
    assert (await lists.change(made.id, None, 2, by)).name == "East"


async def test_what_cannot_be_is_refused(lists: LeadLists, campaign: CampaignRow, by: Actor) -> None:
    made = await lists.create(campaign.id, "North", "", 1, by)
    other = await lists.create(campaign.id, "South", "", 1, by)
    with pytest.raises(AlreadyExists):
        await lists.create(campaign.id, "North", "", 1, by)
    with pytest.raises(AlreadyExists):
        await lists.change(other.id, "North", 1, by)
    with pytest.raises(Invalid, match="share"):
        await lists.change(made.id, "North", 101, by)
    for work in (lists.create(99, "East", "", 1, by), lists.get(99), lists.change(99, "East", 1, by)):
        with pytest.raises(NotFound):
            await work


async def test_progress_is_counted_by_list_and_by_campaign(
    lists: LeadLists, campaign: CampaignRow, database: Database, clock: HandClock, by: Actor
) -> None:
    north = await lists.create(campaign.id, "North", "", 1, by)
    south = await lists.create(campaign.id, "South", "", 1, by)
    await add(database, clock, north, 5)
    await add(database, clock, north, 1, state="dialing")
    await add(database, clock, north, 3, state="done", why="done", last_verdict="human")
    await add(database, clock, north, 2, state="done", why="attempts_used_up", last_verdict="busy")
    await add(database, clock, north, 2, state="done", why="attempts_used_up", last_verdict="no_answer")
    await add(database, clock, north, 1, state="barred", why="do_not_call")
    found = await lists.progress(campaign.id)
    ended = {"done": 3, "attempts_used_up": 4, "do_not_call": 1}
    counted = Progress(waiting=5, dialing=1, reached=3, not_reached=4, barred=1, ended=ended)
    assert found == {north.id: counted}
    assert counted.all == 14
    await add(database, clock, south, 1)
    assert (await lists.totals())[campaign.id].waiting == 6


async def test_counting_reads_an_index_and_no_row(database: Database, lists: LeadLists, campaign: CampaignRow) -> None:
    async with plans_of(database) as plans:
        await lists.progress(campaign.id)
        await lists.total(campaign.id)
        await lists.totals()
    assert len(plans.texts) == 3
    assert [text for text in plans.texts if "list_id_state_why_last_verdict" not in text] == []
    if database.dialect == "sqlite":
        assert all("COVERING INDEX" in text for text in plans.texts)


async def test_a_list_goes_with_its_people_but_not_while_one_is_dialed(
    lists: LeadLists,
    campaign: CampaignRow,
    database: Database,
    clock: HandClock,
    by: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lead_lists, "_CHUNK", 2)
    north = await lists.create(campaign.id, "North", "", 1, by)
    south = await lists.create(campaign.id, "South", "", 1, by)
    await add(database, clock, north, 5)
    await add(database, clock, south, 1, state="dialing")
    await lists.remove(north.id, by)
    assert [row.id for row in await lists.of(campaign.id)] == [south.id]
    assert set(await lists.progress(campaign.id)) == {south.id}
    with pytest.raises(InUse):
        await lists.remove(south.id, by)
    assert await lists.get(south.id) == south, "nothing was begun"
    with pytest.raises(NotFound):
        await lists.remove(north.id, by)
