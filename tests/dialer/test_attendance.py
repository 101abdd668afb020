"""Who counts for which campaign, as people come, go, and take other calls."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft
from crm_core.lead_lists import LeadLists
from crm_core.models import Lead
from cti.domain.attempt_words import Attending
from cti.domain.events import AgentSignedOut, AgentWentNotReady, RosterChanged
from cti.domain.values import AgentState, Roster
from dialer.domain.agents import Agents
from tests.crm_core.lead_rows import lead
from tests.cti.domain.stage import ANN, BOB, CARE, SALES
from tests.dialer.house import House


async def running(house: House) -> Agents:
    """Somebody is left to call, but not now."""
    await house.add("+447911123456", due_at=house.now + timedelta(hours=1))
    await house.start()
    house.stage.ready(11, 12)
    await house.step()
    return house.dialer.runs[house.campaign_id].pacing.agents


async def test_who_is_ready_counts_and_who_pauses_or_leaves_does_not(house: House) -> None:
    agents = await running(house)
    assert (agents.idle, agents.present) == (2, 2)
    house.stage.tell(AgentWentNotReady(11, "lunch"), AgentSignedOut(12))
    await house.settle()
    assert (agents.idle, agents.present) == (0, 0)
    house.stage.ready(12)
    await house.settle()
    assert agents.idle == 1


async def test_who_takes_a_caller_of_the_line_is_away(house: House) -> None:
    agents = await running(house)
    house.stage.talk("c1")
    await house.settle()
    assert (agents.idle, agents.present) == (1, 1)


async def test_who_leaves_the_queue_or_the_house_is_forgotten(house: House) -> None:
    agents = await running(house)
    house.stage.tell(RosterChanged(Roster((ANN, replace(BOB, queue_ids=frozenset())), (SALES, CARE))))
    await house.step(1)
    assert agents.present == 1
    house.stage.tell(RosterChanged(Roster((), (SALES, CARE))))
    await house.step(1)
    assert agents.present == 0


async def test_an_agent_of_two_campaigns_counts_for_the_first_that_runs(house: House) -> None:
    first = await running(house)
    draft = CampaignDraft("Autumn", "progressive", SALES.queue_id, ("us-ftc",))
    other = await house.campaigns.create(draft, SYSTEM)
    of = await LeadLists(house.database, house.stage.clock).create(other.id, "South", "", 1, SYSTEM)
    await house.database.write(
        lambda connection: connection.execute(insert(Lead), [lead(of, house.now + timedelta(hours=1))])
    )
    await house.campaigns.take_step(other.id, "draft", "running", SYSTEM)
    await house.step(1)
    assert (first.idle, house.dialer.runs[other.id].pacing.agents.idle) == (2, 0)
    await house.campaigns.take_step(house.campaign_id, "running", "paused", SYSTEM)
    await house.step(1)
    assert house.dialer.runs[other.id].pacing.agents.idle == 2


async def test_an_unknown_agent_changes_nothing(house: House) -> None:
    agents = await running(house)
    house.dialer._attendance.changed(99, house.dialer.runs, 0.0)
    assert agents.present == 2


async def test_who_gets_a_campaign_s_talk_by_transfer_is_busy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    agents = await running(house)
    talking = Attending(12, AgentState.TALKING, frozenset({SALES.queue_id}), house.campaign_id)
    monkeypatch.setattr(house, "agent", lambda _: talking)
    house.dialer._attendance.changed(12, house.dialer.runs, 5.0)
    assert (agents.idle, agents.present) == (1, 2)
