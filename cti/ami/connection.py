"""Keeps one AMI session up over TCP: drives `cti.ami.protocol`, reconnects, and never sends an action twice."""

import asyncio
import itertools
import logging
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from cti.ami.message import Message
from cti.ami.protocol import (
    ActionAnswered,
    ActionExpired,
    AmiProtocol,
    EventReceived,
    LoggedIn,
    SessionEvent,
    Times,
)
from cti.errors import ActionRefused, ActionTimedOut, CtiError, SwitchUnavailable

_log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
CONNECT_TIMEOUT_S = 5.0
MAX_EVENTS_WAITING = 20_000


@dataclass(frozen=True, slots=True)
class LinkUp:
    """Logged in; Asterisk may still be starting (wait for FullyBooted)."""


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The session is over; what was open has failed, and events were missed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Noted:
    """What the reader itself put into the stream, in its place among the rest."""

    note: object


LinkEvent = LinkUp | LinkDown | Noted | Message


@dataclass(frozen=True, slots=True)
class _Pending:
    name: str
    timeout_s: float
    answer: asyncio.Future[ActionAnswered]


class AmiConnection:
    """`run` keeps the link up; `next_event` gives what happens on it, in order; `post` and `call` send.

    A reader who falls behind by `max_events` loses the session, not events in silence: the snapshot after the
    reconnect puts everything right.
    """

    def __init__(
        self,
        host: str,
        port: int,
        username: str,
        secret: str,
        *,
        wanted: frozenset[str] | None = None,
        times: Times | None = None,
        max_events: int = MAX_EVENTS_WAITING,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._address = (host, port)
        self._username = username
        self._secret = secret
        self._wanted = wanted
        self._times = times or Times()
        self._max_events = max_events
        self._jitter = jitter
        self._pause_s = FIRST_PAUSE_S
        self._numbers = itertools.count(1)
        self._pending: dict[str, _Pending] = {}
        self._events: deque[LinkEvent] = deque()
        self._arrived = asyncio.Event()
        self._driver: _Driver | None = None

    async def run(self) -> None:
        """Connect, and connect again after every loss, until cancelled."""
        try:
            while True:
                await self._one_session()
                # Never the whole of it: with the login and the list, all is right again five seconds after a return.
                pause_s = self._pause_s * (0.5 + 0.35 * self._jitter())
                self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
                await asyncio.sleep(pause_s)
        finally:
            self.drop("closed")

    def settled(self) -> None:
        """The session proved useful: the next reconnect may be quick again."""
        self._pause_s = FIRST_PAUSE_S

    def drop(self, reason: str) -> None:
        """End the session now; `run` makes a new one."""
        if self._driver is not None:
            self._driver.end(reason)

    async def next_event(self, timeout_s: float | None = None) -> LinkEvent | None:
        """Return what happened next, None when nothing did within `timeout_s`."""
        while not self._events:
            self._arrived.clear()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._arrived.wait()
            except TimeoutError:
                return None
        return self._events.popleft()

    def note(self, note: object) -> None:
        """Put something of the reader's own behind what waits to be read."""
        self._put(Noted(note))

    def post(
        self, name: str, headers: tuple[tuple[str, str], ...] = (), timeout_s: float | None = None
    ) -> asyncio.Future[ActionAnswered]:
        """Send one action now and return its answer's future; SwitchUnavailable or UnsafeValue: nothing was sent."""
        driver = self._driver
        if driver is None:
            raise SwitchUnavailable("no link to Asterisk")
        action_id = f"c{next(self._numbers)}"
        patience_s = self._times.action_s if timeout_s is None else timeout_s
        driver.send(name, action_id, headers, patience_s)
        answer: asyncio.Future[ActionAnswered] = asyncio.get_running_loop().create_future()
        self._pending[action_id] = _Pending(name, patience_s, answer)
        return answer

    async def call(
        self, name: str, headers: tuple[tuple[str, str], ...] = (), timeout_s: float | None = None
    ) -> ActionAnswered:
        """Send one action and wait for its answer; ActionRefused with Asterisk's words, ActionTimedOut."""
        return await self.post(name, headers, timeout_s)

    async def _one_session(self) -> None:
        driver = _Driver(AmiProtocol(self._username, self._secret, _now_s(), self._times), self._take)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await asyncio.get_running_loop().create_connection(lambda: driver, *self._address)
        except (OSError, TimeoutError):
            _log.info("AMI not reachable")
            return
        self._driver = driver
        try:
            reason = await driver.over
        finally:
            driver.end("closed")
            self._driver = None
        _log.warning("AMI session over", extra={"reason": reason})
        self._fail_pending()
        self._put(LinkDown(reason))

    def _take(self, event: SessionEvent) -> None:
        match event:
            case EventReceived(message):
                if self._wanted is None or message.event in self._wanted:
                    self._put(message)
            case ActionAnswered(action_id):
                self._answered(action_id, event)
            case ActionExpired(action_id):
                pending = self._pending.pop(action_id)
                if not pending.answer.done():
                    pending.answer.set_exception(ActionTimedOut(pending.name, pending.timeout_s))
            case LoggedIn():
                self._put(LinkUp())

    def _answered(self, action_id: str, answered: ActionAnswered) -> None:
        pending = self._pending.pop(action_id)
        if pending.answer.done():
            return
        if answered.succeeded:
            pending.answer.set_result(answered)
        else:
            pending.answer.set_exception(ActionRefused(pending.name, answered.response.get("Message")))

    def _put(self, event: LinkEvent) -> None:
        if isinstance(event, Message) and len(self._events) >= self._max_events:
            # What waits is of the past now: a snapshot will follow.
            self._events = deque(each for each in self._events if not isinstance(each, Message))
            self.drop("events came faster than they were taken")
            return
        self._events.append(event)
        self._arrived.set()

    def _fail_pending(self) -> None:
        pending, self._pending = self._pending, {}
        for each in pending.values():
            if not each.answer.done():
                each.answer.set_exception(SwitchUnavailable(f"the link was lost while {each.name} was open"))


class _Driver(asyncio.Protocol):
    """Between one transport and one AmiProtocol; `over` gets the reason when the session has ended."""

    def __init__(self, session: AmiProtocol, take: Callable[[SessionEvent], None]) -> None:
        self._session = session
        self._take = take
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_s = 0.0
        self._loop = asyncio.get_running_loop()
        self.over: asyncio.Future[str] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker: TCP gives no other
        self._transport = transport
        self._arm()

    def data_received(self, data: bytes) -> None:
        self._step(lambda: self._session.receive_data(data, _now_s()))

    def connection_lost(self, exc: Exception | None) -> None:
        self.end("Asterisk closed the connection" if exc is None else type(exc).__name__)

    def send(self, name: str, action_id: str, headers: tuple[tuple[str, str], ...], timeout_s: float) -> None:
        """Write one action; its answer comes through `take`."""
        self._session.send_action(name, action_id, headers, _now_s(), timeout_s)
        self._flush()
        self._arm()

    def end(self, reason: str) -> None:
        """Leave without ceremony; the first reason counts."""
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()
        if not self.over.done():
            self.over.set_result(reason)

    def _tick(self) -> None:
        self._timer = None
        self._step(lambda: self._session.handle_time(_now_s()))
        self._arm()

    def _step(self, work: Callable[[], None]) -> None:
        if self.over.done():
            return
        problem = ""
        try:
            work()
        except CtiError as error:
            problem = str(error)
        # What came before the trouble still counts.
        for event in self._session.events_received():
            if self.over.done():
                return  # the reader gave the session up
            self._take(event)
        self._flush()
        if problem:
            self.end(problem)

    def _flush(self) -> None:
        data = self._session.data_to_send()
        if data and self._transport is not None:
            self._transport.write(data)

    def _arm(self) -> None:
        """Have a timer no later than the next deadline; one that fires early finds nothing to do."""
        due_s = self._session.next_deadline()
        if due_s is None or self.over.done():
            return
        if self._timer is not None:
            if self._timer_s <= due_s:
                return
            self._timer.cancel()
        self._timer_s = due_s
        self._timer = self._loop.call_at(due_s, self._tick)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
