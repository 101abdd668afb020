"""What is heard on lines that are dialed: a listener for each, and what the floor is told of it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from cti.domain.attempt_words import LineHopeless, MachineAnswered, MachineStep
from cti.domain.values import EndReason
from cti.tasks import TaskSet
from dialer.domain.verdict import Finding, Verdict
from dialer.domain.who_answered import LineStep, LineWatch, MachineTerms
from dialer.errors import DialerError, OddDocument, OddSound
from dialer.listening.answering import Answering
from dialer.listening.keeping import Keeper, KeepRules
from dialer.listening.listener import LineListener
from dialer.listening.matching import Index
from dialer.listening.server import ListeningServer
from dialer.listening.shelf import Shelf, shipped_plans, shipped_trees
from dialer.listening.words import LineVerdict, Phase

_log = logging.getLogger(__name__)
Tell = Callable[[LineHopeless | MachineAnswered], None]
_ENDS = {
    Verdict.UNALLOCATED: EndReason.NO_SUCH_NUMBER,
    Verdict.NUMBER_CHANGED: EndReason.NO_SUCH_NUMBER,
    Verdict.BUSY: EndReason.BUSY,
    Verdict.BARRED: EndReason.REJECTED,
}
_STEPS = {
    LineStep.TELL: MachineStep.TELL,
    LineStep.HANG_UP: MachineStep.HANG_UP,
    LineStep.AWAIT_BEEP: MachineStep.AWAIT_BEEP,
    LineStep.LEAVE_MESSAGE: MachineStep.LEAVE_MESSAGE,
}


@dataclass(slots=True)
class _Line:
    watch: LineWatch
    prompt: str
    tell: Tell
    is_answered: bool = False


class Ears:
    """Of one process; `folder` holds the operator's library.

    `trouble`: why the recordings of the library are not listened for, "" when they are. Tones always are.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime], rules: KeepRules | None = None) -> None:
        self.folder = folder
        self.shelf = Shelf(folder)
        self.keeper = Keeper(self.shelf, now, rules or KeepRules())
        self.trouble = ""
        self.version = ""
        self._server = ListeningServer()
        self._lines: dict[str, _Line] = {}
        self._index = Index(())

    @property
    def port(self) -> int:
        """Where Asterisk brings sound to; 0 while nobody listens."""
        return self._server.port

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen until the end of the block."""
        self._plans, self._trees = await asyncio.to_thread(shipped_plans), await asyncio.to_thread(shipped_trees)
        await self.reload()
        try:
            async with self._server.running():
                tasks = TaskSet()
                tasks.start(self.keeper.run(), name="sounds of lines")
                try:
                    yield
                finally:
                    await tasks.aclose()
        finally:
            # whoever listens is ended by being cancelled
            await self.keeper.write()

    async def reload(self) -> None:
        """Listen for what the library holds now; lines that are listened to already go on with what it held.

        One that is broken makes it deaf to recordings, not to tones.
        """
        try:
            library = await asyncio.to_thread(self.shelf.load)
        except (DialerError, OSError) as error:
            _log.exception("The library cannot be read: nobody listens for its recordings")
            self._index, self.version, self.trouble = Index(()), "", _short(error)
        else:
            self._index, self.version, self.trouble = library.index, library.version, ""

    def expect(self, attempt_id: str, terms: MachineTerms, tell: Tell) -> None:
        """This number is dialed: it may bring sound. Without room for it nobody listens."""
        if self.port:
            line = _Line(LineWatch(terms.rule), terms.prompt, tell)
            answering = Answering(self._trees) if line.watch.listens_on else None
            listener = LineListener(Phase.EARLY, self._index, self._plans, answering)
            if self._server.expect(attempt_id, listener, partial(self._hear, listener)):
                self._lines[attempt_id] = line

    def _hear(self, listener: LineListener, attempt_id: str, verdict: LineVerdict, is_last: bool) -> None:
        if is_last:
            self._leave(listener, attempt_id)
        line = self._lines.get(attempt_id)
        # at its end nothing can be done about a line that was answered, and it says again what it said
        if line is None or (is_last and verdict.answered_ms is not None):
            return
        sign = verdict.sign()
        step = line.watch.hear(sign)
        found = line.watch.finding(answered=sign.since_answer_s is not None)
        if step is None or found is None:
            return
        _log.info("Something is done about what is heard", extra={"attempt_id": attempt_id, "step": step.value})
        if step is LineStep.DROP:
            line.tell(LineHopeless(attempt_id, _ENDS.get(found.verdict, EndReason.UNREACHABLE)))
        else:
            later = _STEPS[line.watch.in_time] if step is LineStep.TELL else MachineStep.TELL
            line.tell(MachineAnswered(attempt_id, found.verdict.value, _STEPS[step], line.prompt, later))

    def _leave(self, listener: LineListener, attempt_id: str) -> None:
        """Leave to the library what it may grow by."""
        for ref in listener.recognised:
            self.keeper.heard(ref)
        unknown = listener.unknown_sound()
        if unknown is not None:
            self.keeper.take(attempt_id, unknown)

    def answered(self, attempt_id: str) -> None:
        """Somebody is there, or something: what was heard before says nothing of them."""
        line = self._lines.get(attempt_id)
        if line is None or not line.watch.listens_on:
            self._forget(attempt_id)
        elif not line.is_answered:
            line.is_answered = True
            self._server.answered(attempt_id)

    def end(self, attempt_id: str, *, answered: bool = False) -> Finding | None:
        """It is over: return what was heard on it, None for nothing."""
        line = self._forget(attempt_id)
        return None if line is None else line.watch.finding(answered=answered)

    def _forget(self, attempt_id: str) -> _Line | None:
        self._server.forget(attempt_id)
        return self._lines.pop(attempt_id, None)


def _short(error: DialerError | OSError) -> str:
    """Name the file without its folder: people read it on a page."""
    if isinstance(error, OddDocument | OddSound):
        return f"{Path(error.file).name}: {error.problem}"
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
