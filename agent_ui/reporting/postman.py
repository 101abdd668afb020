"""Mails saved reports when their time comes, and tries again while it fails."""

import asyncio
import logging
from datetime import datetime
from pathlib import Path

from agent_ui.reporting.choices import Choices
from agent_ui.reporting.mailing import Letter, Mailer, MailFailedError
from agent_ui.reporting.making import FileMaker
from crm_core.domain.quarters import quarter_of
from crm_core.domain.report import Wanted
from crm_core.domain.report_schedule import Range, days_of
from crm_core.errors import CrmError, StorageError
from crm_core.reports.answers import Reports
from crm_core.saved_reports import SENT, SavedReportRow, SavedReports

_log = logging.getLogger(__name__)
EVERY_S = 20.0
_TEXTS = {
    "zh": ("报表：{name}（{first} 至 {last}）", "您订阅的报表“{name}”见附件。\n日期：{first} 至 {last}\n"),
    "en": ("Report: {name} ({first} to {last})", "Attached is the report “{name}”.\nDays: {first} to {last}\n"),
}


class Postman:
    """One mail after the other. A process that is killed in between sends it again, under the same Message-ID."""

    def __init__(
        self, saved: SavedReports, reports: Reports, maker: FileMaker, folder: Path, mailer: Mailer, domain: str
    ) -> None:
        self._saved = saved
        self._reports = reports
        self._maker = maker
        self._folder = folder
        self._mailer = mailer
        self._domain = domain
        self._ring = asyncio.Event()

    def ring(self) -> None:
        """Look now whether something is due."""
        self._ring.set()

    async def tidy(self) -> None:
        """Remove the file that a killed one left."""
        await asyncio.to_thread(_empty, self._folder)

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        await self.tidy()
        while True:
            try:
                while await self.send_next():
                    pass
            except StorageError:
                _log.warning("Mails of reports wait for the database", exc_info=True)
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._ring.wait()
            except TimeoutError:
                pass
            self._ring.clear()

    async def send_next(self) -> bool:
        """Send one; False if none is due."""
        row = await self._saved.due()
        if row is None:
            return False
        due_at = await self._saved.begin(row)
        try:
            await self._send(row, due_at)
        except MailFailedError as error:
            _log.warning("Report not mailed", extra={"report_id": row.id, "code": error.code}, exc_info=error.__cause__)
            await self._saved.ended(row, error.code, is_hopeless=error.is_hopeless)
        except StorageError:
            raise
        except CrmError as error:
            await self._saved.ended(row, error.code)
        except Exception:
            _log.exception("Report not mailed", extra={"report_id": row.id})
            await self._saved.ended(row, "internal")
        else:
            await self._saved.ended(row, SENT)
        return True

    async def _send(self, row: SavedReportRow, due_at: datetime) -> None:
        wanted = self.wanted(row, due_at)
        path = self._folder / f"report-{row.id}.{row.format}"
        try:
            await self._maker.make(path, wanted, row.language)
            words = {"name": row.name, "first": wanted.first, "last": wanted.last}
            subject, text = (part.format(**words) for part in _TEXTS["zh" if row.language == "zh" else "en"])
            # a person's text: no line of it may become a header
            subject = " ".join(subject.split())
            message_id = f"<report-{row.id}-{due_at:%Y%m%dT%H%M%S}@{self._domain}>"
            letter = Letter(message_id, tuple(row.recipients), subject, text, path, _name_of(wanted, row.format))
            await self._mailer.send(letter)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def wanted(self, row: SavedReportRow, at: datetime) -> Wanted:
        """Its days are those of the time when it was due, also if it comes later."""
        first, last = days_of(Range(row.days), quarter_of(at, self._reports.zone).day)
        return Choices.model_validate(row.choices).wanted(first, last)


def _name_of(wanted: Wanted, kind: str) -> str:
    return f"report-{wanted.axis}-{wanted.first}-{wanted.last}.{kind}"


def _empty(folder: Path) -> None:
    if folder.exists():
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
