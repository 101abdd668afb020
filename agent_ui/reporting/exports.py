"""Makes the files that people asked for, beside everything else. Rows say which: a restart goes on with them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from agent_ui.reporting.choices import wanted_of
from agent_ui.reporting.making import PART, FileMaker
from agent_ui.reporting.sheet import CSV, XLSX
from crm_core.errors import CrmError, StorageError
from crm_core.report_files import FileRow, ReportFiles

_log = logging.getLogger(__name__)
AT_ONCE = 2
EVERY_S = 60.0
TRY_AGAIN_S = 5.0
# A row for each step of a bar would be more writing than the file itself.
TELL_EVERY_S = 0.5
GONE = "file_gone"


class _UnwantedError(Exception):
    """Somebody cancelled it."""


class ExportDesk:
    """`folder` is its own: what no row knows is removed from there."""

    def __init__(self, files: ReportFiles, maker: FileMaker, folder: Path) -> None:
        self._files = files
        self._maker = maker
        self._folder = folder
        self._ring = asyncio.Event()
        self._making: set[str] = set()
        # what is tidied up away from the loop must not be finished meanwhile, nor what begins be taken for left behind
        self._door = asyncio.Lock()

    def ring(self) -> None:
        """Look now whether something is wanted."""
        self._ring.set()

    async def run(self) -> None:
        """Make what is wanted, until cancelled; first what an earlier process left."""
        await _patiently(self._recover)
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work())
            group.create_task(self._tidy_up())

    async def make_next(self) -> bool:
        """Make one; False if none is wanted."""
        async with self._door:
            row = await self._files.begin_next()
            if row is None:
                return False
            self._making.add(row.id)
        try:
            size_bytes = await self._make(row)
            async with self._door:
                if not await self._files.finish(row.id, size_bytes):
                    await asyncio.to_thread(self.path_of(row).unlink, missing_ok=True)
        except _UnwantedError:
            pass  # the row says so already, and the maker has left nothing behind
        except StorageError:
            raise
        except CrmError as error:
            await self._files.fail(row.id, error.code)
        except Exception:
            _log.exception("Export failed", extra={"export": row.id})
            await self._files.fail(row.id, "internal")
        finally:
            self._making.discard(row.id)
        return True

    async def remove(self, file_id: str, user_id: int) -> None:
        """Forget one that is over, and its file."""
        row = await self._files.get(file_id, user_id)
        await self._files.remove(file_id, user_id)
        await asyncio.to_thread(self.path_of(row).unlink, missing_ok=True)

    async def whole(self, row: FileRow) -> Path | None:
        """Where its file is; None, and the row says so, where somebody took it from the disk."""
        path = self.path_of(row)
        if await asyncio.to_thread(path.is_file):
            return path
        await self._files.fail(row.id, GONE)
        return None

    def path_of(self, row: FileRow) -> Path:
        """Where its file is, once it is ready."""
        return self._folder / f"{row.id}.{row.format}"

    async def tidy(self) -> None:
        """Let go what is old, and remove what no row knows."""
        async with self._door:
            lying = await asyncio.to_thread(_list, self._folder)
            ready = await self._files.expire()
            unknown = [path for path in lying if _id_of(path) not in self._making]
            unknown = [path for path in unknown if PART in path.stem or _id_of(path) not in ready]
            await asyncio.to_thread(_remove, unknown)

    async def _recover(self) -> None:
        """What nobody makes is wanted again: an earlier process did, or one of us until the database was away."""
        async with self._door:
            await self._files.recover(self._making)

    async def _make(self, row: FileRow) -> int:
        told_at_s = 0.0

        async def progress(done: int, row_count: int) -> None:
            nonlocal told_at_s
            if not done or time.monotonic() - told_at_s >= TELL_EVERY_S:
                told_at_s = time.monotonic()
                if not await self._files.note(row.id, done=done, row_count=row_count):
                    raise _UnwantedError

        wanted = wanted_of(row.choices, row.first, row.last)
        return await self._maker.make(self.path_of(row), wanted, row.language, progress)

    async def _work(self) -> None:
        while True:
            try:
                while await self.make_next():
                    pass
            except StorageError:
                _log.warning("Files of reports wait for the database", exc_info=True)
                await asyncio.sleep(TRY_AGAIN_S)
                await _patiently(self._recover)
                continue
            self._ring.clear()
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._ring.wait()
            except TimeoutError:
                pass

    async def _tidy_up(self) -> None:
        while True:
            await _patiently(self.tidy)
            await asyncio.sleep(EVERY_S)


async def _patiently(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except StorageError:
            _log.warning("Files of reports wait for the database", exc_info=True)
            await asyncio.sleep(TRY_AGAIN_S)
        else:
            return


def _id_of(path: Path) -> str:
    return path.name.partition(".")[0]


def _list(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    return [path for path in folder.iterdir() if path.suffix in {f".{CSV}", f".{XLSX}"}]


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
