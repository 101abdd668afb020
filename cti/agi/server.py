"""The FastAGI port: one handler per customer's leg, and nothing that a stray connection could break."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable

from cti.agi.session import AgiSession
from cti.errors import CallerGone, RemoteProtocolError

_log = logging.getLogger(__name__)

AgiHandler = Callable[[AgiSession], Awaitable[None]]


class AgiServer:
    """Listens for Asterisk.

    With a `secret`, only who names it in the request is Asterisk (`agi://…/call/<secret>`): a loopback port is open to
    every program of the machine, and a session may do what a caller's channel may.

    When a handler returns, fails or is stopped, the connection closes and the dialplan goes on: it looks at what the
    handler left in channel variables, so a failure needs no message.
    """

    def __init__(
        self,
        host: str,
        port: int,
        handler: AgiHandler,
        *,
        secret: str | None = None,
        max_sessions: int = 1000,
        environment_timeout_s: float = 5.0,
    ) -> None:
        self._host = host
        self._port = port
        self._handler = handler
        self._script = None if secret is None else f"call/{secret}".encode()
        self._max_sessions = max_sessions
        self._environment_timeout_s = environment_timeout_s
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port that is really open, for a server that asked for port 0."""
        if self._server is None:
            return self._port
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def sessions(self) -> int:
        """How many legs are being handled."""
        return len(self._running)

    async def start(self) -> None:
        """Open the port; OSError when it is taken."""
        self._server = await asyncio.start_server(self._connected, self._host, self._port)

    async def aclose(self, grace_s: float = 0.0) -> None:
        """Take no more legs, give the running handlers `grace_s`, then stop them (callers stay in the dialplan)."""
        if self._server is None:
            return
        self._server.close()
        running = set(self._running)
        if running and grace_s > 0:
            _, running = await asyncio.wait(running, timeout=grace_s)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        await self._server.wait_closed()
        self._server = None

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._running) >= self._max_sessions:
            _log.warning("AGI session refused", extra={"sessions": len(self._running)})
            writer.close()
            return
        self._running.add(task)
        session = AgiSession(writer.write)
        try:
            async with asyncio.TaskGroup() as group:
                pump = group.create_task(self._pump(reader, session))
                await self._handle(session)
                pump.cancel()
        except asyncio.CancelledError:
            # asyncio.start_server would report the cancellation of its own task as a failure.
            _log.info("AGI session stopped")
        finally:
            self._running.discard(task)
            writer.close()

    async def _pump(self, reader: asyncio.StreamReader, session: AgiSession) -> None:
        try:
            while data := await reader.read(65536):
                session.feed(data)
        except RemoteProtocolError as error:
            _log.warning("AGI peer broke the rules", extra={"problem": str(error)})
        except OSError:
            _log.debug("AGI connection lost")
        finally:
            session.feed_eof()

    async def _handle(self, session: AgiSession) -> None:
        try:
            async with asyncio.timeout(self._environment_timeout_s):
                await session.begin()
        except (CallerGone, TimeoutError):
            _log.debug("AGI connection without an environment")
            return
        if not self._knows_secret(session):
            _log.warning("AGI session refused: it does not name the secret; is the dialplan an older one?")
            return
        # After a standstill calls lie here that the dialplan's guard took back long ago, beginning and end both yet to
        # be read. They are no arrivals: what we made of them would stand beside the true call.
        await asyncio.sleep(0)
        if session.is_gone:
            _log.info("AGI session was given up before it was read")
            return
        try:
            await self._handler(session)
        except CallerGone:
            _log.debug("caller gone")
        except Exception:
            _log.exception("AGI handler failed")

    def _knows_secret(self, session: AgiSession) -> bool:
        script = session.variables.get("agi_network_script", "").encode()
        return self._script is None or hmac.compare_digest(script, self._script)
