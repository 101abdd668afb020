"""However facts are grouped, and however often they come, the rows are those of facts that came one by one."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from crm_core.audit import Actor
from crm_core.diary.entry import Entry
from crm_core.diary.fallback import FallbackCalls, FallbackVisit
from crm_core.diary.group import write_group
from crm_core.models import (
    AgentNow,
    AgentStateEntry,
    Call,
    CallAgent,
    CallEvent,
    CallLeg,
    Recording,
    ReportChange,
    Task,
)
from crm_core.queues import QueueDraft, Queues
from crm_core.storage.database import Database
from crm_core.users import UserDraft, Users
from cti.domain.facts import AgentChanged, CallEnded, SwitchChanged
from cti.domain.values import AgentState, EndReason
from tests.crm_core.conftest import EXTENSIONS, HandClock
from tests.crm_core.floor_story import answered_call, changes, started

TABLES = (Call, CallEvent, CallLeg, CallAgent, Recording, AgentStateEntry, AgentNow, ReportChange, Task)


class Day:
    def __init__(self, database: Database, clock: HandClock, by: Actor) -> None:
        self.database, self.clock, self.by = database, clock, by

    async def open(self) -> None:
        self.queue = (await Queues(self.database, self.clock).add(QueueDraft("Support"), self.by)).id
        self.agent = (await Users(self.database, self.clock, EXTENSIONS).add(UserDraft("ann", "Ann", "h"), self.by)).id

    def entries(self) -> list[Entry]:
        """Two calls that are taken, one that is missed and one that is over before it stands in line."""
        at = self.clock.now()
        told = answered_call("c1", at, self.agent, self.queue) + answered_call(
            "c2", at + timedelta(seconds=90), self.agent, self.queue
        )
        told += changes(
            at,
            [
                (3, [started("c3", at)]),
                (8, [CallEnded("c3", EndReason.ABANDONED_IN_QUEUE, 16, self.queue, None, 5.0, 0.0)]),
                (9, [started("c4", at, None), SwitchChanged("n1", up=True)]),
                (9, [CallEnded("c4", EndReason.CALLER_HUNG_UP, 16, None, None, 0.0, 0.0)]),
            ],
            100,
        )
        states = (AgentState.RINGING, AgentState.TALKING, AgentState.WRAP_UP, AgentState.READY)
        before, steps = AgentState.READY, []
        for number, state in enumerate(states * 2):
            call_id = f"c{1 + number // 4}"
            steps.append((6 + 20 * number, [AgentChanged(self.agent, state, "", before, 20.0, call_id)]))
            before = state
        told += changes(at, steps, 200)
        told += changes(at, [(50, [AgentChanged(999, AgentState.READY, "", before, 20.0, None)])], 300)
        told.sort(key=lambda change: (change.at, change.seq))
        return [
            Entry(f"run:{seq}:{place}", seq, change.at, fact)
            for seq, change in enumerate(told)
            for place, fact in enumerate(change.facts)
        ]

    async def write(self, *groups: list[Entry]) -> None:
        for group in groups:
            await self.database.write(lambda connection, group=group: write_group(connection, group))

    async def rows(self, *, forget: bool = False) -> dict[str, list[Any]]:
        found = {}
        async with self.database.reading() as connection:
            for table in TABLES:
                hidden = {"id"} if table is Task else {"stamp"} if table is ReportChange else set()
                columns = [column for column in table.__table__.columns if column.name not in hidden]
                found[table.__tablename__] = sorted(map(repr, (await connection.execute(select(*columns))).all()))
        if forget:

            async def work(connection: Any) -> None:
                for table in reversed(TABLES):
                    await connection.execute(delete(table))

            await self.database.write(work)
        return found


@pytest.fixture
async def day(database: Database, clock: HandClock, by: Actor) -> Day:
    day = Day(database, clock, by)
    await day.open()
    return day


async def test_groups_of_any_size_say_the_same_and_again_is_nothing_new(day: Day) -> None:
    entries = day.entries()
    await day.write(*([entry] for entry in entries))
    alone = await day.rows(forget=True)
    assert len(alone["calls"]) == 4
    assert [len(alone[name]) for name in ("agent_states", "agent_now", "report_changes", "tasks")] == [8, 1, 5, 1]
    for seed in range(5):
        draw = random.Random(seed)  # noqa: S311 - to be drawn again
        groups, left = [], entries
        while left:
            size = draw.randint(1, len(left))
            groups.append(left[:size])
            left = left[size:]
        again = [entry for entry in entries if draw.random() < 0.3]
        await day.write(*groups, [*again, *again])
        assert await day.rows(forget=True) == alone, f"seed {seed}"


async def test_an_older_change_in_the_group_does_not_undo_a_newer_one(day: Day) -> None:
    at = day.clock.now()
    newer = Entry(
        "n", 2, at + timedelta(seconds=9), AgentChanged(day.agent, AgentState.NOT_READY, "lunch", AgentState.READY, 9.0)
    )
    older = Entry("o", 1, at, AgentChanged(day.agent, AgentState.READY, "", AgentState.SIGNED_OUT, 1.0))
    await day.write([newer, older])
    async with day.database.reading() as connection:
        now = (await connection.execute(select(AgentNow.state, AgentNow.reason, AgentNow.since))).one()
        noted = await connection.scalar(select(ReportChange.since))
    assert tuple(now) == ("not_ready", "lunch", newer.at)
    assert noted == at - timedelta(seconds=1), "of both changes the earliest moment"


@pytest.mark.parametrize("first", [False, True])
async def test_the_fallbacks_last_word_stands_in_any_order(day: Day, *, first: bool) -> None:
    at: datetime = day.clock.now()
    visit = FallbackVisit("f1", "c1", "n1", "13800138000", "4001", at, at + timedelta(seconds=60), "left")
    told = answered_call("c1", at, day.agent, day.queue)
    begin = [Entry(f"r:{one.seq}:0", one.seq, one.at, one.facts[0]) for one in told[:3]]
    end = [Entry("r:9:0", 9, at + timedelta(seconds=70), told[-1].facts[-1])]
    fallback = FallbackCalls(day.database)
    for step in ("fallback", "diary") if first else ("diary", "fallback"):
        await (fallback.take(visit) if step == "fallback" else day.write(begin))
    await day.write(end)
    async with day.database.reading() as connection:
        row = (await connection.execute(select(Call.ended_at, Call.end_reason))).one()
    assert tuple(row) == (visit.ended_at, "fallback")
