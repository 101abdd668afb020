"""Who counts for which campaign, as people come, go, and take other calls."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.audit import SYSTEM
from crm_core.domain.campaign_rules import CampaignRules
from crm_core.storage.database import Database
from cti.domain.attempt_words import Attending
from cti.domain.events import AgentSignedOut, AgentWentNotReady, AgentWentReady, PhoneChanged, RosterChanged
from cti.domain.values import AgentState, Roster
from dialer.domain.agents import Agents
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


async def test_who_has_nobody_due_keeps_no_agent_from_the_next_campaign(house: House) -> None:
    first = await running(house)
    other = await house.another("Autumn")
    for number in range(3):
        await house.add(f"+44791112350{number}")
    await house.step(1)
    assert (first.idle, house.agents_of(other)) == (0, (2, 2))
    assert len(house.dialed()) == 2


async def test_the_higher_priority_first_and_equals_by_share(house: House) -> None:
    await house.add("+447911123456")
    for number in range(2):
        await house.add(f"+44791112360{number}")
    await house.start()
    first = house.campaign_id
    other = await house.another("Autumn", rules=CampaignRules(order="oldest", priority=60))
    for number in range(50):
        await house.add(f"+4479111237{number:02}")
    house.stage.ready(11, 12)
    await house.step(1)
    assert (house.agents_of(first), house.agents_of(other)) == ((0, 0), (2, 2))
    assert set(house.dialed()) == {"+447911123700", "+447911123701"}
    await house.change(priority=50)
    await house.step(1)
    await house.step(1)
    assert (house.agents_of(first), house.agents_of(other)) == ((1, 1), (1, 1))


async def test_a_paused_campaign_leaves_its_agents_to_the_others(house: House) -> None:
    first, other = (house.campaign_id, await running(house)), await house.another("Autumn")
    await house.add("+447911123470", due_at=house.now + timedelta(hours=1))
    await house.campaigns.take_step(first[0], "running", "paused", SYSTEM)
    await house.step(1)
    assert (first[1].present, house.agents_of(other)) == (0, (2, 2))


async def test_agents_whom_callers_need_are_not_counted(house: House) -> None:
    """Ann works in Care too, and callers come there."""
    agents = await running(house)
    for number in range(20):
        house.stage.arrive(f"c{number}", CARE.queue_id)
        house.stage.leave(f"c{number}")
        await house.step(5)
    house.stage.tell(AgentWentReady(11))
    await house.step(1)
    assert agents.present == 1
    assert house.dialer.uncounted(house.campaign_id) == {"callers_first": 1}
    await house.change(inbound_first=False)
    await house.step(1)
    assert (agents.present, house.dialer.uncounted(house.campaign_id)) == (2, {})


async def test_who_talks_and_is_wanted_by_a_caller_then_will_not_be_free(house: House) -> None:
    await house.add("+447911123456")
    await house.add("+447911123457", due_at=house.now + timedelta(hours=1))
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.talks()
    await house.step(1)
    assert house.agents_of(house.campaign_id) == (0, 1)
    house.stage.arrive("c1", CARE.queue_id)
    await house.step(1)
    assert house.agents_of(house.campaign_id) == (0, 0)
    assert house.dialer.uncounted(house.campaign_id) == {"callers_first": 1}
    house.stage.leave("c1")
    await house.step(1)
    assert house.agents_of(house.campaign_id) == (0, 1)
    house.stage.arrive("c2", CARE.queue_id)
    await house.step(1)
    house.ends(16)
    house.stage.leave("c2")
    house.stage.done(11, house.last().call_id)
    await house.settle()
    assert house.agents_of(house.campaign_id) == (0, 0), "until somebody has looked whether callers wait"
    await house.step(60)
    assert house.agents_of(house.campaign_id) == (1, 1)


async def test_without_blending_only_those_count_who_serve_no_callers(house: House) -> None:
    agents = await running(house)
    await house.change(blend=False)
    await house.step(1)
    assert (agents.present, house.dialer.uncounted(house.campaign_id)) == (1, {"callers_only": 1})


async def test_whom_a_paused_campaign_does_not_need_it_does_not_call_unblended(house: House) -> None:
    """The switch is on: it dials nobody, and so it needs nobody."""
    await running(house)
    await house.campaigns.take_step(house.campaign_id, "running", "paused", SYSTEM)
    await house.step(1)
    assert house.dialer.uncounted(house.campaign_id) == {"not_needed": 2}


async def test_a_campaign_without_agents_counts_nobody_out(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    await house.open("agentless")
    await house.add("+447911123456")
    await house.start()
    house.stage.ready(11)
    await house.step()
    assert house.dialer.uncounted(house.campaign_id) == {}


async def test_a_pause_after_this_call_counts_as_leaving(house: House) -> None:
    await house.add("+447911123456")
    await house.start()
    house.stage.ready(11)
    await house.step()
    house.talks()
    await house.step(1)
    house.stage.tell(AgentWentNotReady(11, "lunch"))
    await house.step(1)
    assert house.agents_of(house.campaign_id) == (0, 0)
    assert house.dialer.uncounted(house.campaign_id) == {"leaves": 1}
    house.stage.tell(AgentWentReady(11))
    await house.step(1)
    assert house.agents_of(house.campaign_id) == (0, 1)


async def test_it_is_said_why_somebody_does_not_count(house: House) -> None:
    await running(house)
    house.stage.tell(AgentWentNotReady(11, "lunch"))
    house.stage.talk("c1")
    await house.settle()
    assert house.dialer.uncounted(house.campaign_id) == {"paused": 1, "other_call": 1}
    house.stage.tell(AgentSignedOut(11), PhoneChanged("1002", reachable=False))
    await house.settle()
    assert house.dialer.uncounted(house.campaign_id) == {"other_call": 1}


async def test_agents_of_another_campaign_and_those_without_a_telephone_are_named(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await running(house)
    first, other = house.campaign_id, await house.another("Autumn")
    await house.add("+447911123470")
    await house.add("+447911123471")
    await house.step(1)
    assert house.dialer.uncounted(first) == {"other_campaign": 2}
    house.talks()
    await house.settle()
    assert house.dialer.uncounted(first) == {"other_campaign": 2}
    unseen = (Attending(12, AgentState.READY, frozenset({SALES.queue_id}), None, can_take=False),)
    monkeypatch.setattr(house, "agents", lambda: unseen)
    await house.step(1)
    assert house.dialer.uncounted(other) == {"phone": 1}


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
