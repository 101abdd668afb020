"""An agent calls somebody outside; how it goes on comes by push, like everything about a call."""

import logging
import uuid
from typing import Any, Self

from pydantic import Field, model_validator

from agent_ui.api.agent import seat
from agent_ui.api.ask import Ask
from agent_ui.api.numbers import number_behind
from agent_ui.api.route import Answer, Body, OwnText, Route
from agent_ui.auth.permissions import Permission
from agent_ui.joints.dialing import diallable
from crm_core.errors import StorageError
from cti.domain.events import CallRecognised
from cti.domain.wishes import AgentDialed
from cti.errors import Refused

_log = logging.getLogger(__name__)


class DialBody(Body):
    """`number` as somebody types it, or `ref`, what a number stands on, for those who may not see it.

    `customer_id` says whose it is where several have it, `task_id` what for.
    """

    number: str | None = Field(None, max_length=40)
    ref: str | None = Field(None, max_length=80)
    customer_id: int | None = None
    task_id: int | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.number is None) is (self.ref is None):
            raise ValueError("Give number or ref.")
        return self


class DialAnswer(Answer):
    """The call to be."""

    call_id: OwnText


async def dial_number(ask: Ask) -> dict[str, Any]:
    """Ring one's own phone, and from it the number. Who it is, is looked up beside."""
    body: DialBody = ask.body
    agent_id, _ = seat(ask)
    typed = body.number if body.ref is None else (await number_behind(ask, body.ref)).typed
    number, call_id = diallable(typed or ""), str(uuid.uuid4())
    await ask.parts.telephony.request(AgentDialed(agent_id, call_id, number, task_id=body.task_id))
    try:
        await _recognise(ask, call_id, number, body.customer_id)
    except (StorageError, Refused):
        _log.exception("Whom an agent dials is not known", extra={"call_id": call_id})
    return {"call_id": call_id}


async def _recognise(ask: Ask, call_id: str, number: str, customer_id: int | None) -> None:
    views = ask.parts.memory.views
    known = await views.known_caller(number) if customer_id is None else await views.known_customer(customer_id)
    if known is not None:
        ask.parts.telephony.step(CallRecognised(call_id, known.customer_id, known.name, known.agent_id, known.level))


ROUTES = [
    Route(
        method="POST",
        path="/agent/dial",
        permission=Permission.TAKE_CALLS,
        handler=dial_number,
        summary="Call somebody outside",
        body=DialBody,
        answer=DialAnswer,
        status=202,
    ),
]
