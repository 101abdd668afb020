"""Runs imports beside everything else, one at a time, and lets people watch and stop them."""

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import BinaryIO

from crm_core.audit import Actor
from crm_core.errors import ImportUnreadable, StorageError
from crm_core.importing.importer import Counts, Importer
from crm_core.importing.jobs import ImportJobRow, ImportJobs
from cti.tasks import TaskSet

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    job_id: str
    counts: Counts
    is_wanted: bool = True


class ImportDesk:
    """Knows the one import that runs; who watches is told from memory, the row is for who looks later."""

    def __init__(
        self,
        importer: Importer,
        jobs: ImportJobs,
        tasks: TaskSet,
        has_room: Callable[[], bool] = lambda: True,
    ) -> None:
        self._importer = importer
        self._jobs = jobs
        self._tasks = tasks
        self._has_room = has_room
        self._running: _Running | None = None

    @property
    def running_id(self) -> str | None:
        """The job that runs now."""
        return self._running.job_id if self._running else None

    async def start(self, source: BinaryIO, file_name: str, mapping: Mapping[int, str], by: Actor) -> str | None:
        """Begin, and give the job's id; None while another one runs. `source` is closed at the end."""
        if self._running is not None:
            return None
        mine = self._running = _Running(str(uuid.uuid4()), Counts(0))
        try:
            await self._jobs.begin(mine.job_id, file_name, by)
            self._tasks.start(self._run(mine, source, mapping, by), name="import")
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

    async def look(self, job_id: str) -> ImportJobRow:
        """Say how far it is, or how it came out; raises NotFound."""
        row = await self._jobs.get(job_id)
        running = self._running
        if running is None or running.job_id != job_id or row.state != "running":
            return row
        return replace(row, **asdict(running.counts))

    async def _run(self, mine: _Running, source: BinaryIO, mapping: Mapping[int, str], by: Actor) -> None:
        def progress(counts: Counts) -> bool:
            mine.counts = counts
            return mine.is_wanted and self._has_room()

        try:
            with source:
                note = partial(self._jobs.note, job_id=mine.job_id)
                result = await self._importer.run(source, mapping, by, progress, note=note)
            if result.stopped and mine.is_wanted:
                _log.error("Import ended for want of room", extra={"job": mine.job_id})
                await self._fail(mine, "disk_full")
            else:
                await self._jobs.finish(mine.job_id, result)
        except (ImportUnreadable, StorageError) as error:
            await self._fail(mine, error.code)
        except Exception:
            _log.exception("Import failed", extra={"job": mine.job_id})
            await self._fail(mine, "internal")
        finally:
            self._running = None

    async def _fail(self, mine: _Running, code: str) -> None:
        try:
            await self._jobs.fail(mine.job_id, code)
        except StorageError:
            # the next start finds it running, and notes that it was interrupted
            _log.warning("End of an import not noted", extra={"job": mine.job_id})
