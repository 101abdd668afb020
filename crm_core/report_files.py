"""Files of reports as rows: who wants which, how far it is, and until when it is kept. The files are elsewhere."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.report_file import OVER, FileState, FileStep, ways_of
from crm_core.errors import FileNotOver, NotFound, TooManyFiles
from crm_core.models import ReportFile
from crm_core.storage.database import Database
from crm_core.storage.rows import build, execute
from cti.clock import Clock

KEEP = timedelta(hours=24)
# What it was that is gone, for who looks for it.
REMEMBER = timedelta(days=7)
MOST_WAITING = 10
MOST_SHOWN = 50
# One that takes the program down each time must not do so for ever.
MOST_TRIES = 5
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class FileDraft:
    """What is asked for; `choices` are the report's."""

    choices: dict[str, Any]
    first: date
    last: date
    format: str
    language: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One of them; `name` is what it is called when it is saved."""

    id: str
    user_id: int
    state: str
    choices: dict[str, Any]
    first: date
    last: date
    format: str
    language: str
    name: str
    done: int
    row_count: int
    size_bytes: int
    error: str
    tries: int
    wanted_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None


class ReportFiles:
    """Each person has their own. A step that does not fit the state changes nothing, whoever comes second."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def want(self, draft: FileDraft, by: Actor) -> FileRow:
        """Ask for one; it is audited. Raise TooManyFiles."""
        axis = str(draft.choices["axis"])
        row = {
            "id": str(uuid.uuid4()),
            "user_id": by.user_id,
            "state": FileState.WANTED.value,
            "choices": draft.choices,
            **{"first": draft.first, "last": draft.last, "format": draft.format, "language": draft.language},
            "name": f"report-{axis}-{draft.first}-{draft.last}.{draft.format}",
            **dict.fromkeys(("done", "row_count", "size_bytes", "tries"), 0),
            "error": "",
        }

        async def work(connection: AsyncConnection) -> FileRow:
            now, mine = self._clock.now(), ReportFile.user_id == by.user_id
            waiting = select(func.count()).where(mine, ReportFile.state.not_in([state.value for state in OVER]))
            if (await connection.scalar(waiting) or 0) >= MOST_WAITING:
                raise TooManyFiles(MOST_WAITING)
            await connection.execute(insert(ReportFile).values(row | {"wanted_at": now}))
            told = {"first": draft.first.isoformat(), "last": draft.last.isoformat(), "format": draft.format}
            await append(connection, by, now, "report.file", axis, told)
            return await _one(connection, str(row["id"]))

        return await self._database.write(work)

    async def get(self, file_id: str, user_id: int) -> FileRow:
        """Raise NotFound for one that is not there, or somebody else's."""
        row = await self._database.read(lambda connection: _one(connection, file_id))
        if row.user_id != user_id:
            raise NotFound("export", file_id)
        return row

    async def all_of(self, user_id: int) -> list[FileRow]:
        """List a person's, the newest first."""
        query = select(*ReportFile.__table__.columns).where(ReportFile.user_id == user_id)
        query = query.order_by(ReportFile.wanted_at.desc(), ReportFile.id).limit(MOST_SHOWN)
        async with self._database.reading() as connection:
            return [build(FileRow, row) for row in (await connection.execute(query)).mappings()]

    async def begin_next(self) -> FileRow | None:
        """Take the one that waits longest."""

        async def work(connection: AsyncConnection) -> FileRow | None:
            oldest = select(ReportFile.id).where(ReportFile.state == FileState.WANTED.value)
            found = await connection.scalar(oldest.order_by(ReportFile.wanted_at, ReportFile.id).limit(1))
            if found is None:
                return None
            again = {"tries": ReportFile.tries + 1, "done": 0, "row_count": 0}
            await _step(connection, found, FileStep.BEGIN, again)
            return await _one(connection, found)

        return await self._database.write(work)

    async def note(self, file_id: str, **progress: int) -> bool:
        """Note `done` and `row_count`. False: it is not wanted any more."""
        being_made = (ReportFile.id == file_id) & (ReportFile.state == FileState.MAKING.value)
        return await self._database.write(lambda connection: execute(connection, _change(being_made, progress))) > 0

    async def finish(self, file_id: str, size_bytes: int) -> bool:
        """Say that the file is there, whole. False: it is not wanted any more."""
        values = {"done": ReportFile.row_count, "size_bytes": size_bytes, **self._end()}
        return await self._step(file_id, FileStep.FINISH, values)

    async def fail(self, file_id: str, code: str) -> bool:
        """Say why there is none."""
        return await self._step(file_id, FileStep.FAIL, {"error": code, **self._end()})

    async def cancel(self, file_id: str, user_id: int) -> FileRow:
        """Want it no more; one that is over stays as it is."""
        await self.get(file_id, user_id)
        await self._step(file_id, FileStep.CANCEL, self._end())
        return await self.get(file_id, user_id)

    async def remove(self, file_id: str, user_id: int) -> None:
        """Forget one that is over; raise FileNotOver."""
        await self.get(file_id, user_id)
        is_over = ReportFile.state.in_([state.value for state in OVER])
        gone = delete(ReportFile).where(ReportFile.id == file_id, is_over)
        if not await self._database.write(lambda connection: execute(connection, gone)):
            raise FileNotOver(file_id)

    async def recover(self, at_work: Collection[str] = ()) -> None:
        """Only those `at_work` are being made. What an earlier process began is wanted again, but not for ever."""
        making = (ReportFile.state == FileState.MAKING.value) & ReportFile.id.not_in(list(at_work))

        async def work(connection: AsyncConnection) -> None:
            end = self._end() | {"state": FileState.FAILED.value, "error": INTERRUPTED}
            await connection.execute(_change(making & (ReportFile.tries >= MOST_TRIES), end))
            await connection.execute(_change(making, {"state": ways_of(FileStep.INTERRUPT)[FileState.MAKING].value}))

        await self._database.write(work)

    async def expire(self) -> set[str]:
        """Let go what is old; return what has a file."""
        states = ways_of(FileStep.EXPIRE)

        async def work(connection: AsyncConnection) -> set[str]:
            now = self._clock.now()
            due = ReportFile.state.in_([state.value for state in states]) & (ReportFile.expires_at <= now)
            await connection.execute(_change(due, {"state": FileState.EXPIRED.value}))
            await connection.execute(delete(ReportFile).where(ReportFile.expires_at <= now - REMEMBER))
            ready = select(ReportFile.id).where(ReportFile.state == FileState.READY.value)
            return set(await connection.scalars(ready))

        return await self._database.write(work)

    def _end(self) -> dict[str, Any]:
        now = self._clock.now()
        return {"ended_at": now, "expires_at": now + KEEP}

    async def _step(self, file_id: str, step: FileStep, values: dict[str, Any]) -> bool:
        return await self._database.write(lambda connection: _step(connection, file_id, step, values))


async def _step(connection: AsyncConnection, file_id: str, step: FileStep, values: dict[str, Any]) -> bool:
    ways = ways_of(step)
    (leads_to,) = set(ways.values())
    fits = (ReportFile.id == file_id) & ReportFile.state.in_([state.value for state in ways])
    return await execute(connection, _change(fits, values | {"state": leads_to.value})) > 0


def _change(which: Any, values: dict[str, Any]) -> Any:
    return update(ReportFile).where(which).values(values)


async def _one(connection: AsyncConnection, file_id: str) -> FileRow:
    query = select(*ReportFile.__table__.columns).where(ReportFile.id == file_id)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise NotFound("export", file_id)
    return build(FileRow, row)
