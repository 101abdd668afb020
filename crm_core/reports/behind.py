"""The calls behind a figure: from the same rows that the figure is the sum of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from crm_core.calls import CallFilter, CallRow, page_query
from crm_core.domain.quarters import local_day
from crm_core.domain.report import FIRST_YEAR, LAST_YEAR, OF_PEOPLE, Axis, Wanted
from crm_core.domain.report_lines import days_of
from crm_core.domain.sums import PROMISED, WORK, Outcome
from crm_core.errors import FieldProblem, Invalid
from crm_core.models import Call, ReportShare, ReportStay, UserQueue
from crm_core.reports.adding import Scopes
from crm_core.reports.answers import check
from crm_core.reports.asking import is_chosen
from crm_core.reports.rows import NO_LINE
from crm_core.storage.database import Database
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.rows import build

_IN_LINE = (Outcome.ANSWERED, Outcome.ABANDONED, Outcome.PASSED_ON, *PROMISED)
# Of calls, and of agents; others (times, ratios) are no calls.
OF_CALLS = frozenset(
    {
        *("arrived", "in_menu", "offered", "answered", "abandoned", "short_abandoned", "passed_on"),
        *("callbacks_promised", "callbacks_kept"),
        *("answered_in_time", "missed", "declined", "transferred", "invited", "conferences", "outbound", "reached"),
    }
)
OF_AGENTS = frozenset(
    {
        *("offered", "answered", "missed", "declined", "took", "talks", "transferred", "announced"),
        *("invited", "conferences", "helped", "outbound", "reached"),
    }
)
_NUMBERS = {"slot", "clock", "weekday", "hour", "queue_id", "agent_id", "team_id"}
_LARGE = 2**31


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a report's line: `key` as the report told it, {} for the total."""

    figure: str
    key: Mapping[str, Any]


class CallsBehind:
    """Pages of the call log."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        self._database = database
        self._zone = zone

    async def page(self, wanted: Wanted, cell: Cell, cursor: str | None, limit: int = 50) -> Page[CallRow]:
        """List the newest first; raise Invalid for a figure that has no calls."""
        check(wanted)
        known = OF_AGENTS if wanted.axis in OF_PEOPLE else OF_CALLS
        if cell.figure not in known:
            raise Invalid(FieldProblem("figure", "no_calls", "is not made of calls"))
        _check_key(cell.key)
        limit = clamp(limit)
        async with self._database.reading() as connection:
            scopes = await Scopes.read(connection)
            behind = _of_agents(wanted, cell) if wanted.axis in OF_PEOPLE else _of_calls(wanted, cell, scopes)
            query = page_query(self._around(wanted), decode_time_and_key(cursor, str)).where(Call.id.in_(behind))
            rows = (await connection.execute(query.limit(limit + 1))).mappings()
            return make_page([build(CallRow, row) for row in rows], limit, lambda row: (row.started_at, row.id))

    def _around(self, wanted: Wanted) -> CallFilter:
        """Where to look: a call comes into line some time after it began."""
        day = timedelta(days=1)
        since = local_day(wanted.first, self._zone).begins_at - day
        return CallFilter(started_from=since, started_until=local_day(wanted.last, self._zone).ends_at)


def _check_key(key: Mapping[str, Any]) -> None:
    """Refuse a key that no report told."""
    for name in sorted(_NUMBERS & key.keys()):
        if not isinstance(key[name], int) or not 0 <= key[name] < _LARGE:
            raise Invalid(FieldProblem(f"key.{name}", "invalid", "is not a number of a report's line"))
    for name, other in (("slot", "day"), ("weekday", "hour")):
        if name in key and other not in key:
            raise Invalid(FieldProblem(f"key.{other}", "missing", "is needed"))


def _of_calls(wanted: Wanted, cell: Cell, scopes: Scopes) -> Select[Any]:
    query = select(ReportStay.call_id).where(*_when(wanted, cell.key), _what(wanted, cell.figure))
    queue_id = cell.key.get("queue_id")
    if queue_id is not None:
        numbers = [number for number, (_, lines) in scopes.by_id.items() if lines == (queue_id,)]
    else:
        numbers = [number for number, scope in scopes.by_id.items() if is_chosen(scope, wanted)]
    query = query.where(ReportStay.scope_id.in_(numbers))
    for name, column in (("number", ReportStay.dialed), ("disposition", ReportStay.disposition)):
        if name in cell.key:
            query = query.where(column == str(cell.key[name]))
    return query


def _when(wanted: Wanted, key: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    step = wanted.interval_min // 15
    found: list[ColumnElement[bool]] = [ReportStay.day.between(wanted.first, wanted.last)]
    if "slot" in key:
        found.append(ReportStay.day == day_of_key(key["day"]))
        found.append(ReportStay.slot.between(key["slot"], key["slot"] + step - 1))
    elif "clock" in key:
        found.append(ReportStay.clock.between(key["clock"], key["clock"] + step - 1))
    elif "weekday" in key:
        days = [day for day in days_of(wanted) if day.weekday() == key["weekday"]]
        found += [ReportStay.day.in_(days), ReportStay.clock.between(key["hour"] * 4, key["hour"] * 4 + 3)]
    elif "day" in key:
        first = day_of_key(key["day"])
        found.append(ReportStay.day.between(first, _last_of(wanted.axis, first)))
    return found


def _last_of(axis: Axis, first: date) -> date:
    if axis is Axis.WEEK:
        return first + timedelta(days=6)
    if axis is Axis.MONTH:
        return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first


def day_of_key(text: object) -> date:
    """Read the day of a report's line; raise Invalid for what no report told."""
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        raise Invalid(FieldProblem("key.day", "invalid", "is not a day")) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(FieldProblem("key.day", "out_of_range", "is not a day of a report"))
    return day


