"""Agents' changes of state as rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.diary.entry import Entry
from crm_core.models import AgentNow, AgentStateEntry, User
from crm_core.report_changes import note_agents, note_calls
from crm_core.storage.fields import clean
from crm_core.storage.rows import add_all
from cti.domain.facts import AgentChanged
from cti.domain.values import AgentState

_WANTED: BindParameter[Any] = bindparam("wanted", expanding=True)
_AGENTS = select(User.id, AgentNow.since).select_from(User).outerjoin(AgentNow).where(User.id.in_(_WANTED))
_KNOWN = select(AgentStateEntry.key).where(AgentStateEntry.key.in_(_WANTED))


async def agents_changed(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Write changes, and what each agent does now; an older change does not undo a newer one."""
    changed = [(entry, entry.fact) for entry in entries if isinstance(entry.fact, AgentChanged)]
    if not changed:
        return
    agents = {fact.agent_id for _, fact in changed}
    since = {row.id: row.since for row in await connection.execute(_AGENTS, {"wanted": list(agents)})}
    # who is gone from the tables has no states there
    changed = [(entry, fact) for entry, fact in changed if fact.agent_id in since]
    known = set(await connection.scalars(_KNOWN, {"wanted": [entry.key for entry, _ in changed]}))
    new = [(entry, fact) for entry, fact in changed if entry.key not in known]
    await add_all(connection, AgentStateEntry, [_row(entry, fact) for entry, fact in new], ("key",))
    await note_agents(connection, _times(new))
    await note_calls(connection, _wrapped_up(new))
    await add_all(connection, AgentNow, _now(changed, since), ("agent_id",), ("state", "reason", "since"))


def _row(entry: Entry, fact: AgentChanged) -> dict[str, Any]:
    return {
        "key": entry.key,
        "agent_id": fact.agent_id,
        "at": entry.at,
        "state": fact.state.value,
        "reason": clean(fact.reason, 64),
        "previous": fact.previous.value,
        "lasted_s": fact.lasted_s,
        "call_id": fact.call_id,
    }


def _times(changed: Sequence[tuple[Entry, AgentChanged]]) -> dict[int, tuple[str, datetime]]:
    """Say from when on each agent's time is different, by the change that was last."""
    times: dict[int, tuple[str, datetime]] = {}
    for entry, fact in changed:
        since = entry.at - timedelta(seconds=fact.lasted_s)
        before = times.get(fact.agent_id)
        times[fact.agent_id] = (entry.key, since if before is None else min(since, before[1]))
    return times


def _wrapped_up(changed: Sequence[tuple[Entry, AgentChanged]]) -> dict[str, str]:
    return {
        fact.call_id: entry.key
        for entry, fact in changed
        if fact.call_id is not None and fact.previous is AgentState.WRAP_UP
    }


def _now(changed: Sequence[tuple[Entry, AgentChanged]], since: dict[int, datetime | None]) -> list[dict[str, Any]]:
    latest, rows = dict(since), {}
    for entry, fact in changed:
        before = latest[fact.agent_id]
        if before is None or before <= entry.at:
            latest[fact.agent_id] = entry.at
            rows[fact.agent_id] = {
                "agent_id": fact.agent_id,
                "state": fact.state.value,
                "reason": clean(fact.reason, 64),
                "since": entry.at,
            }
    return list(rows.values())
