"""Callers who are to be called when their turn comes: kept before they are told so, until it is over."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.callback_orders import follow_order, forget_order, note_order
from crm_core.domain.phone import normalise
from crm_core.missed import Promised, note_missed, note_promise
from crm_core.models import Callback, Customer
from crm_core.storage.database import Database
from crm_core.storage.fields import clean
from crm_core.storage.rows import known
from cti.domain.callback import CallbackResult, CallbackState
from cti.domain.callback_values import CallbackMemory
from cti.domain.callback_words import CallbackChanged

_NAMES = tuple(field.name for field in fields(CallbackMemory) if field.name != "customer_name")
_GONE = delete(Callback).where(Callback.callback_id == bindparam("wanted"))
_CHANGE = update(Callback).where(Callback.callback_id == bindparam("wanted"))
_ASKED = select(Callback.number_key, Callback.customer_id, Callback.priority, Callback.name, Callback.wish).where(
    Callback.callback_id == bindparam("wanted")
)
# Nobody of ours has talked with them, though it was promised.
_BROKEN = frozenset({CallbackResult.UNREACHED, CallbackResult.EXPIRED, CallbackResult.REFUSED})


class Callbacks:
    """Written when a caller asks; the diary follows what becomes of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, memory: CallbackMemory, asker: str = "") -> None:
        """On disk when this returns; `asker` as in the row."""
        row: dict[str, Any] = {name: getattr(memory, name) for name in _NAMES}
        row |= {
            "number": clean(memory.number, 64),
            "caller_number": None if memory.caller_number is None else clean(memory.caller_number, 64),
            "number_key": normalise(memory.number).key,
            "dialed": clean(memory.dialed, 64),
            "name": clean(memory.name),
            "wish": clean(memory.wish, 500),
            "asker": asker,
            "customer_id": known(Customer.id, memory.customer_id),
        }

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(insert(Callback).values(row))
            await note_order(connection, memory)

        await self._database.write(work)

    async def will_dial(self, callback_id: str, call_id: str) -> None:
        """On disk before anybody is dialed: a restart finds the call, and makes no second one beside it."""
        changed = {"state": CallbackState.CALLING.value, "call_id": call_id}

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(_CHANGE.values(changed), {"wanted": callback_id})

        await self._database.write(work)

    async def asker_of(self, callback_id: str) -> str:
        """Who asked for it, "" where that is not known or it is over."""
        query = select(Callback.asker).where(Callback.callback_id == callback_id)
        async with self._database.reading() as connection:
            return await connection.scalar(query) or ""

    async def forget(self, callback_id: str) -> None:
        """It came to nothing."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(_GONE, {"wanted": callback_id})
            await forget_order(connection, callback_id)

        await self._database.write(work)


async def callback_memories(connection: AsyncConnection) -> tuple[CallbackMemory, ...]:
    """Read what a restarted floor has to know, the oldest first."""
    query = (
        select(*(getattr(Callback, name) for name in _NAMES), Customer.name.label("customer_name"))
        .outerjoin(Customer, Customer.id == Callback.customer_id)
        .order_by(Callback.asked_at, Callback.callback_id)
    )
    rows = (await connection.execute(query)).mappings()
    return tuple(CallbackMemory(**{**row, "customer_name": row["customer_name"] or ""}) for row in rows)


async def note_callback(connection: AsyncConnection, at: datetime, fact: CallbackChanged) -> None:
    """Follow one; a promise that was not kept becomes a task like any call that nobody took."""
    if not fact.call_id:
        await follow_order(connection, fact)
    if fact.result is not None:
        if fact.result in _BROKEN:
            await _broken(connection, at, fact)
        if fact.result is CallbackResult.REPLACED:
            await _hand_on(connection, fact)
        await connection.execute(_GONE, {"wanted": fact.callback_id})
        return
    if fact.state is CallbackState.CHECKING:
        return  # after a restart it is asked anew, unless `will_dial` came by then
    changed = {
        "state": fact.state.value,
        "attempts": fact.attempts,
        "due_at": fact.due_at,
        "why": fact.why,
        "call_id": fact.attempt_call_id,
        "queued_at": fact.queued_at,
        "stands_since": fact.stands_since,
        "flow_priority": fact.flow_priority,
        "expires_at": fact.expires_at or Callback.expires_at,
    }
    change = _CHANGE
    if fact.state is CallbackState.WAITING:
        # told before `will_dial`, and written behind it: whoever is being dialed is not dialed once more
        knows = Callback.call_id == fact.attempt_call_id
        change = change.where(or_(Callback.state != CallbackState.CALLING.value, knows))
    await connection.execute(change.values(changed), {"wanted": fact.callback_id})


async def _broken(connection: AsyncConnection, at: datetime, fact: CallbackChanged) -> None:
    if fact.call_id:
        await note_missed(connection, fact.call_id, fact.queue_id, at)
        return
    asked = (await connection.execute(_ASKED, {"wanted": fact.callback_id})).first()
    if asked is not None and asked.number_key is not None:
        promise = Promised(asked.number_key, asked.customer_id, asked.priority, asked.name, asked.wish)
        await note_promise(connection, promise, fact.queue_id, at)


async def _hand_on(connection: AsyncConnection, fact: CallbackChanged) -> None:
    """The newer one is called with what was said for this one."""
    said = select(Callback.origin, Callback.name, Callback.wish).where(Callback.callback_id == bindparam("wanted"))
    before = (await connection.execute(said, {"wanted": fact.callback_id})).one_or_none()
    if before is not None and before.origin:
        await connection.execute(_CHANGE.values(before._asdict()), {"wanted": fact.why})