def _what(wanted: Wanted, figure: str) -> ColumnElement[bool]:
    outcome, short_s = ReportStay.outcome, wanted.limits.short_s
    gave_up = outcome == Outcome.ABANDONED.value
    if figure in WORK:
        done: ColumnElement[bool] = ReportStay.work[figure].as_integer() > 0
        return done
    outbound = [Outcome.REACHED.value, Outcome.UNREACHED.value]
    conditions: dict[str, ColumnElement[bool]] = {
        "arrived": outcome.not_in(outbound),
        "offered": outcome.in_([one.value for one in _IN_LINE]),
        "abandoned": gave_up & (ReportStay.wait_s > short_s),
        "short_abandoned": gave_up & (ReportStay.wait_s <= short_s),
        "answered_in_time": (outcome == Outcome.ANSWERED.value) & (ReportStay.wait_s <= wanted.limits.threshold_s),
        "callbacks_promised": outcome.in_([one.value for one in PROMISED]),
        "callbacks_kept": outcome == Outcome.CALLBACK_KEPT.value,
        "outbound": outcome.in_(outbound),
    }
    return conditions.get(figure, outcome == figure)


def _of_agents(wanted: Wanted, cell: Cell) -> Select[Any]:
    query = select(ReportShare.call_id).where(ReportShare.day.between(wanted.first, wanted.last))
    agents = [int(cell.key["agent_id"])] if "agent_id" in cell.key else sorted(wanted.agent_ids)
    if agents:
        query = query.where(ReportShare.agent_id.in_(agents))
    if wanted.queue_ids:
        query = query.where(ReportShare.queue_id.in_(wanted.queue_ids))
    if wanted.team_ids:
        query = query.where(ReportShare.agent_id.in_(_members(UserQueue.queue_id.in_(wanted.team_ids))))
    if cell.key.get("team_id") == NO_LINE:
        query = query.where(ReportShare.agent_id.not_in(select(UserQueue.user_id)))
    elif "team_id" in cell.key:
        query = query.where(ReportShare.agent_id.in_(_members(UserQueue.queue_id == cell.key["team_id"])))
    return query.where(ReportShare.sums[cell.figure].as_integer() > 0)


def _members(serving: ColumnElement[bool]) -> Select[Any]:
    return select(UserQueue.user_id).where(serving)
