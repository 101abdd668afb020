"""Recordings: the list, the audio with ranges, the waveform; every listening is in the audit log."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime, Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import NumberText, OwnText, Route
from agent_ui.api.shapes import (
    STATE_OF,
    Named,
    PageAnswer,
    PageQuery,
    RecordingAnswer,
    may_listen,
    named,
    recording_answer,
    shown_number,
)
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from crm_core.recordings import RecordingFilter, RecordingRow

PLAYABLE = {"ready", "repaired"}


class RecordingQuery(PageQuery):
    """Filters of the list."""

    agent_id: int | None = None
    since: AwareDatetime | None = Field(None, alias="from")
    until: AwareDatetime | None = Field(None, alias="to")


class RecordingLine(RecordingAnswer):
    """A recording in the list of all."""

    call_id: OwnText | None
    started_at: datetime
    agent: Named | None
    customer: Named | None
    number: NumberText | None
    size_bytes: int


async def list_recordings(ask: Ask) -> dict[str, Any]:
    """List recordings, the newest first; agents see their own."""
    query: RecordingQuery = ask.query
    agent_id = query.agent_id if ask.me.may(Permission.LISTEN_ALL) else ask.me.user_id
    wanted = RecordingFilter(agent_id=agent_id, started_from=query.since, started_until=query.until)
    page = await ask.parts.memory.recordings.page(wanted, query.cursor, query.limit)
    return {"items": [_line(ask, row) for row in page.items], "next_cursor": page.next_cursor}


def _line(ask: Ask, row: RecordingRow) -> dict[str, Any]:
    return {
        **recording_answer(ask.me, row),
        "call_id": row.call_id,
        "started_at": row.started_at,
        "agent": named(row.agent_id, row.agent_name),
        "customer": named(row.customer_id, row.customer_name),
        "number": shown_number(row.number),
        "size_bytes": row.size_bytes,
    }


async def play_recording(ask: Ask) -> web.StreamResponse:
    """Send the audio; a browser may ask for it in ranges."""
    row = await _listenable(ask)
    path = await asyncio.to_thread(_file, ask, row.path)
    await ask.parts.audit_listening(ask.request, ask.me, path, "recording.play", row.id, call_id=row.call_id)
    kind = "audio/ogg" if path.suffix == ".ogg" else "audio/wav"
    return web.FileResponse(path, headers={"Content-Type": kind, "Cache-Control": "private, no-store"})


async def show_peaks(ask: Ask) -> web.StreamResponse:
    """Send the waveform that was drawn when the recording was filed, with the stretches in which it was paused."""
    row = await _listenable(ask)
    name = row.peaks_path or (row.path.removesuffix(".ogg") + ".peaks.json" if row.path else None)
    document = await asyncio.to_thread(_read_peaks, ask, name)
    document["pauses"] = row.pauses
    return web.json_response(document, headers={"Cache-Control": "private, no-store"})


async def _listenable(ask: Ask) -> RecordingRow:
    row = await ask.parts.memory.recordings.get(ask.text("recording_id"))
    if not may_listen(ask.me, row.agent_id):
        raise ApiError(403, "not_allowed", "You may not listen to this recording.")
    state = STATE_OF.get(row.state, "damaged")
    if state not in PLAYABLE:
        status = 404 if state == "processing" else 410
        raise ApiError(status, f"recording_{state}", f"The recording cannot be played: it is {state}.")
    return row


def _read_peaks(ask: Ask, name: str | None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_file(ask, name).read_text(encoding="utf-8"))
    return document


def _file(ask: Ask, name: str | None) -> Path:
    # the name is the server's own, and still must not lead anywhere else
    folder = ask.parts.config.recordings_folder.resolve()
    path = (folder / (name or "-")).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise ApiError(410, "recording_damaged", "The file of this recording is not there any more.")
    return path


def _get(path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method="GET", path=path, permission=Permission.LISTEN_OWN, handler=handler, summary=summary, **more)


ROUTES = [
    _get("/recordings", list_recordings, "List recordings", query=RecordingQuery, answer=PageAnswer[RecordingLine]),
    _get("/recordings/{recording_id}/audio", play_recording, "The audio", raw=True),
    _get("/recordings/{recording_id}/peaks", show_peaks, "The waveform", raw=True),
]
