"""Reports: asked of the sums, and of what goes on at this moment, so that today is as true as the wallboard."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.callback_orders import ordered_between
from crm_core.domain.quarters import Quarter, local_day, quarter_of
from crm_core.domain.report import (
    FIRST_YEAR,
    LAST_YEAR,
    OF_PEOPLE,
    WITHOUT_ORDERS,
    Axis,
    Figures,
    Wanted,
    agent_figures,
    line_figures,
    most_days,
)
from crm_core.domain.report_lines import Key, Lines, line_of, told
from crm_core.domain.shifts import occupancy_of
from crm_core.domain.sums import Sums, Tally, add, open_sums, sums_of
from crm_core.domain.timesheet import Timesheet
from crm_core.errors import FieldProblem, Invalid
from crm_core.reports.adding import Scopes
from crm_core.reports.asking import Found, ask_agents, ask_calls, ask_pauses, ask_staff, ask_times, ask_total, is_chosen
from crm_core.reports.names import Names, read_names
from crm_core.reports.now import lasting
from crm_core.reports.reading import CountedCall, open_call_ids, read_counted
from crm_core.reports.rows import NO_LINE, share_rows
from crm_core.reports.summary import Summary
from crm_core.reports.times import columns
from crm_core.storage.database import Database
from cti.clock import Clock
from cti.domain.values import AgentState

MOST_OPEN = 1000
_BY_TIME = (Axis.INTERVAL, Axis.CLOCK, Axis.HEAT, Axis.DAY, Axis.WEEK, Axis.MONTH)
_WITH_STAFF = (Axis.INTERVAL, Axis.DAY, Axis.WEEK, Axis.MONTH)
# So long a person may wait for what was just told to be counted.
SETTLE_S = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `key` says which (a day, a queue's number and name …), `pauses` are seconds by reason, of agents."""

    key: Mapping[str, Any]
    figures: Figures
    pauses: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A report. `waiting` calls and agents are noted and not counted yet; 0: it is complete until `at`."""

    wanted: Wanted
    at: datetime
    waiting: int
    lines: list[Line]
    total: Line


class Reports:
    """Asks. What is told at a moment is in the answer from the moment on in which the diary has it."""

    def __init__(self, database: Database, summary: Summary, zone: tzinfo, clock: Clock) -> None:
        self._database = database
        self._summary = summary
        self._clock = clock
        self.zone = zone

    async def answer(self, wanted: Wanted) -> Answer:
        """Raise Invalid for days that nobody could want together."""
        check(wanted)
        now = self._clock.now()
        today = quarter_of(now, self.zone).day
        is_live = wanted.first <= today <= wanted.last
        waiting = await (self._summary.settle(SETTLE_S) if is_live else self._summary.waiting())
        async with self._database.reading() as connection:
            asked = await _ask(connection, wanted, self.zone, now if is_live else None)
        make = _people_lines if wanted.axis in OF_PEOPLE else _calls
        lines, total = make(asked)
        return Answer(wanted, now, waiting, lines, total)


def check(wanted: Wanted) -> None:
    """Refuse days that no calendar goes on from, the wrong way round, and more of them than can be shown."""
    for path, day in (("first", wanted.first), ("last", wanted.last)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Invalid(FieldProblem(path, "out_of_range", f"is not in the years from {FIRST_YEAR} to {LAST_YEAR}"))
    days = (wanted.last - wanted.first).days + 1
    most = most_days(wanted.axis, wanted.interval_min)
    if days < 1:
        raise Invalid(FieldProblem("last", "before_first", "is before the first day"))
    if days > most:
        cure = "fewer days or a longer interval" if wanted.axis is Axis.INTERVAL else "fewer days"
        raise Invalid(FieldProblem("last", "too_many_days", f"makes more than {most} days; choose {cure}"))


@dataclass(slots=True)
class _Asked:
    """All that an answer is made of. `people` are the agents that the report is about, `sheets` their last states."""

    wanted: Wanted
    zone: tzinfo
    now: datetime | None
    scopes: Scopes
    names: Names
    people: frozenset[int]
    found: list[Found] = field(default_factory=list)
    total: Sums = field(default_factory=dict)
    times: dict[int, Sums] = field(default_factory=dict)
    staff: list[Found] = field(default_factory=list)
    pauses: list[Found] = field(default_factory=list)
    orders: list[tuple[datetime, int, Sums]] = field(default_factory=list)
    open: list[CountedCall] = field(default_factory=list)
    sheets: dict[int, Timesheet] = field(default_factory=dict)


async def _ask(connection: AsyncConnection, wanted: Wanted, zone: tzinfo, now: datetime | None) -> _Asked:
    names, scopes = await read_names(connection), await Scopes.read(connection)
    asked = _Asked(wanted, zone, now, scopes, names, _people(names, wanted))
    if now is not None:
        asked.open = await read_counted(connection, await open_call_ids(connection, MOST_OPEN))
        asked.sheets = await lasting(connection, now, zone)
    asked.times = {found.key[0]: found.sums for found in await ask_times(connection, wanted)}
    for agent_id, sheet in asked.sheets.items():
        for day, states in sheet.by_day().items():
            if wanted.first <= day <= wanted.last:
                add(asked.times.setdefault(agent_id, {}), columns(states))
    if wanted.axis in OF_PEOPLE:
        asked.found, asked.pauses = await ask_agents(connection, wanted), await ask_pauses(connection, wanted)
        return asked
    asked.found = await ask_calls(connection, wanted, scopes)
    asked.total = await ask_total(connection, wanted, scopes)
    if wanted.axis not in WITHOUT_ORDERS:
        days = local_day(wanted.first, zone).begins_at, local_day(wanted.last, zone).ends_at
        asked.orders = await ordered_between(connection, *days, wanted.queue_ids)
    if wanted.axis in _WITH_STAFF:
        asked.staff = await ask_staff(connection, wanted, sorted(asked.people))
    return asked


def _people(names: Names, wanted: Wanted) -> frozenset[int]:
    """Who serves these lines; supervisors are on the floor, too, and are nobody's agents."""
    serving = {agent for agent, lines in names.lines.items() if not wanted.queue_ids or lines & wanted.queue_ids}
    if wanted.team_ids:
        serving &= names.members(wanted.team_ids)
    return frozenset(serving & wanted.agent_ids if wanted.agent_ids else serving)


