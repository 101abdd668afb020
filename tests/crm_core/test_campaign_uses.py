"""What a campaign is made of cannot be taken from it, and whoever tries is told which campaigns they are."""

from dataclasses import dataclass, replace

import pytest

from crm_core.audit import Actor
from crm_core.campaigns import CampaignDraft, CampaignRow, Campaigns
from crm_core.domain.campaign_rules import CampaignDisposition, CampaignRules
from crm_core.errors import Invalid, UsedByCampaigns
from crm_core.flows import Flows
from crm_core.queues import QueueDraft, Queues
from crm_core.scripts import ScriptDraft, Scripts
from crm_core.storage.database import Database
from crm_core.words import Dispositions, PauseReasons, WordRow
from tests.crm_core.conftest import HandClock

BODY = {"start": "bye", "nodes": {"bye": {"type": "hang_up"}}}
GREETING = {"start": "hello", "steps": {"hello": {"title": "Greeting", "text": "Hello", "choices": []}}}
SOLD, BUSY = WordRow("sold", "成交", "Sold"), WordRow("lunch", "午休", "Lunch")


@dataclass
class Desk:
    database: Database
    clock: HandClock
    by: Actor

    def __post_init__(self) -> None:
        parts = self.database, self.clock
        self.campaigns, self.flows, self.queues = Campaigns(*parts), Flows(*parts), Queues(*parts)
        self.dispositions, self.scripts = Dispositions(*parts), Scripts(*parts)

    async def campaign(self, name: str, mode: str = "progressive", rules: CampaignRules | None = None) -> CampaignRow:
        queue = await self.queues.add(QueueDraft(f"Line of {name}"), self.by)
        draft = CampaignDraft(name, mode, queue.id, ("cn",), rules or CampaignRules())
        return await self.campaigns.create(draft, self.by)

    async def finish(self, *campaigns: CampaignRow) -> None:
        for one in campaigns:
            await self.campaigns.take_step(one.id, "draft", "finished", self.by)


@pytest.fixture
def desk(database: Database, clock: HandClock, by: Actor) -> Desk:
    return Desk(database, clock, by)


async def test_a_flow_in_which_a_campaign_s_people_are(desk: Desk) -> None:
    flow = await desk.flows.add("Message", BODY, desk.by)
    rules = CampaignRules(flow_id=flow.id)
    spring, autumn = [await desk.campaign(name, "agentless", rules) for name in ("Spring", "Autumn")]
    await desk.campaign("With agents", "predictive", rules)
    with pytest.raises(UsedByCampaigns, match="Autumn, Spring") as refused:
        await desk.flows.remove(flow.id, desk.by)
    assert refused.value.campaigns == ("Autumn", "Spring")
    await desk.finish(spring, autumn)
    await desk.flows.remove(flow.id, desk.by)
    with pytest.raises(Invalid, match="none of the flows"):
        await desk.campaign("Summer", "agentless", rules)


async def test_the_line_of_a_campaign_s_agents(desk: Desk) -> None:
    spring = await desk.campaign("Spring")
    closed = replace(QueueDraft("Line of Spring"), active=False)
    await desk.campaigns.take_step(spring.id, "draft", "paused", desk.by)
    with pytest.raises(UsedByCampaigns, match="Spring"):
        await desk.queues.save(spring.queue_id, None, closed, desk.by)
    await desk.queues.save(spring.queue_id, None, QueueDraft("Another name"), desk.by)
    await desk.campaigns.take_step(spring.id, "paused", "finished", desk.by)
    assert not (await desk.queues.save(spring.queue_id, None, closed, desk.by)).active


async def test_a_disposition_that_its_agents_choose(desk: Desk) -> None:
    await desk.dispositions.put(SOLD, desk.by)
    rules = CampaignRules(dispositions=(CampaignDisposition("sold", "success"),))
    spring = await desk.campaign("Spring", rules=rules)
    with pytest.raises(UsedByCampaigns, match="Spring"):
        await desk.dispositions.retire("sold", desk.by)
    with pytest.raises(UsedByCampaigns, match="Spring"):
        await desk.dispositions.put(replace(SOLD, active=False), desk.by)
    await desk.finish(spring)
    await desk.dispositions.retire("sold", desk.by)
    pauses = PauseReasons(desk.database, desk.clock)
    await pauses.put(BUSY, desk.by)
    await pauses.retire(BUSY.code, desk.by)


async def test_the_word_for_machines_stays(desk: Desk) -> None:
    with pytest.raises(Invalid) as caught:
        await desk.dispositions.retire("answering_machine", desk.by)
    assert [(one.path, one.code) for one in caught.value.problems] == [("code", "reserved")]
    renamed = WordRow("answering_machine", "信箱", "Mailbox", sort=1)
    assert await desk.dispositions.put(renamed, desk.by) == renamed


async def test_a_script_that_is_read_in_its_calls(desk: Desk) -> None:
    spring = await desk.campaign("Spring")
    made = await desk.scripts.add(ScriptDraft("Greeting", GREETING, campaign_ids=(spring.id,)), desk.by)
    with pytest.raises(UsedByCampaigns, match="Spring"):
        await desk.scripts.remove(made.id, desk.by)
    await desk.finish(spring)
    await desk.scripts.remove(made.id, desk.by)
