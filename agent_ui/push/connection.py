"""One browser's socket: one reader, one writer, cut when it does not keep up."""

import asyncio
import logging
from contextvars import Context

from aiohttp import WSCloseCode, WSMsgType, web

from agent_ui.push.hub import Hub
from agent_ui.push.protocol import ALIVE, Asked, BadMessageError, BrowserCopy, decode, text_frame
from agent_ui.push.visibility import Viewer
from cti.clock import Clock, SystemClock

_log = logging.getLogger(__name__)
HEARTBEAT_S = 10.0
# A page sees no pings: this is how it knows within seconds that its network is away.
ALIVE_EVERY_S = 4.0
RESYNC_MAX_PER_CONNECTION = 200
# One for all: to copy the present one for each message costs as much as the message.
_NO_CONTEXT = Context()


class Connection:
    """Lives as long as the socket. A send that stalls ends it by abort: a time-out alone would go on buffering.

    A browser that keeps up is told at once: no task wakes, no timer is set. Only while bytes of before are still in the
    transport's buffer does the writer's task take over, which waits, and for no longer than `stall_s`.
    """

    def __init__(self, request: web.Request, viewer: Viewer, session_key: str, limit: int, stall_s: float) -> None:
        self.viewer = viewer
        self.session_key = session_key
        self.copy = BrowserCopy(viewer.agent_id, limit)
        self._request = request
        self._stall_s = stall_s
        # pings come from here: a page's own timers are throttled in the background
        self._socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=65_536, compress=False)
        self._loop = asyncio.get_running_loop()
        self._now = SystemClock().now
        self._wake = asyncio.Event()
        self._alive: asyncio.TimerHandle | None = None
        self._spoke_s = 0.0
        self._is_due = False
        self._writer_has_it = True
        self._ending = False
        self._resyncs = 0

    def wake(self) -> None:
        """Send what waits, at the end of this turn of the loop: several changes go together."""
        if not self._is_due:
            self._is_due = True
            self._loop.call_soon(self._say, context=_NO_CONTEXT)

    def _say(self) -> None:
        self._is_due = False
        while self.copy.waits or self._ending:
            transport = self._free_transport()
            if transport is None:
                self._wake.set()
                return
            if (text := self.copy.next_message(self._now())) is not None:
                transport.write(text_frame(text))
                self._spoke_s = self._loop.time()

    def _free_transport(self) -> asyncio.Transport | None:
        transport = self._request.transport
        if self._writer_has_it or self._ending or transport is None or transport.is_closing():
            return None
        return None if transport.get_write_buffer_size() else transport

    def _say_alive(self) -> None:
        now_s = self._loop.time()
        if now_s - self._spoke_s >= ALIVE_EVERY_S and (transport := self._free_transport()) is not None:
            transport.write(text_frame(ALIVE))
            self._spoke_s = now_s
        # who cannot be told has more to read already; who is gone answers no ping
        wait_s = max(ALIVE_EVERY_S / 4, self._spoke_s + ALIVE_EVERY_S - now_s)
        self._alive = self._loop.call_later(wait_s, self._say_alive)

    def end(self) -> None:
        """Send what waits, then close."""
        self._ending = True
        self._wake.set()

    def cut(self) -> None:
        """End it at once, whatever is in its buffers."""
        self._ending = True
        self._wake.set()
        if self._request.transport is not None:
            self._request.transport.abort()

    async def serve(self, hub: Hub, clock: Clock) -> web.WebSocketResponse:
        """Stay until either side ends it."""
        await self._socket.prepare(self._request)
        self._now = clock.now
        self._spoke_s = self._loop.time()
        self._say_alive()
        hub.join(self)
        try:
            async with asyncio.TaskGroup() as group:
                writer = group.create_task(self._write(), name="push writer")
                try:
                    await self._read(hub)
                finally:
                    writer.cancel()
        finally:
            hub.leave(self)
            self._writer_has_it = True
            if self._alive is not None:
                self._alive.cancel()
        return self._socket

    async def _read(self, hub: Hub) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                asked = decode(message.data)
            except BadMessageError:
                await self._socket.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"not understood")
                return
            if asked is Asked.CLAIM:
                hub.claim(self)
            elif self._resyncs < RESYNC_MAX_PER_CONNECTION:
                self._resyncs += 1
                hub.resync(self)
            else:
                await self._socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"too many resyncs")

    async def _write(self) -> None:
        try:
            while True:
                self._wake.clear()
                self._writer_has_it = True
                while (text := self.copy.next_message(self._now())) is not None:
                    async with asyncio.timeout(self._stall_s):
                        await self._socket.send_frame(text, WSMsgType.TEXT)
                    self._spoke_s = self._loop.time()
                self._writer_has_it = False
                if self._ending:
                    await self._socket.close(code=WSCloseCode.GOING_AWAY, message=b"session over")
                    return
                await self._wake.wait()
        except TimeoutError:
            _log.warning("Push connection cut: it does not read", extra={"user_id": self.viewer.user_id})
            self.cut()
        except ConnectionError:
            self.cut()
