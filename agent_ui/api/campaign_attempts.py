"""The log of a campaign's attempts: what came of each, by which signs, and what had allowed it."""

from datetime import datetime
from typing import Any

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.probing import spend_probe
from agent_ui.api.route import Answer, NumberText, OwnText, Route
from agent_ui.api.shapes import Named, PageAnswer, PageQuery, RecordingAnswer, named, recording_beside
from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity
from crm_core.attempt_log import AttemptFilter, AttemptRow


class AttemptsQuery(PageQuery):
    """Those with this verdict, at this number, or of this person."""

    verdict: str | None = Field(None, max_length=40)
    number: str = Field("", max_length=64)
    lead_id: int | None = None


class EvidenceAnswer(Answer):
    """One sign, the verdict that it stands for, and how often it means it."""

    kind: OwnText = ""
    verdict: OwnText = ""
    sign: str = ""
    confidence_ratio: float | None = None


class ConsentAnswer(Answer):
    """When they had agreed, and how that can be proved."""

    at: datetime
    source: str = ""


class ChecksAnswer(Answer):
    """What was looked at before it was dialed: policies, local time by zone, whose holidays, consent, registers."""

    policies: tuple[OwnText, ...] = ()
    zones: dict[str, str] = Field({}, description="Local time by time zone.")
    calendars: tuple[OwnText, ...] = ()
    consent: ConsentAnswer | None = None
    registers: dict[str, datetime] = Field({}, description="The day of the register by policy.")
    tries_before: int | None = None
    do_not_call: OwnText | None = None


class AttemptAnswer(Answer):
    """One dialing of one number; `call_id` null: it has no call in the log."""

    id: OwnText
    lead_id: int | None
    name: str
    customer_id: int | None
    number: NumberText
    shown_as: OwnText
    state: OwnText
    planned_at: datetime
    rang_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    agent: Named | None
    abandoned: bool
    verdict: OwnText | None
    evidence: tuple[EvidenceAnswer, ...]
    sip_code: int | None
    q850_cause: int | None
    sip_reason: str
    end_reason: OwnText | None
    checks: ChecksAnswer
    keys: OwnText | None
    listened_ms: int | None
    response: OwnText | None
    disposition: OwnText | None
    call_id: OwnText | None
    recording: RecordingAnswer | None


async def list_attempts(ask: Ask) -> dict[str, Any]:
    """List the newest first."""
    query: AttemptsQuery = ask.query
    campaign = await ask.parts.memory.campaigns.get(ask.number("campaign_id"))
    if query.number and not ask.me.sees_numbers:
        await spend_probe(ask, query.number)
    wanted = AttemptFilter(campaign.id, query.verdict or None, query.number, query.lead_id)
    page = await ask.parts.memory.attempt_log.page(wanted, query.cursor, query.limit)
    return {"items": [attempt_answer(ask.me, row) for row in page.items], "next_cursor": page.next_cursor}


def attempt_answer(me: Identity, row: AttemptRow) -> dict[str, Any]:
    """Turn a row into its answer."""
    same = AttemptAnswer.model_fields.keys() - {"id", "name", "number", "agent", "recording"}
    return {name: getattr(row, name) for name in same} | {
        "id": row.attempt_id,
        "name": row.lead_name,
        "number": row.display,
        "agent": named(row.agent_id, row.agent_name),
        "recording": recording_beside(me, row),
    }


ROUTES = [
    Route(
        method="GET",
        path="/campaigns/{campaign_id:int}/attempts",
        permission=Permission.MANAGE_CAMPAIGNS,
        handler=list_attempts,
        summary="The log of a campaign's attempts",
        query=AttemptsQuery,
        answer=PageAnswer[AttemptAnswer],
    ),
]
