"""The two WebSockets: push at /cti, SIP at /sip; both only from our own pages and with a session."""

from aiohttp import web

from agent_ui.api.answering import check_origin, identify
from agent_ui.api.problems import error_response
from agent_ui.auth.permissions import Permission
from agent_ui.auth.sessions import Identity
from agent_ui.errors import ApiError
from agent_ui.parts import Parts
from agent_ui.push.connection import Connection


async def _admit(request: web.Request, parts: Parts, permission: Permission) -> Identity:
    check_origin(request, parts)
    identity = await identify(request, parts)
    if identity is None:
        raise ApiError(401, "not_signed_in", "Sign in first.")
    if not identity.may(permission):
        raise ApiError(403, "not_allowed", "Your role does not include this.")
    if not web.WebSocketResponse(protocols=["sip"]).can_prepare(request).ok:
        raise ApiError(400, "websocket_expected", "This address speaks WebSocket only.")
    return identity


def add_sockets(app: web.Application, parts: Parts) -> None:
    """Hang both into the router."""

    async def push(request: web.Request) -> web.StreamResponse:
        try:
            who = await _admit(request, parts, Permission.SIGNED_IN)
        except ApiError as error:
            return error_response(error)
        settings = parts.config.web
        connection = Connection(
            request, parts.viewer_of(who), who.session_key, settings.push_queue_limit, settings.push_stall_s
        )
        return await connection.serve(parts.hub, parts.clock)

    async def sip(request: web.Request) -> web.StreamResponse:
        try:
            who = await _admit(request, parts, Permission.TAKE_CALLS)
            if who.extension is None:
                raise ApiError(403, "no_extension", "You have no extension.")
        except ApiError as error:
            return error_response(error)
        return await parts.sip.serve(request, who.extension, who.session_key)

    app.router.add_get("/cti", push)
    app.router.add_get("/sip", sip)
