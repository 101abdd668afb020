"""The door's process: takes browsers' SIP sockets, by ticket, and asks the main process while that is there."""

import asyncio
import contextlib
import itertools
import logging
import os
import time

from aiohttp import web

from agent_ui.http_server import server_options
from agent_ui.phones.control import (
    LINE_MAX_BYTES,
    Answered,
    CloseDoor,
    DoorOpen,
    MayHave,
    SessionOver,
    decode,
    encode,
)
from agent_ui.phones.place import DoorPlace
from agent_ui.phones.ticket import Ticket, is_from_our_page, read_ticket, ticket_cookie
from agent_ui.sip import SipProxy
from agent_ui.tls import TlsFiles

_log = logging.getLogger(__name__)
# A main process that hangs must not keep an agent's phone out.
ANSWER_LIMIT_S = 1.5
LOOK_EVERY_S = 5.0
REVOKED_MAX = 100_000


class Door:
    """`run` serves until it is told to close, or its home folder is gone."""

    def __init__(self, place: DoorPlace) -> None:
        self._place = place
        self._proxy = SipProxy(place.asterisk_url)
        self._over = asyncio.Event()
        self._main: asyncio.StreamWriter | None = None
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[bool]] = {}
        self._open: dict[tuple[str, str], int] = {}
        self._revoked: dict[str, None] = {}

    async def run(self) -> None:
        """Open both, the phones' port and the control socket; OSError when the port is somebody else's."""
        place = self._place
        app = web.Application()
        app.router.add_get("/sip", self._sip)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1, handler_cancellation=True, **server_options())
        await runner.setup()
        try:
            tls = TlsFiles.named(place.tls_cert, place.tls_key)
            context = None if tls is None else tls.context()
            await web.TCPSite(runner, place.host, place.port, reuse_address=True, ssl_context=context).start()
            place.socket.unlink(missing_ok=True)
            control = await asyncio.start_unix_server(self._talk, place.socket, limit=LINE_MAX_BYTES)
            place.socket.chmod(0o600)
            async with control, asyncio.TaskGroup() as group:
                watching = [group.create_task(self._watch_home())]
                if tls is not None:
                    watching.append(group.create_task(tls.watch()))
                await self._over.wait()
                for task in watching:
                    task.cancel()
                if self._main is not None:
                    self._main.close()
        finally:
            await runner.cleanup()

    async def _watch_home(self) -> None:
        """An installation that was deleted, or has another door by now, needs this one no more."""
        mine = self._place.socket.stat().st_ino
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if self._place.socket.stat().st_ino == mine:
                    continue
            except OSError:
                _log.info("Home folder is gone")
            self._over.set()
            return

    # --- browsers ---

    async def _sip(self, request: web.Request) -> web.StreamResponse:
        place = self._place
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        if not is_from_our_page(origin, host, place.secure, place.page_port, place.public_origin):
            return _refusal(403, "foreign_origin", "This request does not come from Callroom's own pages.")
        ticket = read_ticket(request.cookies.get(ticket_cookie(place.secure), ""), place.key, time.time())
        if ticket is None or ticket.session_key in self._revoked:
            return _refusal(401, "not_signed_in", "Sign in first.")
        if not web.WebSocketResponse(protocols=["sip"]).can_prepare(request).ok:
            return _refusal(400, "websocket_expected", "This address speaks WebSocket only.")
        if not await self._is_allowed(ticket):
            return _refusal(403, "not_allowed", "This session has no such phone any more.")
        return await self._serve(request, ticket)

    async def _serve(self, request: web.Request, ticket: Ticket) -> web.StreamResponse:
        who = (ticket.session_key, ticket.extension)
        self._open[who] = self._open.get(who, 0) + 1
        try:
            return await self._proxy.serve(request, ticket.extension, ticket.session_key)
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]

    async def _is_allowed(self, ticket: Ticket) -> bool:
        """Ask the main process; while it is away or hangs, the ticket's word counts."""
        if self._main is None:
            return True
        number = next(self._numbers)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        self._main.write(encode(MayHave(number, ticket.session_key, ticket.extension)))
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                allowed: bool = await answer
                return allowed
        except TimeoutError:
            return True
        finally:
            del self._asked[number]

    # --- the main process ---

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The newest main process counts: an older one is dead, or about to be."""
        if self._main is not None:
            self._main.close()
        self._main = writer
        writer.write(encode(DoorOpen(os.getpid(), self._place.fingerprint)))
        for session_key, extension in self._open:
            writer.write(encode(MayHave(0, session_key, extension)))
        with contextlib.suppress(ConnectionError, ValueError):
            while line := await reader.readline():
                self._hear(line)
        if self._main is writer:
            self._main = None
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_result(True)
        writer.close()

    def _hear(self, line: bytes) -> None:
        match decode(line):
            case Answered(number, allowed):
                answer = self._asked.get(number)
                if answer is not None and not answer.done():
                    answer.set_result(allowed)
            case SessionOver(session_key):
                self._revoked[session_key] = None
                if len(self._revoked) > REVOKED_MAX:
                    del self._revoked[next(iter(self._revoked))]
                self._proxy.end_session(session_key)
            case CloseDoor():
                self._over.set()


def _refusal(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message, "fields": []}}, status=status)
