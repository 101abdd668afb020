"""What holds for a campaign: the strictest of its policies and its manager."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crm_core.audit import SYSTEM
from crm_core.campaigns import CampaignDraft, CampaignRow
from crm_core.domain.campaign_rules import VERDICTS, CampaignRules, MachinesRule, NoAgentRule
from cti.domain.values import OverflowAction
from dialer.domain.verdict import Verdict
from dialer.domain.who_answered import MachineRule, MachineTerms
from dialer.plan import NO_LIMIT_RATIO, SORRY, plan_of
from tests.dialer.house import House


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
