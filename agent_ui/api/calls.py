"""Calls: what an agent does with the present one, and the log of all."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import AwareDatetime, Field

from agent_ui.api.ask import Ask
from agent_ui.api.probing import spend_probe
from agent_ui.api.route import Answer, Body, OwnText, Route
from agent_ui.api.shapes import (
    CallAnswer,
    PageAnswer,
    PageQuery,
    RecordingAnswer,
    call_answer,
    recording_answer,
    shown_number,
)
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from crm_core.calls import CallDetail, CallFilter, LegRow
from crm_core.domain.masking import restore_text
from crm_core.errors import NotFound, StorageError
from cti.domain.events import (
    AgentDeclined,
    AgentHungUp,
    AgentRejoins,
    CallRecognised,
)
from cti.domain.facts import SupervisionChanged, SupervisionEnded, SupervisionStarted
from cti.domain.values import Direction
from cti.domain.wishes import (
    AgentPausedRecording,
    AgentResumedRecording,
    AgentStartedRecording,
    AgentStoppedRecording,
)
from cti.errors import CtiError


class Note(Body):
    """The whole note, as it is now; `base` is what this page last knew of it, null to write over whatever is there."""

    text: str = Field(max_length=10_000)
    base: str | None = Field(None, max_length=10_000)


class Tags(Body):
    """All tags of the call, as codes."""

    tags: list[str] = Field(max_length=50)


class Link(Body):
    """Whose call it is; null: nobody's that we know."""

    customer_id: int | None


class CallQuery(PageQuery):
    """Filters of the log; `result` "abandoned" is everybody who gave up before a talk."""

    agent_id: int | None = None
    queue_id: int | None = None
    customer_id: int | None = None
    number: str | None = Field(None, max_length=40)
    tag: str | None = Field(None, max_length=64)
    since: AwareDatetime | None = Field(None, alias="from")
    until: AwareDatetime | None = Field(None, alias="to")
    direction: Literal["inbound", "outbound"] | None = None
    result: Literal["answered", "abandoned", "voicemail", "other", "open"] | None = None


class LegAnswer(Answer):
    """One channel of a call."""

    id: OwnText
    role: str
    name: str
    number: str | None
    node: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    result: str | None
    held_s: float
    cause: int | None


class EventAnswer(Answer):
    """One fact about a call."""

    seq: int
    at: datetime
    kind: str
    detail: dict[str, Any]


class WalkedStep(Answer):
    """A step of a script, with the title that it had then."""

    step: OwnText
    title: str


class WalkedScript(Answer):
    """The way that was taken through a script."""

    name: str
    path: tuple[WalkedStep, ...]


class CallDetailAnswer(CallAnswer):
    """A call with everything."""

    priority: int
    dialed: OwnText
    legs: tuple[LegAnswer, ...]
    events: tuple[EventAnswer, ...]
    script: WalkedScript | None
    recordings: tuple[RecordingAnswer, ...]


_log = logging.getLogger(__name__)
DIARY_TRIES = 20
DIARY_PAUSE_S = 0.1
Result = TypeVar("Result")
RESULTS = {"abandoned": "unanswered", "other": "flow_ended"}
_OF_SUPERVISORS = {fact.__name__ for fact in (SupervisionStarted, SupervisionChanged, SupervisionEnded)}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


async def decline_call(ask: Ask) -> None:
    """Let it ring at somebody else; the agent becomes not ready."""
    await ask.parts.telephony.request(AgentDeclined(ask.me.user_id, ask.text("call_id")))


async def hang_up_call(ask: Ask) -> None:
    """End it for both sides."""
    await ask.parts.telephony.request(AgentHungUp(ask.me.user_id, ask.text("call_id")))


async def pause_recording(ask: Ask) -> None:
    """Let what the caller says now not be kept; audited, and over by itself after a while."""
    call_id = ask.text("call_id")
    await ask.parts.telephony.request(AgentPausedRecording(ask.me.user_id, call_id))
    await _keep_audited(ask, "recording.pause", call_id)


async def resume_recording(ask: Ask) -> None:
    """Let it be kept again."""
    call_id = ask.text("call_id")
    await ask.parts.telephony.request(AgentResumedRecording(ask.me.user_id, call_id))
    await _keep_audited(ask, "recording.resume", call_id)


