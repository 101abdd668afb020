"""What each fact of a call means in rows; `crm_core.diary.group` sees to it that each is written once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from crm_core.attempts import note_attempt, note_keys
from crm_core.callbacks import note_callback
from crm_core.calls import close_legs, place_on_timeline, takes_part
from crm_core.diary.passing_on import call_transferred
from crm_core.diary.pauses import recording_paused, recording_resumed
from crm_core.diary.takes import recording_began, recording_started, recording_stopped
from crm_core.domain.phone import normalise
from crm_core.domain.task import is_missed
from crm_core.missed import note_missed, note_reached
from crm_core.models import Call, CallLeg, Customer, Queue, User
from crm_core.storage.fields import clean
from crm_core.storage.rows import known_as, known_later, put
from cti.domain.attempt_words import AttemptChanged, AttemptHeard
from cti.domain.callback_words import CallbackChanged
from cti.domain.dial_facts import CallDialed, DialEnded
from cti.domain.facts import (
    CallEnded,
    CallLinked,
    CallStarted,
    CallTransferred,
    Fact,
    HoldEnded,
    OfferEnded,
    OfferMade,
    PartyAnswered,
    PartyBroughtIn,
    PartyEnded,
    PartyInvited,
    RecordingPaused,
    RecordingResumed,
    TalkEnded,
    TalkInterrupted,
    TalkRated,
    TalkResumed,
    TalkStarted,
    WaitStarted,
)
from cti.domain.party import PartyResult
from cti.domain.steering import CallMoved
from cti.domain.take_words import RecordingStarted, RecordingStopped


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact with its time; `key` is the same whenever the same fact comes again."""

    key: str
    seq: int
    at: datetime
    fact: Fact


# Of a fact's own details those that its event leaves out: they are in the call's row.
UNTOLD = frozenset({"since", "number_to_call"})
_LONGEST = {"wish": 500}  # texts of people; others are as long as a name
# Built once: to build a statement takes longer than to run it, and a call has some thirty.
_TALKED_S = select(func.sum(CallLeg.talked_s)).where(CallLeg.call_id == bindparam("wanted"), CallLeg.kind == "agent")
_OF_LEG = select(CallLeg.agent_id).where(CallLeg.id == bindparam("wanted"))
_CHANGE_LEG = update(CallLeg).where(CallLeg.id == bindparam("wanted"))
# What a fact names may be gone from the tables by now.
_OWNERS: dict[str, InstrumentedAttribute[Any]] = {
    "agent_id": User.id,
    "customer_id": Customer.id,
    "queue_id": Queue.id,
}
_OF_AGENT = {"agent_id": User.id}
_REOPEN = update(Call).where(Call.id == bindparam("wanted")).values(ended_at=None, end_reason=None)
# The first time in line counts, and the first talk, whatever comes after.
_FIRST_AT = bindparam("first_at", type_=Call.queued_at.type)
_WAITS = (
    update(Call)
    .where(Call.id == bindparam("wanted"))
    .values(queue_id=known_later(Queue.id, "queue_id"), queued_at=func.coalesce(Call.queued_at, _FIRST_AT))
)
_TALKS = (
    update(Call)
    .where(Call.id == bindparam("wanted"))
    .values(
        agent_id=known_later(User.id, "agent_id"),
        queue_id=known_later(Queue.id, "queue_id"),
        talk_started_at=func.coalesce(Call.talk_started_at, _FIRST_AT),
    )
)


async def apply(connection: AsyncConnection, at: datetime, fact: Fact) -> None:
    """Change the rows of the fact's call; what is only told changes none."""
    if type(fact) in _RULES:
        await _RULES[type(fact)](connection, at, fact)


def is_counted(fact: Fact) -> bool:
    """Whether reports count it: who comes after its call's end makes that be counted again."""
    return type(fact) in _COUNTED


def event_row(entry: Entry) -> dict[str, Any]:
    """Make the event that every fact of a call is."""
    fact: Any = entry.fact
    return {
        "key": entry.key,
        "call_id": fact.call_id,
        "leg_id": getattr(fact, "leg_id", None),
        "at": entry.at,
        "seq": entry.seq,
        "kind": type(fact).__name__,
        "detail": _detail(fact),
    }


def _detail(fact: Any) -> dict[str, Any]:
    plain = (str, int, float, bool, type(None))
    values = {name: getattr(fact, name) for name in fact.__dataclass_fields__}
    return {
        name: clean(value, _LONGEST.get(name, 200)) if isinstance(value, str) else value
        for name, value in values.items()
        if name not in ("call_id", "leg_id", "caller", *UNTOLD) and isinstance(value, plain)
    }


