"""What each person has to do, on open pages: made from the rows, at the moment when it is due, also after a restart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent_ui.joints import reminders as module
from agent_ui.joints.reminders import MOST_COUNTED, MOST_REMINDED, Reminders
from agent_ui.push.visibility import Viewer
from crm_core.audit import SYSTEM
from crm_core.diary.entry import Entry
from crm_core.errors import DatabaseUnavailable
from crm_core.migrations import upgrade
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.task_writing import TaskDraft, open_task
from crm_core.tasks import Changed, TaskBook
from crm_core.users import UserDraft, Users
from cti.domain.facts import AgentChanged, CallEnded
from cti.domain.values import AgentState, EndReason
from cti.tasks import TaskSet

SHANGHAI = ZoneInfo("Asia/Shanghai")
# 20:00 in Shanghai
START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class HandClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> datetime:
        self.time += timedelta(**by)
        return self.time


class Desk:
    """Ann takes calls of Sales, Bob of nothing; both have open pages unless they are sent away."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, HandClock()
        self.book = TaskBook(database, self.clock)
        self.shown: dict[int, dict[str, Any]] = {}
        self.times: list[int] = []
        self.here: dict[int, Viewer] = {}

    async def open(self) -> None:
        self.sales = (await Queues(self.database, self.clock).add(QueueDraft("Sales"), SYSTEM)).id
        users = Users(self.database, self.clock, ("1001", "1002"))
        self.ann = (await users.add(UserDraft("ann", "Ann", "h"), SYSTEM)).id
        self.bob = (await users.add(UserDraft("bob", "Bob", "h"), SYSTEM)).id
        self.restart()
        self.come(self.ann, self.sales)
        self.come(self.bob)
        await self.reminders.look()

    def restart(self) -> None:
        self.shown.clear()
        self.reminders = Reminders(self.book, lambda: dict(self.here), self.show, self.clock, SHANGHAI)

    def come(self, user_id: int, *queue_ids: int) -> None:
        self.here[user_id] = Viewer(user_id, user_id, False, frozenset(queue_ids))
        self.reminders.arrived(user_id)

    def show(self, user_id: int, kind: str, view: dict[str, Any] | None) -> None:
        assert kind == "tasks"
        assert view is not None
        self.shown[user_id] = view
        self.times.append(user_id)

    def counts(self, user_id: int) -> tuple[int, int, int]:
        view = self.shown[user_id]
        return view["overdue"], view["today"], view["later"]

    def reminded(self, user_id: int) -> list[str]:
        return [one["title"] for one in self.shown[user_id]["reminders"]]

    async def open_task(self, title: str, owner_id: int | None = None, **ahead: float) -> int:
        due_at = self.clock.now() + timedelta(**ahead) if ahead else None
        queue_id = self.sales if owner_id is None else None
        return (await self.book.open(TaskDraft(title, owner_id=owner_id, queue_id=queue_id, due_at=due_at), SYSTEM)).id


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    url = f"sqlite:///{tmp_path / 'callroom.db'}"
    await upgrade(url)
    database = Database(url, readers=2)
    await database.start()
    desk = Desk(database)
    await desk.open()
    yield desk
    await database.aclose()


async def test_each_gets_what_is_theirs_to_do(desk: Desk) -> None:
    assert desk.counts(desk.ann) == (0, 0, 0)
    assert desk.shown[desk.ann]["tomorrow"] == datetime(2026, 11, 22, 16, tzinfo=UTC), "Shanghai's midnight"
    await desk.open_task("team", minutes=30)
    await desk.open_task("hers", desk.ann, hours=5)
    await desk.open_task("his", desk.bob)
    await desk.reminders.look()
    assert (desk.counts(desk.ann), desk.counts(desk.bob)) == ((0, 1, 1), (0, 0, 1))


async def test_a_task_reminds_when_it_is_due_and_again_when_it_was_put_off(desk: Desk) -> None:
    task = await desk.open_task("ring Li", desk.ann, minutes=30)
    await desk.reminders.look()
    desk.clock.advance(minutes=29, seconds=59)
    await desk.reminders.look()
    assert (desk.counts(desk.ann), desk.reminded(desk.ann)) == ((0, 1, 0), [])
    desk.clock.advance(seconds=1)
    desk.times.clear()
    await desk.reminders.look()
    assert (desk.counts(desk.ann), desk.reminded(desk.ann)) == ((1, 0, 0), ["ring Li"])
    assert desk.times == [desk.ann], "nobody else's page is written to"
    await desk.book.snooze(task, desk.clock.now() + timedelta(minutes=10))
    await desk.reminders.look()
    assert (desk.counts(desk.ann), desk.reminded(desk.ann)) == ((1, 0, 0), [])
    desk.clock.advance(minutes=10)
    await desk.reminders.look()
    assert desk.reminded(desk.ann) == ["ring Li"]
    await desk.book.complete(task, SYSTEM)
    await desk.reminders.look()
    assert (desk.counts(desk.ann), desk.reminded(desk.ann)) == ((0, 0, 0), [])


async def test_what_became_due_while_we_were_away_reminds_after_the_restart(desk: Desk) -> None:
    await desk.open_task("ring Li", desk.ann, minutes=1)
    desk.clock.advance(hours=1)
    desk.restart()
    desk.come(desk.ann, desk.sales)
    await desk.reminders.look()
    assert desk.reminded(desk.ann) == ["ring Li"]