async def start_recording(ask: Ask) -> None:
    """Have one's talk recorded from now on, where the line lets its agents."""
    call_id = ask.text("call_id")
    await ask.parts.telephony.request(AgentStartedRecording(ask.me.user_id, call_id))
    await _keep_audited(ask, "recording.start", call_id)


async def stop_recording(ask: Ask) -> None:
    """End the recording that an agent asked for."""
    call_id = ask.text("call_id")
    await ask.parts.telephony.request(AgentStoppedRecording(ask.me.user_id, call_id))
    await _keep_audited(ask, "recording.stop", call_id)


async def _keep_audited(ask: Ask, action: str, call_id: str) -> None:
    # It is done by now and stands in the call's own diary; a database that is away must not make it look refused.
    try:
        await ask.parts.memory.audit.append(ask.actor, action, call_id)
    except StorageError:
        _log.exception("Audit row not written", extra={"action": action, "call_id": call_id})


async def rejoin_call(ask: Ask) -> None:
    """Ring this page for the call that its agent talks in: after a reload it has no leg any more."""
    await ask.parts.telephony.request(AgentRejoins(ask.me.user_id, ask.text("call_id")))


async def save_note(ask: Ask) -> None:
    """Keep what the agent has written so far."""
    call_id, calls = ask.text("call_id"), ask.parts.memory.calls
    await check_mine(ask, call_id)
    text = await whole_note(ask, call_id, ask.body.text) or ""
    base = await whole_note(ask, call_id, ask.body.base)
    await once_written(ask, call_id, lambda: calls.set_note(call_id, text, base))


async def whole_note(ask: Ask, call_id: str, text: str | None) -> str | None:
    """Put back the numbers that a masked person was not shown in the note they edit."""
    if text is None or ask.me.sees_numbers:
        return text
    stored = await once_written(ask, call_id, lambda: ask.parts.memory.calls.get(call_id))
    return restore_text(text, stored.call.note)


async def tag_call(ask: Ask) -> dict[str, Any]:
    """Mark the call, while it goes on or afterwards."""
    call_id, calls = ask.text("call_id"), ask.parts.memory.calls
    await check_mine(ask, call_id)
    row = await once_written(ask, call_id, lambda: calls.set_tags(call_id, ask.body.tags, ask.actor))
    return call_answer(ask.me, row)


async def link_call(ask: Ask) -> dict[str, Any]:
    """Say whose call it is; the pop follows by push."""
    call_id, customer_id = ask.text("call_id"), ask.body.customer_id
    await check_mine(ask, call_id)
    calls = ask.parts.memory.calls
    row = await once_written(ask, call_id, lambda: calls.link(call_id, customer_id, ask.actor))
    # a call that is over is not on the floor any more
    with suppress(CtiError):
        ask.parts.telephony.step(CallRecognised(call_id, customer_id, row.customer_name or ""))
    return call_answer(ask.me, row)


async def once_written(ask: Ask, call_id: str, work: Callable[[], Awaitable[Result]]) -> Result:
    """Do `work` on the call's row. The diary is written behind: a call on the floor may have no row for a moment."""
    for _ in range(DIARY_TRIES):
        try:
            return await work()
        except NotFound as missing:
            if missing.kind != "call" or ask.parts.telephony.floor.view(f"call:{call_id}") is None:
                raise
        await asyncio.sleep(DIARY_PAUSE_S)
    return await work()


async def check_mine(ask: Ask, call_id: str) -> None:
    """Agents touch the calls that they have or took part in; what is somebody else's looks as if it were not there."""
    if ask.me.may(Permission.SEE_ALL_CALLS) or _has(ask, call_id):
        return
    detail = await once_written(ask, call_id, lambda: ask.parts.memory.calls.get(call_id))
    if ask.me.user_id not in detail.agent_ids:
        raise NotFound("call", call_id)


def _has(ask: Ask, call_id: str) -> bool:
    """It rings or talks at them, they were invited to it, or they write down what their part of it was."""
    seat = ask.parts.telephony.floor.view(f"agent:{ask.me.user_id}")
    return seat is not None and seat["call_id"] == call_id


