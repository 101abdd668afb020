"""One browser's socket: one reader, one writer, cut when it does not keep up."""

import asyncio
import logging

from aiohttp import WSCloseCode, WSMsgType, web

from agent_ui.push.hub import Hub
from agent_ui.push.protocol import ALIVE, Asked, BadMessageError, BrowserCopy, decode
from agent_ui.push.visibility import Viewer
from cti.clock import Clock

_log = logging.getLogger(__name__)
HEARTBEAT_S = 10.0
# What colleagues and queues do is shown to an agent so much later, and in one message: of a hundred agents each would
# otherwise be told of every step of all the others, which is most of what push costs.
GATHER_S = 0.25
# A page sees no pings: this is how it knows within seconds that its network is away.
ALIVE_EVERY_S = 4.0
RESYNC_MAX_PER_CONNECTION = 200


class Connection:
    """Lives as long as the socket. A send that stalls ends it by abort: a time-out alone would go on buffering."""

    def __init__(self, request: web.Request, viewer: Viewer, session_key: str, limit: int, stall_s: float) -> None:
        self.viewer = viewer
        self.session_key = session_key
        self.copy = BrowserCopy(viewer.agent_id, limit)
        self._request = request
        self._stall_s = stall_s
        # pings come from here: a page's own timers are throttled in the background
        self._socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=65_536, compress=False)
        self._wake = asyncio.Event()
        self._soon: asyncio.TimerHandle | None = None
        self._ending = False
        self._resyncs = 0

    def wake(self) -> None:
        """Send what waits."""
        self._wake.set()

    def wake_soon(self) -> None:
        """Send what waits in a moment, unless something urgent takes it along before."""
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(GATHER_S, self._wake.set)

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
        hub.join(self)
        try:
            async with asyncio.TaskGroup() as group:
                writer = group.create_task(self._write(clock), name="push writer")
                try:
                    await self._read(hub)
                finally:
                    writer.cancel()
        finally:
            hub.leave(self)
            self._cancel_soon()
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

    def _cancel_soon(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None

    async def _write(self, clock: Clock) -> None:
        try:
            while True:
                self._wake.clear()
                self._cancel_soon()
                while (text := self.copy.next_message(clock.now())) is not None:
                    async with asyncio.timeout(self._stall_s):
                        await self._socket.send_str(text)
                if self._ending:
                    await self._socket.close(code=WSCloseCode.GOING_AWAY, message=b"session over")
                    return
                if not await self._woken():
                    async with asyncio.timeout(self._stall_s):
                        await self._socket.send_str(ALIVE)
        except TimeoutError:
            _log.warning("Push connection cut: it does not read", extra={"user_id": self.viewer.user_id})
            self.cut()
        except ConnectionError:
            self.cut()

    async def _woken(self) -> bool:
        try:
            async with asyncio.timeout(ALIVE_EVERY_S):
                await self._wake.wait()
        except TimeoutError:
            return False
        return True
