"""Why somebody is not called, of a campaign with a real floor and database."""

from datetime import timedelta
from typing import Any

from agent_ui.joints.lead_why import LeadWhy
from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft
from crm_core.do_not_call import DoNotCall
from crm_core.lead_lists import LeadLists
from crm_core.leads import Leads
from crm_core.storage.database import Database
from dialer.ports import Undialable
from tests.crm_core.conftest import database, sqlite_template, url
from tests.dialer.conftest import dialect, house
from tests.dialer.house import House

__all__ = ["Database", "database", "dialect", "house", "sqlite_template", "url"]
A, B = "+447911123456", "+447911123457"


async def why(house: House, lead_id: int) -> dict[str, Any]:
    clock = house.stage.clock
    asked = LeadWhy(
        house.leads,
        LeadLists(house.database, clock),
        DoNotCall(house.database, clock),
        house.registers,
        house.policy,
        house.dialer.showing,
    )
    return await asked.of(await Leads(house.database, clock).get(lead_id), await house.row(), house.now)


def rules(answer: dict[str, Any]) -> list[str]:
    return [one["rule"] for one in answer["reasons"]]


async def test_a_draft_calls_nobody_and_one_at_work_whoever_is_due(house: House) -> None:
    lead_id = await house.add(A)
    answer = await why(house, lead_id)
    assert (rules(answer), answer["reasons"][0]["detail"], answer["next_at"]) == (["campaign"], "draft", None)
    await house.start()
    assert await why(house, lead_id) == {"at": house.now, "reasons": [], "next_at": house.now}


async def test_a_scheduled_one_calls_from_its_start_on(house: House) -> None:
    lead_id, starts_at, row = await house.add(A), house.now + timedelta(hours=2), await house.row()
    draft = CampaignDraft(row.name, row.mode, row.queue_id, row.policies, row.rules, starts_at)
    await house.campaigns.change(row.id, row.version, draft, SYSTEM)
    await house.campaigns.take_step(row.id, "draft", "scheduled", SYSTEM)
    answer = await why(house, lead_id)
    assert (rules(answer), answer["next_at"]) == (["campaign"], starts_at)


async def test_lists_and_agents_of_their_own(house: House) -> None:
    await house.start()
    lead_id = await house.add(A)
    await LeadLists(house.database, house.stage.clock).change(house.list_id, "North", 0, SYSTEM)
    answer = await why(house, lead_id)
    assert (rules(answer), answer["next_at"]) == (["list_left_out"], None)


async def test_who_is_on_the_list_is_told_since_when(house: House) -> None:
    await house.start()
    lead_id = await house.add(A)
    since = house.now
    await DoNotCall(house.database, house.stage.clock).add_number(A, "asked us", SYSTEM)
    house.policy.answers = {A: Undialable("do_not_call")}
    house.stage.clock.advance(60.0)
    (one,) = (await why(house, lead_id))["reasons"]
    assert (one["rule"], one["policy"], one["since"], one["until"]) == ("do_not_call", "", since, None)


async def test_a_policy_that_is_gone_is_named(house: House) -> None:
    lead_id, row = await house.add(A), await house.row()
    draft = CampaignDraft(row.name, row.mode, row.queue_id, ("nowhere",), row.rules)
    await house.campaigns.change(row.id, row.version, draft, SYSTEM)
    await house.start()
    answer = await why(house, lead_id)
    assert [(one["rule"], one["policy"]) for one in answer["reasons"]] == [("unknown_policy", "nowhere")]
    assert answer["next_at"] is None


async def test_it_says_what_the_dialer_then_does(house: House) -> None:
    """By a policy that asks for consent: refused, told so, given, and called."""
    row = await house.row()
    draft = CampaignDraft(row.name, row.mode, row.queue_id, ("cn",), row.rules)
    await house.campaigns.change(row.id, row.version, draft, SYSTEM)
    lead_id = await house.add(A)
    await house.start()
    before = await why(house, lead_id)
    house.stage.ready(11)
    await house.step()
    assert (rules(before), before["reasons"][0]["policy"], house.dialed()) == (["no_consent"], "cn", [])
    assert rules(await why(house, lead_id)) == ["no_consent"], "now by what was written down"
    leads = Leads(house.database, house.stage.clock)
    await leads.consent(lead_id, house.now - timedelta(days=1), "signed form", SYSTEM)
    assert rules(await why(house, lead_id)) == []
    await house.step(6)
    assert house.dialed() == [A]


async def test_no_number_left_to_show_and_its_own_hours_are_told_with_their_end(house: House) -> None:
    hours = ((("10:00", "18:00"),),) * 7
    await house.change(shown_as=(B,), shown_per_day=1, hours=hours)
    await house.start()
    lead_id = await house.add(A)
    calls = house.dialer.showing.calls
    await calls.know((B,), house.now)
    calls.add(B, house.now)
    answer = await why(house, lead_id)
    told = {one["rule"]: (one["policy"], one["until"].isoformat()) for one in answer["reasons"]}
    assert told == {
        "closed": ("campaign", "2026-03-02T10:00:00+00:00"),
        "shown_used_up": ("", "2026-03-03T00:00:00+00:00"),
    }
    assert answer["next_at"].isoformat() == "2026-03-03T10:00:00+00:00"
