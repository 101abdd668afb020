"""Files that people ask for: whole or not there, once, over every kill."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest

from agent_ui.reporting import exports, making
from agent_ui.reporting.exports import ExportDesk
from agent_ui.reporting.making import FileMaker
from crm_core.audit import SYSTEM, Actor
from crm_core.domain.report_file import FileState
from crm_core.errors import DatabaseUnavailable, FileNotOver, NotFound, TooManyFiles
from crm_core.report_files import KEEP, MOST_TRIES, MOST_WAITING, REMEMBER, FileDraft, FileRow, ReportFiles
from crm_core.reports.answers import Reports
from crm_core.reports.campaigns import CampaignReports
from crm_core.reports.summary import Summary
from crm_core.storage.database import Database
from crm_core.users import UserDraft, Users
from crm_core.words import PauseReasons
from tests.crm_core.conftest import EXTENSIONS, HandClock

FIRST, LAST = date(2024, 1, 1), date(2026, 11, 22)
DAYS = (LAST - FIRST).days + 1


class Office:
    """What one process has; another of the same `folder` and database is the next process."""

    def __init__(self, database: Database, clock: HandClock, folder: Path, user_id: int) -> None:
        self.clock, self.folder, self.me = clock, folder, Actor(user_id)
        self.files = ReportFiles(database, clock)
        reports = Reports(database, Summary(database, UTC, clock), UTC, clock)
        maker = FileMaker(reports, CampaignReports(database, UTC, clock), PauseReasons(database, clock))
        self.desk = ExportDesk(self.files, maker, folder)

    async def want(self, kind: str = "csv") -> FileRow:
        draft = FileDraft({"axis": "day", "threshold_s": 30}, FIRST, LAST, kind, "en")
        return await self.files.want(draft, self.me)

    async def state(self, row: FileRow) -> tuple[str, str]:
        found = await self.files.get(row.id, self.me.user_id or 0)
        return found.state, found.error

    def lying(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []


@pytest.fixture
async def office(database: Database, clock: HandClock, tmp_path: Path) -> Office:
    user = await Users(database, clock, EXTENSIONS).add(UserDraft("boss", "Boss", "-", "supervisor"), SYSTEM)
    return Office(database, clock, tmp_path / "exports", user.id)


async def test_a_file_is_made_told_of_and_let_go(office: Office) -> None:
    row = await office.want()
    assert await office.desk.make_next()
    assert not await office.desk.make_next()
    made = await office.files.get(row.id, row.user_id)
    assert (made.state, made.done, made.row_count, made.tries) == ("ready", DAYS + 1, DAYS + 1, 1)
    path = await office.desk.whole(made)
    assert path is not None
    assert path.stat().st_size == made.size_bytes
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text("utf-8-sig").splitlines()) == DAYS + 2
    await office.desk.tidy()
    assert office.lying() == [f"{row.id}.csv"]
    office.clock.time += KEEP
    await office.desk.tidy()
    assert (await office.state(row), office.lying()) == (("expired", ""), [])
    office.clock.time += REMEMBER
    await office.desk.tidy()
    with pytest.raises(NotFound):
        await office.files.get(row.id, row.user_id)


DYING = """
import asyncio, sys, time
from pathlib import Path
from agent_ui.reporting import making
from crm_core.report_files import ReportFiles
from crm_core.storage.database import Database
from tests.agent_ui.reporting.test_exports import Office
from tests.crm_core.conftest import HandClock

def stuck(*_):
    print("here", flush=True)
    time.sleep(3600)

async def main(url, folder, user_id, where):
    setattr(*{"publish": (making, "_publish", stuck), "finish": (ReportFiles, "finish", stuck)}[where])
    database = Database(url)
    await database.start()
    await Office(database, HandClock(), Path(folder), int(user_id)).desk.run()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("where", ["publish", "finish"])
async def test_what_a_killed_process_was_making_is_made_by_the_next_one_once(
    where: str, office: Office, database: Database, url: str
) -> None:
    """kill -9 when the file is written and has no name yet, and when it has its name and the row says making."""
    row = await office.want("xlsx")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, url, str(office.folder), str(row.user_id), where,
        cwd=Path(__file__).parents[3], stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(120):
        assert await process.stdout.readline() == b"here\n"
        process.kill()
        await process.wait()
    assert (await office.state(row), len(office.lying())) == (("making", ""), 1)
    assert (office.lying() == [f"{row.id}.xlsx"]) is (where == "finish"), "a half one has another name"
    after = Office(database, office.clock, office.folder, row.user_id)
    runs = asyncio.ensure_future(after.desk.run())
    async with asyncio.timeout(120):
        while (await after.state(row))[0] != "ready":
            await asyncio.sleep(0.02)
        await after.desk.tidy()
    runs.cancel()
    await asyncio.gather(runs, return_exceptions=True)
    made = await after.files.get(row.id, row.user_id)
    assert (after.lying(), made.tries) == ([f"{row.id}.xlsx"], 2)
    assert (office.folder / f"{row.id}.xlsx").stat().st_size == made.size_bytes


