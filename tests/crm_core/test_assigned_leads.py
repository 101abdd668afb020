"""People who were given to somebody to call: equally or by number, taken back, and each person's own list."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crm_core.assigned_leads import AssignedLeads
from crm_core.audit import Actor
from crm_core.campaigns import CampaignRow
from crm_core.errors import Invalid
from crm_core.lead_lists import LeadListRow, LeadLists
from crm_core.models import Campaign, Lead
from crm_core.storage.database import Database
from crm_core.users import Users
from tests.crm_core.conftest import EXTENSIONS, HandClock
from tests.crm_core.test_reservations import ANN, BOB, add, campaign, north

__all__ = ["campaign", "north"]


@pytest.fixture
def assigned(database: Database, clock: HandClock) -> AssignedLeads:
    return AssignedLeads(database, clock)


async def whose(database: Database) -> list[int | None]:
    async with database.reading() as connection:
        return list(await connection.scalars(select(Lead.for_user_id).order_by(Lead.id)))


async def test_all_who_wait_equally_and_in_turn(
    database: Database, north: LeadListRow, clock: HandClock, by: Actor, assigned: AssignedLeads
) -> None:
    for state in ("waiting",) * 5 + ("reserved", "dialing", "done"):
        await add(database, north, clock, state=state)
    assert await assigned.assign(north.campaign_id, [ANN, BOB, ANN], by) == {ANN: 3, BOB: 2}
    assert await whose(database) == [ANN, BOB, ANN, BOB, ANN, None, None, None]
    assert await assigned.assign(north.campaign_id, [ANN], by) == {ANN: 0}, "they are somebody's by now"


async def test_so_many_each_of_one_list_at_a_set_time(
    database: Database, north: LeadListRow, clock: HandClock, by: Actor, assigned: AssignedLeads
) -> None:
    south = await LeadLists(database, clock).create(north.campaign_id, "South", "", 1, by)
    await add(database, north, clock, priority=100)
    for priority in (0, 5, 9):
        await add(database, south, clock, priority=priority)
    at = clock.now() + timedelta(hours=3)
    given = await assigned.assign(north.campaign_id, [ANN, BOB], by, list_id=south.id, each=1, due_at=at)
    assert given == {ANN: 1, BOB: 1}
    assert await whose(database) == [None, None, BOB, ANN], "the highest priority first"
    async with database.reading() as connection:
        assert list(await connection.scalars(select(Lead.due_at).where(Lead.for_user_id == ANN))) == [at]


async def test_only_to_people_with_a_telephone(north: LeadListRow, by: Actor, assigned: AssignedLeads) -> None:
    for people in ([], [ANN, 999], list(range(1, 300))):
        with pytest.raises(Invalid) as refused:
            await assigned.assign(north.campaign_id, people, by)
        assert [problem.path for problem in refused.value.problems] == ["user_ids"]


async def test_taken_back_from_one_or_all(
    database: Database, north: LeadListRow, clock: HandClock, by: Actor, assigned: AssignedLeads
) -> None:
    for user_id in (ANN, ANN, BOB, None):
        await add(database, north, clock, for_user_id=user_id)
    await add(database, north, clock, for_user_id=ANN, state="dialing")
    assert await assigned.take_back(north.campaign_id, by, ANN) == 2
    assert await assigned.take_back(north.campaign_id, by) == 1
    assert await whose(database) == [None, None, None, None, ANN]


async def test_who_leaves_the_house_leaves_their_people_to_all(
    database: Database, north: LeadListRow, clock: HandClock, by: Actor
) -> None:
    for state in ("waiting", "reserved", "dialing", "barred", "done"):
        await add(database, north, clock, for_user_id=ANN, state=state)
    await add(database, north, clock, for_user_id=BOB)
    users = Users(database, clock, EXTENSIONS)
    await users.change(ANN, None, {"name": "Anne"}, by)
    assert await whose(database) == [*[ANN] * 5, BOB]
    await users.change(ANN, None, {"active": False}, by)
    assert await whose(database) == [*[None] * 4, ANN, BOB]


async def test_ones_own_list_is_of_campaigns_at_work_and_by_when_they_are_due(
    database: Database, campaign: CampaignRow, north: LeadListRow, clock: HandClock, assigned: AssignedLeads
) -> None:
    now = clock.now()
    for hours, user_id in ((3, ANN), (1, ANN), (2, BOB), (2, ANN)):
        await add(database, north, clock, for_user_id=user_id, due_at=now + timedelta(hours=hours))
    assert (await assigned.of(ANN)).items == ()
    running = update(Campaign).values(state="running")
    await database.write(lambda connection: connection.execute(running))
    first = await assigned.of(ANN, None, 2)
    assert [(row.due_at, name) for row, name in first.items] == [
        (now + timedelta(hours=hours), campaign.name) for hours in (1, 2)
    ]
    rest = await assigned.of(ANN, first.next_cursor, 2)
    assert ([row.due_at for row, _ in rest.items], rest.next_cursor) == ([now + timedelta(hours=3)], None)
