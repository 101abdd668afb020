"""Two AMI sessions as one: a reader that is sent every event and may order nothing, a writer for orders and lists.

Each has a user of its own in manager.conf, so neither can do the other's work.

**Why a list from the writer and events from the reader still make one truth.** Whoever asks for a list has the reader
up and its events waiting before the question goes out, and takes them after the answer. So what happened after the
list was made is told after it, and what happened before is told once more, in its order and to its end: as with one
session, where Asterisk too writes lists past the events that are still queued. A reader that was lost meanwhile says
so behind the list, and a new one follows. The sessions live and die together: without the writer, nobody may believe
that orders are carried out.
"""

import asyncio
from dataclasses import dataclass, field

from cti.ami.connection import CONNECT_TIMEOUT_S, MAX_EVENTS_WAITING, AmiConnection, LinkDown, LinkEvent, LinkUp
from cti.ami.protocol import ActionAnswered, Times
from cti.errors import SwitchUnavailable
from cti.tasks import TaskSet

_NO_EVENTS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Login:
    """An AMI user."""

    user: str
    secret: str = field(repr=False)


class AmiLinks:
    """What `AmiConnection` offers, over two of them; SwitchUnavailable while the writer is away."""

    def __init__(
        self,
        address: tuple[str, int],
        reader: Login,
        writer: Login,
        *,
        wanted: frozenset[str],
        times: Times | None = None,
        max_events: int = MAX_EVENTS_WAITING,
    ) -> None:
        self._reader = AmiConnection(
            *address, reader.user, reader.secret, wanted=wanted, times=times, max_events=max_events
        )
        self._writer = AmiConnection(*address, writer.user, writer.secret, wanted=_NO_EVENTS, times=times)
        self._writer_up = asyncio.Event()

    async def run(self) -> None:
        """Keep both up until cancelled."""
        tasks = TaskSet()
        try:
            tasks.start(self._writer.run(), name="ami-writer")
            tasks.start(self._watch_writer(), name="ami-writer-watch")
            await self._reader.run()
        finally:
            await tasks.aclose()

    async def _watch_writer(self) -> None:
        while True:
            match await self._writer.next_event():
                case LinkUp():
                    self._writer_up.set()
                case LinkDown(reason):
                    self._writer_up.clear()
                    self._reader.drop(f"the writer was lost: {reason}")

    async def next_event(self, timeout_s: float | None = None) -> LinkEvent | None:
        """Return what the reader was told next, None when nothing came within `timeout_s`."""
        return await self._reader.next_event(timeout_s)

    def note(self, note: object) -> None:
        """Put something of one's own behind what waits to be read."""
        self._reader.note(note)

    def settled(self) -> None:
        """The sessions proved useful: the next reconnect may be quick again."""
        self._reader.settled()
        self._writer.settled()

    def drop(self, reason: str) -> None:
        """End both sessions now; new ones are made."""
        self._reader.drop(reason)
        self._writer.drop(reason)

    def post(
        self, name: str, headers: tuple[tuple[str, str], ...] = (), timeout_s: float | None = None
    ) -> asyncio.Future[ActionAnswered]:
        """Send one action now, as AmiConnection does."""
        return self._writer.post(name, headers, timeout_s)

    async def call(
        self, name: str, headers: tuple[tuple[str, str], ...] = (), timeout_s: float | None = None
    ) -> ActionAnswered:
        """Send one action, when need be after the writer's login, and wait for its answer."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self._writer_up.wait()
        except TimeoutError:
            raise SwitchUnavailable("the writing user is not logged in") from None
        return await self._writer.call(name, headers, timeout_s)
