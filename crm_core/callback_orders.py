"""Callbacks that were ordered without a call, for reports: when, for which queue, and what became of each.

Nothing here says whose order it was, so the rows stay when the promise's own row goes with its end.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, union_all, update
from sqlalchemy import func as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.report import OF_ORDERS
from crm_core.domain.sums import Sums
from crm_core.models import Callback, CallbackOrder
from cti.domain.callback import TALKED_SINCE, CallbackResult, CallbackState
from cti.domain.callback_values import CallbackMemory
from cti.domain.callback_words import CallbackChanged

QUARTER = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE = CallbackOrder.callback_id == bindparam("wanted")
_GONE = delete(CallbackOrder).where(_ONE)
_CALLED = update(CallbackOrder).where(_ONE).values(called=1)
_ENDED = update(CallbackOrder).where(_ONE)


async def note_order(connection: AsyncConnection, memory: CallbackMemory) -> None:
    """One more was ordered; who asked in a call is counted by that call."""
    if memory.origin:
        row: dict[str, Any] = {
            "callback_id": memory.callback_id,
            "queue_id": memory.queue_id,
            "asked_at": memory.asked_at,
            "quarter": (memory.asked_at - _EPOCH) // QUARTER,
            **dict.fromkeys(("called", "reached", "expired"), 0),
        }
        await connection.execute(insert(CallbackOrder).values(row))


async def forget_order(connection: AsyncConnection, callback_id: str) -> None:
    """It was not promised after all."""
    await connection.execute(_GONE, {"wanted": callback_id})


async def follow_order(connection: AsyncConnection, fact: CallbackChanged) -> None:
    """Say what became of it; of one that was asked for in a call there is nothing to say."""
    if fact.attempts:
        await connection.execute(_CALLED, {"wanted": fact.callback_id})
    if fact.result is not None:
        became = {
            "ended": fact.result.value,
            "reached": int(fact.result in TALKED_SINCE),
            "expired": int(fact.result is CallbackResult.EXPIRED),
        }
        await connection.execute(_ENDED.values(became), {"wanted": fact.callback_id})


async def ordered_between(
    connection: AsyncConnection, since: datetime, until: datetime, queue_ids: frozenset[int]
) -> list[tuple[datetime, int, Sums]]:
    """Add up by quarter of an hour and queue; no queues: all of them. All time zones begin quarters together."""
    table = CallbackOrder
    columns = (sql.count(), sql.sum(table.called), sql.sum(table.reached), sql.sum(table.expired))
    query = (
        select(table.quarter, table.queue_id, *columns)
        .where(table.quarter >= (since - _EPOCH) // QUARTER, table.quarter < (until - _EPOCH) // QUARTER)
        .group_by(table.quarter, table.queue_id)
    )
    if queue_ids:
        query = query.where(table.queue_id.in_(queue_ids))
    return [
        (_EPOCH + quarter * QUARTER, queue_id, dict(zip(OF_ORDERS, map(int, sums), strict=True)))
        for quarter, queue_id, *sums in await connection.execute(query)
    ]


async def orders_since(
    connection: AsyncConnection, since: datetime, until: datetime
) -> list[tuple[datetime, CallbackChanged]]:
    """What was told before `until` of those that were ordered since then, or earlier and are open: first and last."""
    table, first = CallbackOrder, (since - _EPOCH) // QUARTER
    columns = select(table.callback_id, table.queue_id, table.asked_at, table.ended).where(table.asked_at < until)
    still_open = columns.where(table.quarter < first).join(Callback, Callback.callback_id == table.callback_id)
    query = union_all(columns.where(table.quarter >= first), still_open)
    told: list[tuple[datetime, CallbackChanged]] = []
    for callback_id, queue_id, asked_at, ended in await connection.execute(query):
        fact = CallbackChanged("", callback_id, CallbackState.WAITING, "", queue_id, 0, None, "", None, None)
        told.append((asked_at, fact))
        if ended is not None:
            over = replace(fact, state=CallbackState.OVER, result=CallbackResult(ended))
            told.append((asked_at, over))
    return told
