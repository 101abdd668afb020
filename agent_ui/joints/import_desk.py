"""Runs imports beside everything else, one of a kind at a time, and lets people watch and stop them."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, BinaryIO, Generic, Protocol, TypeVar

from crm_core.errors import CrmError, StorageError
from cti.tasks import TaskSet

_log = logging.getLogger(__name__)


class Outcome(Protocol):
    """How an import came out."""

    @property
    def stopped(self) -> bool:
        """Whether it ended before the file did."""


Row = TypeVar("Row", bound=Any)
Counts = TypeVar("Counts", bound=Any)
Result = TypeVar("Result", bound=Outcome)
Row_co = TypeVar("Row_co", bound=Any, covariant=True)
Counts_contra = TypeVar("Counts_contra", bound=Any, contravariant=True)
Result_contra = TypeVar("Result_contra", bound=Outcome, contravariant=True)


class Jobs(Protocol[Row_co, Counts_contra, Result_contra]):
    """The rows of imports."""

    async def note(self, connection: Any, counts: Counts_contra, *, job_id: str) -> None:
        """Note how far one is, in the transaction that saves its rows."""

    async def finish(self, job_id: str, result: Result_contra) -> None:
        """Note how it came out."""

    async def fail(self, job_id: str, error: str) -> None:
        """Note that it came to nothing more."""

    async def get(self, job_id: str) -> Row_co:
        """Raise NotFound if there is none."""


@dataclass(slots=True)
class _Running(Generic[Counts]):
    job_id: str
    counts: Counts | None = None
    is_wanted: bool = True


class Desk(Generic[Row, Counts, Result]):
    """Knows the one import that runs; who watches is told from memory, the row is for who looks later."""

    def __init__(
        self,
        jobs: Jobs[Row, Counts, Result],
        tasks: TaskSet,
        has_room: Callable[[], bool] = lambda: True,
    ) -> None:
        self._jobs = jobs
        self._tasks = tasks
        self._has_room = has_room
        self._running: _Running[Counts] | None = None

    @property
    def running_id(self) -> str | None:
        """The job that runs now."""
        return self._running.job_id if self._running else None

    async def begin(
        self,
        source: BinaryIO,
        noted: Callable[[str], Awaitable[None]],
        run: Callable[[Callable[[Counts], bool], Any], Awaitable[Result]],
    ) -> str | None:
        """Begin, and give the job's id; None while another one runs. `source` is closed at the end.

        `noted` writes the row of the job; `run` is given whom to tell how far it is, and how to note it.
        """
        if self._running is not None:
            return None
        mine = self._running = _Running(str(uuid.uuid4()))
        try:
            await noted(mine.job_id)
            self._tasks.start(self._run(mine, source, run), name="import")
        except BaseException:
            self._running = None
            raise
        return mine.job_id

    def stop(self, job_id: str) -> bool:
        """Let it end after the step it is at; False if it does not run."""
        if self._running is None or self._running.job_id != job_id:
            return False
        self._running.is_wanted = False
        return True

    async def look(self, job_id: str) -> Row:
        """Say how far it is, or how it came out; raises NotFound."""
        return self.now(await self._jobs.get(job_id))

    def now(self, row: Row) -> Row:
        """Bring a row up to date, if it is of what runs."""
        running = self._running
        if running is None or running.job_id != row.id or running.counts is None or row.state != "running":
            return row
        return replace(row, **asdict(running.counts))

    async def ended(self, result: Result) -> None:
        """For who has something to do then."""

    async def _run(
        self,
        mine: _Running[Counts],
        source: BinaryIO,
        run: Callable[[Callable[[Counts], bool], Any], Awaitable[Result]],
    ) -> None:
        def progress(counts: Counts) -> bool:
            mine.counts = counts
            return mine.is_wanted and self._has_room()

        try:
            with source:
                result = await run(progress, partial(self._jobs.note, job_id=mine.job_id))
            # before it is noted: who sees that it is done sees what came of it
            await self.ended(result)
            if result.stopped and mine.is_wanted:
                _log.error("Import ended for want of room", extra={"job": mine.job_id})
                await self._fail(mine, "disk_full")
            else:
                await self._jobs.finish(mine.job_id, result)
        except CrmError as error:
            await self._fail(mine, error.code)
        except Exception:
            _log.exception("Import failed", extra={"job": mine.job_id})
            await self._fail(mine, "internal")
        finally:
            self._running = None

    async def _fail(self, mine: _Running[Counts], code: str) -> None:
        try:
            await self._jobs.fail(mine.job_id, code)
        except StorageError:
            # the next start finds it running, and notes that it was interrupted
            _log.warning("End of an import not noted", extra={"job": mine.job_id})
