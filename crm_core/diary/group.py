"""Facts that came together, as rows: what all of them ask is asked once, and rows of one table go there together.

Each statement costs about the same whether it is about one row or thirty, and a call has some thirty facts.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.callbacks import note_callback
from crm_core.diary.agent_entry import agents_changed
from crm_core.diary.entry import Entry, apply, call_started, event_row, is_counted
from crm_core.diary.fallback import over_by_fallback
from crm_core.models import CallEvent
from crm_core.report_changes import note_calls, note_reopened
from crm_core.storage.rows import add_all
from cti.domain.callback_words import CallbackChanged
from cti.domain.facts import AgentChanged, CallEnded, CallStarted, SwitchChanged

_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_KNOWN = select(CallEvent.key).where(CallEvent.key.in_(_KEYS))


async def write_group(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Turn facts into rows; any of them may come again, alone or in another group, and changes nothing then."""
    of_calls = [entry for entry in entries if not isinstance(entry.fact, AgentChanged | SwitchChanged)]
    if of_calls:
        await _of_calls(connection, of_calls)
    # after the calls' ends: a wrap-up that is over makes an ended call be counted again
    await agents_changed(connection, [entry for entry in entries if isinstance(entry.fact, AgentChanged)])


async def _of_calls(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    known = set(await connection.scalars(_KNOWN, {"keys": [entry.key for entry in entries]}))
    bounds = {entry.fact.call_id for entry in entries if isinstance(entry.fact, CallStarted | CallEnded)}
    over = await over_by_fallback(connection, bounds)
    events: list[dict[str, Any]] = []
    again: dict[str, str] = {}
    for entry in entries:
        fact: Any = entry.fact
        if not fact.call_id:  # a callback that was asked for elsewhere: no call has events of it
            if isinstance(fact, CallbackChanged):
                await note_callback(connection, entry.at, fact)
            continue
        if entry.key in known:
            continue
        known.add(entry.key)
        events.append(event_row(entry))
        if isinstance(fact, CallStarted):
            if fact.call_id not in over and not await call_started(connection, fact):
                await note_reopened(connection, fact.call_id, entry.key)
        elif not (isinstance(fact, CallEnded) and fact.call_id in over):
            await apply(connection, entry.at, fact)
        if is_counted(fact):
            again[fact.call_id] = entry.key
    # last: an event hangs on its call's row
    await add_all(connection, CallEvent, events, ("key",))
    await note_calls(connection, again)
