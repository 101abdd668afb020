"""Totals agree: by interval, day, queue, agent, number, disposition; with the live figures; and after a new count."""

import contextlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Table as CoreTable
from sqlalchemy import select

from crm_core.calls import Calls
from crm_core.domain.counts import Limits, total
from crm_core.domain.figures import figures_of
from crm_core.domain.report import Axis, Wanted
from crm_core.domain.service_level import Formula, Rule
from crm_core.domain.shifts import Now
from crm_core.models import (
    Call,
    ReportScope,
    ReportStay,
    report_agents,
    report_pauses,
    report_quarters,
    report_shifts,
    report_sums,
)
from crm_core.queues import QueueDraft, Queues
from crm_core.reports.answers import Answer, Reports
from crm_core.reports.reading import open_call_ids, read_counted
from crm_core.reports.summary import Summary
from crm_core.storage.database import Database
from crm_core.users import UserDraft, Users
from cti.domain.facts import (
    AgentChanged,
    CallEnded,
    CallStarted,
    HoldEnded,
    OfferEnded,
    OfferMade,
    TalkEnded,
    TalkStarted,
    WaitStarted,
)
from cti.domain.values import AgentState, Caller, EndReason, OfferResult
from tests.crm_core.conftest import EXTENSIONS, HandClock
from tests.crm_core.diary.test_day_log import BEFORE_MIDNIGHT, MORNING, SYSTEM, ZONE, live, write
from tests.crm_core.floor_story import changes
from tests.crm_core.random_day import RandomDay, random_day

LIMITS = Limits(20, 6)
CALLED_BACK = ("callbacks_promised", "callbacks_kept")
SUMS = (report_sums, report_agents, report_shifts, report_quarters, report_pauses)
DAYS = (date(2026, 11, 22), date(2026, 11, 23))


async def people(database: Database, clock: HandClock) -> tuple[list[int], list[int]]:
    """Three queues, and three agents who serve them as in the random day."""
    queues = Queues(database, clock)
    queue_ids = [(await queues.add(QueueDraft(name), SYSTEM)).id for name in "ABC"]
    users = Users(database, clock, EXTENSIONS)
    drafts = [UserDraft(f"u{place}", f"U{place}", "-", "agent", queue_ids=tuple(queue_ids)) for place in range(3)]
    return [(await users.add(draft, SYSTEM)).id for draft in drafts], queue_ids


async def regroup(database: Database, clock: HandClock, agent_ids: list[int], queue_ids: list[int]) -> None:
    """By the end of the day one serves all queues, one the first two, and one none any more."""
    users = Users(database, clock, EXTENSIONS)
    for agent_id, lines in zip(agent_ids, (queue_ids, queue_ids[:2], []), strict=True):
        row = await users.get(agent_id)
        await users.change(agent_id, row.version, {"queue_ids": lines}, SYSTEM)


class Desk:
    """Sums of one database, and who asks them."""

    def __init__(self, database: Database, clock: HandClock, zone: ZoneInfo = ZONE) -> None:
        self.database, self.clock = database, clock
        self.summary = Summary(database, zone, clock)
        self.reports = Reports(database, self.summary, zone, clock)

    async def ask(self, axis: Axis, *queue_ids: int, **more: Any) -> Answer:
        # an answer waits a second for what is noted; this machine may be slower
        await self.summary.settle()
        wanted = Wanted(axis, *DAYS, frozenset(queue_ids), limits=LIMITS, **more)
        return await self.reports.answer(wanted)

    async def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """All sums, without rows that came and went again."""
        found = {}
        async with self.database.reading() as connection:
            scopes = {row.id: (row.path, row.lines) for row in await connection.execute(SCOPES)}
            for table in SUMS:
                rows = (await connection.execute(select(table))).mappings()
                told = [{**row, "scope_id": scopes.get(row.get("scope_id"))} for row in rows]
                found[table.name] = sorted(str(row) for row in told if any(_amounts(table, row)))
        return found


SCOPES = select(*ReportScope.__table__.columns)


def _amounts(table: CoreTable, row: dict[str, Any]) -> list[int]:
    return [row[column.name] for column in table.columns if not column.primary_key and column.name != "clock"]


def figure(answer: Answer, name: str) -> float:
    return sum(line.figures[name] or 0 for line in answer.lines)