async def call_started(connection: AsyncConnection, fact: CallStarted) -> bool:
    """Write the call and its customer's leg; False: it was there, had been given up, and is open again."""
    phone = normalise(fact.caller.number)
    row = {
        "id": fact.call_id,
        "direction": fact.direction.value,
        "node": fact.node,
        "number": clean(phone.key, 64) if phone.key else None,
        "number_raw": None if fact.caller.number is None else clean(fact.caller.number, 64),
        "caller_name": clean(fact.caller.name),
        "dialed": clean(fact.dialed, 64),
        "priority": 0,
        "started_at": fact.arrived_at,
        "waited_s": 0.0,
        "talked_s": 0.0,
        "note": "",
        "ended_at": None,
        "end_reason": None,
    }
    is_new = await put(connection, Call, row, ("id",))
    if not is_new:
        await connection.execute(_REOPEN, {"wanted": fact.call_id, "node": fact.node})
        await place_on_timeline(connection, fact.call_id)
    if not fact.leg_id:
        return is_new
    leg = {
        "id": fact.leg_id,
        "call_id": fact.call_id,
        "kind": "customer",
        "why": "",
        "started_at": fact.arrived_at,
        "talked_s": 0.0,
    }
    await put(connection, CallLeg, leg, ("id",))
    return is_new


async def _call_linked(connection: AsyncConnection, _at: datetime, fact: CallLinked) -> None:
    await _change_call(connection, fact.call_id, customer_id=fact.customer_id)
    await place_on_timeline(connection, fact.call_id)


async def _wait_started(connection: AsyncConnection, at: datetime, fact: WaitStarted) -> None:
    values = {"first_at": fact.since or at, "priority": fact.priority}
    await connection.execute(_WAITS, {**values, known_as("queue_id"): fact.queue_id, "wanted": fact.call_id})


async def _call_moved(connection: AsyncConnection, _at: datetime, fact: CallMoved) -> None:
    if fact.priority is not None:
        await _change_call(connection, fact.call_id, priority=fact.priority)


async def _call_dialed(connection: AsyncConnection, at: datetime, fact: CallDialed) -> None:
    row = {
        "id": fact.leg_id,
        "call_id": fact.call_id,
        "kind": "agent",
        "agent_id": fact.agent_id,
        "why": "dialed",
        "started_at": at,
        "talked_s": 0.0,
    }
    await put(connection, CallLeg, row, ("id",), known=_OF_AGENT)
    await _change_call(connection, fact.call_id, agent_id=fact.agent_id)
    await takes_part(connection, fact.call_id, fact.agent_id)


async def _dial_ended(connection: AsyncConnection, at: datetime, fact: DialEnded) -> None:
    await _change_leg(connection, fact.leg_id, ended_at=at, result=fact.result.value)


async def _offer_made(connection: AsyncConnection, at: datetime, fact: OfferMade) -> None:
    row = {
        "id": fact.leg_id,
        "call_id": fact.call_id,
        "kind": "agent",
        "agent_id": fact.agent_id,
        "why": clean(fact.why),
        "started_at": at,
        "talked_s": 0.0,
    }
    await put(connection, CallLeg, row, ("id",), known=_OF_AGENT)


async def _offer_ended(connection: AsyncConnection, at: datetime, fact: OfferEnded) -> None:
    values: dict[str, Any] = {"result": fact.result.value}
    if fact.result != "answered":
        values["ended_at"] = at
    await _change_leg(connection, fact.leg_id, **values)


async def _talk_started(connection: AsyncConnection, at: datetime, fact: TalkStarted) -> None:
    values = {
        "first_at": at,
        "waited_s": fact.waited_s,
        known_as("agent_id"): fact.agent_id,
        known_as("queue_id"): fact.queue_id,
    }
    await connection.execute(_TALKS, {**values, "wanted": fact.call_id})
    await takes_part(connection, fact.call_id, fact.agent_id)
    await note_reached(connection, fact.call_id, fact.agent_id, at)
    await _change_leg(connection, fact.leg_id, talk_started_at=at)
    if fact.recording_id is not None:
        await recording_began(connection, at, fact.call_id, fact.agent_id, fact.recording_id)


async def _talk_interrupted(connection: AsyncConnection, at: datetime, fact: TalkInterrupted) -> None:
    values = {"ended_at": at, "talked_s": fact.talked_s}
    await _change_leg(connection, fact.leg_id, **values)


async def _talk_resumed(connection: AsyncConnection, at: datetime, fact: TalkResumed) -> None:
    row = {
        "id": fact.leg_id,
        "call_id": fact.call_id,
        "kind": "agent",
        "agent_id": fact.agent_id,
        "why": f"back after {fact.away_s:.0f} s",
        "result": "answered",
        "started_at": at,
        "talk_started_at": at,
        "talked_s": 0.0,
    }
    await put(connection, CallLeg, row, ("id",), known=_OF_AGENT)


async def _hold_ended(connection: AsyncConnection, _at: datetime, fact: HoldEnded) -> None:
    await connection.execute(
        update(CallLeg).where(CallLeg.id == fact.leg_id).values(held_s=CallLeg.held_s + fact.held_s)
    )
    await connection.execute(update(Call).where(Call.id == fact.call_id).values(held_s=Call.held_s + fact.held_s))


