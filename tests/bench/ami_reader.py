"""A plain AMI reader of the bench's own: keeps the raw stream, and gives events with Asterisk's own time stamps."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from cti.asterisk.layout import LOOPBACK, InstanceSettings

Event = dict[str, str]
_PATIENCE_S = 10.0


class Manager:
    """`raw` is everything that came since the login, byte for byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self.raw = bytearray()

    def send(self, action: str, **headers: str) -> None:
        """Send an action; nobody waits for its answer."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(f"Action: {action}\r\n{lines}\r\n".encode())

    async def read(self) -> None:
        """Read until the connection ends."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                frame = await self._reader.readuntil(b"\r\n\r\n")
                self.raw += frame
                lines = frame.decode(errors="replace").split("\r\n")
                event = {name: value for name, _, value in (line.partition(": ") for line in lines)}
                if "Event" in event:
                    self._events.put_nowait(event)

    async def next(self, wanted: Callable[[Event], bool]) -> Event:
        """Return the next event that is wanted; those before it are gone."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                event = await self._events.get()
                if wanted(event):
                    return event


@contextlib.asynccontextmanager
async def manager(switch: InstanceSettings) -> AsyncIterator[Manager]:
    """Log in as Callroom's reader does, with its rights and its event filter: it may order nothing."""
    async with _session(switch, switch.ami_events_user, switch.secrets.ami_events_secret) as ours:
        yield ours


@contextlib.asynccontextmanager
async def orderer(switch: InstanceSettings) -> AsyncIterator[Manager]:
    """Log in as Callroom's writer does: it is told of no event."""
    async with _session(switch, switch.ami_user, switch.secrets.ami_secret) as ours:
        yield ours


@contextlib.asynccontextmanager
async def _session(switch: InstanceSettings, user: str, secret: str) -> AsyncIterator[Manager]:
    reader, writer = await asyncio.open_connection(LOOPBACK, switch.ami_port)
    await reader.readline()
    ours = Manager(reader, writer)
    ours.send("Login", Username=user, Secret=secret)
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(ours.read())
        try:
            yield ours
        finally:
            reading.cancel()
            writer.close()
