"""A customer's coroutine as the floor sees it: what it tells, and the orders that wait for it."""

import asyncio
import logging
from collections import deque
from typing import Protocol

from cti.domain.commands import LineCommand
from cti.domain.events import CallEvent, CallLeft, CallQueued, CallRated, CallRecognised, Event, JoinEnded
from cti.domain.values import EndReason, NoRecording
from cti.errors import CallerGone

_log = logging.getLogger(__name__)
# A talk leaves one or two behind: so many are only there when the coroutine is stuck.
MOST_ORDERS = 100


class Exchange(Protocol):
    """What a line needs of the telephony."""

    def step(self, event: Event) -> None:
        """Take one decision; raises `Refused`."""

    def line_ended(self, line: "Line", event: Event) -> None:
        """The coroutine is over."""

    def position(self, call_id: str) -> tuple[int, float | None] | None:
        """Place in line and expected wait."""


class Line:
    """Belongs to the task that opened it: when that task is over without `close`, the call ends as failed.

    Once the call is over on the floor (the caller hung up, or a newer coroutine took the call), every method but
    `close` and `position` raises `CallerGone`.
    """

    def __init__(self, call_id: str, exchange: Exchange) -> None:
        self.call_id = call_id
        self._exchange = exchange
        self._orders: deque[LineCommand] = deque(maxlen=MOST_ORDERS)
        self._wake = asyncio.Event()
        self._over = False
        self._cause = 16
        self._owner = asyncio.current_task()
        if self._owner is not None:
            self._owner.add_done_callback(self._vanished)

    async def tell(self, event: CallEvent) -> None:
        """Report something that happened to this call; raises `Refused`."""
        self._check()
        self._exchange.step(event)

    async def queue(
        self, queue_id: int, priority: int = 0, language: str = "zh", *, no_recording: NoRecording | None = None
    ) -> None:
        """Stand in line; `Refused("unknown_queue")` if an administrator removed it."""
        await self.tell(CallQueued(self.call_id, queue_id, priority, language, no_recording))

    async def recognise(
        self, customer_id: int | None, name: str = "", agent_id: int | None = None, level: str = ""
    ) -> None:
        """Say who it is, whose customer, and of which level."""
        await self.tell(CallRecognised(self.call_id, customer_id, name, agent_id, level))

    async def rate(self, score: int) -> None:
        """The caller said how it was, from 1 to 5."""
        await self.tell(CallRated(self.call_id, score))

    async def join_ended(self, leg_id: str, succeeded: bool) -> None:
        """`Bridge` came back and the customer is still there; the next order says how it goes on."""
        await self.tell(JoinEnded(self.call_id, leg_id, succeeded))

    async def next_order(self, timeout_s: float | None = None) -> LineCommand | None:
        """Wait for the floor's next order; None after `timeout_s` without one."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self._orders:
                    self._check()
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError:
            return None
        self._check()
        return self._orders.popleft()

    def position(self) -> tuple[int, float | None] | None:
        """Place in line (1 is next) and expected wait in seconds if it can be told; None when not waiting."""
        return self._exchange.position(self.call_id)

    async def close(self, reason: EndReason | None = None, cause: int = 16, *, cut_off: bool = False) -> None:
        """The coroutine is over; `reason` None means that the caller hung up. Safe to call twice.

        `cut_off`: the connection broke without a word, and whether the caller is there the switch must say.
        """
        self._end(reason, cause, cut_off=cut_off)

    def give(self, order: LineCommand) -> None:
        """Put an order into the mailbox (only the telephony calls this); one too many pushes out the oldest.

        What the floor ordered last is how it sees the call now.
        """
        if len(self._orders) == MOST_ORDERS:
            _log.error("Order lost", extra={"call_id": self.call_id, "order": type(self._orders[0]).__name__})
        self._orders.append(order)
        self._wake.set()

    def cut(self, cause: int = 16) -> None:
        """The call is over or has a newer line (only the telephony calls this)."""
        self._over = True
        self._cause = cause
        self._wake.set()

    def _check(self) -> None:
        if self._over:
            raise CallerGone(self._cause)

    def _end(self, reason: EndReason | None, cause: int, *, cut_off: bool = False) -> None:
        if self._owner is not None:
            self._owner.remove_done_callback(self._vanished)
        if not self._over:
            self.cut(cause)
            self._exchange.line_ended(self, CallLeft(self.call_id, reason, cause, cut_off))

    def _vanished(self, owner: "asyncio.Task[object]") -> None:
        error = None if owner.cancelled() else owner.exception()
        if isinstance(error, CallerGone):
            self._end(None, error.cause, cut_off=error.cut_off)
        else:
            self._end(EndReason.FAILED, 16)
