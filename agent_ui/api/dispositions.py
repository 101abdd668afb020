"""What a call was: the choice of its campaign or the house, and what an agent says."""

from contextlib import suppress
from dataclasses import asdict
from typing import Any

from pydantic import AwareDatetime, Field

from agent_ui.api.ask import Ask
from agent_ui.api.calls import check_mine, once_written, whole_note
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import CallAnswer, call_answer
from agent_ui.api.words import WordAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.joints.agreed_callbacks import AgreedCallbacks
from agent_ui.joints.campaign_dispositions import Callback
from crm_core.storage.along import Along
from cti.domain.events import AgentDisposed
from cti.errors import CtiError


class Disposition(Body):
    """`code` of a disposition. `note` null leaves the note as it is, and so does "" without a `base`.

    `base` is what this page last knew of the note; if something else is there, nothing is saved (`note_changed`).
    `again_at`: where it means a callback of the call's campaign, or a task, when; `again_mine`: by the same person.
    """

    code: str = Field(max_length=64)
    note: str | None = Field(None, max_length=10_000)
    base: str | None = Field(None, max_length=10_000)
    again_at: AwareDatetime | None = None
    again_mine: bool = False


class OfferedDisposition(WordAnswer):
    """`means`: what it means for the person, in the call's campaign; "task": a callback as a task; "" nothing."""

    means: str


class OfferedAnswer(OwnAnswer):
    """Those for one call, in the order of the screen."""

    items: tuple[OfferedDisposition, ...]


async def dispose_call(ask: Ask) -> dict[str, Any]:
    """Say what it was. The row is committed before the floor lets the agent go on."""
    call_id = ask.text("call_id")
    await check_mine(ask, call_id)
    calls, body = ask.parts.memory.calls, ask.body
    note, base = await whole_note(ask, call_id, body.note), await whole_note(ask, call_id, body.base)
    said, callback = ask.parts.campaign_dispositions, Callback(body.again_at, body.again_mine)
    now = ask.parts.clock.now()
    chosen = await said.check(call_id, body.code, callback, now)
    also: list[Along] = []
    if chosen.is_task:
        agreed = AgreedCallbacks(ask.parts.memory.tasks)
        await agreed.check(call_id, callback, now)
        also.append(agreed.keeping(call_id, callback, ask.actor))
    if chosen.campaign is not None:
        also.append(said.keeping(chosen.campaign, call_id, body.code, callback, ask.actor))
    row = await once_written(ask, call_id, lambda: calls.dispose(call_id, body.code, note, ask.actor, base, also))
    # the floor refuses when the call is an old one from the log, which is fine: the row is all there is to change
    with suppress(CtiError):
        await ask.parts.telephony.request(AgentDisposed(ask.me.user_id, call_id))
    return call_answer(ask.me, row)


async def list_call_dispositions(ask: Ask) -> dict[str, Any]:
    """List what this call may be said to be: the dispositions of its campaign, or the house's."""
    call_id = ask.text("call_id")
    offered = await ask.parts.campaign_dispositions.offered(call_id)
    return {"items": [asdict(word) | {"means": means} for word, means in offered]}


ROUTES = [
    Route(
        method="GET",
        path="/calls/{call_id}/dispositions",
        permission=Permission.TAKE_CALLS,
        handler=list_call_dispositions,
        summary="What the call may be said to be",
        answer=OfferedAnswer,
    ),
    Route(
        method="POST",
        path="/calls/{call_id}/disposition",
        permission=Permission.TAKE_CALLS,
        handler=dispose_call,
        summary="Say what the call was",
        body=Disposition,
        answer=CallAnswer,
    ),
]
