"""Calls that rang at oneself in vain."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Answer, Body, NumberText, OwnText, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from crm_core.missed_offers import MissedOffers

MOST = 20


class MissedQuery(Body):
    """Since when: pages ask for their own day."""

    since: AwareDatetime = Field(alias="from")


class MissedAnswer(Answer):
    """One of them, in the words of the log."""

    call_id: OwnText
    at: datetime
    name: str
    number: NumberText | None
    queue: OwnText


async def list_missed_offers(ask: Ask) -> dict[str, Any]:
    """List what rang at this person in vain, the newest first."""
    found = await MissedOffers(ask.parts.memory.database).of(ask.me.user_id, ask.query.since, MOST)
    return {
        "items": [
            {"call_id": one.call_id, "at": one.at, "name": one.name, "number": one.number, "queue": one.queue}
            for one in found
        ]
    }


ROUTES = [
    Route(
        method="GET",
        path="/agent/missed",
        permission=Permission.TAKE_CALLS,
        handler=list_missed_offers,
        summary="Calls that rang here in vain",
        query=MissedQuery,
        answer=PageAnswer[MissedAnswer],
    )
]
