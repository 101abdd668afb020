"""Behind each figure are as many calls as it says."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_core.domain.report import OF_PEOPLE, Axis, Wanted
from crm_core.errors import Invalid
from crm_core.reports.behind import OF_AGENTS, OF_CALLS, CallsBehind, Cell
from crm_core.storage.database import Database
from cti.domain.facts import CallEnded
from tests.crm_core.conftest import HandClock
from tests.crm_core.diary.test_day_log import BEFORE_MIDNIGHT, ZONE, write
from tests.crm_core.random_day import random_day
from tests.crm_core.reports.test_totals import DAYS, LIMITS, Desk, people, regroup

# Figures that count things in calls: there may be several in one.
SEVERAL = {"missed", "declined", "transferred", "announced", "invited", "conferences", "offered", "answered", "talks"}
NO_FIGURE = {"answered_in_time"}


async def count(behind: CallsBehind, wanted: Wanted, figure: str, key: dict[str, Any]) -> int:
    found, cursor = 0, None
    while True:
        page = await behind.page(wanted, Cell(figure, key), cursor, 7)
        found, cursor = found + len(page.items), page.next_cursor
        if cursor is None:
            return found


async def test_each_figure_has_its_calls(database: Database, clock: HandClock, tmp_path: Path) -> None:
    agent_ids, queue_ids = await people(database, clock)
    day = random_day(3, BEFORE_MIDNIGHT, 40, agent_ids, queue_ids)
    ended = {fact.call_id for change in day.changes for fact in change.facts if isinstance(fact, CallEnded)}
    over = [
        change
        for change in day.changes
        if all(getattr(fact, "call_id", None) in {*ended, None} for fact in change.facts)
    ]
    await write(database, over, tmp_path / "spool")
    clock.time = day.changes[-1].at + timedelta(seconds=1)
    desk, behind = Desk(database, clock), CallsBehind(database, ZONE)
    await regroup(database, clock, agent_ids, queue_ids)
    for axis in Axis:
        for queues in ((), tuple(queue_ids[:2])):
            assert await checked(desk, behind, axis, queues), axis


async def checked(desk: Desk, behind: CallsBehind, axis: Axis, queues: tuple[int, ...]) -> int:
    """Compare each figure of the first lines and the total with the calls behind it; return how many these are."""
    answer = await desk.ask(axis, *queues)
    wanted = Wanted(axis, *DAYS, frozenset(queues), limits=LIMITS)
    found = 0
    for line in [*answer.lines[:4], answer.total]:
        for figure in sorted((OF_AGENTS if axis in OF_PEOPLE else OF_CALLS) - NO_FIGURE):
            value = line.figures[figure]
            if value is None:
                continue
            calls = await count(behind, wanted, figure, dict(line.key))
            exact = axis not in OF_PEOPLE and figure not in SEVERAL - {"offered", "answered"}
            same = calls == value if exact else calls <= value and (calls > 0) == (value > 0)
            assert same, (axis, line.key, figure)
            found += calls
    return found


async def test_a_figure_that_is_not_made_of_calls_is_refused(database: Database) -> None:
    behind = CallsBehind(database, ZONE)
    with pytest.raises(Invalid):
        await behind.page(Wanted(Axis.DAY, *DAYS), Cell("asa_s", {}), None)
    with pytest.raises(Invalid):
        await behind.page(Wanted(Axis.DAY, *DAYS), Cell("offered", {"day": "soon"}), None)


@pytest.mark.parametrize(
    ("axis", "key", "path"),
    [
        (Axis.INTERVAL, {"day": "2026-11-01", "slot": "x"}, "key.slot"),
        (Axis.INTERVAL, {"slot": 4}, "key.day"),
        (Axis.CLOCK, {"clock": None}, "key.clock"),
        (Axis.HEAT, {"weekday": 1}, "key.hour"),
        (Axis.QUEUE, {"queue_id": 10**30}, "key.queue_id"),
        (Axis.AGENT, {"agent_id": "x"}, "key.agent_id"),
        (Axis.TEAM, {"team_id": -1}, "key.team_id"),
    ],
)
async def test_a_key_that_no_report_told_is_refused(
    axis: Axis, key: dict[str, Any], path: str, database: Database
) -> None:
    with pytest.raises(Invalid) as refused:
        await CallsBehind(database, ZONE).page(Wanted(axis, *DAYS), Cell("answered", key), None)
    assert [one.path for one in refused.value.problems] == [path]


async def test_behind_a_filter_by_team_are_its_peoples_calls(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    agent_ids, queue_ids = await people(database, clock)
    day = random_day(3, BEFORE_MIDNIGHT, 40, agent_ids, queue_ids)
    await write(database, day.changes, tmp_path / "spool")
    clock.time = day.changes[-1].at + timedelta(days=1)
    await regroup(database, clock, agent_ids, queue_ids)
    await Desk(database, clock).summary.settle()
    behind = CallsBehind(database, ZONE)
    found = {}
    for name, team, key in (
        ("all", (), {}), ("third", queue_ids[2:], {}), ("first", queue_ids[:1], {}),
        ("none", (), {"team_id": 0}), ("both", queue_ids[2:], {"agent_id": agent_ids[1]}),
    ):  # fmt: skip
        wanted = Wanted(Axis.AGENT, *DAYS, team_ids=frozenset(team))
        found[name] = await count(behind, wanted, "talks", key)
    assert 0 < found["third"] < found["first"] < found["all"]
    assert found["none"]
    assert found["both"] == 0, "not one of theirs"
