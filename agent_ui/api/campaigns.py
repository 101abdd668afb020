"""Outbound campaigns: what managers set up, start and stop."""

from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.campaign_bodies import (
    CampaignAnswer,
    CampaignBody,
    ChoicesAnswer,
    StepBody,
    campaign_answer,
)
from agent_ui.api.problems import invalid
from agent_ui.api.route import Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.joints.campaign_keys import key_problems
from agent_ui.joints.campaign_law import known_policies, law_problems
from agent_ui.joints.campaign_steps import refuse_past_end, take_step
from agent_ui.joints.dialing import own_numbers
from crm_core.campaigns import CampaignDraft, CampaignRow
from crm_core.domain.campaign_rules import ORDERS, VERDICTS, CampaignRules, document_of
from crm_core.domain.campaign_words import MODES
from crm_core.lead_lists import Progress
from dialer.domain.clearance import WAITS_ONLY
from dialer.domain.policy import CallingHours, Policy, Span
from dialer.domain.showing import SHOWN_USED_UP
from dialer.service import AT_WORK

_ASKED = ("hours", "shown_as", "shown_by", "shown_per_hour", "shown_per_day")
"""Rules that say whether somebody may be called now, as the policies do."""


async def list_campaigns(ask: Ask) -> dict[str, Any]:
    """List the newest first, each with how far it is."""
    memory = ask.parts.memory
    totals, countries = await memory.lead_lists.totals(), await memory.lead_lists.countries()
    rows = await memory.campaigns.all()
    return {"items": [campaign_answer(row, totals.get(row.id, Progress()), countries.get(row.id, {})) for row in rows]}


async def show_campaign(ask: Ask) -> dict[str, Any]:
    """Show one."""
    return await _answer(ask, await ask.parts.memory.campaigns.get(ask.number("campaign_id")))


async def show_campaign_choices(ask: Ask) -> dict[str, Any]:
    """Say what a campaign can be made of: policies with their sources, modes, and the rules of a new one."""
    return {
        "policies": [_policy(policy) for policy in known_policies()],
        "modes": MODES,
        "orders": ORDERS,
        "verdicts": sorted(VERDICTS),
        "rules": document_of(CampaignRules()),
        "flows": [{"id": flow.id, "name": flow.name} for flow in await ask.parts.memory.flows.all()],
        "own_numbers": await own_numbers(ask.parts.memory),
        "prompts": await _prompts(ask),
    }


async def add_campaign(ask: Ask) -> dict[str, Any]:
    """Save a new one."""
    draft = await _checked(ask)
    return await _answer(ask, await ask.parts.memory.campaigns.create(draft, ask.actor))


async def change_campaign(ask: Ask) -> dict[str, Any]:
    """Save all of its settings; limits hold from the next call on."""
    draft, memory = await _checked(ask), ask.parts.memory
    before = await memory.campaigns.get(ask.number("campaign_id"))
    if before.state in AT_WORK and draft.ends_at is not None:
        refuse_past_end(draft.ends_at, ask.parts.clock.now())
    row = await memory.campaigns.change(before.id, ask.body.version, draft, ask.actor)
    if row.policies != before.policies or any(getattr(row.rules, one) != getattr(before.rules, one) for one in _ASKED):
        await memory.leads.ask_anew(row.id, (*WAITS_ONLY, SHOWN_USED_UP))
    return await _answer(ask, row)


async def remove_campaign(ask: Ask) -> None:
    """Remove a draft without people."""
    await ask.parts.memory.campaigns.remove(ask.number("campaign_id"), ask.actor)


async def step_campaign(ask: Ask) -> dict[str, Any]:
    """Start, pause or end it, or plan its start."""
    body: StepBody = ask.body
    campaigns, now = ask.parts.memory.campaigns, ask.parts.clock.now()
    row = await take_step(campaigns, ask.number("campaign_id"), body.step, ask.actor, now)
    return await _answer(ask, row)


async def _checked(ask: Ask) -> CampaignDraft:
    body: CampaignBody = ask.body
    draft = body.draft()
    problems = law_problems(draft, await own_numbers(ask.parts.memory), await _prompts(ask))
    problems += await key_problems(ask.parts.memory, draft)
    if problems:
        raise invalid(problems)
    return draft


async def _prompts(ask: Ask) -> list[str]:
    return sorted({row.name for row in await ask.parts.memory.prompts.all()})


async def _answer(ask: Ask, row: CampaignRow) -> dict[str, Any]:
    lists = ask.parts.memory.lead_lists
    countries = (await lists.countries(row.id)).get(row.id, {})
    return campaign_answer(row, await lists.total(row.id), countries)


def _policy(policy: Policy) -> dict[str, Any]:
    names = (
        "name",
        "about",
        "about_zh",
        "sources",
        "sources_zh",
        "countries",
        "abandonment_limit_ratio",
        "abandonment_window",
        "connect_deadline_s",
        "rings_at_least_s",
        "rest_after_abandoned_h",
        "asks_consent",
        "do_not_call_age_max_days",
    )
    caps = [
        {"attempts": cap.attempts, "scope": cap.scope, "within_h": cap.within_h, "talks_only": cap.counts_talks_only}
        for cap in policy.caps
    ]
    hours = None if policy.hours is None else _hours(policy.hours)
    holidays = policy.hours is not None and policy.hours.holiday is not None
    return {**{name: getattr(policy, name) for name in names}, "caps": caps, "hours": hours, "holidays": holidays}


def _hours(hours: CallingHours) -> list[list[tuple[str, str]]]:
    return [[_span(span) for span in day] for day in hours.days]


def _span(span: Span) -> tuple[str, str]:
    until = span.until.isoformat("minutes")
    return span.since.isoformat("minutes"), "24:00" if until == "23:59" else until


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    permission = Permission.MANAGE_CAMPAIGNS
    return Route(
        method=method, path=f"/campaigns{path}", permission=permission, handler=handler, summary=summary, **more
    )


_ONE = "/{campaign_id:int}"
ROUTES = [
    _route("GET", "", list_campaigns, "List campaigns", answer=PageAnswer[CampaignAnswer]),
    _route("POST", "", add_campaign, "Make a campaign", body=CampaignBody, answer=CampaignAnswer, status=201),
    _route("GET", "/choices", show_campaign_choices, "What a campaign can be made of", answer=ChoicesAnswer),
    _route("GET", _ONE, show_campaign, "Show a campaign", answer=CampaignAnswer),
    _route("PUT", _ONE, change_campaign, "Change a campaign", body=CampaignBody, answer=CampaignAnswer),
    _route("DELETE", _ONE, remove_campaign, "Remove a draft without people"),
    _route("POST", f"{_ONE}/steps", step_campaign, "Start, pause or end it", body=StepBody, answer=CampaignAnswer),
]
