"""Voicemails and wishes to be called back, until somebody has dealt with them."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from aiohttp import web

from agent_ui.api.ask import Ask
from agent_ui.api.route import Answer, Body, NumberText, OwnText, Route
from agent_ui.api.shapes import Named, PageAnswer, PageQuery, named, shown_number
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from crm_core.errors import NotFound
from crm_core.messages import MessageRow
from recordings.audio import draw_wav
from recordings.errors import AudioUnreadable


class VoicemailQuery(PageQuery):
    """Which ones; `unheard` are those open ones that nobody has listened to."""

    state: Literal["open", "unheard", "done"] | None = None


class Done(Body):
    """A message that was dealt with stays so."""

    done: bool = True


class VoicemailAnswer(Answer):
    """What a caller left."""

    id: int
    kind: str
    number: NumberText | None
    customer: Named | None
    at: datetime
    queue_name: str | None
    duration_s: float | None
    has_audio: bool
    state: str
    heard_by: str | None
    heard_at: datetime | None
    done_by: str | None
    done_at: datetime | None
    call_id: OwnText | None
    source: str


async def list_voicemails(ask: Ask) -> dict[str, Any]:
    """List messages, the newest first; agents see those of their queues, and of no queue."""
    stored = {"open": "new", "unheard": "unheard", "done": "done", None: None}[ask.query.state]
    mine = None if ask.me.may(Permission.SEE_ALL_CALLS) else ask.me.queue_ids
    page = await ask.parts.memory.messages.page(stored, ask.query.cursor, ask.query.limit, mine)
    return {"items": [_answer(row) for row in page.items], "next_cursor": page.next_cursor}


async def play_voicemail(ask: Ask) -> web.StreamResponse:
    """Send the sound; listening is audited as with recordings."""
    row = await my_message(ask, ask.number("voicemail_id"))
    path = _sound(ask, row)
    await ask.parts.audit_listening(ask.request, ask.me, path, "voicemail.play", row.id)
    return web.FileResponse(path, headers={"Content-Type": "audio/wav", "Cache-Control": "private, no-store"})


async def show_voicemail_peaks(ask: Ask) -> web.Response:
    """Send how loud it is, piece by piece, for the picture; made of the sound each time."""
    row = await my_message(ask, ask.number("voicemail_id"))
    path = _sound(ask, row)
    try:
        found = await asyncio.to_thread(draw_wav, path)
    except AudioUnreadable as error:
        raise ApiError(410, "recording_damaged", "The sound of this message cannot be read.") from error
    document = {"duration_s": found.duration_s, "channels": found.channels, "pauses": []}
    return web.json_response(document, headers={"Cache-Control": "private, no-store"})


def _sound(ask: Ask, row: MessageRow) -> Path:
    path = ask.parts.inbox.audio_path(row.path) if row.path else None
    if path is None:
        raise ApiError(410, "recording_damaged", "There is no sound for this message any more.")
    return path


async def hear_voicemail(ask: Ask) -> dict[str, Any]:
    """Note who listened first: a page says so when it plays, for an address that is only read changes nothing."""
    row = await my_message(ask, ask.number("voicemail_id"))
    await ask.parts.memory.messages.hear(row.id, ask.actor)
    return _answer(await ask.parts.memory.messages.get(row.id))


async def finish_voicemail(ask: Ask) -> dict[str, Any]:
    """Say that it was dealt with."""
    if not ask.body.done:
        raise ApiError(409, "voicemail_done", "A message that was dealt with stays so.")
    row = await my_message(ask, ask.number("voicemail_id"))
    return _answer(await ask.parts.memory.messages.close(row.id, ask.actor))


async def my_message(ask: Ask, message_id: int) -> MessageRow:
    """Return the message; what is another queue's looks as if it were not there."""
    row = await ask.parts.memory.messages.get(message_id)
    if row.queue_id is None or row.queue_id in ask.me.queue_ids or ask.me.may(Permission.SEE_ALL_CALLS):
        return row
    raise NotFound("message", row.id)


def _answer(row: MessageRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "number": shown_number(row.number),
        "customer": named(row.customer_id, row.customer_name),
        "at": row.at,
        "queue_name": row.queue_name,
        "duration_s": row.duration_s or None,
        "has_audio": row.path is not None,
        "state": "open" if row.state == "new" else "done",
        "heard_by": row.heard_by_name,
        "heard_at": row.heard_at,
        "done_by": row.done_by_name,
        "done_at": row.done_at,
        "call_id": row.call_id,
        "source": row.source,
    }


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(
        method=method,
        path=path,
        permission=Permission.HANDLE_VOICEMAILS,
        handler=handler,
        summary=summary,
        **more,
    )


ONE = "/voicemails/{voicemail_id:int}"
ROUTES = [
    _route(
        "GET",
        "/voicemails",
        list_voicemails,
        "List messages",
        query=VoicemailQuery,
        answer=PageAnswer[VoicemailAnswer],
    ),
    _route("GET", f"{ONE}/audio", play_voicemail, "The sound", raw=True),
    _route("GET", f"{ONE}/peaks", show_voicemail_peaks, "The waveform", raw=True),
    _route("POST", f"{ONE}/heard", hear_voicemail, "Note who listened", answer=VoicemailAnswer),
    _route("POST", f"{ONE}/done", finish_voicemail, "Mark as dealt with", body=Done, answer=VoicemailAnswer),
]
