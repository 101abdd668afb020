"""Today's facts out of the call log, in the order in which the floor told them; for figures after a restart.

Read beside the calls and in small pieces: nobody waits for it. What it looks for are calls that were not over at
midnight, by the index on their end, and then their events by call; states by agent and time.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import bindparam, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.callback_orders import orders_since
from crm_core.diary.entry import UNTOLD
from crm_core.diary.fallback import OVER_BY_FALLBACK
from crm_core.models import AgentStateEntry, Call, CallEvent, User
from crm_core.storage.database import Database
from cti.domain.callback import CallbackResult, CallbackState
from cti.domain.callback_words import CallbackAsked, CallbackChanged
from cti.domain.dial_facts import CallDialed
from cti.domain.facts import (
    AgentChanged,
    CallEnded,
    CallTransferred,
    Fact,
    HoldEnded,
    OfferEnded,
    OfferMade,
    PartyAnswered,
    PartyBroughtIn,
    PartyEnded,
    PartyInvited,
    TalkEnded,
    TalkInterrupted,
    TalkRated,
    TalkResumed,
    TalkStarted,
    WaitStarted,
)
from cti.domain.party import PartyResult
from cti.domain.values import AgentState, EndReason, OfferResult

T = TypeVar("T")
_log = logging.getLogger(__name__)
# Twenty calls have some hundred events, a day of an agent some five hundred: a few milliseconds of the loop at a time.
CALLS_AT_ONCE = 20
AGENTS_AT_ONCE = 1
# Sorted in pieces, too: one sort of a whole day would keep the interpreter to itself.
STEPS_AT_ONCE = 500
_KINDS: dict[str, type[Fact]] = {
    kind.__name__: kind
    for kind in (
        *(WaitStarted, TalkStarted, TalkInterrupted, TalkResumed, TalkEnded, CallEnded),
        *(CallbackAsked, CallbackChanged),
    )
}
_ALL_KINDS: dict[str, type[Fact]] = _KINDS | {
    kind.__name__: kind
    for kind in (
        *(OfferMade, OfferEnded, HoldEnded, CallTransferred, TalkRated),
        *(PartyInvited, PartyAnswered, PartyBroughtIn, PartyEnded, CallDialed),
    )
}
# Which of their fields are words, not text.
_WORDS: dict[type[Fact], dict[str, type[StrEnum]]] = {
    CallEnded: {"reason": EndReason},
    OfferEnded: {"result": OfferResult},
    PartyEnded: {"result": PartyResult},
}


@dataclass(frozen=True, slots=True)
class Logged:
    """One fact with its time, and the key under which the diary wrote it."""

    key: str
    at: datetime
    fact: Fact


_CALLS = union_all(
    select(Call.id).where(Call.ended_at >= bindparam("since")),
    select(Call.id).where(Call.ended_at.is_(None)),
)
_OF_CALLS = select(
    CallEvent.key, CallEvent.call_id, CallEvent.leg_id, CallEvent.at, CallEvent.kind, CallEvent.detail
).where(CallEvent.call_id.in_(bindparam("calls", expanding=True)))
_EVENTS = _OF_CALLS.where(CallEvent.at < bindparam("until"), CallEvent.kind.in_([*_KINDS, OVER_BY_FALLBACK]))
_ALL_EVENTS = _OF_CALLS.where(CallEvent.kind.in_([*_ALL_KINDS, OVER_BY_FALLBACK]))
_WRAP_UPS = select(*AgentStateEntry.__table__.columns).where(
    AgentStateEntry.call_id.in_(bindparam("calls", expanding=True))
)
_AGENTS = select(User.id)
_STATES = select(*AgentStateEntry.__table__.columns).where(
    AgentStateEntry.agent_id.in_(bindparam("agents", expanding=True)),
    AgentStateEntry.at >= bindparam("since"),
    AgentStateEntry.at < bindparam("until"),
)


async def read_day(database: Database, since: datetime, until: datetime) -> list[Logged]:
    """Return what happened before `until` to calls that were not over at `since`, and to agents between the two.

    Callbacks that were ordered without a call come first: nothing else depends on them.
    """
    found: list[Logged] = []
    async with database.reading() as connection:
        call_ids = list(await connection.scalars(_CALLS, {"since": since}))
        agent_ids = list(await connection.scalars(_AGENTS))
    for some in _pieces(call_ids, CALLS_AT_ONCE):
        async with database.reading() as connection:
            rows = await connection.execute(_EVENTS, {"calls": some, "until": until})
            found += _read(_event, rows)
        await asyncio.sleep(0)
    for people in _pieces(agent_ids, AGENTS_AT_ONCE):
        async with database.reading() as connection:
            rows = await connection.execute(_STATES, {"agents": people, "since": since, "until": until})
            found += _read(_state, rows)
        await asyncio.sleep(0)
    async with database.reading() as connection:
        orders = await orders_since(connection, since, until)
    ordered = [Logged(fact.callback_id, at, fact) for at, fact in orders]
    return [*ordered, *await asyncio.to_thread(in_order, found)]


async def read_calls(connection: AsyncConnection, call_ids: Sequence[str]) -> dict[str, list[Logged]]:
    """Return all that was told of each of these calls, and the wrap-ups that name it, in their order."""
    found: dict[str, list[Logged]] = {call_id: [] for call_id in call_ids}
    wanted = {"calls": list(call_ids)}
    for build, query in ((_event, _ALL_EVENTS), (_state, _WRAP_UPS)):
        rows = (await connection.execute(query, wanted)).all()
        of = {row.key: row.call_id for row in rows}
        for one in _read(build, rows):
            found[of[one.key]].append(one)
    return {call_id: in_order(told) for call_id, told in found.items()}


def in_order(found: list[Logged]) -> list[Logged]:
    """Sort as they were told: runs by their first time, and within one by number, for a clock may have been set back.

    What the dialplan's fallback told comes last: it has the last word, and no number.
    """
    begins: dict[str, datetime] = {}
    for one in found:
        run = _run(one)
        begins[run] = min(begins.get(run, one.at), one.at)
    ranks = {run: rank for rank, run in enumerate(sorted(begins, key=lambda run: (begins[run], run)))}
    pieces: dict[tuple[bool, int, int], list[tuple[int, int, int, Logged]]] = {}
    for number, one in enumerate(found):
        _, *numbers = one.key.split(":")
        is_last = len(numbers) != 2 or not all(part.isdecimal() for part in numbers)
        seq, place = (0, 0) if is_last else map(int, numbers)
        piece = pieces.setdefault((is_last, ranks[_run(one)], seq // STEPS_AT_ONCE), [])
        piece.append((seq, place, number, one))
    return [one for piece in sorted(pieces) for *_, one in sorted(pieces[piece])]


def _run(one: Logged) -> str:
    return one.key.partition(":")[0]


def _pieces(things: list[T], size: int) -> Iterator[list[T]]:
    left = iter(things)
    while piece := list(itertools.islice(left, size)):
        yield piece


def _read(build: Callable[[Any], Logged], rows: Iterable[Any]) -> Iterator[Logged]:
    for row in rows:
        try:
            yield build(row)
        except (KeyError, ValueError):
            # of another version; one call less is better than no figures
            _log.warning("A row of the call log cannot be read", exc_info=True, extra={"key": row.key})


def _event(row: Any) -> Logged:
    if row.kind == OVER_BY_FALLBACK:
        return Logged(row.key, row.at, CallEnded(row.call_id, EndReason.FALLBACK, 0, None, None, 0.0, 0.0))
    if row.kind == CallbackChanged.__name__:
        return Logged(row.key, row.at, _callback(row.call_id, row.detail))
    kind = _ALL_KINDS[row.kind]
    known = {"call_id": row.call_id, "leg_id": row.leg_id, **row.detail}
    values: dict[str, Any] = {name: known[name] for name in kind.__dataclass_fields__ if name not in UNTOLD}
    for name, word in _WORDS.get(kind, {}).items():
        values[name] = word(values[name])
    return Logged(row.key, row.at, kind(**values))


def _callback(call_id: str, detail: dict[str, Any]) -> CallbackChanged:
    """Without number and times: the event leaves them out, and no figure needs them."""
    result = detail["result"]
    return CallbackChanged(
        call_id,
        detail["callback_id"],
        CallbackState(detail["state"]),
        "",
        detail["queue_id"],
        detail["attempts"],
        None,
        detail["why"],
        detail["attempt_call_id"],
        None if result is None else CallbackResult(result),
    )


def _state(row: Any) -> Logged:
    state, previous = AgentState(row.state), AgentState(row.previous)
    fact = AgentChanged(row.agent_id, state, row.reason, previous, row.lasted_s, row.call_id)
    return Logged(row.key, row.at, fact)