async def _talk_rated(connection: AsyncConnection, _at: datetime, fact: TalkRated) -> None:
    await connection.execute(update(Call).where(Call.id == fact.call_id).values(rating=fact.score))


async def _party_invited(connection: AsyncConnection, at: datetime, fact: PartyInvited) -> None:
    key = normalise(fact.number).key
    row = {
        "id": fact.party_id,
        "call_id": fact.call_id,
        "kind": "outside" if fact.to_agent_id is None else "invited",
        "agent_id": fact.to_agent_id,
        "number": None if key is None else clean(key, 64),
        "why": "",
        "started_at": at,
        "talked_s": 0.0,
    }
    await put(connection, CallLeg, row, ("id",), known=_OF_AGENT)


async def _party_answered(connection: AsyncConnection, at: datetime, fact: PartyAnswered) -> None:
    await _change_leg(connection, fact.party_id, talk_started_at=at, result="answered")
    await takes_part(connection, fact.call_id, await connection.scalar(_OF_LEG, {"wanted": fact.party_id}))


async def _party_ended(connection: AsyncConnection, at: datetime, fact: PartyEnded) -> None:
    values: dict[str, Any] = {"ended_at": at, "talked_s": fact.talked_s}
    if fact.result is not PartyResult.TALKED:
        values["result"] = fact.result.value
    await _change_leg(connection, fact.party_id, **values)


async def _talk_ended(connection: AsyncConnection, at: datetime, fact: TalkEnded) -> None:
    values = {"ended_at": at, "talked_s": fact.talked_s}
    await _change_leg(connection, fact.leg_id, **values)


async def _call_ended(connection: AsyncConnection, at: datetime, fact: CallEnded) -> None:
    # a floor that began anew knows nothing of talks that were over by then
    talks = await connection.scalar(_TALKED_S, {"wanted": fact.call_id})
    values: dict[str, Any] = {
        "ended_at": at,
        "end_reason": fact.reason.value,
        "cause": fact.cause,
        "waited_s": fact.waited_s,
        "talked_s": max(fact.talked_s, talks or 0.0),
    }
    if fact.agent_id is not None:
        values["agent_id"] = fact.agent_id
    if fact.queue_id is not None:
        values["queue_id"] = fact.queue_id
    await _change_call(connection, fact.call_id, **values)
    await takes_part(connection, fact.call_id, fact.agent_id)
    await close_legs(connection, fact.call_id, at)
    await place_on_timeline(connection, fact.call_id)
    if fact.queue_id is not None and is_missed(fact.reason, fact.queue_id, fact.agent_id):
        await note_missed(connection, fact.call_id, fact.queue_id, at)


async def _change_call(connection: AsyncConnection, call_id: str, **values: Any) -> None:
    named = {known_as(name) if name in _OWNERS else name: value for name, value in values.items()}
    await connection.execute(_call_change(*sorted(values.keys() & _OWNERS.keys())), {**named, "wanted": call_id})


@cache
def _call_change(*owners: str) -> Update:
    query = update(Call).where(Call.id == bindparam("wanted"))
    return query.values({name: known_later(_OWNERS[name], name) for name in owners})


async def _change_leg(connection: AsyncConnection, leg_id: str, **values: Any) -> None:
    await connection.execute(_CHANGE_LEG, {**values, "wanted": leg_id})


# What is not here is said by the call's event alone.
_RULES: dict[type[Fact], Callable[[AsyncConnection, datetime, Any], Awaitable[None]]] = {
    CallbackChanged: note_callback,
    AttemptChanged: note_attempt,
    AttemptHeard: note_keys,
    CallDialed: _call_dialed,
    DialEnded: _dial_ended,
    CallLinked: _call_linked,
    WaitStarted: _wait_started,
    OfferMade: _offer_made,
    OfferEnded: _offer_ended,
    TalkStarted: _talk_started,
    TalkInterrupted: _talk_interrupted,
    TalkResumed: _talk_resumed,
    HoldEnded: _hold_ended,
    PartyInvited: _party_invited,
    PartyAnswered: _party_answered,
    PartyEnded: _party_ended,
    CallTransferred: call_transferred,
    CallMoved: _call_moved,
    TalkRated: _talk_rated,
    RecordingStarted: recording_started,
    RecordingStopped: recording_stopped,
    RecordingPaused: recording_paused,
    RecordingResumed: recording_resumed,
    TalkEnded: _talk_ended,
    CallEnded: _call_ended,
}
_COUNTED = {
    *(TalkStarted, TalkInterrupted, TalkEnded, HoldEnded, OfferEnded, CallTransferred),
    *(PartyInvited, PartyAnswered, PartyBroughtIn, PartyEnded, TalkRated, CallEnded),
    CallbackChanged,
}
