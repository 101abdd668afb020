"""Adds to the sums, in the transaction that changes the rows behind them."""

from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.agent_sums import STORED as OF_AGENTS
from crm_core.domain.sums import STORED as OF_CALLS
from crm_core.domain.sums import Sums
from crm_core.models import ReportScope, report_agents, report_sums
from crm_core.reports.rows import AgentCell, Cell, Scope, lines_of, words_of
from crm_core.storage.rows import upsert

_SUM_KEYS = ("axis", "day", "slot", "label", "scope_id")
_AGENT_KEYS = ("day", "agent_id", "queue_id")


class Scopes:
    """The numbers of sets of lines; a new set gets one."""

    def __init__(self, known: dict[Scope, int]) -> None:
        self._known = known
        self.by_id = {number: scope for scope, number in known.items()}

    @classmethod
    async def read(cls, connection: AsyncConnection) -> "Scopes":
        """Read all of them: there are some dozens."""
        rows = await connection.execute(select(ReportScope.id, ReportScope.path, ReportScope.lines))
        return cls({(lines_of(row.path), lines_of(row.lines)): row.id for row in rows})

    async def number(self, connection: AsyncConnection, scope: Scope) -> int:
        """Return the number of a set."""
        if scope not in self._known:
            path, lines = map(words_of, scope)
            await connection.execute(upsert(connection, ReportScope, {"path": path, "lines": lines}, ("path", "lines")))
            wanted = select(ReportScope.id).where(ReportScope.path == path, ReportScope.lines == lines)
            self._known[scope] = (await connection.execute(wanted)).scalar_one()
            self.by_id[self._known[scope]] = scope
        return self._known[scope]


async def add_calls(connection: AsyncConnection, scopes: Scopes, cells: dict[Cell, Sums]) -> None:
    """Add to the sums of calls."""
    rows = []
    for (axis, day, slot, label, scope, clock), sums in cells.items():
        if not any(sums.values()):
            continue
        number = await scopes.number(connection, scope)
        key = {"axis": axis, "day": day, "slot": slot, "label": label, "scope_id": number, "clock": clock}
        rows.append(key | {name: sums.get(name, 0) for name in OF_CALLS})
    await _add(connection, report_sums, _SUM_KEYS, OF_CALLS, rows)


async def add_agents(connection: AsyncConnection, cells: dict[AgentCell, Sums]) -> None:
    """Add to the sums of agents."""
    rows = [
        dict(zip(_AGENT_KEYS, cell, strict=True)) | {name: sums.get(name, 0) for name in OF_AGENTS}
        for cell, sums in cells.items()
        if any(sums.values())
    ]
    await _add(connection, report_agents, _AGENT_KEYS, OF_AGENTS, rows)


async def _add(
    connection: AsyncConnection, table: Table, keys: tuple[str, ...], names: tuple[str, ...], rows: list[dict[str, Any]]
) -> None:
    if rows:
        # in one order always: two who add at once must not wait for one another
        rows.sort(key=lambda row: tuple(str(row[key]) for key in keys))
        await connection.execute(_adding(connection.dialect.name, table, keys, names), rows)


@cache
def _adding(dialect: str, table: Table, keys: tuple[str, ...], names: tuple[str, ...]) -> Insert:
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
    if dialect == "sqlite":
        on_sqlite = sqlite.insert(table).values(values)
        added = {name: table.c[name] + on_sqlite.excluded[name] for name in names}
        return on_sqlite.on_conflict_do_update(index_elements=list(keys), set_=added)
    on_server = postgresql.insert(table).values(values)
    added = {name: table.c[name] + on_server.excluded[name] for name in names}
    return on_server.on_conflict_do_update(index_elements=list(keys), set_=added)
