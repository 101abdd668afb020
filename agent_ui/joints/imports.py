"""Imports of customers, one at a time."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import BinaryIO

from agent_ui.joints.import_desk import Desk
from crm_core.audit import Actor
from crm_core.importing.file_format import AS_FOUND, FileFormat
from crm_core.importing.importer import Counts, Importer, ImportResult
from crm_core.importing.jobs import ImportJobRow, ImportJobs
from cti.tasks import TaskSet


class ImportDesk(Desk[ImportJobRow, Counts, ImportResult]):
    """Knows the one import of customers that runs."""

    def __init__(
        self,
        importer: Importer,
        jobs: ImportJobs,
        tasks: TaskSet,
        has_room: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(jobs, tasks, has_room)
        self._importer = importer
        self._rows = jobs

    async def start(
        self, source: BinaryIO, file_name: str, mapping: Mapping[int, str], by: Actor, as_: FileFormat = AS_FOUND
    ) -> str | None:
        """Begin, and give the job's id; None while another one runs. `source` is closed at the end."""
        noted = partial(self._rows.begin, file_name=file_name, by=by)
        return await self.begin(
            source, noted, lambda progress, note: self._importer.run(source, mapping, by, progress, as_, note)
        )
