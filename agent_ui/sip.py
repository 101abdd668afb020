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
# A page has one, and for two seconds another that says goodbye; Asterisk's own number of sockets has an end.
SOCKETS_MAX = 4
# A browser that is idle says something every minute or so (REGISTER); audio does not pass here.
MESSAGES_PER_MINUTE_MAX = 600
# Requests are written in capitals; Asterisk also reads "invite", and what only it reads is not for us to pass.
_START = re.compile(r"(?:([A-Z]+) [^ ]+ SIP/2\.0|SIP/2\.0 [1-6][0-9]{2} .*)")
_HEADER = re.compile(r"([A-Za-z-]+)[ \t]*:(.*)")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_SENDER = re.compile(r"sips?:([^@>;\s]+)@", re.IGNORECASE)
_USERNAME = re.compile(r"\busername\s*=\s*\"?([^\",\s]*)", re.IGNORECASE)
_CREDENTIALS = {"authorization", "proxy-authorization"}


class NotYourExtensionError(Exception):
    """The browser spoke as somebody else."""


def check_message(text: str, extension: str) -> None:
    """Let a browser send requests only as its own extension; responses and keep-alives pass.

    Stricter than SIP: one message, no folded lines, no control characters. Asterisk reads leniently, and a message that
    the two read differently would be a way around the check.
    """
    if not text.strip("\r\n") and len(text) <= 4:
        return
    head, _, body = text.partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    method = _START.fullmatch(start)
    headers = [_HEADER.fullmatch(line) for line in lines]
    if method is None or _CONTROL.search(head.replace("\r\n", "")):
        raise NotYourExtensionError
    pairs = [(header[1].lower(), header[2]) for header in headers if header is not None]
    lengths = [value.strip() for name, value in pairs if name in {"content-length", "l"}]
    # Behind the announced length Asterisk would read a second message
    if len(pairs) != len(lines) or lengths != [str(len(body.encode()))]:
        raise NotYourExtensionError
    if method[1] is not None:
        _check_sender(pairs, extension)


def _check_sender(pairs: list[tuple[str, str]], extension: str) -> None:
    senders = [_SENDER.findall(_QUOTED.sub("", value)) for name, value in pairs if name in {"from", "f"}]
    # Requests inside a call that Asterisk began carry our extension in From as well (RFC 3261, 12.2.1.1)
    if senders != [[extension]]:
        raise NotYourExtensionError
    names = [found for name, value in pairs if name in _CREDENTIALS for found in _USERNAME.findall(value)]
    if any(name != extension for name in names):
        raise NotYourExtensionError


class SipProxy:
    """One pair of sockets per page with a phone; of each session the newest few are kept."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open: dict[str, list[Callable[[], None]]] = {}

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

        kept = self._open.setdefault(session_key, [])
        kept.append(cut)
        if len(kept) > SOCKETS_MAX:
            kept.pop(0)()
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            cut()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            self._forget(session_key, cut)
        await _close(browser, results)
        return browser

    def _forget(self, session_key: str, cut: Callable[[], None]) -> None:
        kept = self._open.get(session_key, [])
        if cut in kept:
            kept.remove(cut)
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
