"""Around every handler: origin, session, permission, validation, errors. Nothing is answered without it."""

import asyncio
import json
import logging
import math
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import BaseModel, TypeAdapter, ValidationError

from agent_ui.api.ask import Ask
from agent_ui.api.problems import as_api_error, error_response, few_unknown, field_problems, invalid
from agent_ui.api.route import SAFE_METHODS, Route, masked
from agent_ui.auth.origin import is_same_origin
from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity
from agent_ui.errors import ApiError, FieldProblem
from agent_ui.parts import Parts

_log = logging.getLogger(__name__)
JSON_MAX = 1_000_000
BODY_LIMIT_S = 20.0
# What anybody may send who is not signed in: a login and a password, however they are written.
PUBLIC_JSON_MAX = 8_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def cookie_name(secure: bool) -> str:
    """Browsers refuse to let another host or plain HTTP set a `__Host-` cookie."""
    return "__Host-callroom" if secure else "callroom"


async def identify(request: web.Request, parts: Parts) -> Identity | None:
    """Return who holds the cookie of this request."""
    token = request.cookies.get(cookie_name(parts.config.web.secure))
    return await parts.sessions.identify(token) if token else None


def check_origin(request: web.Request, parts: Parts) -> None:
    """Refuse what another site's page sent."""
    if not is_same_origin(request.headers, request.scheme, parts.config.web.public_origin):
        raise ApiError(403, "foreign_origin", "This request does not come from Callroom's own pages.")


def make_handler(route: Route, parts: Parts) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Wrap the route's handler; `check_table` made sure that it has a permission."""
    adapter: TypeAdapter[Any] | None = None if route.answer is None else TypeAdapter(route.answer)

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            ask = await _prepare(route, request, parts)
            result = await route.handler(ask)
            return _encode(route, adapter, result, ask)
        except Exception as error:
            ours = as_api_error(error)
            if ours is None:
                if isinstance(error, web.HTTPException):
                    raise
                _log.exception("Request failed", extra={"route": route.name})
                ours = ApiError(500, "internal", "Something went wrong on the server; it was logged.")
            return error_response(ours)

    return answer


async def _prepare(route: Route, request: web.Request, parts: Parts) -> Ask:
    ask = await _let_in(route, request, parts)
    if route.query is not None:
        ask.query = _validate(route.query, dict(request.query))
        _refuse_unstorable(ask.query.model_dump(), "")
    if route.body is not None:
        ask.body = _validate(route.body, await _read_json(request, _limit(route)))
        # again: what came as text may be a number by now
        _refuse_unstorable(ask.body.model_dump(), "")
    elif route.method not in SAFE_METHODS and not route.uploads and await _has_body(request):
        raise ApiError(400, "body_unexpected", "This request takes no body.")
    return ask


async def _let_in(route: Route, request: web.Request, parts: Parts) -> Ask:
    if route.method not in SAFE_METHODS and route.door is None:
        check_origin(request, parts)
    identity = None if route.door is not None else await identify(request, parts)
    if route.permission is not Permission.PUBLIC:
        _check_permission(route, identity)
    if any(_UNSTORABLE.search(value) for value in request.match_info.values()):
        raise ApiError(404, "not_found", "There is nothing of this name.")
    ask = Ask(request, parts, identity)
    if route.door is not None:
        await route.door(ask)
    return ask


def _check_permission(route: Route, identity: Identity | None) -> None:
    if identity is None:
        raise ApiError(401, "not_signed_in", "Sign in first.")
    if route.permission is None or not identity.may(route.permission):
        raise ApiError(403, "not_allowed", "Your role does not include this.")


async def _has_body(request: web.Request) -> bool:
    return (await _read_limited(request, PUBLIC_JSON_MAX)).strip() not in {b"", b"{}"}


def _limit(route: Route) -> int:
    usual = PUBLIC_JSON_MAX if route.permission is Permission.PUBLIC else JSON_MAX
    return route.body_limit or usual


async def _read_json(request: web.Request, limit: int) -> Any:
    if request.content_type != "application/json":
        raise ApiError(415, "json_expected", "Send the body as application/json.")
    data = await _read_limited(request, limit)
    try:
        # JSON is UTF-8 (RFC 8259), whatever charset the header names
        document = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "json_malformed", f"The body is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise ApiError(400, "json_malformed", "The body must be a JSON object.")
    _refuse_unstorable(document, "")
    return document


async def _read_limited(request: web.Request, limit: int) -> bytes:
    """Read little: the loop that reads JSON also carries every call."""
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_LIMIT_S):
            async for chunk in request.content.iter_any():
                data += chunk
                if len(data) > limit:
                    raise ApiError(413, "too_large", f"The body is larger than {limit // 1000} kB.")
    except TimeoutError as error:
        raise ApiError(408, "too_slow", f"The body did not come within {BODY_LIMIT_S:g} s.") from error
    except ConnectionError as error:
        # nobody is there to read this
        raise ApiError(400, "client_left", "The connection was closed within the body.") from error
    except (HttpProcessingError, web.RequestPayloadError) as error:
        raise ApiError(400, "bad_request", "The body could not be read.") from error
    return bytes(data)


def _refuse_unstorable(value: object, path: str) -> None:
    """What cannot be stored: NUL and half surrogate pairs in text, numbers that no column holds."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise invalid([FieldProblem(path, "invalid", "contains a character that cannot be stored")])
    elif isinstance(value, int | float | datetime):
        if not _fits(value):
            raise invalid([FieldProblem(path, "invalid", "is out of range")])
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_unstorable(key, path)
            _refuse_unstorable(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _refuse_unstorable(item, f"{path}.{index}")


def _fits(value: float | datetime) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    # the database keeps UTC: the last hours of 9999 in the west are no time there
    return 2 < value.year < 9998


def _validate(model: type[BaseModel], document: Any) -> BaseModel:
    try:
        return model.model_validate(few_unknown(model, document))
    except ValidationError as error:
        raise invalid(field_problems(error)) from error


def _encode(route: Route, adapter: TypeAdapter[Any] | None, result: Any, ask: Ask) -> web.StreamResponse:
    headers = {"Cache-Control": "no-store"}
    if isinstance(result, web.StreamResponse):
        return result
    if adapter is None:
        return web.Response(status=204, headers=headers)
    answer = adapter.validate_python(result, from_attributes=True)
    # the one place where answers are masked; who is not known sees least
    if ask.identity is None or not ask.identity.sees_numbers:
        answer = masked(answer)
    body = adapter.dump_json(answer)
    return web.Response(body=body, status=route.status, content_type="application/json", headers=headers)
