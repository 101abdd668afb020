"""Waiting music: pieces that administrators upload for their queues."""

from datetime import datetime
from typing import Any

from aiohttp import web

from agent_ui.api.ask import Ask
from agent_ui.api.route import OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.api.upload import read_upload
from agent_ui.auth.permissions import Permission
from crm_core.errors import NotFound
from crm_core.music import MusicRow


class MusicAnswer(OwnAnswer):
    """A piece; `music_class` is what a queue is given to play it, `queues` those that do."""

    id: int
    name: str
    music_class: str
    duration_s: float
    updated_at: datetime
    queues: tuple[str, ...]
    warnings: tuple[str, ...] = ()


async def list_music(ask: Ask) -> dict[str, Any]:
    """List the pieces and who plays them."""
    return {"items": [await _answer(ask, row) for row in await ask.parts.memory.music.all()]}


async def upload_music(ask: Ask) -> dict[str, Any]:
    """Take a WAV, MP3 or OGG file."""
    data, fields = await read_upload(ask, frozenset({"name"}))
    library, music = ask.parts.music, ask.parts.memory.music
    name = fields.get("name", "")
    await music.free_class(name)
    converted = await library.convert(data)
    async with library.choosing:
        music_class = await music.free_class(name)
        await library.publish(music_class, converted.wav)
        row = await music.put(music_class, name, converted.duration_s, ask.actor)
    return {**await _answer(ask, row), "warnings": converted.warnings}


async def play_music(ask: Ask) -> web.StreamResponse:
    """Send the sound as callers hear it."""
    row = await ask.parts.memory.music.get(ask.number("piece_id"))
    path = ask.parts.music.audio_file(row.music_class)
    if not path.is_file():
        raise NotFound("music", row.id)
    return web.FileResponse(path, headers={"Content-Type": "audio/wav", "Cache-Control": "no-store"})


async def remove_music(ask: Ask) -> None:
    """Delete it, unless a queue plays it; who hears it now hears it to its end, then the usual music."""
    async with ask.parts.music.choosing:
        row = await ask.parts.memory.music.remove(ask.number("piece_id"), ask.actor)
        await ask.parts.music.remove(row.music_class)


async def restore_music(ask: Ask) -> dict[str, Any]:
    """Undo deleting it; what is there stays."""
    async with ask.parts.music.choosing:
        piece_id = ask.number("piece_id")
        there = [row for row in await ask.parts.memory.music.all() if row.id == piece_id]
        if there:
            return await _answer(ask, there[0])
        row = await ask.parts.memory.music.get(piece_id, removed=True)
        if not await ask.parts.music.restore(row.music_class):
            raise NotFound("music", row.id)
        row = await ask.parts.memory.music.restore(row.id, ask.actor)
    return await _answer(ask, row)


async def _answer(ask: Ask, row: MusicRow) -> dict[str, Any]:
    queues = await ask.parts.memory.queues.all(active_only=True)
    playing = tuple(one.settings.name for one in queues if one.settings.music_class == row.music_class)
    return {
        "id": row.id,
        "name": row.name,
        "music_class": row.music_class,
        "duration_s": row.duration_s,
        "updated_at": row.updated_at,
        "queues": playing,
    }


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.ADMINISTER, handler=handler, summary=summary, **more)


ONE = "/music/{piece_id:int}"
ROUTES = [
    _route("GET", "/music", list_music, "List waiting music", answer=PageAnswer[MusicAnswer]),
    _route(
        "POST", "/music", upload_music, "Add a piece of waiting music", answer=MusicAnswer, status=201, uploads=True
    ),
    _route("GET", f"{ONE}/audio", play_music, "Hear a piece of waiting music", raw=True),
    _route("DELETE", ONE, remove_music, "Delete a piece of waiting music"),
    _route("POST", f"{ONE}/restore", restore_music, "Bring back a piece that was deleted", answer=MusicAnswer),
]
