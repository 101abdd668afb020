"""What a key means in a campaign without agents, and where it leads in the flow: never two things at once."""

from typing import Any

from agent_ui.errors import FieldProblem
from agent_ui.memory import Memory
from crm_core.campaigns import CampaignDraft
from crm_core.domain.campaign_words import AGENTLESS, FINISHED
from ivr.domain.flow import Flow, parse_flow
from ivr.domain.known import Known
from ivr.domain.own_keys import KeyWay, keys_that_lead_on


async def key_problems(memory: Memory, draft: CampaignDraft) -> list[FieldProblem]:
    """Say which keys of these settings are the flow's own; a flow that is not there is refused elsewhere."""
    keys = {one.key for one in draft.rules.keys}
    if draft.mode != AGENTLESS or not keys:
        return []
    bodies = {flow.id: flow.body for flow in await memory.flows.all()}
    body = bodies.get(draft.rules.flow_id or 0)
    if body is None:
        return []
    return [
        FieldProblem("rules.keys", "key_of_flow", _sentence(way), f"{way.key} ({way.node} → {way.to})")
        for way in keys_that_lead_on(_as_saved(body), keys)
    ]


async def flow_problems(memory: Memory, flow_id: int, flow: Flow) -> list[FieldProblem]:
    """Say which keys of this flow mean something in a campaign that is not finished."""
    using = [one for one in await memory.campaigns.all() if one.mode == AGENTLESS and one.rules.flow_id == flow_id]
    return [
        FieldProblem(f"nodes.{way.node}.options.{way.key}", "key_of_campaign", _sentence(way), campaign.name)
        for campaign in using
        if campaign.state != FINISHED
        for way in keys_that_lead_on(flow, {one.key for one in campaign.rules.keys})
    ]


def _as_saved(body: dict[str, Any]) -> Flow:
    """It was checked when it was saved: what it names may be gone by now, which says nothing of its keys."""
    numbers = frozenset(str(node.get("number")) for node in body["nodes"].values())
    return parse_flow(body, Known(numbers=numbers))


def _sentence(way: KeyWay) -> str:
    return f"Key {way.key} leads from “{way.node}” to “{way.to}” in the flow."
