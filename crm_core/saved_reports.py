"""Reports that somebody keeps: their choices, their timetable, and how the last mail went."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.report_schedule import Every, Range, Timetable, next_due
from crm_core.errors import NotFound, TooManyReports
from crm_core.models import SavedReport
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks
from crm_core.storage.rows import build, execute
from cti.clock import Clock

MOST = 200
MOST_RECIPIENTS = 20
# Enough to catch a typing error; whether it exists the mail server knows.
_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,190}")
# After the first try; who was away all that time gets the next report.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
SENT = "sent"


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """What a person chooses; no recipients: it is not mailed."""

    name: str
    choices: dict[str, Any]
    days: Range = Range.YESTERDAY
    timetable: Timetable = field(default_factory=Timetable)
    format: str = "xlsx"
    language: str = "zh"
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedReportRow:
    """One of them."""

    id: int
    name: str
    choices: dict[str, Any]
    days: str
    every: str
    minute: int
    weekday: int
    monthday: int
    format: str
    language: str
    recipients: list[str]
    next_at: datetime | None
    due_at: datetime | None
    tries: int
    last_at: datetime | None
    last_result: str
    created_by: int | None


class SavedReports:
    """All supervisors see and change all of them; every change is audited."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    async def all(self) -> tuple[SavedReportRow, ...]:
        """List them by name."""
        query = select(*SavedReport.__table__.columns).order_by(SavedReport.name, SavedReport.id)
        async with self._database.reading() as connection:
            return tuple(build(SavedReportRow, row) for row in (await connection.execute(query)).mappings())

    async def add(self, draft: ReportDraft, by: Actor) -> SavedReportRow:
        """Keep a new one."""
        values = self._values(draft)

        async def work(connection: AsyncConnection) -> SavedReportRow:
            now = self._clock.now()
            if (await connection.scalar(select(func.count()).select_from(SavedReport)) or 0) >= MOST:
                raise TooManyReports(MOST)
            fresh = {"tries": 0, "last_result": "", "created_at": now, "created_by": by.user_id}
            made = await connection.execute(insert(SavedReport).values(values | fresh).returning(SavedReport.id))
            report_id = made.scalar_one()
            await append(connection, by, now, "report.save", report_id, _told(draft))
            return await _one(connection, report_id)

        return await self._database.write(work)

    async def change(self, report_id: int, draft: ReportDraft, by: Actor) -> SavedReportRow:
        """Replace it; a mail that is being tried again is not tried any more."""
        values = self._values(draft) | {"due_at": None, "tries": 0}

        async def work(connection: AsyncConnection) -> SavedReportRow:
            if not await execute(connection, update(SavedReport).where(SavedReport.id == report_id).values(values)):
                raise NotFound("report", report_id)
            await append(connection, by, self._clock.now(), "report.save", report_id, _told(draft))
            return await _one(connection, report_id)

        return await self._database.write(work)

    async def remove(self, report_id: int, by: Actor) -> None:
        """Forget it."""

        async def work(connection: AsyncConnection) -> None:
            if not await execute(connection, delete(SavedReport).where(SavedReport.id == report_id)):
                raise NotFound("report", report_id)
            await append(connection, by, self._clock.now(), "report.remove", report_id)

        await self._database.write(work)

    async def send_now(self, report_id: int, by: Actor) -> SavedReportRow:
        """Let it be due at once; its timetable goes on as it is."""

        async def work(connection: AsyncConnection) -> SavedReportRow:
            row, now = await _one(connection, report_id), self._clock.now()
            if not row.recipients:
                checks = Checks()
                checks.add("recipients", "missing", "nobody is there to send it to")
                checks.done()
            change = update(SavedReport).where(SavedReport.id == report_id)
            await connection.execute(change.values(next_at=now, due_at=None, tries=0))
            await append(connection, by, now, "report.send", report_id, {"recipients": len(row.recipients)})
            return await _one(connection, report_id)

        return await self._database.write(work)

    async def due(self) -> SavedReportRow | None:
        """Return the one whose time has come first."""
        query = select(*SavedReport.__table__.columns).where(SavedReport.next_at <= self._clock.now())
        async with self._database.reading() as connection:
            row = (await connection.execute(query.order_by(SavedReport.next_at).limit(1))).mappings().first()
        return None if row is None else build(SavedReportRow, row)

    async def begin(self, row: SavedReportRow) -> datetime:
        """Note that it is tried, and name the time that the mail is of: the same at every try."""
        due_at = row.due_at or row.next_at or self._clock.now()
        await self._note(row, due_at=due_at, tries=row.tries + 1)
        return due_at

    async def ended(self, row: SavedReportRow, result: str, *, is_hopeless: bool = False) -> None:
        """Note how it went, and when it is tried again, or due next."""
        now, tries = self._clock.now(), row.tries + 1
        if result != SENT and not is_hopeless and tries <= len(PAUSES):
            await self._note(row, last_at=now, last_result=result, next_at=now + PAUSES[tries - 1])
            return
        due = next_due(_timetable(row), now, self._zone)
        await self._note(row, last_at=now, last_result=result, next_at=due, due_at=None, tries=0)

    async def _note(self, row: SavedReportRow, **values: Any) -> None:
        # who changed it meanwhile has set the time anew
        change = update(SavedReport).where(SavedReport.id == row.id, SavedReport.next_at == row.next_at)
        await self._database.write(lambda connection: connection.execute(change.values(values)))

    def _values(self, draft: ReportDraft) -> dict[str, Any]:
        checks, table = Checks(), draft.timetable
        name = checks.trimmed("name", draft.name, longest=80, required=True)
        for place, address in enumerate(draft.recipients):
            if not _ADDRESS.fullmatch(address):
                checks.add(f"recipients.{place}", "invalid", "is not an address like name@example.org")
        if len(draft.recipients) > MOST_RECIPIENTS:
            checks.add("recipients", "too_long", f"are more than {MOST_RECIPIENTS}")
        if table.every is not Every.NEVER and not draft.recipients:
            checks.add("recipients", "missing", "nobody is there to send it to")
        checks.done()
        return {
            "name": name,
            "choices": draft.choices,
            "days": draft.days.value,
            **{"every": table.every.value, "minute": table.minute, "weekday": table.weekday},
            **{"monthday": table.monthday, "format": draft.format, "language": draft.language},
            "recipients": list(draft.recipients),
            "next_at": next_due(table, self._clock.now(), self._zone),
        }


def _told(draft: ReportDraft) -> dict[str, Any]:
    axis = draft.choices.get("axis")
    return {"name": draft.name, "axis": axis, "every": draft.timetable.every.value, "recipients": len(draft.recipients)}


def _timetable(row: SavedReportRow) -> Timetable:
    return Timetable(Every(row.every), row.minute, row.weekday, row.monthday)


async def _one(connection: AsyncConnection, report_id: int) -> SavedReportRow:
    query = select(*SavedReport.__table__.columns).where(SavedReport.id == report_id)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise NotFound("report", report_id)
    return build(SavedReportRow, row)
