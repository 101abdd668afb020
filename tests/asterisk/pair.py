"""A real Asterisk for Callroom and a real one as carrier, on free ports, for tests that need them."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cti.asterisk.configure import configure, configure_pstn
from cti.asterisk.install import install, require_tool
from cti.asterisk.instance import Instance
from cti.asterisk.layout import CARRIER, LOOPBACK, InstanceSettings, PstnSettings, callroom_settings, pstn_settings
from cti.asterisk.program import Program
from cti.asterisk.secrets import AsteriskSecrets
from cti.asterisk.voice import Voice
from tests import spoken
from tests.prefix import cached_prefix

RTP_PORTS = 400


def _is_free(host: str, port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def free_base_port() -> int:
    """Different for each worker of pytest-xdist and each process; below the kernel's own range (32768)."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for attempt in range(400):
        base = 20000 + (worker * 997 + os.getpid() * 37 + attempt * 20) % 3000
        if all(_is_free(CARRIER if part == 14 else LOOPBACK, base + part) for part in range(16)):
            return base
    raise RuntimeError("no free ports")


@dataclass
class Pair:
    """Both instances; `home` is a CALLROOM_HOME."""

    home: Path
    base_port: int
    settings: InstanceSettings
    pstn_settings: PstnSettings
    program: Program
    switch: Instance
    pstn: Instance
    prefix: Path

    async def start(self) -> None:
        await self.switch.start()
        await self.pstn.start()

    async def stop(self) -> None:
        await self.pstn.stop()
        await self.switch.stop()

    async def channels(self) -> list[list[str]]:
        """Callroom's channels: name, context, extension, priority, state, application..."""
        answer = await self.switch.command("core show channels concise")
        return [line.split("!") for line in answer.splitlines() if "!" in line]

    async def hang_up_all(self) -> None:
        for instance in (self.pstn, self.switch):
            await instance.command("channel request hangup all")

        async def nobody() -> bool:
            return not await self.channels()

        await eventually(nobody, 5, "all channels gone")


def build_pair(home: Path) -> Pair:
    prefix = cached_prefix()
    program = install(prefix, print)
    base = free_base_port()
    secrets = AsteriskSecrets.generate()
    rtp = 23000 + (base - 20000) % 3000 // 2 * 6  # 23000..32000, even: RTP and RTCP are a pair
    settings = replace(callroom_settings(home, base, secrets), rtp_first=rtp, rtp_last=rtp + RTP_PORTS)
    pstn = replace(pstn_settings(home, base, secrets), rtp_first=rtp, rtp_last=rtp + RTP_PORTS)
    voice = Voice(require_tool(prefix, "espeak-ng"), require_tool(prefix, "ffmpeg"))
    turn = spoken.take(home)
    configure(settings, program, voice)
    configure_pstn(pstn, program, voice)
    spoken.give(home, turn)
    return Pair(
        home, base, settings, pstn, program, Instance(program, settings.layout), Instance(program, pstn.layout), prefix
    )


@contextlib.contextmanager
def running_pair(home: Path) -> Iterator[Pair]:
    """For session fixtures: own event loop, everything stopped afterwards."""
    pair = build_pair(home)
    asyncio.run(pair.start())
    try:
        yield pair
    finally:
        asyncio.run(pair.stop())


async def eventually(check: Callable[[], Awaitable[object]], timeout_s: float, what: str) -> float:
    """Poll a real system; return the seconds it took."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    while not await check():
        if loop.time() - begin > timeout_s:
            raise AssertionError(f"not within {timeout_s} s: {what}")
        await asyncio.sleep(0.1)
    return loop.time() - begin


class Ami:
    """A plain AMI peer of the tests, independent of the code under test: both users as one; keeps every event."""

    def __init__(self) -> None:
        self.events: list[dict[str, str]] = []
        self._arrived = asyncio.Condition()
        self._answers: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._writer: asyncio.StreamWriter | None = None

    async def action(self, name: str, *headers: tuple[str, str]) -> dict[str, str]:
        assert self._writer is not None
        lines = [("Action", name), *headers]
        self._writer.write(("".join(f"{k}: {v}\r\n" for k, v in lines) + "\r\n").encode())
        async with asyncio.timeout(30):
            return await self._answers.get()

    async def event(self, timeout_s: float, **wanted: str) -> dict[str, str]:
        """Return the first event, old or new, with these headers."""
        seen = 0
        async with asyncio.timeout(timeout_s), self._arrived:
            while True:
                for message in self.events[seen:]:
                    if wanted.items() <= message.items():
                        return message
                seen = len(self.events)
                await self._arrived.wait()

    async def follow(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                frame = (await reader.readuntil(b"\r\n\r\n")).decode(errors="replace")
                message = {k: v for k, _, v in (line.partition(": ") for line in frame.split("\r\n")) if k}
                if "Response" in message and "Event" not in message:
                    self._answers.put_nowait(message)
                    continue
                async with self._arrived:
                    self.events.append(message)
                    self._arrived.notify_all()

    @contextlib.asynccontextmanager
    async def logged_in(self, settings: InstanceSettings, user: str, events: str) -> AsyncIterator[None]:
        secrets = settings.secrets
        secret = secrets.ami_secret if user == settings.ami_user else secrets.ami_events_secret
        reader, writer = await asyncio.open_connection(LOOPBACK, settings.ami_port)
        await reader.readline()
        login = {"Action": "Login", "Username": user, "Secret": secret, "Events": events}
        writer.write(("".join(f"{k}: {v}\r\n" for k, v in login.items()) + "\r\n").encode())
        assert b"Response: Success" in await reader.readuntil(b"\r\n\r\n")
        self._writer = writer
        following = asyncio.ensure_future(self.follow(reader))
        try:
            yield
        finally:
            following.cancel()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


@contextlib.asynccontextmanager
async def ami_of(settings: InstanceSettings, events: str = "on", writes: str = "writer") -> AsyncIterator[Ami]:
    """Events from the one user, actions to the other; `writes="reader"` sends the actions as the events user."""
    peer = Ami()
    async with contextlib.AsyncExitStack() as stack:
        if events == "on" or writes == "reader":
            await stack.enter_async_context(peer.logged_in(settings, settings.ami_events_user, events))
        if writes == "writer":
            await stack.enter_async_context(peer.logged_in(settings, settings.ami_user, "off"))
        yield peer


class AgiPeer:
    """One FastAGI session as a test plays it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.env: dict[str, str] = {}

    async def read_env(self) -> None:
        while line := (await self.reader.readline()).decode().strip():
            key, _, value = line.partition(": ")
            self.env[key] = value

    async def __call__(self, command: str) -> str:
        self.writer.write(f"{command}\n".encode())
        return (await self.reader.readline()).decode().strip()

    async def get(self, expression: str) -> str:
        answer = await self(f'GET FULL VARIABLE "${{{expression}}}"')
        return answer.partition("(")[2][:-1]


@contextlib.asynccontextmanager
async def agi_server(port: int, talk: Callable[[AgiPeer], Awaitable[None]]) -> AsyncIterator[list[AgiPeer]]:
    """Be Callroom's FastAGI server for a while; yields the sessions that came."""
    came: list[AgiPeer] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = AgiPeer(reader, writer)
        came.append(peer)
        try:
            await peer.read_env()
            await talk(peer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, port)
    try:
        yield came
    finally:
        server.close()
        for peer in came:
            peer.writer.close()
