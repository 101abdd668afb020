"""What each person has to do, for their open pages: counts, and the tasks that remind now.

What is shown is a state and no event, made from the rows: after a restart, or on a page that is opened later, it is the
same. A look is taken when somebody comes, when a task is changed, and when the next one is due.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from agent_ui.config import Config
from agent_ui.memory import Memory
from agent_ui.push.hub import Hub
from agent_ui.push.visibility import Viewer
from crm_core.diary.entry import Entry
from crm_core.diary.journal import Journal
from crm_core.domain.day import day_of
from crm_core.domain.phone import display
from crm_core.domain.task import count_due, is_missed
from crm_core.errors import StorageError
from crm_core.task_rows import TaskRow
from crm_core.tasks import Changed, TaskBook
from cti.clock import Clock
from cti.domain.callback_words import CallbackChanged
from cti.domain.facts import CallEnded, Fact, TalkStarted

_log = logging.getLogger(__name__)
KIND = "tasks"
MOST_COUNTED = 99
MOST_REMINDED = 5
# The longest time between two looks: what else writes to the tables tells nobody, and clocks are set.
LOOK_EVERY_S = 15.0
# Changes that come in a burst are one look.
GATHER_S = 0.2
# A change has its time before it is committed.
COMMIT = timedelta(seconds=5)

Show = Callable[[int, str, dict[str, Any] | None], None]


class Reminders:
    """`people` gives who has open pages; `show` gives a person's pages what they have to do."""

    def __init__(
        self, book: TaskBook, people: Callable[[], Mapping[int, Viewer]], show: Show, clock: Clock, zone: tzinfo
    ) -> None:
        self._book = book
        self._people = people
        self._show = show
        self._clock = clock
        self._zone = zone
        self._looked_at = clock.now()
        self._changed_at = self._looked_at
        self._shown: frozenset[Changed] = frozenset()
        self._waiting: set[int] = set()
        self._stirred = asyncio.Event()
        self._next: datetime | None = None
        book.on_change(self.changed)

    def tomorrow(self) -> datetime:
        """When the house's next day begins."""
        return day_of(self._clock.now(), self._zone).ends_at

    def arrived(self, user_id: int) -> None:
        """Somebody opened a first page."""
        self._waiting.add(user_id)
        self._stirred.set()

    def changed(self, before: frozenset[int] = frozenset()) -> None:
        """Tasks were changed; `before`: who had them, and may have them no more."""
        self._waiting |= before
        self._stirred.set()

    def heard(self, entries: Sequence[Entry]) -> None:
        """The diary wrote these: calls that end or are answered open and close tasks."""
        times = [entry.at for entry in entries if _may_change_tasks(entry.fact)]
        if times:
            # what had to wait for the database is older than the last look
            self._changed_at = min(self._changed_at, *times)
            self._stirred.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self._wait()
            try:
                await self.look()
            except StorageError:
                _log.warning("Tasks could not be read")
                await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Show everybody whose tasks are different what they are now; if it fails, the next look has it all to do."""
        now = self._clock.now()
        self._stirred.clear()
        # before reading: what comes meanwhile is seen next time
        waiting, looked_at, changed_at = self._waiting, self._looked_at, self._changed_at
        self._waiting, self._looked_at, self._changed_at = set(), now, now
        try:
            await self._show_all(now, waiting, looked_at, changed_at)
        except StorageError:
            self._waiting |= waiting
            self._looked_at, self._changed_at = looked_at, min(self._changed_at, changed_at)
            raise

    async def _show_all(self, now: datetime, waiting: set[int], looked_at: datetime, changed_at: datetime) -> None:
        people, tomorrow = self._people(), self.tomorrow()
        changed = await self._book.changed_since(min(changed_at, looked_at) - COMMIT)
        new = changed - self._shown
        if day_of(looked_at, self._zone) == day_of(now, self._zone) and now >= looked_at:
            owners, queues = await self._due(looked_at, now)
            owners |= waiting | {one.owner_id for one in new if one.owner_id is not None}
            queues |= {one.queue_id for one in new if one.owner_id is None}
            people = {one: who for one, who in people.items() if one in owners or _shares(who, queues)}
        if people:
            their_queues = {user_id: viewer.queue_ids for user_id, viewer in people.items()}
            first = await self._book.first_due(their_queues, MOST_COUNTED + 1)
            for user_id, rows in first.items():
                self._show(user_id, KIND, view_of(rows, now, tomorrow))
        if new or self._next is None or self._next <= now:
            self._next = await self._book.next_after(now)
        self._shown = changed

    async def _due(self, since: datetime, now: datetime) -> tuple[set[int], set[int | None]]:
        """Whose tasks became due; while the next is known to be later, nobody's."""
        if self._next is not None and self._next > now:
            return set(), set()
        return await self._book.due_between(since, now)

    async def _wait(self) -> None:
        left_s = LOOK_EVERY_S
        if self._next is not None:
            left_s = min(left_s, max(0.0, (self._next - self._clock.now()).total_seconds()))
        try:
            async with asyncio.timeout(left_s):
                await self._stirred.wait()
        except TimeoutError:
            return
        await asyncio.sleep(GATHER_S)


def open_reminders(config: Config, memory: Memory, hub: Hub, clock: Clock, journal: Journal | None) -> Reminders:
    """Hang them between the tables and the pages."""
    reminders = Reminders(memory.tasks, hub.people, hub.show, clock, config.telephone.zone)
    hub.on_arrival(reminders.arrived)
    memory.messages.on_change(reminders.changed)
    if journal is not None:
        journal.on_written(reminders.heard)
    return reminders


def _may_change_tasks(fact: Fact) -> bool:
    """Whether the diary opens tasks with it, or closes some."""
    if isinstance(fact, CallEnded):
        return is_missed(fact.reason, fact.queue_id, fact.agent_id)
    return isinstance(fact, TalkStarted) or (isinstance(fact, CallbackChanged) and fact.result is not None)


def _shares(viewer: Viewer, queues: Iterable[int | None]) -> bool:
    return any(queue_id is None or queue_id in viewer.queue_ids for queue_id in queues)


def view_of(rows: Sequence[TaskRow], now: datetime, tomorrow: datetime) -> dict[str, Any]:
    """Build what a page gets: counts, and the first of those that remind now."""
    counts = count_due([row.due_at for row in rows], now, tomorrow, MOST_COUNTED)
    reminding = [row for row in rows if row.remind_at is not None and row.remind_at <= now]
    return {
        "overdue": counts.overdue,
        "today": counts.today,
        "later": counts.later,
        "more": counts.more,
        "tomorrow": tomorrow,
        "reminding": len(reminding),
        "reminders": [_reminder(row) for row in reminding[:MOST_REMINDED]],
    }


def _reminder(row: TaskRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "title": row.title,
        "due_at": row.due_at,
        "remind_at": row.remind_at,
        "priority": row.priority,
        "tries": row.tries,
        "owner_id": row.owner_id,
        "queue_name": row.queue_name,
        "customer_id": row.customer_id,
        "customer_name": row.customer_name,
        "person_name": row.person_name,
        "campaign_name": row.campaign_name,
        "number": display(row.number) if row.number else None,
        "number_ref": f"task:{row.id}" if row.number else None,
    }
