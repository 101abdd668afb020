"""What customers may ask for by a link, without a login: whether it is open, a callback, and to take it back.

Pages of other sites may ask if the link names them; cookies count for nothing here, so nobody's browser can be misused.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field, StringConstraints

from agent_ui.api.answering import check_origin
from agent_ui.api.ask import Ask
from agent_ui.api.route import CORS_ORIGIN, Body, OwnAnswer, Route
from agent_ui.auth.permissions import Permission
from agent_ui.callback_form.desk import Wish
from agent_ui.errors import ApiError
from crm_core.callback_links import CallbackLinkRow

LINK = web.RequestKey("callback_link", CallbackLinkRow)
BODY_LIMIT = 4_000
# One line: what is written into logs, mails and tables of others must not begin a new one there, nor turn around what
# stands beside it (overriding direction: Unicode TR 36, section 2.4).
_LINE = StringConstraints(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$")


class CallbackBody(Body):
    """Whom to call, in which language, and what it is about."""

    number: Annotated[str, _LINE] = Field(min_length=1, max_length=40)
    name: Annotated[str, _LINE] = Field("", max_length=80)
    wish: Annotated[str, _LINE] = Field("", max_length=500)
    language: Literal["zh", "en"] = "zh"


class SecretBody(Body):
    """`secret` came with the promise."""

    secret: str = Field(max_length=100)


class StandingAnswer(OwnAnswer):
    """`place` 1 is next; null: they are being called, or it is closed until then."""

    place: int | None
    expected_wait_s: float | None


class FormAnswer(OwnAnswer):
    """Nothing but this is told of the house; `opens_at` None: it is open, or not known."""

    name: str
    language: str
    is_open: bool
    opens_at: datetime | None


class PromiseAnswer(OwnAnswer):
    """`opens_at`: it is closed, and they stand in line from then on; `place` 1 is next."""

    opens_at: datetime | None
    place: int | None
    expected_wait_s: float | None
    secret: str


async def let_in(ask: Ask) -> None:
    """By the link's key; then only our own page, or one of a site that the link names."""
    try:
        link = await ask.parts.callback_form.admit(ask.text("key"), ask.address)
    except ApiError:
        # what opens nothing names no other site either
        if ask.request.method != "GET":
            check_origin(ask.request, ask.parts)
        raise
    ask.request[LINK] = link
    origin = ask.request.headers.get("Origin")
    if origin is not None and origin in link.origins:
        ask.request[CORS_ORIGIN] = origin
    elif ask.request.method != "GET":
        check_origin(ask.request, ask.parts)


async def show_callback_form(ask: Ask) -> dict[str, Any]:
    """Say whose form it is, and whether it is open."""
    link = ask.request[LINK]
    opens_at = ask.parts.callback_form.opening(link)
    language = preferred(ask.request.headers.get("Accept-Language", ""))
    return {"name": link.name, "language": language, "is_open": opens_at is None, "opens_at": opens_at}


async def ask_for_callback(ask: Ask) -> Any:
    """Promise one; the same again for the same number."""
    body: CallbackBody = ask.body
    wish = Wish(body.number, body.name, body.wish, body.language, ask.address)
    return await ask.parts.callback_form.ask(ask.request[LINK], wish)


async def show_promise(ask: Ask) -> Any:
    """Say where a promise stands, by its secret, which stays out of addresses and so out of logs."""
    return ask.parts.callback_form.standing(ask.body.secret)


async def withdraw_callback(ask: Ask) -> None:
    """Take the promise back, by its secret."""
    ask.parts.callback_form.withdraw(ask.body.secret)


async def preflight_callback(ask: Ask) -> web.Response:
    """What a browser asks before it sends JSON from another site's page (CORS)."""
    del ask
    headers = {
        "Access-Control-Allow-Methods": "GET, POST, DELETE",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "600",
        "Cache-Control": "no-store",
    }
    return web.Response(status=204, headers=headers)


async def preflight_promise(ask: Ask) -> web.Response:
    """The same before it asks where a promise stands."""
    return await preflight_callback(ask)


def preferred(accepted: str) -> str:
    """Choose from an Accept-Language header (RFC 9110, 12.5.4) by its order, as browsers write it."""
    for part in accepted.lower().split(","):
        language = part.strip().partition(";")[0].partition("-")[0]
        if language in {"zh", "en"}:
            return language
    return "zh"


def _route(method: str, handler: Any, summary: str, path: str = "", **more: Any) -> Route:
    return Route(
        method=method,
        path="/callback-form/{key}" + path,
        permission=Permission.PUBLIC,
        handler=handler,
        summary=summary,
        door=let_in,
        body_limit=BODY_LIMIT,
        **more,
    )


ROUTES = [
    _route("GET", show_callback_form, "Whether callbacks can be asked for", answer=FormAnswer),
    _route("POST", ask_for_callback, "Ask to be called back", body=CallbackBody, answer=PromiseAnswer, status=201),
    _route("DELETE", withdraw_callback, "Do not call after all", body=SecretBody),
    _route("POST", show_promise, "Where a promise stands", path="/standing", body=SecretBody, answer=StandingAnswer),
    _route("OPTIONS", preflight_callback, "Whether another site's page may ask", raw=True),
    _route("OPTIONS", preflight_promise, "Whether it may ask where a promise stands", path="/standing", raw=True),
]