@pytest.mark.parametrize("begin", [MORNING, BEFORE_MIDNIGHT])
@pytest.mark.parametrize("seed", [1, 2])
async def test_totals_agree_on_random_days(
    seed: int, begin: datetime, database: Database, clock: HandClock, tmp_path: Path
) -> None:
    agent_ids, queue_ids = await people(database, clock)
    day = random_day(seed, begin, 80, agent_ids, queue_ids)
    await write(database, day.changes, tmp_path / "spool")
    clock.time = day.changes[-1].at + timedelta(microseconds=1)
    desk = Desk(database, clock)
    await regroup(database, clock, agent_ids, queue_ids)
    answers = {axis: await desk.ask(axis) for axis in Axis}
    whole = answers[Axis.DAY].total.figures
    assert answers[Axis.DAY].waiting == 0
    assert whole["offered"]
    for name in (
        "arrived",
        "in_menu",
        "offered",
        "answered",
        "abandoned",
        "short_abandoned",
        "passed_on",
        "open",
        *CALLED_BACK,
    ):
        for axis in (*(Axis.INTERVAL, Axis.CLOCK, Axis.DAY, Axis.WEEK, Axis.MONTH), Axis.HEAT):
            assert figure(answers[axis], name) == whole[name], (seed, name, axis)
        for axis in (Axis.NUMBER, Axis.DISPOSITION):
            assert figure(answers[axis], name) == answers[axis].total.figures[name] == whole[name], (seed, name, axis)
    assert (whole["callbacks_promised"], whole["callbacks_kept"]) == (
        len(day.promised - day.answered),
        len(day.kept - day.answered),
    )
    assert day.kept
    parts = ("answered", "abandoned", "short_abandoned", "passed_on", "callbacks_promised", "open")
    assert whole["offered"] == sum(whole[name] or 0 for name in parts)
    assert whole["arrived"] == whole["in_menu"] + whole["offered"]
    await _agents_agree(desk, day, answers, queue_ids)


async def _agents_agree(desk: Desk, day: RandomDay, answers: dict[Axis, Answer], queue_ids: list[int]) -> None:
    by_agent, by_queue = answers[Axis.AGENT], answers[Axis.QUEUE]
    await _teams_agree(desk, by_agent, queue_ids)
    assert figure(by_agent, "took") == figure(by_queue, "answered"), "each answer in each line is one agent's"
    for name in ("missed", "declined", "transferred", "invited", "conferences"):
        assert figure(by_agent, name) == figure(by_queue, name) == by_queue.total.figures[name], name
    missed = [fact for fact in day.facts if isinstance(fact, OfferEnded) and fact.result is OfferResult.MISSED]
    assert figure(by_agent, "missed") == len(missed)
    assert figure(by_agent, "talks") == sum(isinstance(fact, TalkStarted) for fact in day.facts)
    for name, total_name in (("talk_s", "talk_total_s"), ("hold_s", "hold_total_s"), ("wrap_up_s", "wrap_up_total_s")):
        for queue_id in queue_ids:
            agents = (await desk.ask(Axis.AGENT, queue_id)).total.figures[total_name]
            line = (await desk.ask(Axis.DAY, queue_id)).total.figures
            handled = (line["answered"] or 0) - await _talking(desk, queue_id)
            assert agents == pytest.approx((line[name] or 0) * handled), (name, queue_id)


async def _teams_agree(desk: Desk, by_agent: Answer, queue_ids: list[int]) -> None:
    """A team's line is the sum of its people's; the total has each of them once, in how many teams they ever are."""
    by_team = await desk.ask(Axis.TEAM)
    assert (by_team.total.figures, by_team.total.pauses) == (by_agent.total.figures, by_agent.total.pauses)
    serving = await _serving(desk)
    agents = {int(str(line.key["agent_id"])): line for line in by_agent.lines}
    teams = {int(str(line.key["team_id"])): line for line in by_team.lines}
    assert set(teams) >= set(queue_ids)
    for team_id, line in teams.items():
        own = [agents[one] for one in agents if team_id in serving[one] or (not team_id and not serving[one])]
        for name in SUMMED:
            wanted = sum(each.figures[name] or 0 for each in own)
            assert line.figures[name] == pytest.approx(wanted), (team_id, name)
        (alone,) = (await desk.ask(Axis.TEAM, team_ids=frozenset({team_id}))).lines if team_id else (line,)
        assert alone == line
    one = await desk.ask(Axis.AGENT, team_ids=frozenset(queue_ids[:1]))
    assert {line.key["agent_id"] for line in one.lines} == {one for one in agents if queue_ids[0] in serving[one]}


SUMMED = ("offered", "answered", "missed", "talks", "took", "talk_total_s", "wrap_up_total_s", "signed_in_total_s")


async def _serving(desk: Desk) -> dict[int, set[int]]:
    users = await Users(desk.database, desk.clock, EXTENSIONS).all()
    return {user.id: set(user.queue_ids) for user in users}


