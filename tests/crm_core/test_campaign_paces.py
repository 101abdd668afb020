"""What a pacing learned is there after a restart, in its newest form."""

import pytest
from sqlalchemy import delete

from crm_core.audit import SYSTEM
from crm_core.campaign_paces import CampaignPaces
from crm_core.campaigns import CampaignDraft, Campaigns
from crm_core.models import Campaign
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from tests.crm_core.conftest import HandClock


async def test_the_newest_is_kept_and_goes_with_its_campaign(database: Database, clock: HandClock) -> None:
    queue = await Queues(database, clock).add(QueueDraft("Sales"), SYSTEM)
    draft = CampaignDraft("Spring", "predictive", queue.id, ("us-ftc",))
    campaign = await Campaigns(database, clock).create(draft, SYSTEM)
    paces = CampaignPaces(database)
    assert await paces.of(campaign.id) is None
    await paces.keep(campaign.id, {"shape": 1, "rings": [[0.5]]}, clock.now())
    await paces.keep(campaign.id, {"shape": 1, "rings": [[0.7]]}, clock.advance(seconds=60))
    assert await paces.of(campaign.id) == {"shape": 1, "rings": [[pytest.approx(0.7)]]}
    await database.write(lambda connection: connection.execute(delete(Campaign).where(Campaign.id == campaign.id)))
    assert await paces.of(campaign.id) is None
