"""What holds for a campaign: the strictest of its policies and its manager."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft, CampaignRow
from crm_core.domain.campaign_rules import VERDICTS, CampaignRules, MachinesRule, NoAgentRule
from cti.domain.values import OverflowAction
from dialer.domain.verdict import Verdict
from dialer.domain.who_answered import MachineRule, MachineTerms
from dialer.plan import NO_LIMIT_RATIO, OWN_HOURS, SORRY, calling_hours, plan_of
from tests.dialer.house import House

A = "+447911123456"


async def campaign(house: House, *policies: str, **rules: object) -> CampaignRow:
    draft = CampaignDraft("Plan", "predictive", 1, policies, replace(CampaignRules(), **rules))  # type: ignore[arg-type]
    return await house.campaigns.create(draft, SYSTEM)


async def test_the_strictest_limit_holds(house: House) -> None:
    assert plan_of(await campaign(house, "us-ftc")).limits.abandonment_limit_ratio == 0.03
    stricter = await campaign_named(house, "Stricter", abandonment_limit_ratio=0.01)
    assert plan_of(stricter).limits.abandonment_limit_ratio == 0.01


async def campaign_named(house: House, name: str, **rules: object) -> CampaignRow:
    changed = replace(CampaignRules(), **rules)  # type: ignore[arg-type]
    return await house.campaigns.create(CampaignDraft(name, "predictive", 1, ("us-ftc",), changed), SYSTEM)


async def test_without_any_limit_there_is_one_all_the_same(house: House) -> None:
    assert plan_of(await campaign(house, "cn")).limits.abandonment_limit_ratio == NO_LIMIT_RATIO


async def test_it_rings_at_least_as_long_as_the_law_asks(house: House) -> None:
    short = await campaign_named(house, "Short", ring_s=15.0)
    assert plan_of(short).ring_s == 15.0, "the floor counts it from the first ring"
    longer = await campaign_named(house, "Longer", ring_s=30.0)
    assert plan_of(longer).ring_s == 30.0


async def test_what_who_finds_no_agent_is_told(house: House) -> None:
    told = plan_of(await campaign(house, "us-ftc")).terms("en")
    assert (told.instead.action, told.instead.prompt, told.language) == (OverflowAction.MESSAGE, SORRY, "en")
    own = plan_of(await campaign_named(house, "Own", no_agent=NoAgentRule("message", "ours"))).terms("zh")
    assert own.instead.prompt == "ours"
    quiet = plan_of(await campaign_named(house, "Quiet", no_agent=NoAgentRule("hang_up", "ours"))).terms("zh")
    assert (quiet.instead.action, quiet.instead.prompt) == (OverflowAction.HANG_UP, None)


@pytest.mark.parametrize(("action", "listens"), [("off", False), ("connect", True), ("message", True)])
async def test_what_is_done_about_machines_is_the_campaign_s(house: House, action: str, listens: bool) -> None:
    plan = plan_of(await campaign_named(house, action, machines=MachinesRule(action, "please_call")))
    assert plan.machines == MachineTerms(MachineRule(action), "please_call")
    assert plan.terms("en").listens_on is listens


async def test_a_flow_speaks_to_a_machine_as_to_anybody(house: House) -> None:
    row = await campaign_named(house, "Menu", machines=MachinesRule("message", "please_call"))
    assert plan_of(replace(row, mode="agentless")).machines.rule is MachineRule.CONNECT


async def test_retry_rules_are_those_of_the_manager(house: House) -> None:
    rule = plan_of(await campaign(house, "us-ftc")).retries.rule_for(Verdict.BUSY)
    assert rule is not None
    assert (rule.after, rule.attempts_max) == ((timedelta(minutes=5),), 3)


def test_managers_and_dialer_have_the_same_verdicts() -> None:
    ruled = {verdict.value for verdict in Verdict} - {Verdict.WITHDRAWN.value}
    assert ruled == set(VERDICTS), "what was withdrawn is no try of theirs, whatever a rule says"


async def test_an_unknown_policy_is_named_and_the_others_hold(house: House) -> None:
    plan = plan_of(await campaign(house, "nowhere", "us-ftc"))
    assert plan.unknown_policies == ("nowhere",)
    assert [policy.name for policy in plan.policies] == ["us-ftc"]


WORKDAYS = ((("10:00", "18:00"),),) * 5 + ((),) * 2


async def test_its_own_hours_are_one_more_rule_and_the_strictest_wins(house: House) -> None:
    await house.change(hours=WORKDAYS)
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    row, run = await house.lead_row(lead_id), house.dialer.runs[house.campaign_id]
    assert (house.dialed(), row.why, row.due_at.isoformat()) == ([], "closed", "2026-03-02T10:00:00+00:00")
    assert run.progress.put_off is not None
    assert (run.progress.put_off.policy, run.progress.put_off.is_hour) == (OWN_HOURS, True)
    for _ in range(3):
        await house.step(1)
    assert (await house.row()).state == "out_of_hours"
    house.stage.clock.advance(3600.0)
    await house.step()
    await house.step(1)
    assert house.dialed() == [A]
    (attempt,) = await house.attempt_rows()
    assert attempt.checks["policies"] == ["us-ftc"], "they are nobody's law"
    window = run.pacing.allowance.window
    assert datetime.fromtimestamp(window.closes_s, UTC).isoformat() == "2026-03-02T18:00:00+00:00"


async def test_its_own_hours_open_nothing_that_a_policy_closes(house: House) -> None:
    always = ((("00:00", "24:00"),),) * 7
    await house.change(hours=always)
    house.stage.clock.advance(14 * 3600.0)  # 23:00 in London
    lead_id = await house.add(A)
    await house.start()
    house.stage.ready(11)
    await house.step()
    run = house.dialer.runs[house.campaign_id]
    assert (house.dialed(), (await house.lead_row(lead_id)).why) == ([], "closed")
    assert run.progress.put_off is not None
    assert run.progress.put_off.policy == "us-ftc"
    last = calling_hours(always).days[6][0]
    assert last.holds(time.max)
