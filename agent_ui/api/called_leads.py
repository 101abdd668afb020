"""Whom a campaign called, as the list has them: for the page of who talks to them, and for the log."""

from datetime import datetime
from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.calls import check_mine
from agent_ui.api.route import Answer, NumberText, OwnText, Route
from agent_ui.auth.permissions import Permission
from agent_ui.joints.lead_cards import lead_card_view


class ColumnAnswer(Answer):
    """A column of the list that is none of ours."""

    name: str
    value: str


class OtherNumberAnswer(Answer):
    """A number that this call did not dial; `dead` is the verdict that took it out."""

    number: NumberText
    number_ref: OwnText
    dead: OwnText | None


class EarlierAttemptAnswer(Answer):
    """What came of an attempt before this one, and what was written in its call; `call_id` where one may look at it."""

    at: datetime
    call_id: OwnText | None
    verdict: OwnText | None
    disposition: OwnText | None
    agent_name: str | None
    note: str


class LeadCardAnswer(Answer):
    """Somebody on a list; `attempt_number` says which attempt at them this is, from 1."""

    id: int
    list_name: str
    customer_id: int | None
    name: str
    columns: tuple[ColumnAnswer, ...]
    attempt_number: int
    number: NumberText | None
    number_ref: OwnText | None
    other_numbers: tuple[OtherNumberAnswer, ...]
    earlier: tuple[EarlierAttemptAnswer, ...]


class CalledLeadAnswer(Answer):
    """Without a campaign, the call is of none; without a lead, no list has the person any more."""

    campaign_id: int | None = None
    campaign_name: OwnText | None = None
    lead: LeadCardAnswer | None = None


async def show_called_lead(ask: Ask) -> dict[str, Any]:
    """Show whom one was put through to; of a call that is one's own, or that one may see in the log."""
    call_id = ask.text("call_id")
    await check_mine(ask, call_id)
    card = await ask.parts.memory.lead_cards.of_call(call_id)
    if card is None:
        return {}
    return {
        "campaign_id": card.campaign_id,
        "campaign_name": card.campaign_name,
        "lead": lead_card_view(card, user_id=ask.me.user_id, sees_all_calls=ask.me.may(Permission.SEE_ALL_CALLS)),
    }


ROUTES = [
    Route(
        method="GET",
        path="/calls/{call_id}/lead",
        permission=Permission.SEE_OWN_CALLS,
        handler=show_called_lead,
        summary="Whom a campaign called, as the list has them",
        answer=CalledLeadAnswer,
    )
]