def _calls(asked: _Asked) -> tuple[list[Line], Line]:
    wanted, total = asked.wanted, dict(asked.total)
    lines = Lines.empty(wanted, asked.zone)
    if wanted.axis is Axis.QUEUE:
        for queue_id in asked.names.living_queues():
            if not wanted.queue_ids or queue_id in wanted.queue_ids:
                lines.sums.setdefault((queue_id,), {})
    for found in asked.found:
        _place(lines, found, asked)
    for at, queue_id, sums in asked.orders:
        add(total, sums)
        is_by_queue = wanted.axis is Axis.QUEUE
        lines.add_to((queue_id,) if is_by_queue else line_of(quarter_of(at, asked.zone), wanted), sums)
    for call, tally in _open(asked):
        sums = sums_of(tally) | open_sums(tally, wanted.limits, asked.now or tally.since)
        if is_chosen((tally.path, tally.lines), wanted):
            add(total, sums)
        for key in _keys_of(call, tally, asked):
            lines.add_to(key, sums)
    staff = _staff(asked)
    made = [_line(key, lines.sums.get(key, {}), staff.get(key), asked) for key in lines.in_order()]
    times = _sum(asked.times[agent_id] for agent_id in asked.people if agent_id in asked.times)
    all_of_it = line_figures(total, wanted, is_of_all=not wanted.queue_ids) | {"occupancy_ratio": _occupancy(times)}
    return made, Line({}, all_of_it)


def _place(lines: Lines, found: Found, asked: _Asked) -> None:
    match asked.wanted.axis:
        case Axis.QUEUE:
            _, own = asked.scopes.by_id[found.key[0]]
            if len(own) == 1 and (not asked.wanted.queue_ids or own[0] in asked.wanted.queue_ids):
                lines.add_to(own, found.sums)
        case Axis.NUMBER | Axis.DISPOSITION:
            lines.add_to(found.key, found.sums)
        case _:
            lines.add_quarter(_quarter(found.key, asked.wanted), found.sums)


def _quarter(key: Key, wanted: Wanted) -> Quarter:
    match wanted.axis:
        case Axis.INTERVAL:
            return Quarter(key[0], key[1], 0)
        case Axis.CLOCK:
            return Quarter(wanted.first, 0, key[0])
        case Axis.HEAT:
            return Quarter(key[0], 0, key[1] * 4)
        case _:
            return Quarter(key[0], 0, 0)


def _open(asked: _Asked) -> Iterable[tuple[CountedCall, Tally]]:
    """Calls that go on, of these days."""
    for call in asked.open:
        for tally in call.tallies:
            day = quarter_of(tally.since, asked.zone).day
            if asked.wanted.first <= day <= asked.wanted.last:
                yield call, tally


def _keys_of(call: CountedCall, tally: Tally, asked: _Asked) -> Iterable[Key]:
    wanted = asked.wanted
    if wanted.axis is Axis.QUEUE:
        own = tally.lines
        return [own] if len(own) == 1 and (not wanted.queue_ids or own[0] in wanted.queue_ids) else []
    if not is_chosen((tally.path, tally.lines), wanted):
        return []
    if wanted.axis in _BY_TIME:
        return [line_of(quarter_of(tally.since, asked.zone), wanted)]
    return [(call.dialed if wanted.axis is Axis.NUMBER else call.disposition,)]