async def list_calls(ask: Ask) -> dict[str, Any]:
    """List the log, the newest first; agents see their own."""
    query: CallQuery = ask.query
    agent_id = query.agent_id
    if not ask.me.may(Permission.SEE_ALL_CALLS):
        if agent_id not in {None, ask.me.user_id}:
            raise ApiError(403, "not_allowed", "You see your own calls only.")
        agent_id = ask.me.user_id
    if query.number and not ask.me.sees_numbers:
        await spend_probe(ask, query.number)
    wanted = CallFilter(
        agent_id=agent_id,
        queue_id=query.queue_id,
        customer_id=query.customer_id,
        number=query.number or None,
        tag=query.tag or None,
        started_from=query.since,
        started_until=query.until,
        result=RESULTS.get(query.result or "", query.result),
        direction=None if query.direction is None else Direction(query.direction),
    )
    page = await ask.parts.memory.calls.page(wanted, query.cursor, query.limit)
    return {"items": [call_answer(ask.me, row) for row in page.items], "next_cursor": page.next_cursor}


async def show_call(ask: Ask) -> dict[str, Any]:
    """Show one call with its legs, events and recordings."""
    call_id, memory = ask.text("call_id"), ask.parts.memory
    detail = await once_written(ask, call_id, lambda: memory.calls.get(call_id))
    is_mine = _has(ask, call_id) or ask.me.user_id in detail.agent_ids
    if not (is_mine or ask.me.may(Permission.SEE_ALL_CALLS)):
        raise NotFound("call", call_id)
    recordings = [recording_answer(ask.me, await memory.recordings.get(key)) for key in detail.recording_ids]
    answer = call_answer(ask.me, detail.call)
    return {
        **answer,
        "recording": recordings[-1] if recordings else None,
        "recordings": recordings,
        "priority": detail.call.priority,
        "dialed": detail.call.dialed,
        "script": await memory.scripts.path_of(call_id),
        "legs": [_leg(leg, detail) for leg in detail.legs],
        "events": [
            {"seq": place, "at": event.at, "kind": _WORD.sub("_", event.kind).lower(), "detail": event.detail}
            for place, event in enumerate(detail.events)
            if event.kind not in _OF_SUPERVISORS or _sees_supervision(ask)
        ],
    }


def _sees_supervision(ask: Ask) -> bool:
    return ask.me.may(Permission.SEE_ALL_CALLS) or ask.parts.agents_see_supervisors


def _leg(leg: LegRow, detail: CallDetail) -> dict[str, Any]:
    is_customer = leg.kind == "customer"
    return {
        "id": leg.id,
        "role": leg.kind,
        "name": (detail.call.caller_name if is_customer else leg.agent_name) or "",
        "number": shown_number(leg.number),
        "node": leg.id.partition("-")[0] if is_customer else "",
        "started_at": leg.started_at,
        "answered_at": leg.talk_started_at,
        "ended_at": leg.ended_at,
        "result": leg.result,
        "held_s": leg.held_s,
        "cause": detail.call.cause if is_customer else None,
    }


def _on_call(method: str, action: str, handler: Any, summary: str, **more: Any) -> Route:
    path = f"/calls/{{call_id}}/{action}"
    return Route(method=method, path=path, permission=Permission.TAKE_CALLS, handler=handler, summary=summary, **more)


ROUTES = [
    _on_call("POST", "decline", decline_call, "Do not take the call that rings"),
    _on_call("POST", "hang-up", hang_up_call, "End the call"),
    _on_call("POST", "rejoin", rejoin_call, "Be rung for the call that one talks in"),
    _on_call("POST", "pause-recording", pause_recording, "Pause the recording of one's call"),
    _on_call("POST", "resume-recording", resume_recording, "Let the recording go on"),
    _on_call("POST", "start-recording", start_recording, "Record one's talk from now on"),
    _on_call("POST", "stop-recording", stop_recording, "End the recording that an agent asked for"),
    _on_call("PUT", "note", save_note, "Save the note while writing", body=Note),
    _on_call("PUT", "tags", tag_call, "Mark the call with tags", body=Tags, answer=CallAnswer),
    _on_call("POST", "customer", link_call, "Link the call to a customer", body=Link, answer=CallAnswer),
    Route(
        method="GET",
        path="/calls",
        permission=Permission.SEE_OWN_CALLS,
        handler=list_calls,
        summary="The call log",
        query=CallQuery,
        answer=PageAnswer[CallAnswer],
    ),
    Route(
        method="GET",
        path="/calls/{call_id}",
        permission=Permission.SEE_OWN_CALLS,
        handler=show_call,
        summary="One call with everything",
        answer=CallDetailAnswer,
    ),
]
