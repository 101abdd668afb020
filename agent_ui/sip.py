"""The SIP WebSocket behind our origin: a signed-in browser talks to Asterisk, and only as its own extension."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable

import websockets
from aiohttp import WSCloseCode, WSMsgType, web
from websockets.asyncio.client import ClientConnection, connect

_log = logging.getLogger(__name__)
MESSAGE_MAX = 65_536
SEND_STALL_S = 10.0
# A browser that is idle says something every minute or so (REGISTER); audio does not pass here.
MESSAGES_PER_MINUTE_MAX = 600
_FROM = re.compile(r"^(?:From|f)[ \t]*:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_SENDER = re.compile(r"sips?:([^@>;\s]+)@", re.IGNORECASE)
_USERNAME = re.compile(r"^(?:Proxy-)?Authorization\s*:[^\r\n]*?\busername=\"([^\"]*)\"", re.IGNORECASE | re.MULTILINE)
_METHOD = re.compile(r"\A(?:\r\n)*([A-Z]+) ")


class NotYourExtensionError(Exception):
    """The browser spoke as somebody else."""


def check_message(text: str, extension: str) -> None:
    """Let a browser send requests only as its own extension; responses and keep-alives pass."""
    method = _METHOD.match(text)
    if method is None:
        return
    values = _FROM.findall(text)
    senders = [_SENDER.findall(_QUOTED.sub("", value)) for value in values]
    # Requests inside a call that Asterisk began carry our extension in From as well (RFC 3261, 12.2.1.1)
    if senders != [[extension]]:
        raise NotYourExtensionError
    if any(name != extension for name in _USERNAME.findall(text)):
        raise NotYourExtensionError


class SipProxy:
    """One pair of sockets per browser; at most one pair per session is kept, the newest."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open: dict[str, set[Callable[[], None]]] = {}

    def end_session(self, session_key: str) -> None:
        """The session is over: its sockets close."""
        for cut in list(self._open.get(session_key, ())):
            cut()

    async def serve(self, request: web.Request, extension: str, session_key: str) -> web.StreamResponse:
        """Pass messages both ways until one side closes; the caller has checked cookie and origin."""
        try:
            upstream = await connect(
                self._url,
                subprotocols=[websockets.Subprotocol("sip")],
                max_size=MESSAGE_MAX,
                max_queue=16,
                open_timeout=5,
                compression=None,
                ping_interval=None,  # Asterisk's WebSocket does its own
                proxy=None,
            )
        except (OSError, TimeoutError, websockets.WebSocketException):
            _log.warning("Asterisk does not take SIP over WebSocket")
            return web.json_response(
                {"error": {"code": "switch_unavailable", "message": "Asterisk cannot be reached.", "fields": []}},
                status=503,
            )
        async with contextlib.aclosing(_Upstream(upstream)):
            return await self._relay(request, upstream, extension, session_key)

    async def _relay(
        self, request: web.Request, upstream: ClientConnection, extension: str, session_key: str
    ) -> web.StreamResponse:
        browser = web.WebSocketResponse(protocols=["sip"], heartbeat=15, max_msg_size=MESSAGE_MAX, compress=False)
        await browser.prepare(request)
        tasks = [
            asyncio.ensure_future(_from_browser(browser, upstream, extension)),
            asyncio.ensure_future(_to_browser(browser, upstream)),
        ]

        def cut() -> None:
            for task in tasks:
                task.cancel()

        self._open.setdefault(session_key, set()).add(cut)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            cut()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            self._forget(session_key, cut)
        await _close(browser, results)
        return browser

    def _forget(self, session_key: str, cut: Callable[[], None]) -> None:
        kept = self._open.get(session_key, set())
        kept.discard(cut)
        if not kept:
            self._open.pop(session_key, None)


class _Upstream:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def aclose(self) -> None:
        await self._connection.close()


async def _from_browser(browser: web.WebSocketResponse, upstream: ClientConnection, extension: str) -> None:
    loop = asyncio.get_running_loop()
    minute, count = loop.time(), 0
    async for message in browser:
        if loop.time() - minute >= 60:
            minute, count = loop.time(), 0
        count += 1
        if message.type is not WSMsgType.TEXT or count > MESSAGES_PER_MINUTE_MAX:
            raise NotYourExtensionError
        check_message(message.data, extension)
        async with asyncio.timeout(SEND_STALL_S):
            await upstream.send(message.data)


async def _to_browser(browser: web.WebSocketResponse, upstream: ClientConnection) -> None:
    async for message in upstream:
        text = message if isinstance(message, str) else message.decode("utf-8", "replace")
        async with asyncio.timeout(SEND_STALL_S):
            await browser.send_str(text)


async def _close(browser: web.WebSocketResponse, results: list[BaseException | None]) -> None:
    code = WSCloseCode.GOING_AWAY
    for result in results:
        if isinstance(result, NotYourExtensionError):
            code = WSCloseCode.POLICY_VIOLATION
            _log.warning("SIP proxy refused a message that was not the browser's own")
        elif isinstance(result, Exception) and not isinstance(
            result, ConnectionError | TimeoutError | websockets.WebSocketException
        ):
            _log.error("SIP proxy failed", exc_info=result)
    with contextlib.suppress(ConnectionError):
        await browser.close(code=code)
