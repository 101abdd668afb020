"""Makes files of reports beside everything else, lets people watch, and forgets them after a while."""

import asyncio
import logging
import os
import sys
import uuid
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import msgspec

from agent_ui.reporting import writer
from agent_ui.reporting.sheet import make_sheet
from crm_core.domain.report import Wanted
from crm_core.errors import Conflict, CrmError, NotFound
from crm_core.reports.answers import Reports
from crm_core.words import PauseReasons
from cti.clock import Clock
from cti.tasks import TaskSet

_log = logging.getLogger(__name__)
KEEP = timedelta(hours=12)
MOST_RUNNING = 3
MOST_KEPT = 100
RUNNING, DONE, FAILED = "running", "done", "failed"


class TooManyExports(Conflict):
    """Some have to be done first."""

    code = "too_many_exports"

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} files are being made already; wait for one of them")


@dataclass(slots=True)
class Export:
    """One file. `state` is running, done or failed; `name` is what it is called when it is saved."""

    id: str
    user_id: int | None
    path: Path
    name: str
    began_at: datetime
    state: str = RUNNING
    done: int = 0
    row_count: int = 0
    size_bytes: int = 0
    error: str = ""


class ExportDesk:
    """Knows the files of this run; what an earlier one left is removed."""

    def __init__(self, reports: Reports, reasons: PauseReasons, folder: Path, clock: Clock, tasks: TaskSet) -> None:
        self._reports = reports
        self._reasons = reasons
        self._folder = folder
        self._clock = clock
        self._tasks = tasks
        self._exports: dict[str, Export] = {}
        # what is tidied up away from the loop must not grow meanwhile
        self._door = asyncio.Lock()

    async def start(self, wanted: Wanted, kind: str, language: str, user_id: int | None) -> Export:
        """Begin to make a file; raise TooManyExports."""
        async with self._door:
            await self._clean()
            if sum(one.state == RUNNING for one in self._exports.values()) >= MOST_RUNNING:
                raise TooManyExports(MOST_RUNNING)
            export = self._new(wanted, kind, user_id)
        self._tasks.start(self._run(export, wanted, language), name="export")
        return export

    async def make(self, wanted: Wanted, kind: str, language: str) -> Export:
        """Make a file and wait for it; whoever asked removes it."""
        async with self._door:
            await self._clean()
            export = self._new(wanted, kind, None)
        try:
            await self._write(export, wanted, language)
        except BaseException:
            del self._exports[export.id]
            export.path.unlink(missing_ok=True)
            raise
        return export

    async def tidy(self) -> None:
        """Remove what an earlier run left, and what is old."""
        async with self._door:
            await self._clean()

    def look(self, export_id: str, user_id: int) -> Export:
        """Raise NotFound for one that is not there, or somebody else's."""
        export = self._exports.get(export_id)
        if export is None or export.user_id != user_id:
            raise NotFound("export", export_id)
        return export

    def _new(self, wanted: Wanted, kind: str, user_id: int | None) -> Export:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        export_id = str(uuid.uuid4())
        name = f"report-{wanted.axis}-{wanted.first}-{wanted.last}.{kind}"
        export = Export(export_id, user_id, self._folder / f"{export_id}.{kind}", name, self._clock.now())
        self._exports[export_id] = export
        return export

    async def _run(self, export: Export, wanted: Wanted, language: str) -> None:
        try:
            await self._write(export, wanted, language)
        except CrmError as error:
            export.state, export.error = FAILED, error.code
        except Exception:
            _log.exception("Export failed", extra={"export": export.id})
            export.state, export.error = FAILED, "internal"

    async def _write(self, export: Export, wanted: Wanted, language: str) -> None:
        words = {word.code: (word.label_zh, word.label_en) for word in await self._reasons.all()}
        sheet = make_sheet(await self._reports.answer(wanted), language, words)
        export.row_count = len(sheet.rows)
        await self._apart(export, msgspec.msgpack.encode(sheet))
        export.done, export.size_bytes = export.row_count, (await asyncio.to_thread(export.path.stat)).st_size
        export.state = DONE

    async def _apart(self, export: Export, sheet: bytes) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", writer.__name__, str(export.path),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )  # fmt: skip
        told, heard = cast("asyncio.StreamWriter", process.stdin), cast("asyncio.StreamReader", process.stdout)
        try:
            told.write(sheet)
            told.write_eof()
            while line := await heard.readline():
                export.done = int(line)
            if await process.wait():
                raise RuntimeError("the process that writes reports ended with an error")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _clean(self) -> None:
        """Forget what is old, and remove what nobody knows any more."""
        limit = self._clock.now() - KEEP
        for one in sorted(self._exports.values(), key=lambda one: one.began_at)[:-MOST_KEPT]:
            one.began_at = min(one.began_at, limit)
        for export_id in [one.id for one in self._exports.values() if one.began_at <= limit and one.state != RUNNING]:
            del self._exports[export_id]
        await asyncio.to_thread(_remove_others, self._folder, {one.path for one in self._exports.values()})


def _remove_others(folder: Path, known: Set[Path]) -> None:
    if not folder.exists():
        return
    for path in folder.iterdir():
        if path not in known and path.suffix in {f".{writer.CSV}", f".{writer.XLSX}"}:
            path.unlink(missing_ok=True)