async def _talking(desk: Desk, queue_id: int) -> int:
    """Calls that were answered in this line and talk still."""
    async with desk.database.reading() as connection:
        calls = await read_counted(connection, await open_call_ids(connection, 1000))
    tallies = [tally for call in calls for tally in call.tallies if tally.lines == (queue_id,)]
    return sum(tally.outcome == "answered" and not tally.handled for tally in tallies)


@pytest.mark.parametrize("begin", [MORNING, BEFORE_MIDNIGHT])
@pytest.mark.parametrize("seed", [11, 12])
async def test_reports_say_what_the_wallboard_says(
    seed: int, begin: datetime, database: Database, clock: HandClock, tmp_path: Path
) -> None:
    agent_ids, queue_ids = await people(database, clock)
    day = random_day(seed, begin, 80, agent_ids, queue_ids)
    await write(database, day.changes, tmp_path / "spool")
    now = clock.time = day.changes[-1].at + timedelta(microseconds=1)
    desk, today = Desk(database, clock), live(day, begin)
    on_the_day = today.visits.day.date
    await desk.summary.settle()
    scopes = [(), *((one,) for one in queue_ids), tuple(queue_ids[:2]), tuple(queue_ids[1:])]
    for formula in (Formula.IGNORE_ABANDONS, Formula.GENESYS):
        for scope in scopes:
            wanted = Wanted(Axis.INTERVAL, on_the_day, on_the_day, frozenset(scope), (), 15, LIMITS, Rule(formula))  # type: ignore[arg-type]
            answer = await desk.reports.answer(wanted)
            slots = today.by_slot(frozenset(scope) or None, LIMITS, now)
            shown = {int(line.key["slot"]): line.figures for line in answer.lines}
            for slot, counts in enumerate(slots):
                _same(shown.get(slot), figures_of(counts, Rule(formula)), counts.offered)
            _same(answer.total.figures, figures_of(total(slots), Rule(formula)), 1)
    facts = [(change.at, fact) for change in day.changes for fact in change.facts]
    view = {fact.agent_id: (fact.state, at) for at, fact in facts if isinstance(fact, AgentChanged)}
    board = today.shifts.occupancy([Now(agent_id, *state) for agent_id, state in view.items()], now)
    assert answer.total.figures["occupancy_ratio"] == pytest.approx(board, abs=1e-3)


def _same(shown: dict[str, float | None] | None, board: object, offered: int) -> None:
    if shown is None:
        assert offered == 0
        return
    for name in board.__dataclass_fields__:  # type: ignore[attr-defined]
        value, wanted = shown[name], getattr(board, name)
        assert value == (wanted if wanted is None else pytest.approx(wanted, abs=2e-3)), name


class Killed(Exception):
    """The process is gone."""


class Mortal:
    """A database whose user is killed after some writes: before the last one, or when it is committed."""

    def __init__(self, database: Database, dice: Random) -> None:
        self._database, self._dice = database, dice
        self.lives = dice.randrange(1, 5)
        self.reading = database.reading

    async def write(self, work: Any) -> Any:
        self.lives -= 1
        if self.lives == 0 and self._dice.random() < 0.5:
            raise Killed
        outcome = await self._database.write(work)
        if self.lives == 0:
            raise Killed
        return outcome


@pytest.mark.parametrize("seed", [21, 22])
async def test_whatever_is_killed_when_nothing_is_counted_twice(
    seed: int, database: Database, clock: HandClock, tmp_path: Path
) -> None:
    agent_ids, queue_ids = await people(database, clock)
    day = random_day(seed, BEFORE_MIDNIGHT, 60, agent_ids, queue_ids)
    clock.time = day.changes[-1].at + timedelta(seconds=1)
    dice, left, n, killed = Random(seed), list(day.changes), 0, 0  # noqa: S311
    while left:
        some, left = left[: (size := dice.randrange(1, 90))], left[size:]
        await write(database, some, tmp_path / f"spool{(n := n + 1)}")
        # a new process each time; most are killed on the way, before a commit or right after one
        mortal = Mortal(database, dice)
        with contextlib.suppress(Killed):
            await Summary(mortal, ZONE, clock).settle()  # type: ignore[arg-type]
        killed += mortal.lives == 0
    assert killed
    calls = [call_id for (call_id,) in await _read(database, select(Call.id).where(Call.ended_at.is_not(None)))]
    for call_id in dice.sample(calls, 10):
        await Calls(database, clock).dispose(call_id, dice.choice(["order", "complaint"]), None, SYSTEM)
    desk = Desk(database, clock)
    assert await desk.summary.settle() == 0
    counted = await desk.tables()
    assert len(await _read(database, select(ReportStay.call_id).distinct())) == len(calls)
    assert len(counted["report_sums"]) > 20
    await desk.summary.rebuild()
    assert (await desk.tables())["report_sums"] == []
    assert await desk.summary.settle() == 0
    assert await desk.tables() == counted


