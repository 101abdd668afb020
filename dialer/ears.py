"""What is heard on lines before somebody answers: a listener for each dialing, and what it said last."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dialer.listening.listener import LineListener
from dialer.listening.server import ListeningServer
from dialer.listening.shelf import Shelf, shipped_plans
from dialer.listening.words import LineVerdict, Phase


class Ears:
    """Of one process; `folder` holds the operator's library, which is read when it opens."""

    def __init__(self, folder: Path) -> None:
        self._shelf = Shelf(folder)
        self._server = ListeningServer()
        self._heard: dict[str, LineVerdict | None] = {}

    @property
    def port(self) -> int:
        """Where Asterisk brings sound to; 0 while nobody listens."""
        return self._server.port

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen until the end of the block."""
        self._index, self._plans = self._shelf.build().index, shipped_plans()
        async with self._server.running():
            yield

    def expect(self, attempt_id: str) -> None:
        """This number is dialed: it may bring sound. Without room for it nobody listens."""
        if self.port:
            listener = LineListener(Phase.EARLY, self._index, self._plans)
            if self._server.expect(attempt_id, listener, self._hear):
                self._heard[attempt_id] = None

    def _hear(self, attempt_id: str, verdict: LineVerdict, _is_last: bool) -> None:
        if attempt_id in self._heard:
            self._heard[attempt_id] = verdict

    def answered(self, attempt_id: str) -> None:
        """Somebody is there, or something: what was heard before says nothing of them, and no more is listened to."""
        self._server.forget(attempt_id)
        self._heard.pop(attempt_id, None)

    def end(self, attempt_id: str) -> LineVerdict | None:
        """It is over: return what was heard on it, None for nothing."""
        self._server.forget(attempt_id)
        return self._heard.pop(attempt_id, None)
