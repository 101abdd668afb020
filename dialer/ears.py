"""What is heard on lines that are dialed: a listener for each, and what the floor is told of it."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cti.domain.attempt_words import LineHopeless, MachineAnswered, MachineStep
from cti.domain.values import EndReason
from dialer.domain.verdict import Finding, Verdict
from dialer.domain.who_answered import LineStep, LineWatch, MachineTerms
from dialer.listening.answering import Answering
from dialer.listening.listener import LineListener
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
    """Of one process; `folder` holds the operator's library, which is read when it opens."""

    def __init__(self, folder: Path) -> None:
        self._shelf = Shelf(folder)
        self._server = ListeningServer()
        self._lines: dict[str, _Line] = {}

    @property
    def port(self) -> int:
        """Where Asterisk brings sound to; 0 while nobody listens."""
        return self._server.port

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen until the end of the block."""
        self._index, self._plans, self._trees = self._shelf.build().index, shipped_plans(), shipped_trees()
        async with self._server.running():
            yield

    def expect(self, attempt_id: str, terms: MachineTerms, tell: Tell) -> None:
        """This number is dialed: it may bring sound. Without room for it nobody listens."""
        if self.port:
            line = _Line(LineWatch(terms.rule), terms.prompt, tell)
            answering = Answering(self._trees) if line.watch.listens_on else None
            listener = LineListener(Phase.EARLY, self._index, self._plans, answering)
            if self._server.expect(attempt_id, listener, self._hear):
                self._lines[attempt_id] = line

    def _hear(self, attempt_id: str, verdict: LineVerdict, is_last: bool) -> None:
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
            line.tell(MachineAnswered(attempt_id, found.verdict.value, _STEPS[step], line.prompt))

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
