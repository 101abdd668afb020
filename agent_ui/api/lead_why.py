"""Why somebody is not called now, and their consent to be called."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, Field

from agent_ui.api.ask import Ask
from agent_ui.api.campaign_bodies import LeadAnswer, lead_answer
from agent_ui.api.lead_lists import lead_of
from agent_ui.api.route import Answer, Body, OwnText, Route
from agent_ui.auth.permissions import Permission
from agent_ui.joints.lead_why import LeadWhy
from crm_core.due_leads import DueLeads


class ReasonAnswer(Answer):
    """One rule that stands in the way; `policy` is empty where it is the house's own; until null: nobody can tell."""

    rule: OwnText
    policy: OwnText
    since: datetime | None
    until: datetime | None
    detail: str


class WhyAnswer(Answer):
    """All that stands in the way now; without any they may be called when their turn comes. `next_at` null: unknown."""

    at: datetime
    reasons: tuple[ReasonAnswer, ...]
    next_at: datetime | None


class ConsentBody(Body):
    """When they agreed to be called, null if they did not, and how that can be proved."""

    given_at: AwareDatetime | None
    source: str = Field("", max_length=200)


async def show_lead_why(ask: Ask) -> dict[str, Any]:
    """Ask every rule as it would be asked before dialing."""
    parts, row = ask.parts, await lead_of(ask)
    memory = parts.memory
    dialer = parts.dialer
    why = LeadWhy(
        DueLeads(memory.database),
        memory.lead_lists,
        memory.do_not_call,
        memory.registers,
        dialer.policy,
        dialer.showing,
    )
    return await why.of(row, await memory.campaigns.get(row.campaign_id), parts.clock.now())


async def note_lead_consent(ask: Ask) -> dict[str, Any]:
    """Note it; who was not called for want of it waits again."""
    row, body = await lead_of(ask), ask.body
    return lead_answer(await ask.parts.memory.leads.consent(row.id, body.given_at, body.source, ask.actor))


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    permission, path = Permission.MANAGE_CAMPAIGNS, f"/campaigns/{{campaign_id:int}}/leads/{{lead_id:int}}/{path}"
    return Route(method=method, path=path, permission=permission, handler=handler, summary=summary, **more)


ROUTES = [
    _route("GET", "why", show_lead_why, "Why somebody is not called now", answer=WhyAnswer),
    _route("PUT", "consent", note_lead_consent, "Consent of somebody", body=ConsentBody, answer=LeadAnswer),
]
