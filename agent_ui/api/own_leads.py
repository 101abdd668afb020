"""People of campaigns whom an agent calls themselves: whom they look at, and those that are theirs."""

from datetime import datetime
from typing import Any

from pydantic import Field

from agent_ui.api.agent import seat
from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from dialer.by_hand import Ordered
from dialer.checking import Out, Waits
from dialer.desk import NotAtWork
from dialer.domain.skipping import SkipReason


class SkipBody(Body):
    """Why somebody is not called."""

    reason: SkipReason
    note: str = Field("", max_length=200)


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


ROUTES = [
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
