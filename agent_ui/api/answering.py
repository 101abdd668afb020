"""Around every handler: origin, session, permission, validation, audit, errors. Nothing is answered without it."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from agent_ui.api.ask import Ask
from agent_ui.api.problems import as_api_error, error_response, field_problems, invalid
from agent_ui.api.route import SAFE_METHODS, Route
from agent_ui.auth.origin import is_same_origin
from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity
from agent_ui.errors import ApiError, FieldProblem
from agent_ui.parts import Parts

_log = logging.getLogger(__name__)


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
            if route.audit is not None:
                await _audit(route, ask)
            return _encode(route, adapter, result)
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
    if route.method not in SAFE_METHODS:
        check_origin(request, parts)
    identity = await identify(request, parts)
    if route.permission is not Permission.PUBLIC:
        _check_permission(route, identity)
    ask = Ask(request, parts, identity)
    if route.query is not None:
        ask.query = _validate(route.query, dict(request.query))
    if route.body is not None:
        ask.body = _validate(route.body, await _read_json(request))
    elif route.method not in SAFE_METHODS and not route.uploads and (await request.read()).strip() not in {b"", b"{}"}:
        raise ApiError(400, "body_unexpected", "This request takes no body.")
    return ask


def _check_permission(route: Route, identity: Identity | None) -> None:
    if identity is None:
        raise ApiError(401, "not_signed_in", "Sign in first.")
    if route.permission is None or not identity.may(route.permission):
        raise ApiError(403, "not_allowed", "Your role does not include this.")


async def _read_json(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise ApiError(415, "json_expected", "Send the body as application/json.")
    try:
        document = json.loads(await request.text())
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "json_malformed", f"The body is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise ApiError(400, "json_malformed", "The body must be a JSON object.")
    _refuse_unstorable(document, "")
    return document


def _refuse_unstorable(value: object, path: str) -> None:
    """NUL and half surrogate pairs cannot be stored as text, and have no business in a name or a number."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise invalid([FieldProblem(path, "invalid", "contains a character that cannot be stored")])
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_unstorable(key, path)
            _refuse_unstorable(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_unstorable(item, f"{path}.{index}")


def _validate(model: type[BaseModel], document: Any) -> BaseModel:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise invalid(field_problems(error)) from error


async def _audit(route: Route, ask: Ask) -> None:
    who = ask.identity.user_id if ask.identity else None
    what = ask.audit_object or "/".join(ask.request.match_info.values())
    await ask.parts.audit(who, ask.address, str(route.audit), what, **ask.audit_detail)


def _encode(route: Route, adapter: TypeAdapter[Any] | None, result: Any) -> web.StreamResponse:
    headers = {"Cache-Control": "no-store"}
    if isinstance(result, web.StreamResponse):
        return result
    if adapter is None:
        return web.Response(status=204, headers=headers)
    body = adapter.dump_json(adapter.validate_python(result, from_attributes=True))
    return web.Response(body=body, status=route.status, content_type="application/json", headers=headers)
