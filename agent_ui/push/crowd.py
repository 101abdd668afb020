"""Browsers whose people see alike what is nobody's own: what may wait is kept once for all of them.

Of a hundred agents each would otherwise be told of every step of all the others, which is most of what push costs, and
the page that draws a hundred colleagues would draw its own call after them.
"""

import asyncio
from typing import Protocol

from agent_ui.push.protocol import BrowserCopy
from agent_ui.push.visibility import Viewer

# What may wait is told so much later, and in one message.
GATHER_S = 1.0
# So many are told in one turn of the loop: calls do not wait for hundreds of colleagues.
AT_ONCE = 20


class Browser(Protocol):
    """One connected page; `wake` says that its copy has something to send."""

    viewer: Viewer
    session_key: str
    copy: BrowserCopy

    def wake(self) -> None:
        """Send what waits."""

    def cut(self) -> None:
        """End it at once."""

    def end(self) -> None:
        """Send what waits, then close."""


class Crowd:
    """`viewer` is anybody of them, without a seat."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.members: dict[Browser, None] = {}  # in the order of their coming
        self._waiting: dict[str, bytes] = {}
        self._telling: dict[str, bytes] = {}
        # whose own a view is: they were told at once
        self._owners: dict[str, frozenset[int]] = {}
        self._left: list[Browser] = []
        self._timer: asyncio.Handle | None = None

    def keep(self, key: str, view: bytes, owners: frozenset[int]) -> None:
        """Tell it in a moment, except to the agents whose own it is."""
        self.drop(key)
        self._waiting[key] = view
        if owners:
            self._owners[key] = owners
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER_S, self._tell_in_turns)

    def drop(self, key: str) -> None:
        """There is something newer, which is told another way."""
        self._waiting.pop(key, None)
        self._telling.pop(key, None)
        self._owners.pop(key, None)

    def forget(self) -> None:
        """All of them get a snapshot, which is newer than whatever waits."""
        for key in [*self._waiting, *self._telling]:
            self.drop(key)

    def close(self) -> None:
        """Nobody is left to be told."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _gather(self) -> None:
        self.close()
        self._telling |= self._waiting
        self._waiting.clear()
        self._left = list(self.members)

    def _tell_in_turns(self) -> None:
        self._gather()
        self._next_turn()

    def _next_turn(self) -> None:
        self._timer = None
        self._tell_some()
        loop = asyncio.get_running_loop()
        if self._left:
            self._timer = loop.call_soon(self._next_turn)
        elif self._waiting:
            self._timer = loop.call_later(GATHER_S, self._tell_in_turns)

    def _tell_some(self) -> None:
        now, self._left = self._left[:AT_ONCE], self._left[AT_ONCE:]
        for browser in now:
            if browser in self.members:
                self._tell(browser)
        if not self._left:
            self._telling.clear()
            self._owners = {key: owners for key, owners in self._owners.items() if key in self._waiting}

    def _tell(self, browser: Browser) -> None:
        own = {key for key, owners in self._owners.items() if browser.viewer.agent_id in owners}
        views = {key: view for key, view in self._telling.items() if key not in own} if own else self._telling
        if not views:
            return
        browser.copy.change_all(views)
        wake_or_cut(browser)


def wake_or_cut(browser: Browser) -> None:
    """Something waits for it, or more than it is worth."""
    if browser.copy.overflowed:
        browser.cut()
    else:
        browser.wake()
