"""People of campaigns whom an agent calls themselves: whom they look at, and those that are theirs."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, Field

from agent_ui.api.agent import seat
from agent_ui.api.ask import Ask
from agent_ui.api.called_leads import ColumnAnswer
from agent_ui.api.route import Answer, Body, NumberText, OwnAnswer, OwnText, Route
from agent_ui.api.shapes import PageAnswer, PageQuery
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from crm_core.leads import LeadRow
from dialer.by_hand import Ordered
from dialer.checking import Out, Waits
from dialer.desk import NotAtWork
from dialer.domain.skipping import SkipReason


class SkipBody(Body):
    """Why somebody is not called."""

    reason: SkipReason
    note: str = Field("", max_length=200)


class OwnLeadAnswer(Answer):
    """Somebody whom the person is to call themselves, from `due_at` on; `why` is what is waited for, if anything."""

    id: int
    campaign_id: int
    campaign_name: OwnText
    customer_id: int | None
    name: str
    number: NumberText | None
    columns: tuple[ColumnAnswer, ...]
    due_at: datetime
    why: OwnText
    attempts: int
    last_verdict: OwnText | None


class AssignBody(Body):
    """Who waits and is nobody's goes to these people: `each` so many, or (null) all of them, equally."""

    user_ids: list[int] = Field(min_length=1, max_length=200)
    list_id: int | None = None
    each: int | None = Field(None, ge=1, le=20_000)
    due_at: AwareDatetime | None = None


class AssignedAnswer(OwnAnswer):
    """How many went to whom."""

    given: dict[int, int]


class TakeBackBody(Body):
    """Those of one person, or (null) of everybody."""

    user_id: int | None = None


class TakenBackAnswer(OwnAnswer):
    """How many wait for anybody now."""

    count: int


class DialedLeadAnswer(OwnAnswer):
    """The call to be; None: it is not dialed, `why` says what stands before it, `policy` whose law, `until` when."""

    call_id: str | None = None
    why: str = ""
    policy: str | None = None
    until: datetime | None = None


GONE = "This person is not yours to call any more; somebody else has them, or it was decided already."


async def dial_lead(ask: Ask) -> dict[str, Any]:
    """Ring one's own phone, and from it the person; the rules are asked once more."""
    answer = await ask.parts.desk.dial(seat(ask)[0], ask.number("lead_id"))
    match answer:
        case Ordered(call_id):
            return {"call_id": call_id}
        case Waits():
            return {"why": answer.why, "until": answer.until, "policy": None if answer.by is None else answer.by.policy}
        case Out():
            return {"why": answer.why}
        case NotAtWork(state):
            raise ApiError(409, "campaign_not_at_work", f"The campaign is {state}; nobody is called for it.")
        case _:
            raise ApiError(409, "lead_gone", GONE)


async def skip_lead(ask: Ask) -> None:
    """Do not call whom one looks at, and say why."""
    seat(ask)
    body: SkipBody = ask.body
    if not await ask.parts.desk.skip(ask.number("lead_id"), body.reason, body.note, ask.actor):
        raise ApiError(409, "lead_gone", GONE)


async def list_own_leads(ask: Ask) -> dict[str, Any]:
    """List whom one is to call oneself, the first due first."""
    page = await ask.parts.memory.assigned_leads.of(ask.me.user_id, ask.query.cursor, ask.query.limit)
    return {"items": [_own_lead(row, name) for row, name in page.items], "next_cursor": page.next_cursor}


def _own_lead(row: LeadRow, campaign_name: str) -> dict[str, Any]:
    names = ("id", "campaign_id", "customer_id", "name", "due_at", "why", "attempts", "last_verdict")
    number = row.next_number
    return {name: getattr(row, name) for name in names} | {
        "campaign_name": campaign_name,
        # pairs: the names of columns are texts of a file as well
        "columns": [{"name": name, "value": value} for name, value in row.custom.items()],
        "number": None if number is None else number.display,
    }


async def assign_leads(ask: Ask) -> dict[str, Any]:
    """Give people of a campaign to agents, to be called by them."""
    body: AssignBody = ask.body
    memory, campaign_id = ask.parts.memory, ask.number("campaign_id")
    await memory.campaigns.get(campaign_id)
    given = await memory.assigned_leads.assign(
        campaign_id, body.user_ids, ask.actor, list_id=body.list_id, each=body.each, due_at=body.due_at
    )
    return {"given": given}


async def take_leads_back(ask: Ask) -> dict[str, Any]:
    """Let whoever is free call them."""
    memory, campaign_id = ask.parts.memory, ask.number("campaign_id")
    await memory.campaigns.get(campaign_id)
    return {"count": await memory.assigned_leads.take_back(campaign_id, ask.actor, ask.body.user_id)}


ROUTES = [
    Route(
        method="GET",
        path="/agent/leads",
        permission=Permission.TAKE_CALLS,
        handler=list_own_leads,
        summary="Whom one is to call oneself",
        query=PageQuery,
        answer=PageAnswer[OwnLeadAnswer],
    ),
    Route(
        method="POST",
        path="/campaigns/{campaign_id:int}/assign",
        permission=Permission.MANAGE_CAMPAIGNS,
        handler=assign_leads,
        summary="Give people to agents",
        body=AssignBody,
        answer=AssignedAnswer,
    ),
    Route(
        method="POST",
        path="/campaigns/{campaign_id:int}/take-back",
        permission=Permission.MANAGE_CAMPAIGNS,
        handler=take_leads_back,
        summary="Take people back from agents",
        body=TakeBackBody,
        answer=TakenBackAnswer,
    ),
    Route(
        method="POST",
        path="/agent/leads/{lead_id:int}/dial",
        permission=Permission.TAKE_CALLS,
        handler=dial_lead,
        summary="Call somebody of a campaign",
        answer=DialedLeadAnswer,
        status=202,
    ),
    Route(
        method="POST",
        path="/agent/leads/{lead_id:int}/skip",
        permission=Permission.TAKE_CALLS,
        handler=skip_lead,
        summary="Do not call whom one looks at",
        body=SkipBody,
    ),
]
