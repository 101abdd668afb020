"""Who may be tried next, of which list, in which order; and who is put off."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from crm_core import due_leads
from crm_core.attempts import Attempts, PlannedAttempt
from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, CampaignRow, Campaigns
from crm_core.due_leads import BARRED, DueLead, DueLeads
from crm_core.lead_lists import LeadListRow, LeadLists
from crm_core.models import Lead, LeadNumber
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from cti.domain.attempt_words import AttemptTerms
from cti.domain.values import Overflow, OverflowAction
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead
from tests.crm_core.plans import plans_of


@pytest.fixture
async def campaign(database: Database, clock: HandClock, by: Actor) -> CampaignRow:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    return await Campaigns(database, clock).create(CampaignDraft("Spring", "predictive", queue.id, ("cn",)), by)


@pytest.fixture
async def north(campaign: CampaignRow, database: Database, clock: HandClock, by: Actor) -> LeadListRow:
    return await LeadLists(database, clock).create(campaign.id, "North", "", 3, by)


@pytest.fixture
def due(database: Database) -> DueLeads:
    return DueLeads(database)


async def add(database: Database, of: LeadListRow, clock: HandClock, name: str, **more: object) -> int:
    async def work(connection: object) -> int:
        values = lead(of, clock.now(), name=name, **more)
        lead_id = (await connection.execute(insert(Lead).values(values).returning(Lead.id))).scalar_one()  # type: ignore[attr-defined]
        for place in (1, 0):
            number = f"+86139{lead_id:04}{place:04}"
            values = {
                "campaign_id": of.campaign_id,
                "lead_id": lead_id,
                "position": place,
                "number": number,
                "key": number,
            }
            await connection.execute(insert(LeadNumber).values(values))  # type: ignore[attr-defined]
        return int(lead_id)

    return await database.write(work)


def names(found: tuple[DueLead, ...]) -> list[str]:
    return [one.name for one in found]


async def test_only_who_waits_is_due_and_is_nobody_s_own(
    due: DueLeads, north: LeadListRow, database: Database, clock: HandClock, by: Actor
) -> None:
    await add(database, north, clock, "now")
    await add(database, north, clock, "later", due_at=clock.now() + timedelta(hours=1))
    await add(database, north, clock, "done", state="done")
    await add(database, north, clock, "Ann's", for_user_id=by.user_id)
    (found,) = await due.next(north.campaign_id, clock.now(), 10)
    assert (found.name, found.zones, found.customer_name) == ("now", ("Asia/Shanghai",), "")
    assert [one.number[-4:] for one in found.numbers] == ["0000", "0001"], "in their order"
    clock.advance(hours=1)
    assert names(await due.next(north.campaign_id, clock.now(), 10)) == ["now", "later"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("oldest", "abc"), ("priority", "cab"), ("newest", "cba"), ("random", "bca")],
)
async def test_in_the_campaign_s_order(
    due: DueLeads, north: LeadListRow, database: Database, clock: HandClock, order: str, expected: str
) -> None:
    await add(database, north, clock, "a", rank=3)
    await add(database, north, clock, "b", rank=1)
    await add(database, north, clock, "c", rank=2, priority=5)
    found = await due.next(north.campaign_id, clock.now(), 10, order)
    assert "".join(names(found)) == expected


@pytest.mark.parametrize("order", ["oldest", "priority", "newest", "random"])
async def test_no_order_sorts_all_who_wait(
    due: DueLeads,
    north: LeadListRow,
    database: Database,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    order: str,
) -> None:
    monkeypatch.setattr(due_leads, "_MANY", 3)
    for name, priority in zip("abcd", (0, 5, 0, 9), strict=True):
        await add(database, north, clock, name, priority=priority)
    async with plans_of(database) as plans:
        assert len(await due.next(north.campaign_id, clock.now(), 2, order)) == 2
        await due.left(north.campaign_id)
    of_leads = [text for text in plans.texts if "FROM leads" in text and "GROUP" not in text]
    assert len(of_leads) >= 3
    assert [text for text in of_leads if text in plans.sorts] == []


async def test_few_who_are_due_are_found_by_when_they_are(
    due: DueLeads, north: LeadListRow, database: Database, clock: HandClock
) -> None:
    for name, rank in zip("abc", (2, 3, 1), strict=True):
        await add(database, north, clock, name, rank=rank)
    await add(database, north, clock, "later", due_at=clock.now() + timedelta(hours=1))
    assert "".join(names(await due.next(north.campaign_id, clock.now(), 2, "random"))) == "ca"


async def test_lists_are_mixed_by_their_shares(
    due: DueLeads, north: LeadListRow, database: Database, clock: HandClock, by: Actor
) -> None:
    lists = LeadLists(database, clock)
    south = await lists.create(north.campaign_id, "South", "", 1, by)
    still = await lists.create(north.campaign_id, "Still", "", 0, by)
    for place in range(8):
        await add(database, north, clock, f"n{place}")
        await add(database, south, clock, f"s{place}")
        await add(database, still, clock, f"x{place}")
    found = names(await due.next(north.campaign_id, clock.now(), 8))
    assert found == ["n0", "n1", "n2", "n3", "n4", "n5", "s0", "s1"]


async def test_put_off_and_ended_leads_are_not_due(
    due: DueLeads, north: LeadListRow, database: Database, clock: HandClock
) -> None:
    first, second = await add(database, north, clock, "a"), await add(database, north, clock, "b")
    later = clock.now() + timedelta(hours=9)
    assert await due.put_off([first], later, "closed") == 1
    assert await due.put_off([first], clock.now(), "busy") == 0, "never earlier"
    await due.end(second, BARRED, "do_not_call")
    await due.end(second, "done", "too late")
    assert await due.next(north.campaign_id, clock.now(), 10) == ()
    async with database.reading() as connection:
        rows = (await connection.execute(select(Lead.state, Lead.why).order_by(Lead.id))).all()
    assert [tuple(row) for row in rows] == [("waiting", "closed"), ("barred", "do_not_call")]
    assert await due.left(north.campaign_id) == (later, False)


async def test_what_was_tried_before_at_its_numbers_by_anybody(
    due: DueLeads, north: LeadListRow, database: Database, clock: HandClock
) -> None:
    await add(database, north, clock, "a")
    (of,) = await due.next(north.campaign_id, clock.now(), 1)
    assert await due.tries(of, clock.now()) == ()
    terms = AttemptTerms(north.campaign_id, 1, 2.0, Overflow(OverflowAction.HANG_UP))
    await Attempts(database).plan(PlannedAttempt("a1", of, of.numbers[0], "", terms, {}), clock.now())
    assert await due.left(north.campaign_id) == (None, True)
    (tried,) = await due.tries(of, clock.now() + timedelta(hours=1))
    assert (tried.attempt_id, tried.number, tried.verdict) == ("a1", of.numbers[0].number, None)