async def _read(database: Database, query: Any) -> list[Any]:
    async with database.reading() as connection:
        return list(await connection.execute(query))


async def test_a_call_is_counted_again_when_something_comes_later(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    (ann, *_), (sales, *_) = await people(database, clock)
    begin = clock.time
    story: list[tuple[float, list[Any]]] = [
        (0, [CallStarted("c", "leg", "n1", Caller(None), "4001", begin), WaitStarted("c", sales, 0)]),
        (9, [OfferMade("c", ann, "al", "next")]),
        (10, [OfferEnded("c", ann, "al", OfferResult.ANSWERED), TalkStarted("c", ann, "al", sales, 10.0, None)]),
        (30, [HoldEnded("c", ann, "al", 5.0), TalkEnded("c", ann, "al", 20.0)]),
        (30, [AgentChanged(ann, AgentState.WRAP_UP, "", AgentState.TALKING, 20.0, "c")]),
        (30, [CallEnded("c", EndReason.CALLER_HUNG_UP, 16, sales, ann, 10.0, 20.0)]),
    ]
    await write(database, changes(begin, story), tmp_path / "one")
    desk = Desk(database, clock)
    clock.advance(seconds=31)
    shown = (await desk.ask(Axis.QUEUE, sales)).lines[0].figures
    assert [shown[name] for name in ("asa_s", "talk_s", "hold_s", "wrap_up_s")] == [10.0, 15.0, 5.0, 0.0]
    late = [(8.0, [AgentChanged(ann, AgentState.READY, "", AgentState.WRAP_UP, 8.0, "c")])]
    await write(database, changes(begin + timedelta(seconds=30), late, first=90), tmp_path / "two")
    shown = (await desk.ask(Axis.QUEUE, sales)).lines[0].figures
    assert [shown[name] for name in ("offered", "wrap_up_s", "aht_s")] == [1, 8.0, 28.0]
    await Calls(database, clock).dispose("c", "order", None, SYSTEM)
    lines = (await desk.ask(Axis.DISPOSITION)).lines
    assert [(line.key["disposition"], line.figures["offered"]) for line in lines] == [("order", 1)]


async def test_days_begin_where_the_installation_is(database: Database, clock: HandClock, tmp_path: Path) -> None:
    """Another time zone: all is counted anew, by itself."""
    agent_ids, queue_ids = await people(database, clock)
    day = random_day(5, BEFORE_MIDNIGHT, 30, agent_ids, queue_ids)
    await write(database, day.changes, tmp_path / "spool")
    clock.time = day.changes[-1].at + timedelta(seconds=1)
    in_shanghai = await Desk(database, clock).ask(Axis.DAY)
    in_london = await Desk(database, clock, ZoneInfo("Europe/London")).ask(Axis.DAY)
    for answer, split in ((in_shanghai, True), (in_london, False)):
        assert all(line.figures["offered"] for line in answer.lines) is split
    assert in_shanghai.total.figures["offered"] == in_london.total.figures["offered"]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
async def test_a_day_of_23_or_25_hours_has_all_its_hours(
    day: date, hours: int, database: Database, clock: HandClock, tmp_path: Path
) -> None:
    zone, (_, queue_ids) = ZoneInfo("Europe/Berlin"), await people(database, clock)
    begin = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    story: list[tuple[float, list[Any]]] = []
    for hour in range(hours):
        at = begin + timedelta(hours=hour, minutes=7)
        call_id = f"c{hour}"
        story.append((hour * 3600 + 420, [CallStarted(call_id, f"leg{hour}", "n1", Caller(None), "4001", at)]))
        story.append((hour * 3600 + 420, [WaitStarted(call_id, queue_ids[0], 0)]))
        story.append((hour * 3600 + 430, [CallEnded(call_id, EndReason.ABANDONED_IN_QUEUE, 16, 1, None, 10.0, 0.0)]))
    await write(database, changes(begin, story), tmp_path / "spool")
    clock.time = begin + timedelta(days=2)
    reports = Desk(database, clock, zone).reports
    await reports._summary.settle()
    answers = {axis: await reports.answer(Wanted(axis, day, day, interval_min=60)) for axis in Axis}
    assert len(answers[Axis.INTERVAL].lines) == hours
    assert {line.figures["offered"] for line in answers[Axis.INTERVAL].lines} == {1}
    by_clock = {line.key["label"]: line.figures["offered"] for line in answers[Axis.CLOCK].lines}
    assert by_clock.get("02:00", 0) == hours - 23
    assert sum(by_clock.values()) == answers[Axis.DAY].total.figures["abandoned"] == hours  # type: ignore[arg-type]
    assert len(answers[Axis.HEAT].lines) == min(hours, 24)
