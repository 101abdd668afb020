"""Makes one file of a report: whole under its name, or not at all."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from agent_ui.apart import run_apart
from agent_ui.reporting.campaign_sheet import campaign_sheet
from agent_ui.reporting.sheet import Sheet
from agent_ui.reporting.tabulating import make_sheet
from crm_core.domain.campaign_report import CampaignWanted
from crm_core.domain.report import Wanted
from crm_core.reports.answers import Reports
from crm_core.reports.campaigns import CampaignReports
from crm_core.words import PauseReasons

Progress = Callable[[int, int], Awaitable[None]]
PART = ".part"
# By name: what it needs to write workbooks is not needed here.
_WRITER = ("-m", "agent_ui.reporting.writer")


class FileMaker:
    """`make` is told where the file shall be; who reads there never sees a half one."""

    def __init__(self, reports: Reports, campaigns: CampaignReports, reasons: PauseReasons) -> None:
        self._reports = reports
        self._campaigns = campaigns
        self._reasons = reasons

    async def make(
        self, path: Path, wanted: Wanted | CampaignWanted, language: str, progress: Progress | None = None
    ) -> int:
        """Return its size; `progress` is told how many rows are written, and of how many."""
        sheet = await self._sheet(wanted, language)
        tell = progress or _tell_nobody
        await tell(0, len(sheet.rows))
        await asyncio.to_thread(path.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
        # the writer of a process that was killed may still be at work at its own
        part = path.with_name(f"{path.stem}{PART}{os.getpid()}{path.suffix}")
        try:
            await write_apart(part, sheet, lambda done: tell(done, len(sheet.rows)))
            return await asyncio.to_thread(_publish, part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    async def _sheet(self, wanted: Wanted | CampaignWanted, language: str) -> Sheet:
        if isinstance(wanted, CampaignWanted):
            return campaign_sheet(await self._campaigns.answer(wanted), language)
        words = {word.code: (word.label_zh, word.label_en) for word in await self._reasons.all()}
        return make_sheet(await self._reports.answer(wanted), language, words)


async def _tell_nobody(_done: int, _row_count: int) -> None:
    """Who mails a file shows no progress."""


async def write_apart(path: Path, sheet: Sheet, written: Callable[[int], Awaitable[None]]) -> None:
    """Have it written by a process of its own; `path` must not be there. `written` is told how many rows are."""

    async def hear(line: bytes) -> None:
        await written(int(line))

    if await run_apart((*_WRITER, str(path)), msgspec.msgpack.encode(sheet), hear):
        raise RuntimeError("the process that writes reports ended with an error")


def _publish(part: Path, path: Path) -> int:
    with part.open("rb") as file:
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return size
