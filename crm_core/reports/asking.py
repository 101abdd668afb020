"""The sums that a report is made of, added up by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.agent_sums import STORED as OF_AGENTS
from crm_core.domain.counts import Limits
from crm_core.domain.report import Axis, Wanted
from crm_core.domain.sums import STORED, Sums
from crm_core.domain.timesheet import STATES
from crm_core.models import report_agents, report_pauses, report_quarters, report_shifts, report_sums
from crm_core.reports.adding import Scopes
from crm_core.reports.rows import DAY, DISPOSITION, INTERVAL, NUMBER, Scope

Key = tuple[Any, ...]
_STEPS = {name for name in STORED if name.startswith(("answered_", "given_up_"))}
_PLAIN = tuple(name for name in STORED if name not in _STEPS)
_TIMES = tuple(f"{state}_ms" for state in STATES)
HOUR = "hour"
"""No column of its own: four quarters of the clock, added up where they are, for a year has 35,000 of them."""
# What each report's lines are told apart by, and the sums that they are made of.
_BY: dict[Axis, tuple[str, tuple[str, ...]]] = {
    Axis.INTERVAL: (INTERVAL, ("day", "slot")),
    Axis.CLOCK: (INTERVAL, ("clock",)),
    Axis.HEAT: (INTERVAL, ("day", HOUR)),
    Axis.DAY: (DAY, ("day",)),
    Axis.WEEK: (DAY, ("day",)),
    Axis.MONTH: (DAY, ("day",)),
    Axis.QUEUE: (DAY, ("scope_id",)),
    Axis.NUMBER: (NUMBER, ("label",)),
    Axis.DISPOSITION: (DISPOSITION, ("label",)),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One group of calls."""

    key: Key
    sums: Sums


def chosen(scopes: Scopes, wanted: Wanted) -> list[int]:
    """Return the sets of lines in which each call is once: all of its lines, as far as they are wanted."""
    return [number for number, scope in scopes.by_id.items() if is_chosen(scope, wanted)]


def is_chosen(scope: Scope, wanted: Wanted) -> bool:
    """Tell whether this is the part of the path that is wanted; calls in no line are where all are wanted."""
    path, lines = scope
    if not wanted.queue_ids:
        return path == lines
    return bool(lines) and set(lines) == set(path) & wanted.queue_ids


def names_of(limits: Limits) -> tuple[str, ...]:
    """Return the columns that figures with these limits are made of."""
    steps = {f"answered_{limits.threshold_s:g}", f"given_up_{limits.threshold_s:g}", f"given_up_{limits.short_s:g}"}
    return (*_PLAIN, *sorted(steps))


async def ask_calls(connection: AsyncConnection, wanted: Wanted, scopes: Scopes) -> list[Found]:
    """Add up calls by what the report's lines are."""
    axis, keys = _BY[wanted.axis]
    numbers = list(scopes.by_id) if wanted.axis is Axis.QUEUE else chosen(scopes, wanted)
    return await _add_up(connection, _calls(axis, keys, wanted, numbers), len(keys))


async def ask_total(connection: AsyncConnection, wanted: Wanted, scopes: Scopes) -> Sums:
    """Add up all of them, each call once."""
    found = await _add_up(connection, _calls(DAY, (), wanted, chosen(scopes, wanted)), 0)
    return found[0].sums if found else {}


def _calls(axis: str, keys: tuple[str, ...], wanted: Wanted, numbers: Sequence[int]) -> Select[Any]:
    table = report_sums
    columns = [
        (table.c.clock // literal_column("4", Integer)).label(HOUR) if key == HOUR else table.c[key] for key in keys
    ]
    sums = [_sum(table.c[name]).label(name) for name in names_of(wanted.limits)]
    query = select(*columns, *sums).where(
        table.c.axis == axis, table.c.day.between(wanted.first, wanted.last), table.c.scope_id.in_(numbers)
    )
    return query.group_by(*columns) if columns else query


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    """Add up to a whole number: PostgreSQL's sum of big integers is a decimal, whose reading takes most of a report."""
    return cast(func.sum(column), BigInteger)


async def _add_up(connection: AsyncConnection, query: Select[Any], keys: int) -> list[Found]:
    result = await connection.execute(query)
    names = list(result.keys())[keys:]
    found = []
    for row in result:
        sums = {name: value for name, value in zip(names, row[keys:], strict=True) if value}
        if sums:
            found.append(Found(tuple(row[:keys]), sums))
    return found


async def ask_agents(connection: AsyncConnection, wanted: Wanted) -> list[Found]:
    """Add up what agents did in calls."""
    table = report_agents
    query = select(table.c.agent_id, *(_sum(table.c[name]).label(name) for name in OF_AGENTS))
    query = query.where(table.c.day.between(wanted.first, wanted.last)).group_by(table.c.agent_id)
    if wanted.queue_ids:
        query = query.where(table.c.queue_id.in_(wanted.queue_ids))
    if wanted.agent_ids:
        query = query.where(table.c.agent_id.in_(wanted.agent_ids))
    return await _add_up(connection, query, 1)


async def ask_times(connection: AsyncConnection, wanted: Wanted) -> list[Found]:
    """Add up agents' time at work."""
    table = report_shifts
    query = select(table.c.agent_id, *(_sum(table.c[name]).label(name) for name in ("sign_ins", *_TIMES)))
    query = query.where(table.c.day.between(wanted.first, wanted.last)).group_by(table.c.agent_id)
    return await _add_up(connection, query, 1)


async def ask_pauses(connection: AsyncConnection, wanted: Wanted) -> list[Found]:
    """Add up agents' pauses by reason."""
    table = report_pauses
    query = select(
        table.c.agent_id, table.c.reason, _sum(table.c.times).label("times"), _sum(table.c.spent_ms).label("ms")
    )
    query = query.where(table.c.day.between(wanted.first, wanted.last)).group_by(table.c.agent_id, table.c.reason)
    return await _add_up(connection, query, 2)


async def ask_staff(connection: AsyncConnection, wanted: Wanted, agent_ids: Sequence[int]) -> list[Found]:
    """Add up these agents' time at work by quarter or by day, for the occupancy of a line of the report."""
    by_day = wanted.axis in (Axis.DAY, Axis.WEEK, Axis.MONTH)
    table = report_shifts if by_day else report_quarters
    keys = [table.c.day] if by_day else [table.c.day, table.c.slot]
    query = select(*keys, *(_sum(table.c[name]).label(name) for name in _TIMES)).group_by(*keys)
    query = query.where(table.c.day.between(wanted.first, wanted.last), table.c.agent_id.in_(agent_ids))
    return await _add_up(connection, query, len(keys))
