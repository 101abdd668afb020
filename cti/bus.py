"""Carries the floor's changes to whoever listens; the publisher never waits for a listener.

A *lossless* subscription (diary, recordings) keeps everything for as long as there is memory to spend on it: its queue
is watched, and a listener that falls behind raises an alarm. Only one that has stopped for hours (`MOST_HELD`) loses
what is new, since a process without memory would lose the calls as well. A *newest* subscription (browsers) has a small
bound: one change too many ends it with `Overflowed`, and its owner comes back for a snapshot.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from types import TracebackType

from cti.domain.facts import Change
from cti.errors import Overflowed

_log = logging.getLogger(__name__)
ALARM_LENGTH = 5_000
# Some 100 MB, the calls of a whole day of fifty agents.
MOST_HELD = 100_000


class Subscription:
    """An async iterator over changes; ends after `close`, once what was already queued is delivered."""

    def __init__(self, bus: "Bus", name: str, capacity: int, *, ends_when_full: bool) -> None:
        self.name = name
        self.dropped = 0
        self._ends_when_full = ends_when_full
        self._bus = bus
        self._capacity = capacity
        self._waiting: deque[Change] = deque()
        self._wake = asyncio.Event()
        self._closed = False
        self._overflowed = False

    @property
    def length(self) -> int:
        """How many changes the listener has not yet taken."""
        return len(self._waiting)

    def close(self) -> None:
        """Take no more changes; the iterator ends after the queued ones."""
        self._closed = True
        self._bus.forget(self)
        self._wake.set()

    def offer(self, change: Change) -> None:
        """Queue one change (the bus calls this)."""
        if len(self._waiting) < self._capacity:
            self._waiting.append(change)
            self._wake.set()
        elif self._ends_when_full:
            self._overflowed = True
            self._waiting.clear()
            self.close()
        else:
            # The oldest stay: they are the beginnings without which the rest cannot be written.
            self.dropped += 1
            if self.dropped & (self.dropped - 1) == 0:
                _log.error("Listener loses changes", extra={"listener": self.name, "dropped_in_all": self.dropped})

    def take_all(self) -> list[Change]:
        """Take what is queued now without waiting: for listeners that join what waits."""
        taken = list(self._waiting)
        self._waiting.clear()
        return taken

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Change:
        while not self._waiting:
            if self._overflowed:
                raise Overflowed(self.name)
            if self._closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._waiting.popleft()

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Bus:
    """One publisher, many listeners, in one process."""

    def __init__(
        self,
        alarm_length: int = ALARM_LENGTH,
        on_alarm: Callable[[str, int], None] | None = None,
        most_held: int = MOST_HELD,
    ) -> None:
        self._lossless: list[Subscription] = []
        self._newest: list[Subscription] = []
        self._most_held = most_held
        self._alarm_length = alarm_length
        self._alarm_at: dict[Subscription, int] = {}
        self._on_alarm = on_alarm

    def publish(self, change: Change) -> None:
        """Hand the change to every listener; returns at once."""
        for subscription in (*self._lossless, *self._newest):
            subscription.offer(change)
        for subscription in self._lossless:
            self._watch(subscription)

    def subscribe_lossless(self, name: str) -> Subscription:
        """Everything from now on; the queue grows while the listener is busy, up to `most_held` changes."""
        subscription = Subscription(self, name, self._most_held, ends_when_full=False)
        self._lossless.append(subscription)
        return subscription

    def subscribe_newest(self, name: str, capacity: int = 1024) -> Subscription:
        """Everything from now on, until the listener is `capacity` changes behind: then `Overflowed`."""
        subscription = Subscription(self, name, capacity, ends_when_full=True)
        self._newest.append(subscription)
        return subscription

    def lengths(self) -> dict[str, int]:
        """Queue length of each lossless listener, for the health page."""
        return {subscription.name: subscription.length for subscription in self._lossless}

    def forget(self, subscription: Subscription) -> None:
        """Stop publishing to it (a closing subscription calls this)."""
        for group in (self._lossless, self._newest):
            if subscription in group:
                group.remove(subscription)
        self._alarm_at.pop(subscription, None)

    def close(self) -> None:
        """End every subscription; lossless ones still deliver what they hold."""
        for subscription in (*self._lossless, *self._newest):
            subscription.close()

    def _watch(self, subscription: Subscription) -> None:
        # Alarms at 1x, 2x, 4x … of the limit, and again from 1x once the listener has caught up.
        limit = self._alarm_at.get(subscription, self._alarm_length)
        if subscription.length >= limit:
            self._alarm_at[subscription] = limit * 2
            _log.error(
                "Listener falls behind", extra={"listener": subscription.name, "queued_changes": subscription.length}
            )
            if self._on_alarm is not None:
                self._on_alarm(subscription.name, subscription.length)
        elif subscription.length < self._alarm_length // 2:
            self._alarm_at.pop(subscription, None)