async def test_what_the_database_interrupted_is_made_when_it_answers_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "TRY_AGAIN_S", 0.0)
    row, finish, tries = await office.want(), ReportFiles.finish, 0

    async def away_once(self: ReportFiles, file_id: str, size_bytes: int) -> bool:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise DatabaseUnavailable("away")
        return await finish(self, file_id, size_bytes)

    monkeypatch.setattr(ReportFiles, "finish", away_once)
    runs = asyncio.ensure_future(office.desk.run())
    async with asyncio.timeout(120):
        while not (tries == 2 and (await office.state(row))[0] == "ready"):
            assert not runs.done()
            await asyncio.sleep(0.02)
    runs.cancel()
    await asyncio.gather(runs, return_exceptions=True)


async def test_what_is_being_made_is_not_taken_for_left_behind(office: Office) -> None:
    first, second = await office.want(), await office.want()
    assert await office.files.begin_next()
    assert await office.files.begin_next()
    await office.files.recover({first.id})
    assert [(await office.state(one))[0] for one in (first, second)] == ["making", "wanted"]


async def test_one_that_takes_the_program_down_is_given_up(office: Office) -> None:
    row = await office.want()
    for _ in range(MOST_TRIES):
        assert await office.files.begin_next()
        await office.files.recover()
    assert await office.state(row) == ("failed", "interrupted")
    assert await office.files.begin_next() is None


async def test_a_cancelled_one_is_not_made_and_nothing_of_it_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = await office.want()
    assert (await office.files.cancel(waiting.id, waiting.user_id)).state == "cancelled"
    assert not await office.desk.make_next()
    for when in ("while it is written", "when it is written"):
        row = await office.want()

        async def cancels(self: FileMaker, path: Path, *_args: object, row: FileRow = row, when: str = when) -> int:
            await office.files.cancel(row.id, row.user_id)
            if when == "while it is written":
                await _args[-1](500, 1000)  # type: ignore[operator]
            await asyncio.to_thread(path.parent.mkdir, exist_ok=True)
            await asyncio.to_thread(path.write_text, "whole")
            return 5

        with monkeypatch.context() as patched:
            patched.setattr(FileMaker, "make", cancels)
            assert await office.desk.make_next()
        assert (await office.state(row), office.lying()) == (("cancelled", ""), [])


async def test_who_wants_too_many_waits_and_what_is_made_cannot_be_removed(office: Office) -> None:
    rows = [await office.want() for _ in range(MOST_WAITING)]
    with pytest.raises(TooManyFiles):
        await office.want()
    with pytest.raises(FileNotOver):
        await office.desk.remove(rows[0].id, rows[0].user_id)
    await office.files.cancel(rows[0].id, rows[0].user_id)
    await office.desk.remove(rows[0].id, rows[0].user_id)
    assert len(await office.files.all_of(rows[0].user_id)) == MOST_WAITING - 1
    assert await office.files.all_of(rows[0].user_id + 1) == []
    with pytest.raises(NotFound):
        await office.files.cancel(rows[1].id, rows[1].user_id + 1)


async def test_a_fault_has_a_reason_and_hurts_no_other(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await office.want()
    office.clock.time += timedelta(seconds=1)
    second = await office.want("xlsx")

    async def breaks(_path: Path, _sheet: bytes, _written: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(making, "write_apart", breaks)
        assert await office.desk.make_next()
    assert await office.desk.make_next()
    assert await office.state(first) == ("failed", "internal")
    assert (await office.state(second))[0] == FileState.READY


async def test_a_report_of_campaigns_is_a_file_like_any_other(office: Office) -> None:
    draft = FileDraft({"axis": "campaign_list", "campaign_ids": []}, LAST, LAST, "csv", "zh")
    row = await office.files.want(draft, office.me)
    assert await office.desk.make_next()
    assert (await office.files.get(row.id, row.user_id)).state == FileState.READY
    head, *rows = office.desk.path_of(row).read_text("utf-8-sig").splitlines()
    assert head.startswith("外呼活动,名单,外呼量,真人接听")
    assert rows[-1].startswith("合计,,0,0")
    of_agents = replace(draft, choices={"axis": "campaign_agent", "campaign_ids": []})
    row = await office.files.want(of_agents, office.me)
    assert await office.desk.make_next()
    head, total = office.desk.path_of(row).read_text("utf-8-sig").splitlines()
    assert head == "座席,外呼活动,外呼量,真人接听,通话次数,通话总时长,平均通话时长,已登记结果,成功,转化率"
    assert total.startswith("合计,,0,0")