def _staff(asked: _Asked) -> dict[Key, Sums]:
    """Agents' time by line, where a line is a stretch of time or a queue."""
    wanted, found = asked.wanted, dict[Key, Sums]()
    if wanted.axis is Axis.QUEUE:
        for agent_id, times in asked.times.items():
            for queue_id in asked.names.lines.get(agent_id, frozenset()):
                add(found.setdefault((queue_id,), {}), times)
    if wanted.axis not in _WITH_STAFF:
        return found
    for one in asked.staff:
        add(found.setdefault(line_of(_quarter(one.key, wanted), wanted), {}), one.sums)
    for agent_id in asked.people & asked.sheets.keys():
        for quarter, states in asked.sheets[agent_id].quarters.items():
            if wanted.first <= quarter.day <= wanted.last:
                add(found.setdefault(line_of(quarter, wanted), {}), columns(states))
    return found


def _line(key: Key, sums: Sums, times: Sums | None, asked: _Asked) -> Line:
    is_of_all = not asked.wanted.queue_ids and asked.wanted.axis is not Axis.QUEUE
    figures = line_figures(sums, asked.wanted, is_of_all=is_of_all)
    if asked.wanted.axis in (*_WITH_STAFF, Axis.QUEUE):
        figures["occupancy_ratio"] = _occupancy(times or {})
    tell = asked.names.tellers.get(asked.wanted.axis)
    return Line(told(key, asked.wanted, asked.zone) if tell is None else tell(key), figures)


def _occupancy(times: Sums) -> float | None:
    return occupancy_of({state: times.get(f"{state}_ms", 0) for state in AgentState})


@dataclass(slots=True)
class _People:
    """What each of the people whom a report is about did: in calls, at work, and not ready by reason."""

    calls: dict[int, Sums]
    times: dict[int, Sums]
    pauses: dict[int, dict[str, float]]
    shown: frozenset[int]

    def line(self, key: Mapping[str, Any], agents: Iterable[int]) -> Line:
        """Add up these people."""
        own = sorted(agents)
        pauses: dict[str, float] = {}
        for one in own:
            for reason, spent_s in self.pauses.get(one, {}).items():
                pauses[reason] = pauses.get(reason, 0.0) + spent_s
        calls, times = (_sum(of[one] for one in own if one in of) for of in (self.calls, self.times))
        return Line(key, agent_figures(calls, times), pauses)


def _people_of(asked: _Asked) -> _People:
    wanted = asked.wanted
    calls = {found.key[0]: dict(found.sums) for found in asked.found}
    for row in _open_shares(asked):
        add(calls.setdefault(row["agent_id"], {}), row["sums"])
    shown = calls.keys() | asked.times.keys()
    if wanted.queue_ids:
        shown = calls.keys() | (asked.times.keys() & asked.people)
    if wanted.agent_ids:
        shown &= wanted.agent_ids
    if wanted.team_ids:
        shown &= asked.names.members(wanted.team_ids)
    return _People(calls, asked.times, _pauses(asked), frozenset(shown))


def _people_lines(asked: _Asked) -> tuple[list[Line], Line]:
    people = _people_of(asked)
    tell: Callable[[Key], dict[str, Any]] = asked.names.tellers[asked.wanted.axis]
    groups = _teams(asked, people.shown) if asked.wanted.axis is Axis.TEAM else {one: {one} for one in people.shown}
    lines = [people.line(tell((one,)), of) for one, of in groups.items()]
    lines.sort(key=lambda line: (line.key.get("team_id") == NO_LINE, str(line.key["name"])))
    return lines, people.line({}, people.shown)


def _teams(asked: _Asked, shown: frozenset[int]) -> dict[int, set[int]]:
    """Who is in which team now: in several they stand in each, in none in a line of its own."""
    wanted, serving = asked.wanted, asked.names.lines
    groups = {one: {agent for agent in shown if one in serving.get(agent, ())} for one in asked.names.queues}
    living = asked.names.living_queues()
    groups = {one: own for one, own in groups.items() if own or one in living}
    if wanted.team_ids:
        return {one: own for one, own in groups.items() if one in wanted.team_ids}
    alone = {agent for agent in shown if not serving.get(agent)}
    return groups | ({NO_LINE: alone} if alone else {})


def _open_shares(asked: _Asked) -> Iterable[Mapping[str, Any]]:
    for call in asked.open:
        for row in share_rows(call, asked.zone):
            is_line = not asked.wanted.queue_ids or row["queue_id"] in asked.wanted.queue_ids
            if is_line and asked.wanted.first <= row["day"] <= asked.wanted.last:
                yield row


def _pauses(asked: _Asked) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    for one in asked.pauses:
        agent_id, reason = one.key
        found.setdefault(agent_id, {})[reason] = one.sums.get("ms", 0) / 1000
    for agent_id, sheet in asked.sheets.items():
        for (day, reason), spent_ms in sheet.pauses.items():
            if asked.wanted.first <= day <= asked.wanted.last:
                own = found.setdefault(agent_id, {})
                own[reason] = own.get(reason, 0.0) + spent_ms / 1000
    return found


def _sum(several: Iterable[Sums]) -> Sums:
    total: Sums = {}
    for one in several:
        add(total, one)
    return total
