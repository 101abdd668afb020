"""What a plan begins with: usual values, the house's attempts, the campaign's, and what its pacing has learned."""

from typing import Any

from sqlalchemy import insert

from agent_ui.staffing.known import CAMPAIGN, DEFAULT, HOUSE, LEARNED, staffing_known
from crm_core.audit import SYSTEM
from crm_core.campaign_paces import CampaignPaces
from crm_core.models import Attempt
from crm_core.queues import QueueDraft
from dialer.domain.learned import learned
from tests.agent_ui.api.test_campaigns import a_campaign
from tests.agent_ui.world import World
from tests.crm_core.attempt_rows import attempt
from tests.dialer.domain.test_learned import experienced


async def attempts(world: World, campaign_id: int, counts: dict[str, int]) -> None:
    of = await world.parts.memory.lead_lists.create(campaign_id, "North", "", 1, SYSTEM)
    now = world.parts.clock.now()
    rows: list[dict[str, Any]] = [
        attempt(of, None, now, verdict=verdict) for verdict, count in counts.items() for _ in range(count)
    ]
    await world.parts.memory.database.write(lambda connection: connection.execute(insert(Attempt), rows))


async def test_what_is_nearer_to_the_campaign_has_the_last_word(world: World) -> None:
    memory, clock = world.parts.memory, world.parts.clock
    boss = await world.person("supervisor")
    assert set((await staffing_known(memory, clock, None)).sources.values()) == {DEFAULT}
    old, new = [await a_campaign(world, boss, name=name) for name in ("Old", "New")]
    row = await memory.campaigns.get(new["id"])
    await attempts(world, old["id"], {"human": 20, "voicemail": 30, "unallocated": 10, "no_answer": 40})
    known = await staffing_known(memory, clock, row)
    assert (known.answer_ratio, known.machine_ratio, known.dead_ratio) == (0.2, 0.3, 0.1)
    assert (known.sources["answer_ratio"], known.sources["talk_s"]) == (HOUSE, DEFAULT)
    await attempts(world, row.id, {"human": 50, "busy": 50})
    known = await staffing_known(memory, clock, row)
    assert (known.answer_ratio, known.sources["dead_ratio"], known.dead_ratio) == (0.5, CAMPAIGN, 0)
    await CampaignPaces(memory.database).keep(row.id, learned(experienced()), clock.now())
    known = await staffing_known(memory, clock, row)
    assert (known.talk_s, known.wrap_up_s, known.sources["wrap_up_s"]) == (60.0, 5.0, LEARNED)


async def test_settings_are_the_campaign_s(world: World) -> None:
    memory, clock = world.parts.memory, world.parts.clock
    boss = await world.person("supervisor")
    rules = {"lines_max": 44, "ratio": 2.5, "abandonment_limit_ratio": 0.01}
    campaign = await a_campaign(world, boss, mode="preview", policies=["us-ftc"], rules=rules)
    known = await staffing_known(memory, clock, await memory.campaigns.get(campaign["id"]))
    assert (known.mode, known.lines_max, known.lines_per_agent) == ("progressive", 44, 2.5)
    assert known.abandonment_limit_ratio == 0.01
    assert known.people == 1000
    assert known.agents >= 1


async def test_agents_are_those_of_the_queue(world: World) -> None:
    memory, clock = world.parts.memory, world.parts.clock
    boss = await world.person("supervisor")
    queue = await memory.queues.add(QueueDraft("Nobody's"), SYSTEM)
    campaign = await a_campaign(world, boss)
    row = await memory.campaigns.get(campaign["id"])
    staff = [one for one in await memory.users.all(active_only=True) if row.queue_id in one.queue_ids]
    assert (await staffing_known(memory, clock, row)).agents == (len(staff) or 5)
    assert queue.id not in {queue_id for one in staff for queue_id in one.queue_ids}
