"""Campaigns as managers set them up, and their steps."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from crm_core.audit import SYSTEM, Actor, AuditFilter, AuditLog
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.errors import AlreadyExists, CampaignMoved, InUse, Invalid, NotFound, StaleVersion
from crm_core.lead_lists import LeadLists
from crm_core.models import Lead
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock
from tests.crm_core.lead_rows import lead


@pytest.fixture
async def draft(database: Database, clock: HandClock, by: Actor) -> CampaignDraft:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), by)
    return CampaignDraft("Spring", "predictive", queue.id, ("cn",))


@pytest.fixture
def campaigns(database: Database, clock: HandClock) -> Campaigns:
    return Campaigns(database, clock)


async def test_a_campaign_is_made_and_changed(
    campaigns: Campaigns, draft: CampaignDraft, database: Database, clock: HandClock, by: Actor
) -> None:
    made = await campaigns.create(replace(draft, name=" Spring "), by)
    assert (made.name, made.state, made.queue_name, made.created_by_name) == ("Spring", "draft", "Sales", "Boss")
    assert (made.policies, made.rules, made.version) == (("cn",), CampaignRules(), 1)
    clock.advance(seconds=5)
    ends_at = clock.now() + timedelta(days=1)
    wanted = replace(draft, policies=("cn", "uk"), rules=CampaignRules(lines_max=7), ends_at=ends_at)
    changed = await campaigns.change(made.id, 1, wanted, by)
    assert (changed.policies, changed.rules.lines_max, changed.version) == (("cn", "uk"), 7, 2)
    assert (changed.changed_at, changed.ends_at) == (clock.now(), ends_at)
    assert await campaigns.get(made.id) == changed
    page = await AuditLog(database, clock).page(AuditFilter(object_kind="campaign"))
    assert [entry.action for entry in page.items] == ["campaign.change", "campaign.add"]
    assert page.items[0].detail == {"policies": ["cn", "uk"], "lines_max": 7, "ends_at": ends_at.isoformat()}


async def test_two_who_change_the_same_are_told(campaigns: Campaigns, draft: CampaignDraft, by: Actor) -> None:
    made = await campaigns.create(draft, by)
    await campaigns.change(made.id, 1, replace(draft, name="Summer"), by)
    with pytest.raises(StaleVersion):
        await campaigns.change(made.id, 1, draft, by)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"name": " "}, "name"),
        ({"mode": "magic"}, "mode"),
        ({"policies": ()}, "policies"),
        ({"policies": ("cn", "cn")}, "policies"),
        ({"queue_id": 99}, "queue_id"),
        ({"rules": CampaignRules(ring_s=5)}, "rules.ring_s"),
    ],
)
async def test_nonsense_is_refused(
    campaigns: Campaigns, draft: CampaignDraft, by: Actor, changed: dict[str, object], path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await campaigns.create(replace(draft, **changed), by)  # type: ignore[arg-type]
    assert [problem.path for problem in refused.value.problems] == [path]


async def test_it_ends_after_its_start_and_its_name_is_its_own(
    campaigns: Campaigns, draft: CampaignDraft, clock: HandClock, by: Actor
) -> None:
    now = clock.now()
    with pytest.raises(Invalid, match="ends_at"):
        await campaigns.create(replace(draft, starts_at=now, ends_at=now), by)
    await campaigns.create(draft, by)
    with pytest.raises(AlreadyExists):
        await campaigns.create(draft, by)


async def test_a_step_is_taken_once(
    campaigns: Campaigns, draft: CampaignDraft, database: Database, clock: HandClock, by: Actor
) -> None:
    made = await campaigns.create(draft, by)
    assert await campaigns.running() == ()
    moved = await campaigns.take_step(made.id, "draft", "running", by)
    assert (moved.state, moved.version) == ("running", 1)
    assert await campaigns.running() == (moved,)
    with pytest.raises(CampaignMoved) as refused:
        await campaigns.take_step(made.id, "draft", "running", by)
    assert refused.value.state == "running"
    await campaigns.take_step(made.id, "running", "out_of_hours", SYSTEM, "hours_ended")
    with pytest.raises(NotFound):
        await campaigns.take_step(99, "draft", "running", by)
    page = await AuditLog(database, clock).page(AuditFilter(action="campaign.step"))
    assert [(entry.user_id, entry.detail) for entry in page.items] == [
        (None, {"from": "running", "to": "out_of_hours", "why": "hours_ended"}),
        (by.user_id, {"from": "draft", "to": "running", "why": ""}),
    ]


async def test_a_queue_stays_as_long_as_a_campaign_is_at_work_with_it(
    campaigns: Campaigns, draft: CampaignDraft, database: Database, clock: HandClock, by: Actor
) -> None:
    queues, made = Queues(database, clock), await campaigns.create(draft, by)
    await campaigns.take_step(made.id, "draft", "scheduled", by)
    gone = QueueDraft(made.queue_name, active=False)
    with pytest.raises(InUse, match=made.name):
        await queues.save(made.queue_id, None, gone, by)
    await campaigns.take_step(made.id, "scheduled", "draft", by)
    await queues.save(made.queue_id, None, gone, by)
    with pytest.raises(Invalid, match="queue"):
        await campaigns.take_step(made.id, "draft", "running", by)
    assert (await campaigns.get(made.id)).state == "draft"


async def test_limits_change_live_but_not_how_and_by_whom_people_are_called(
    campaigns: Campaigns, draft: CampaignDraft, by: Actor
) -> None:
    made = await campaigns.create(draft, by)
    await campaigns.take_step(made.id, "draft", "running", by)
    changed = await campaigns.change(made.id, 1, replace(draft, rules=CampaignRules(lines_max=3)), by)
    assert changed.rules.lines_max == 3
    with pytest.raises(Invalid, match="mode"):
        await campaigns.change(made.id, 2, replace(draft, mode="preview"), by)
    await campaigns.take_step(made.id, "running", "paused", by)
    assert (await campaigns.change(made.id, 2, replace(draft, mode="preview"), by)).mode == "preview"
    await campaigns.take_step(made.id, "paused", "finished", by)
    with pytest.raises(CampaignMoved):
        await campaigns.change(made.id, 3, draft, by)


async def test_only_an_empty_draft_is_removed(
    campaigns: Campaigns, draft: CampaignDraft, database: Database, clock: HandClock, by: Actor
) -> None:
    made = await campaigns.create(draft, by)
    lists = LeadLists(database, clock)
    row = await lists.create(made.id, "A", "a.csv", 1, by)
    await database.write(lambda connection: connection.execute(insert(Lead).values(lead(row, clock.now()))))
    with pytest.raises(Invalid, match="people"):
        await campaigns.remove(made.id, by)
    await lists.remove(row.id, by)
    await campaigns.remove(made.id, by)
    assert await campaigns.all() == ()
    with pytest.raises(NotFound):
        await campaigns.remove(made.id, by)
    again = await campaigns.create(draft, by)
    await campaigns.take_step(again.id, "draft", "running", by)
    with pytest.raises(CampaignMoved):
        await campaigns.remove(again.id, by)
