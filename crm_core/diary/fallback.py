"""Calls that the dialplan led without Callroom: one row in the call log each, whatever the diary knew before.

The diary and these records come in any order, since each waits for the database by itself. The fallback never gives a
call back, so its record is the last word on how the call ended (`over_by_fallback`). A caller who left before, while
Callroom was asked again and again, is added only if the diary knows nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.attempts import UnseenAnswer, note_unseen_answer
from crm_core.calls import close_legs, place_on_timeline, takes_part
from crm_core.domain.phone import normalise
from crm_core.matching import only_customer
from crm_core.models import Attempt, Call, CallEvent, CallLeg, User
from crm_core.report_changes import note_call
from crm_core.storage.database import Database
from crm_core.storage.fields import clean
from crm_core.storage.rows import known, upsert
from cti.domain.values import Direction, EndReason

OVER_BY_FALLBACK = "FallbackEnded"
LEFT_EARLIER = "CallerLeftEarlier"


@dataclass(frozen=True, slots=True)
class FallbackVisit:
    """One call; `key` names its record. `reached_fallback` False: the caller left before.

    `extension` answered at `talk_started_at`; `number` None was withheld. `outcome` is a word for the call's events.
    """

    key: str
    call_id: str
    node: str
    number: str | None
    dialed: str
    arrived_at: datetime
    ended_at: datetime
    outcome: str
    reached_fallback: bool = True
    extension: str | None = None
    talk_started_at: datetime | None = None


class FallbackCalls:
    """Takes records in; the same one again changes nothing. `area_code` is the trunk's own."""

    def __init__(self, database: Database, area_code: str | None = None) -> None:
        self._database = database
        self._area_code = area_code
        self._listeners: list[Callable[[str], None]] = []

    def on_attempt(self, listener: Callable[[str], None]) -> None:
        """Call it with the id of each attempt of a dialer whose talk became known by a record."""
        self._listeners.append(listener)

    async def take(self, visit: FallbackVisit) -> None:
        """Write the call, its end, who answered, and whose timeline it belongs to."""

        async def work(connection: AsyncConnection) -> bool:
            if await connection.scalar(select(CallEvent.key).where(CallEvent.key == visit.key)) is not None:
                return False
            is_known = await connection.scalar(select(Call.id).where(Call.id == visit.call_id)) is not None
            if is_known and not visit.reached_fallback:
                return await note_unseen_answer(connection, _answer(visit, None))
            if not is_known:
                row = _row(visit) | await _of_attempt(connection, visit.call_id)
                await connection.execute(upsert(connection, Call, row, ("id",)))
            is_attempt = await self._end(connection, visit)
            await connection.execute(upsert(connection, CallEvent, _event(visit), ("key",)))
            await note_call(connection, visit.call_id, visit.key)
            return is_attempt

        if await self._database.write(work):
            for listener in self._listeners:
                listener(visit.call_id)

    async def _end(self, connection: AsyncConnection, visit: FallbackVisit) -> bool:
        """Say whether it is the talk of an attempt of which something is to be made anew."""
        reason = EndReason.FALLBACK if visit.reached_fallback else EndReason.LOST_WHILE_AWAY
        values: dict[str, Any] = {"ended_at": visit.ended_at, "end_reason": reason.value}
        agent_id = None
        if visit.talk_started_at is not None:
            agent_id = await _agent(connection, visit.extension)
            values |= {
                "agent_id": known(User.id, agent_id),
                "talk_started_at": visit.talk_started_at,
                "waited_s": await _waited_s(connection, visit, visit.talk_started_at),
                "talked_s": _seconds(visit.talk_started_at, visit.ended_at),
            }
        elif await connection.scalar(select(Call.talk_started_at).where(Call.id == visit.call_id)) is None:
            values["waited_s"] = _seconds(visit.arrived_at, visit.ended_at)
        linked = await connection.scalar(select(Call.customer_id).where(Call.id == visit.call_id))
        if linked is None:
            phone = normalise(visit.number, area_code=self._area_code)
            values["customer_id"] = await only_customer(connection, phone.keys)
        await connection.execute(update(Call).where(Call.id == visit.call_id).values(values))
        await takes_part(connection, visit.call_id, agent_id)
        await close_legs(connection, visit.call_id, visit.ended_at)
        await place_on_timeline(connection, visit.call_id)
        return await note_unseen_answer(connection, _answer(visit, agent_id))


def _answer(visit: FallbackVisit, agent_id: int | None) -> UnseenAnswer:
    return UnseenAnswer(visit.call_id, agent_id, visit.arrived_at, visit.talk_started_at, visit.ended_at)


async def _of_attempt(connection: AsyncConnection, call_id: str) -> dict[str, Any]:
    """Whom a dialer called did not call us, and it is known who they are."""
    columns = (Attempt.number, Attempt.number_key, Attempt.shown_as, Attempt.customer_id)
    of = (await connection.execute(select(*columns).where(Attempt.attempt_id == call_id))).first()
    if of is None:
        return {}
    return {
        "direction": Direction.OUTBOUND.value,
        "number": of.number_key,
        "number_raw": of.number,
        "dialed": of.shown_as,
        "customer_id": of.customer_id,
    }


async def _waited_s(connection: AsyncConnection, visit: FallbackVisit, until: datetime) -> float:
    """The time in line, as `Call.waited_s` counts it: what was talked before is not waited."""
    talks = select(func.max(CallLeg.ended_at)).where(CallLeg.call_id == visit.call_id, CallLeg.talk_started_at < until)
    parted_at = await connection.scalar(talks)
    if parted_at is None:
        return _seconds(visit.arrived_at, until)
    before_s = await connection.scalar(select(Call.waited_s).where(Call.id == visit.call_id))
    return (before_s or 0.0) + _seconds(parted_at, until)


_CALLS: BindParameter[Any] = bindparam("calls", expanding=True)
_LAST_WORDS = select(CallEvent.call_id).where(CallEvent.call_id.in_(_CALLS), CallEvent.kind == OVER_BY_FALLBACK)


async def over_by_fallback(connection: AsyncConnection, call_ids: Collection[str]) -> set[str]:
    """Say on which of these calls the fallback has had the last word."""
    return set(await connection.scalars(_LAST_WORDS, {"calls": list(call_ids)})) if call_ids else set()


async def _agent(connection: AsyncConnection, extension: str | None) -> int | None:
    return await connection.scalar(select(User.id).where(User.extension == extension))


def _row(visit: FallbackVisit) -> dict[str, Any]:
    phone = normalise(visit.number)
    return {
        "id": visit.call_id,
        "direction": Direction.INBOUND.value,
        "node": visit.node,
        "number": clean(phone.key, 64) if phone.key else None,
        "number_raw": None if visit.number is None else clean(visit.number, 64),
        "caller_name": "",
        "dialed": clean(visit.dialed, 64),
        "priority": 0,
        "started_at": visit.arrived_at,
        "waited_s": _seconds(visit.arrived_at, visit.ended_at),
        "talked_s": 0.0,
        "note": "",
    }


def _event(visit: FallbackVisit) -> dict[str, Any]:
    return {
        "key": visit.key,
        "call_id": visit.call_id,
        "at": visit.ended_at,
        "seq": 0,
        "kind": OVER_BY_FALLBACK if visit.reached_fallback else LEFT_EARLIER,
        "detail": {"outcome": visit.outcome, "extension": visit.extension},
    }


def _seconds(since: datetime, until: datetime) -> float:
    # the clock may have been set back in between
    return max(0.0, (until - since).total_seconds())
