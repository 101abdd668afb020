"""From rows to what the floor starts with: agents, queues, and what the diary knows of the time before."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.attempts import attempt_memories
from crm_core.callbacks import callback_memories
from crm_core.domain.agent_phone import agent_phone_of, phone_refusal
from crm_core.domain.dial_policy import SETTING as DIAL_RULES
from crm_core.domain.dial_policy import rules_of
from crm_core.domain.number_right import SETTING, NumberRight, right_of
from crm_core.models import AgentNow, Call, CallEvent, CallLeg, Customer, Recording, Setting, User, UserQueue
from crm_core.queues import queue_rows
from crm_core.recordings import is_paused
from crm_core.storage.database import Database
from cti.domain.agent import IN_CALL
from cti.domain.callback_values import CallbackMemory, CallbackRequest
from cti.domain.callback_words import CallRequested
from cti.domain.facts import CallParked, Fact, HoldEnded, HoldStarted, ParkingEnded, RecordingWithheld
from cti.domain.memories import AgentMemory, CallMemory, ParkingMemory, QueueMemory
from cti.domain.take import TakeMemory
from cti.domain.take_words import RecordingStarted
from cti.domain.values import AgentSettings, AgentState, Caller, Direction, EndReason, NoRecording, Roster

_ABANDONED = (EndReason.ABANDONED_IN_QUEUE.value, EndReason.ABANDONED_RINGING.value)
_IN_A_CALL = (*IN_CALL, AgentState.WRAP_UP)


@dataclass(frozen=True, slots=True)
class Memories:
    """The arguments of `Floor.restore`."""

    agents: tuple[AgentMemory, ...]
    calls: tuple[CallMemory, ...]
    queues: tuple[QueueMemory, ...]
    callbacks: tuple[CallbackMemory, ...]


# Built once: they are asked every other second.
_ASSIGNED = select(UserQueue.user_id, UserQueue.queue_id, UserQueue.reserve)
_AGENTS = (
    select(User.id, User.name, User.extension, User.role, User.number_right, User.skills, User.phone)
    .where(User.active.is_(True), User.extension.is_not(None))
    .order_by(User.id)
)
_RIGHTS = select(Setting.value).where(Setting.key == SETTING)
_DIAL_RULES = select(Setting.value).where(Setting.key == DIAL_RULES)


async def load_roster(database: Database) -> Roster:
    """Read all active agents and queues in one look: whoever has an extension is on the floor, supervisors too."""
    return await database.read(_roster)


async def _roster(connection: AsyncConnection) -> Roster:
    queues = await queue_rows(connection, active_only=True)
    agents = await _agents(connection)
    present = frozenset(queue.id for queue in queues)
    return Roster(
        agents=tuple(replace(agent, queue_ids=agent.queue_ids & present) for agent in agents),
        queues=tuple(queue.settings for queue in queues),
    )


async def load_memories(database: Database, day_began_at: datetime) -> Memories:
    """Read what a restarted floor must know; the counters are of the calls since `day_began_at`."""
    async with database.reading() as connection:
        return Memories(
            agents=await _agent_memories(connection),
            calls=await _all_calls(connection),
            queues=await _queue_memories(connection, day_began_at),
            callbacks=await callback_memories(connection),
        )


async def _agents(connection: AsyncConnection) -> list[AgentSettings]:
    queues: dict[int, set[int]] = {}
    reserves: dict[int, set[int]] = {}
    for row in await connection.execute(_ASSIGNED):
        queues.setdefault(row.user_id, set()).add(row.queue_id)
        if row.reserve:
            reserves.setdefault(row.user_id, set()).add(row.queue_id)
    rights = await connection.scalar(_RIGHTS)
    rules = rules_of(await connection.scalar(_DIAL_RULES))
    return [
        AgentSettings(
            row.id,
            row.name,
            row.extension or "",
            frozenset(queues.get(row.id, ())),
            right_of(row.role, row.number_right, rights) is NumberRight.SEE,
            row.skills,
            frozenset(reserves.get(row.id, ())),
            agent_phone_of(row.phone),
            phone_refusal(agent_phone_of(row.phone), rules, row.role),
        )
        for row in await connection.execute(_AGENTS)
    ]


async def _agent_memories(connection: AsyncConnection) -> tuple[AgentMemory, ...]:
    query = select(AgentNow.agent_id, AgentNow.state, AgentNow.reason, AgentNow.since).order_by(AgentNow.agent_id)
    memories = []
    for row in (await connection.execute(query)).all():
        state = AgentState(row.state)
        last = await _last_call_of(connection, row.agent_id) if state in _IN_A_CALL else None
        memories.append(
            AgentMemory(
                agent_id=row.agent_id,
                state=state,
                reason=row.reason,
                since=row.since,
                call_id=None if last is None else last.call_id,
                needs_disposition=last is not None and state is AgentState.WRAP_UP and last.disposition is None,
            )
        )
    return tuple(memories)


async def _last_call_of(connection: AsyncConnection, agent_id: int) -> Any:
    query = (
        select(CallLeg.call_id, Call.disposition)
        .join(Call, Call.id == CallLeg.call_id)
        .where(CallLeg.agent_id == agent_id)
        .order_by(CallLeg.started_at.desc())
        .limit(1)
    )
    return (await connection.execute(query)).first()


async def _all_calls(connection: AsyncConnection) -> tuple[CallMemory, ...]:
    """Those that a dialer makes know their terms, and may not be in the call log yet."""
    attempts = await attempt_memories(connection)
    calls = await _call_memories(connection)
    known = tuple(_with_terms(call, attempts.get(call.call_id)) for call in calls)
    missing = attempts.keys() - {call.call_id for call in calls}
    return (*known, *(attempts[call_id] for call_id in attempts if call_id in missing))


def _with_terms(call: CallMemory, of: CallMemory | None) -> CallMemory:
    if of is None:
        return call
    return replace(call, attempt=of.attempt, pressed_keys=of.pressed_keys, listens_since=of.listens_since)


async def _call_memories(connection: AsyncConnection) -> tuple[CallMemory, ...]:
    query = (
        select(*Call.__table__.columns, Customer.name.label("customer_name"))
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .where(Call.ended_at.is_(None))
        .order_by(Call.started_at)
    )
    calls = (await connection.execute(query)).all()
    legs: dict[str, list[Any]] = {call.id: [] for call in calls}
    of_calls = select(CallLeg).where(CallLeg.call_id.in_(legs)).order_by(CallLeg.started_at)
    for leg in await connection.execute(of_calls):
        legs[leg.call_id].append(leg)
    running = select(Recording.call_id, Recording.id, Recording.pauses, Recording.started_at).where(
        Recording.call_id.in_(legs), Recording.state == "recording"
    )
    recordings = {row.call_id: row for row in await connection.execute(running.order_by(Recording.started_at))}
    takes, known = await _takes(connection, tuple(legs)), await _known(connection, tuple(legs))
    withheld, held = await _withheld(connection, tuple(legs)), await _held(connection, tuple(legs))
    memories = (_call_memory(call, legs[call.id], recordings.get(call.id), withheld.get(call.id)) for call in calls)
    parked = await _last(connection, tuple(legs), (CallParked, ParkingEnded))
    requests = await _requests(connection, tuple(legs))
    return tuple(
        replace(
            memory,
            held_since=held.get(memory.call_id),
            parked=_parking(parked.get(memory.call_id), legs[memory.call_id], recordings.get(memory.call_id)),
            take=takes.get(memory.recording_id or ""),
            recordings=known.get(memory.call_id, frozenset()),
            request=requests.get(memory.call_id),
        )
        for memory in memories
    )


async def _takes(connection: AsyncConnection, call_ids: Sequence[str]) -> dict[str, TakeMemory]:
    """Who asked for recordings, by their ids."""
    query = select(CallEvent.detail, CallEvent.at).where(
        CallEvent.call_id.in_(call_ids), CallEvent.kind == RecordingStarted.__name__
    )
    return {
        row.detail["recording_id"]: TakeMemory(row.detail["by"], row.detail["by_supervisor"], row.at)
        for row in await connection.execute(query)
    }


async def _requests(connection: AsyncConnection, call_ids: Sequence[str]) -> dict[str, CallbackRequest]:
    """What was said by those who are called back because they asked for it elsewhere."""
    last = await _last(connection, call_ids, (CallRequested,))
    names = [field.name for field in fields(CallbackRequest)]
    return {call_id: CallbackRequest(*(row.detail[name] for name in names)) for call_id, row in last.items()}


async def _known(connection: AsyncConnection, call_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """All recordings of calls, in whatever state."""
    found: dict[str, frozenset[str]] = {}
    for row in await connection.execute(select(Recording.call_id, Recording.id).where(Recording.call_id.in_(call_ids))):
        found[row.call_id] = found.get(row.call_id, frozenset()) | {row.id}
    return found


async def _held(connection: AsyncConnection, call_ids: Sequence[str]) -> dict[str, datetime]:
    """Since when callers are on hold."""
    last = await _last(connection, call_ids, (HoldStarted, HoldEnded))
    return {call_id: row.at for call_id, row in last.items() if row.kind == HoldStarted.__name__}


async def _last(connection: AsyncConnection, call_ids: Sequence[str], kinds: Sequence[type[Fact]]) -> dict[str, Any]:
    """Read of each call what was written last of these."""
    query = (
        select(CallEvent.call_id, CallEvent.kind, CallEvent.at, CallEvent.detail)
        .where(CallEvent.call_id.in_(call_ids), CallEvent.kind.in_([kind.__name__ for kind in kinds]))
        .order_by(CallEvent.at, CallEvent.seq)
    )
    return {row.call_id: row for row in await connection.execute(query)}


def _parking(event: Any | None, legs: Sequence[Any], recording: Any | None) -> ParkingMemory | None:
    if event is None or event.kind != CallParked.__name__:
        return None
    slot, agent_id = event.detail["slot"], event.detail["agent_id"]
    memory = ParkingMemory(slot, agent_id, event.at, queue_id=event.detail.get("queue_id"))
    if recording is None:
        return memory
    return replace(memory, recording_id=recording.id, recorded_s=_talked_s(legs, agent_id, recording))


async def _withheld(connection: AsyncConnection, call_ids: Sequence[str]) -> dict[str, NoRecording]:
    """Why calls are not recorded, as it was said last."""
    last = await _last(connection, call_ids, (RecordingWithheld,))
    return {call_id: NoRecording(row.detail["why"]) for call_id, row in last.items()}


def _call_memory(call: Any, legs: Sequence[Any], recording: Any | None, withheld: NoRecording | None) -> CallMemory:
    customers = [leg for leg in legs if leg.kind == "customer"]
    talks = [leg for leg in legs if leg.kind == "agent" and leg.talk_started_at is not None and leg.ended_at is None]
    talk = talks[-1] if talks else None
    begun = [leg.talk_started_at for leg in legs if leg.kind == "agent" and leg.talk_started_at is not None]
    parted = [leg.ended_at for leg in legs if leg.kind == "agent" and leg.talk_started_at and leg.ended_at]
    return CallMemory(
        call_id=call.id,
        leg_id=customers[-1].id if customers else "",
        node=call.node,
        caller=Caller(call.number_raw, call.caller_name),
        dialed=call.dialed,
        arrived_at=call.started_at,
        queue_id=call.queue_id,
        priority=call.priority,
        queued_at=call.queued_at,
        customer_id=call.customer_id,
        customer_name=call.customer_name or "",
        waited_s=call.waited_s,
        talk_agent_id=None if talk is None else talk.agent_id,
        talk_leg_id=None if talk is None else talk.id,
        talk_started_at=None if talk is None else talk.talk_started_at,
        last_talk_started_at=max(begun, default=None),
        talked_before_s=0.0 if talk is None or recording is None else _talked_s(legs, talk.agent_id, recording),
        recording_id=None if talk is None or recording is None else recording.id,
        recording_paused=recording is not None and is_paused(recording.pauses),
        no_recording=withheld,
        parted_at=None if talk is not None or not parted else max(parted),
        direction=Direction(call.direction),
    )


def _talked_s(legs: Sequence[Any], agent_id: int, recording: Any) -> float:
    """How much of the talk that is being recorded was over before: each interruption ends a leg."""
    over = [leg for leg in legs if leg.agent_id == agent_id and leg.ended_at is not None and leg.talked_s]
    began_at = recording.started_at
    return float(
        sum(
            leg.talked_s - max(0.0, (began_at - (leg.talk_started_at or began_at)).total_seconds())
            for leg in over
            if leg.ended_at > began_at
        )
    )


async def _queue_memories(connection: AsyncConnection, since: datetime) -> tuple[QueueMemory, ...]:
    query = (
        select(
            Call.queue_id,
            func.count().label("offered"),
            func.count(Call.talk_started_at).label("answered"),
            func.count().filter(Call.end_reason.in_(_ABANDONED), Call.talk_started_at.is_(None)).label("abandoned"),
        )
        .where(Call.queued_at.is_not(None), Call.started_at >= since, Call.queue_id.is_not(None))
        .group_by(Call.queue_id)
        .order_by(Call.queue_id)
    )
    return tuple(
        QueueMemory(row.queue_id, row.offered, row.answered, row.abandoned) for row in await connection.execute(query)
    )
