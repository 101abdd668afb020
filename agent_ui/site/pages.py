"""The browser app's files, as built into agent_ui/static, and the headers that every answer carries."""

import os
from pathlib import Path

from aiohttp import web

from agent_ui.api.route import CORS_ORIGIN
from agent_ui.built_app import is_built, static_folder
from agent_ui.phones.ticket import door_source

PATH_MAX = 1000
NAME_MAX = 255
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Callroom</title>
<h1>The browser app is not built</h1>
<p>The server runs, but its pages are missing. In a checkout: <code>make run</code>, then reload this page.</p>
<h1 lang="zh">网页尚未构建</h1><p lang="zh">服务已启动，但缺少页面文件。请在源码目录运行
<code>make run</code>，然后刷新。</p></html>
"""

# Scripts and styles only from our own files, attributes included: Vue and Element Plus set styles through the DOM,
# which CSP does not stop, and no text becomes markup. tests/browser/test_hostile.py visits every page to see it.
CONNECT_OWN = "connect-src 'self'"
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self' blob:",
        CONNECT_OWN,
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

SECURE = web.AppKey("secure", bool)
# 0 behind a reverse proxy: the phones are at the page's own address there
DOOR_PORT = web.AppKey("door_port", int)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


# Wallboard and callback form need no microphone and no telephone, and what opens them is nobody else's
# business: the key is behind the #, which browsers do not send; this is for whatever else there is of it.
OPEN_PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            CONNECT_OWN,
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    ),
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(), camera=(), geolocation=()",
}


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: every answer, errors included."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    _allow_the_door(request, response)
    if CORS_ORIGIN in request:
        response.headers["Access-Control-Allow-Origin"] = request[CORS_ORIGIN]
        response.headers["Vary"] = "Origin"
    if request.app[SECURE]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    response.headers["Server"] = "Callroom"


def _allow_the_door(request: web.Request, response: web.StreamResponse) -> None:
    """The app may connect to the phones' port of the host that it came from."""
    port = request.app.get(DOOR_PORT, 0)
    source = door_source(request.host, request.app[SECURE], port) if port else None
    policy = response.headers["Content-Security-Policy"]
    if source is not None and policy == CONTENT_SECURITY_POLICY:
        response.headers["Content-Security-Policy"] = policy.replace(CONNECT_OWN, f"{CONNECT_OWN} {source}")


class Pages:
    """Serves hashed assets for ever, index.html never from cache, and index.html for every page of the app."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or static_folder()

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A file with a hash in its name: it never changes."""
        return self._file(f"assets/{_name(request)}", "public, max-age=31536000, immutable")

    async def page(self, request: web.Request) -> web.StreamResponse:
        """A plain file of the root folder (icon, ringtone), else the app itself, which finds its page by the path."""
        name = _name(request)
        if name and "/" not in name and "\0" not in name and name != "index.html" and (self._folder / name).is_file():
            return self._file(name, "public, max-age=3600")
        if "." in name.rpartition("/")[2]:
            raise web.HTTPNotFound
        if not is_built(self._folder):
            return web.Response(text=NOT_BUILT, content_type="text/html", headers={"Cache-Control": "no-store"})
        return self._file("index.html", "no-cache")

    async def wallboard(self, request: web.Request) -> web.StreamResponse:
        """A page without a login: it is empty until the stream that its link opens tells it something."""
        del request
        return self._open_page("wallboard.html")

    async def callback_form(self, request: web.Request) -> web.StreamResponse:
        """A page without a login: what it may ask for, its link's key says."""
        del request
        return self._open_page("callback.html")

    def _open_page(self, name: str) -> web.StreamResponse:
        if not is_built(self._folder):
            return web.Response(text=NOT_BUILT, content_type="text/html", headers={"Cache-Control": "no-store"})
        page = self._file(name, "no-store")
        page.headers.update(OPEN_PAGE_HEADERS)
        return page

    def _file(self, name: str, cache_control: str) -> web.FileResponse:
        if "\0" in name:
            raise web.HTTPNotFound
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": cache_control})


def _name(request: web.Request) -> str:
    """No file system has longer names; to look for one there would be an error."""
    name = request.match_info["name"]
    if len(name) > PATH_MAX or any(len(os.fsencode(part)) > NAME_MAX for part in name.split("/")):
        raise web.HTTPNotFound
    return name
