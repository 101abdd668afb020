"""Links to wallboards: supervisors make them and take them back; the board itself is for whoever has one."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError
from agent_ui.wallboard.choices import Choices
from crm_core.wallboards import LinkRow

BEARER = "Bearer "


class LinkBody(Body):
    """A new link; the board cannot be changed afterwards, so that nobody sees more by a link than its maker meant."""

    name: str = Field(max_length=200)
    valid_days: int = Field(90, ge=1, le=366)
    board: Choices = Choices()


class LinkAnswer(OwnAnswer):
    """One link. `token` is what its address ends with, None when it opens nothing any more."""

    id: int
    name: str
    board: Choices
    state: str
    token: str | None
    created_at: datetime
    created_by_name: str | None
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by_name: str | None


async def list_wallboards(ask: Ask) -> dict[str, Any]:
    """List them, the newest first."""
    return {"items": [_answer(ask, row) for row in await ask.parts.memory.wallboards.all()]}


async def make_wallboard(ask: Ask) -> dict[str, Any]:
    """Save a new one."""
    body: LinkBody = ask.body
    expires_at = ask.parts.clock.now() + timedelta(days=body.valid_days)
    board = body.board.model_dump(mode="json")
    return _answer(ask, await ask.parts.memory.wallboards.make(body.name, board, expires_at, ask.actor))


async def revoke_wallboard(ask: Ask) -> None:
    """Take it back; boards that are open by it end at once."""
    link_id = ask.number("wallboard_id")
    await ask.parts.memory.wallboards.revoke(link_id, ask.actor)
    ask.parts.wallboard.revoked(link_id)


async def watch_wallboard(ask: Ask) -> web.StreamResponse:
    """Show the board line by line (JSON), to whoever sends the link's token; a session opens nothing here."""
    said = ask.request.headers.get("Authorization", "")
    if not said.startswith(BEARER):
        raise ApiError(401, "link_needed", "A wallboard is opened by its link; ask a supervisor for one.")
    return await ask.parts.wallboard.serve(ask.request, said.removeprefix(BEARER))


def _answer(ask: Ask, row: LinkRow) -> dict[str, Any]:
    state = "revoked" if row.revoked_at else "expired" if row.expires_at <= ask.parts.clock.now() else "valid"
    return {
        "id": row.id,
        "name": row.name,
        "board": row.board,
        "state": state,
        "token": ask.parts.wallboard.token(row) if state == "valid" else None,
        "created_at": row.created_at,
        "created_by_name": row.created_by_name,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
        "revoked_by_name": row.revoked_by_name,
    }


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.SEE_FLOOR, handler=handler, summary=summary, **more)


ROUTES = [
    _route("GET", "/wallboards", list_wallboards, "List links to wallboards", answer=PageAnswer[LinkAnswer]),
    _route("POST", "/wallboards", make_wallboard, "Make a link", body=LinkBody, answer=LinkAnswer, status=201),
    _route("DELETE", "/wallboards/{wallboard_id:int}", revoke_wallboard, "Take a link back"),
    Route(
        method="GET",
        path="/wallboards/live",
        permission=Permission.PUBLIC,
        handler=watch_wallboard,
        summary="Look on, by a link's token",
        raw=True,
    ),
]