async def test_who_had_a_task_is_told_that_it_went_to_another(desk: Desk) -> None:
    task = await desk.open_task("x", desk.ann)
    await desk.reminders.look()
    await desk.book.assign(task, desk.bob, None, SYSTEM)
    await desk.reminders.look()
    assert (desk.counts(desk.ann), desk.counts(desk.bob)) == ((0, 0, 0), (0, 0, 1))


async def test_midnight_moves_tomorrow_to_today(desk: Desk) -> None:
    await desk.open_task("x", desk.ann, hours=5)
    await desk.reminders.look()
    assert desk.counts(desk.ann) == (0, 0, 1)
    desk.clock.advance(hours=4)
    await desk.reminders.look()
    assert desk.counts(desk.ann) == (0, 1, 0)


async def test_a_clock_that_was_set_back_shows_all_anew(desk: Desk) -> None:
    desk.clock.advance(hours=-1)
    desk.times.clear()
    await desk.reminders.look()
    assert sorted(desk.times) == sorted([desk.ann, desk.bob])


async def test_what_the_diary_wrote_late_is_seen(desk: Desk) -> None:
    old = desk.clock.now()
    desk.clock.advance(minutes=30)
    await desk.reminders.look()
    draft = TaskDraft("Sales", queue_id=desk.sales, tries=1)
    await desk.database.write(lambda connection: open_task(connection, draft, old))
    await desk.reminders.look()
    assert desk.counts(desk.ann) == (0, 0, 0), "written now with a time of before"
    pause = AgentChanged(desk.ann, AgentState.READY, "", AgentState.NOT_READY, 1.0)
    desk.reminders.heard([Entry("a", 1, old, pause)])
    await desk.reminders.look()
    assert desk.counts(desk.ann) == (0, 0, 0)
    ended = CallEnded("c1", EndReason.ABANDONED_IN_QUEUE, 16, desk.sales, None, 1.0, 0.0)
    desk.reminders.heard([Entry("a", 2, old, ended)])
    await desk.reminders.look()
    assert desk.counts(desk.ann) == (0, 0, 1)


async def test_who_comes_in_the_middle_of_a_look_is_shown_theirs_by_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    del desk.here[desk.bob]
    desk.shown.clear()
    ask = desk.book.changed_since

    async def meanwhile(at: datetime) -> frozenset[Changed]:
        desk.come(desk.bob)
        return await ask(at)

    monkeypatch.setattr(desk.book, "changed_since", meanwhile)
    await desk.reminders.look()
    monkeypatch.undo()
    await desk.reminders.look()
    assert desk.counts(desk.bob) == (0, 0, 0)


async def test_what_could_not_be_read_is_shown_by_the_next_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> list[Any]:
        raise DatabaseUnavailable("away")

    await desk.open_task("x", desk.ann, minutes=5)
    desk.clock.advance(minutes=10)
    desk.restart()
    desk.come(desk.ann, desk.sales)
    monkeypatch.setattr(desk.book, "first_due", away)
    with pytest.raises(DatabaseUnavailable):
        await desk.reminders.look()
    monkeypatch.undo()
    desk.clock.advance(minutes=1)
    await desk.reminders.look()
    assert desk.counts(desk.ann) == (1, 0, 0)


async def test_a_change_is_shown_once_and_asks_no_more_than_what_was_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.open_task("team", hours=1)
    await desk.reminders.look()
    desk.times.clear()
    monkeypatch.delattr(type(desk.book), "first_due")
    monkeypatch.delattr(type(desk.book), "due_between")
    monkeypatch.delattr(type(desk.book), "next_after")
    await desk.reminders.look()
    assert desk.times == []


async def test_a_task_that_is_due_before_the_next_one_known_reminds(desk: Desk) -> None:
    await desk.open_task("later", desk.ann, hours=1)
    await desk.reminders.look()
    await desk.open_task("sooner", desk.ann, minutes=1)
    await desk.reminders.look()
    desk.clock.advance(minutes=2)
    await desk.reminders.look()
    assert desk.reminded(desk.ann) == ["sooner"]


async def test_more_than_can_be_counted_is_said(desk: Desk) -> None:
    for number in range(MOST_COUNTED + 1):
        await desk.open_task(f"t{number}", desk.ann, seconds=1 + number / 1000)
    desk.clock.advance(minutes=1)
    await desk.reminders.look()
    view = desk.shown[desk.ann]
    assert (view["overdue"], view["more"], view["reminding"]) == (MOST_COUNTED, True, MOST_COUNTED + 1)
    assert len(view["reminders"]) == MOST_REMINDED


async def test_it_looks_by_itself_when_something_is_due(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = asyncio.Event()
    failing = [True]
    look = desk.reminders.look

    async def watched() -> None:
        if failing[0]:
            failing[0] = False
            raise DatabaseUnavailable("away")
        await look()
        looks.set()

    monkeypatch.setattr(desk.reminders, "look", watched)
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(module, "GATHER_S", 0.0)
    tasks = TaskSet()
    tasks.start(desk.reminders.run(), name="reminders")
    await desk.open_task("x", desk.ann, seconds=0.01)
    desk.clock.advance(seconds=1)
    async with asyncio.timeout(20):
        while desk.shown[desk.ann]["reminding"] == 0:
            looks.clear()
            await looks.wait()
    await tasks.aclose()
