"""The aiohttp application around the parts: pages, API, sockets, headers."""

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from agent_ui.api.problems import error_response
from agent_ui.api.route import API_PREFIX
from agent_ui.api.table import add_routes
from agent_ui.errors import ApiError
from agent_ui.parts import Parts
from agent_ui.site.health import HealthCheck
from agent_ui.site.pages import DOOR_PORT, SECURE, Pages, add_security_headers
from agent_ui.site.sockets import add_sockets

# Room for what an upload's envelope adds
ENVELOPE_BYTES = 100_000


def make_website(parts: Parts, static: Path | None = None) -> web.Application:
    """Build the application; it starts and stops nothing by itself."""
    settings = parts.config.web
    app = web.Application(
        middlewares=[parts.metrics.count_request, _api_errors_as_json],
        client_max_size=settings.upload_limit_bytes + ENVELOPE_BYTES,
    )
    app[SECURE] = settings.secure
    app[DOOR_PORT] = 0 if settings.public_origin else parts.phones.port
    app.on_response_prepare.append(add_security_headers)
    add_routes(app, parts)
    add_sockets(app, parts)
    app.router.add_get("/metrics", parts.metrics.expose)
    pages = Pages(static)
    app.router.add_get("/assets/{name:.+}", pages.asset)
    app.router.add_get("/wallboard", pages.wallboard)
    app.router.add_get("/callback", pages.callback_form)
    app.router.add_get("/health", HealthCheck(parts).answer)
    app.router.add_get("/{name:(?!api/|assets/).*}", pages.page)
    return app


@web.middleware
async def _api_errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What the router itself refuses (no such path, wrong method, body too large) has our shape too."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        return error_response(ApiError(415, "encoding_unexpected", "Send the body as it is, not compressed."))
    try:
        return await handler(request)
    except web.HTTPException as error:
        if not request.path.startswith(API_PREFIX):
            raise
        codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
        code = codes.get(error.status, "bad_request")
        return error_response(ApiError(error.status, code, f"{error.reason}."))
