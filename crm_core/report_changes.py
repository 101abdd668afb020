"""Which calls and agents have to be counted again, noted in the transaction that changed them.

So nothing that is in the call log is forgotten by reports, whatever is killed when, and nothing is looked for: a call
is noted at its end and whenever something about it comes later (a wrap-up, a disposition, the fallback's last word).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Insert, Select, bindparam, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.models import AgentStateEntry, Call, ReportChange, ReportStay

CALL, AGENT = "call:", "agent:"
_AGAIN = "again"


async def note_call(connection: AsyncConnection, call_id: str, stamp: str) -> None:
    """Count this call again; one that goes on is not counted yet, and is noted at its end."""
    await note_calls(connection, {call_id: stamp})


async def note_calls(connection: AsyncConnection, stamps: Mapping[str, str]) -> None:
    """Count these calls again, each with its stamp."""
    if stamps:
        rows = [{"wanted": call_id, "stamp": stamp[:80]} for call_id, stamp in stamps.items()]
        await connection.execute(_ended(connection.dialect.name), rows)


async def note_reopened(connection: AsyncConnection, call_id: str, stamp: str) -> None:
    """It is back after it was given up: what was counted of it is not true any more."""
    await connection.execute(_counted(connection.dialect.name), {"wanted": call_id, "stamp": stamp[:80]})


async def note_agents(connection: AsyncConnection, notes: Mapping[int, tuple[str, datetime]]) -> None:
    """Count these agents' time again, each from the day of the given moment on: then the state began that is over."""
    if notes:
        rows = [
            {"key": f"{AGENT}{agent_id}", "stamp": stamp[:80], "since": since}
            for agent_id, (stamp, since) in notes.items()
        ]
        await connection.execute(_agent(connection.dialect.name), rows)


async def note_everything(connection: AsyncConnection) -> None:
    """Count every call and agent again."""
    ended = select(literal(CALL) + Call.id, literal(_AGAIN)).where(Call.ended_at.is_not(None))
    await connection.execute(_upsert(connection.dialect.name, ended))
    firsts = select(AgentStateEntry.agent_id, func.min(AgentStateEntry.at)).group_by(AgentStateEntry.agent_id)
    begun = (await connection.execute(firsts)).all()
    await note_agents(connection, {agent_id: (_AGAIN, since) for agent_id, since in begun})


@cache
def _ended(dialect: str) -> Insert:
    query: Select[*tuple[Any, ...]] = select(literal(CALL) + Call.id, bindparam("stamp"))
    return _upsert(dialect, query.where(Call.id == bindparam("wanted"), Call.ended_at.is_not(None)))


@cache
def _counted(dialect: str) -> Insert:
    query: Select[*tuple[Any, ...]] = select(literal(CALL) + ReportStay.call_id, bindparam("stamp"))
    return _upsert(dialect, query.where(ReportStay.call_id == bindparam("wanted")).limit(1))


@cache
def _agent(dialect: str) -> Insert:
    if dialect == "sqlite":
        on_sqlite = sqlite.insert(ReportChange)
        changed = {"stamp": on_sqlite.excluded.stamp, "since": func.min(on_sqlite.excluded.since, ReportChange.since)}
        return on_sqlite.on_conflict_do_update(index_elements=["key"], set_=changed)
    insert = postgresql.insert(ReportChange)
    changed = {"stamp": insert.excluded.stamp, "since": func.least(insert.excluded.since, ReportChange.since)}
    return insert.on_conflict_do_update(index_elements=["key"], set_=changed)


def _upsert(dialect: str, query: Select[*tuple[Any, ...]]) -> Insert:
    if dialect == "sqlite":
        on_sqlite = sqlite.insert(ReportChange).from_select(["key", "stamp"], query)
        return on_sqlite.on_conflict_do_update(index_elements=["key"], set_={"stamp": on_sqlite.excluded.stamp})
    insert = postgresql.insert(ReportChange).from_select(["key", "stamp"], query)
    return insert.on_conflict_do_update(index_elements=["key"], set_={"stamp": insert.excluded.stamp})
