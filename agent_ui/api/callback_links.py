"""Links to forms by which customers ask for a callback: administrators make them, and take them back."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from crm_core.callback_links import CallbackLinkDraft, CallbackLinkRow

# As browsers write it (RFC 6454): no path, no blank, and no "*" or "null", which every page can be.
_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[1-9][0-9]{0,4})?")


def _origin(text: str) -> str:
    if _ORIGIN.fullmatch(text) is None:
        raise ValueError("must be an origin such as https://www.example.com")
    return text


Origin = Annotated[str, AfterValidator(_origin)]


class CallbackLinkBody(Body):
    """A new link; `origins` are the sites whose own pages may ask by it, `abroad`: also for foreign numbers."""

    queue_id: int
    name: str = Field(max_length=200)
    origins: tuple[Origin, ...] = Field(default=(), max_length=10)
    abroad: bool = False


class CallbackLinkAnswer(OwnAnswer):
    """One link. `key` is what its address ends with, None when it was taken back."""

    id: int
    queue_id: int
    queue_name: str
    offered: bool
    name: str
    origins: tuple[str, ...]
    abroad: bool
    key: str | None
    created_at: datetime
    created_by_name: str | None
    revoked_at: datetime | None
    revoked_by_name: str | None


async def list_callback_links(ask: Ask) -> dict[str, Any]:
    """List them, the newest first."""
    return {"items": [_answer(ask, row) for row in await ask.parts.memory.callback_links.all()]}


async def make_callback_link(ask: Ask) -> dict[str, Any]:
    """Save a new one."""
    draft = CallbackLinkDraft(**ask.body.model_dump())
    return _answer(ask, await ask.parts.memory.callback_links.make(draft, ask.actor))


async def revoke_callback_link(ask: Ask) -> None:
    """Take it back; promises that were made by it are kept."""
    await ask.parts.memory.callback_links.revoke(ask.number("link_id"), ask.actor)


async def restore_callback_link(ask: Ask) -> dict[str, Any]:
    """Open the same address again."""
    return _answer(ask, await ask.parts.memory.callback_links.restore(ask.number("link_id"), ask.actor))


def _answer(ask: Ask, row: CallbackLinkRow) -> dict[str, Any]:
    names = CallbackLinkAnswer.model_fields.keys() - {"key"}
    key = ask.parts.callback_form.key_of(row) if row.revoked_at is None else None
    return {**{name: getattr(row, name) for name in names}, "key": key}


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.ADMINISTER, handler=handler, summary=summary, **more)


_ONE = "/callback-links/{link_id:int}"
ROUTES = [
    _route("GET", "/callback-links", list_callback_links, "List links", answer=PageAnswer[CallbackLinkAnswer]),
    _route(
        "POST",
        "/callback-links",
        make_callback_link,
        "Make a link",
        body=CallbackLinkBody,
        answer=CallbackLinkAnswer,
        status=201,
    ),
    _route("DELETE", _ONE, revoke_callback_link, "Take a link back"),
    _route("POST", f"{_ONE}/restore", restore_callback_link, "Open a link again", answer=CallbackLinkAnswer),
]
