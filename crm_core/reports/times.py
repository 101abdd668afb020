"""Agents' time at work, made anew for the days on which something changed."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Table as CoreTable
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.quarters import local_day
from crm_core.domain.timesheet import STATES, Began, Timesheet, timesheet
from crm_core.models import AgentStateEntry, report_pauses, report_quarters, report_shifts
from cti.domain.values import AgentState

_COLUMNS = (AgentStateEntry.key, AgentStateEntry.at, AgentStateEntry.state, AgentStateEntry.reason)
# Several changes at one moment: more than these never are.
_AT_ONCE = 20
_OF_AGENT = AgentStateEntry.agent_id == bindparam("agent")
_FROM = select(*_COLUMNS).where(_OF_AGENT, AgentStateEntry.at >= bindparam("since"))
_BEFORE = (
    select(*_COLUMNS)
    .where(_OF_AGENT, AgentStateEntry.at < bindparam("since"))
    .order_by(AgentStateEntry.at.desc())
    .limit(_AT_ONCE)
)


async def read_states(connection: AsyncConnection, agent_id: int, since: datetime) -> list[Began]:
    """Return the agent's states from `since` on, and the one before."""
    wanted = {"agent": agent_id, "since": since}
    before = sorted((await connection.execute(_BEFORE, wanted)).all(), key=_order)[-1:]
    rows = [*before, *sorted((await connection.execute(_FROM, wanted)).all(), key=_order)]
    return [Began(row.at, AgentState(row.state), row.reason) for row in rows]


def _order(row: Any) -> tuple[datetime, tuple[int, ...]]:
    """By time, and at one moment as they were told: their keys count on from there."""
    return row.at, tuple(int(part) for part in row.key.split(":")[1:] if part.isdecimal())


async def write_times(connection: AsyncConnection, agent_id: int, since: datetime, zone: tzinfo) -> None:
    """Count the agent's days from that of `since` on again."""
    day = local_day(since.astimezone(zone).date(), zone)
    states = await read_states(connection, agent_id, day.begins_at)
    for table in (report_quarters, report_shifts, report_pauses):
        await connection.execute(delete(table).where(table.c.agent_id == agent_id, table.c.day >= day.date))
    await _write_sheet(connection, agent_id, timesheet(states, day.begins_at, zone))


async def _write_sheet(connection: AsyncConnection, agent_id: int, sheet: Timesheet) -> None:
    quarters: list[dict[str, Any]] = [
        {"day": quarter.day, "slot": quarter.slot, "clock": quarter.clock, "agent_id": agent_id, **columns(states)}
        for quarter, states in sheet.quarters.items()
    ]
    days = sheet.by_day()
    shifts: list[dict[str, Any]] = [
        {"day": day, "agent_id": agent_id, "sign_ins": sheet.sign_ins.get(day, 0), **columns(days.get(day, {}))}
        for day in days.keys() | sheet.sign_ins.keys()
    ]
    pauses: list[dict[str, Any]] = [
        {
            "day": day,
            "agent_id": agent_id,
            "reason": reason,
            "times": sheet.begun.get((day, reason), 0),
            "spent_ms": sheet.pauses.get((day, reason), 0),
        }
        for day, reason in sheet.pauses.keys() | sheet.begun.keys()
    ]
    await _insert(connection, report_quarters, quarters)
    await _insert(connection, report_shifts, shifts)
    await _insert(connection, report_pauses, pauses)


async def _insert(connection: AsyncConnection, table: CoreTable, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(table), list(rows))


def columns(states: dict[AgentState, int]) -> dict[str, int]:
    """Name the time in each state as the tables do."""
    return {f"{state}_ms": states.get(state, 0) for state in STATES}
