"""The call log: a page of it, one call with all its legs and events, and what people add to a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.phone import normalise
from crm_core.errors import NoteChanged, NotFound
from crm_core.models import (
    Call,
    CallAgent,
    CallEvent,
    CallLeg,
    CallTag,
    Customer,
    Disposition,
    Interaction,
    Queue,
    Recording,
    TaggedCall,
    User,
)
from crm_core.report_changes import note_call
from crm_core.storage.along import Along
from crm_core.storage.database import Database
from crm_core.storage.fields import Checks, refuse
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.rows import build, execute
from crm_core.timeline import RECORDING_COLUMNS, add_line, last_recording
from cti.clock import Clock
from cti.domain.values import Direction, EndReason

PLAYABLE = ("ready", "partial")
MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the call log; `number` is a key (E.164, "cn:…", "raw:…"), None when withheld.

    Of several recordings it shows the last one, in whatever state that is.
    """

    id: str
    direction: str
    number: str | None
    caller_name: str
    dialed: str
    customer_id: int | None
    customer_name: str | None
    queue_id: int | None
    queue_name: str | None
    agent_id: int | None
    agent_name: str | None
    started_at: datetime
    queued_at: datetime | None
    talk_started_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    cause: int | None
    priority: int
    waited_s: float
    talked_s: float
    rating: int | None
    held_s: float
    disposition: str | None
    note: str
    tags: list[str]
    recording_id: str | None
    recording_state: str | None
    recording_duration_s: float | None
    recording_agent_id: int | None

    @property
    def has_recording(self) -> bool:
        """True when there is audio to play."""
        return self.recording_state in PLAYABLE


@dataclass(frozen=True, slots=True)
class LegRow:
    """One channel of a call; `result` says how offer or invitation came out, `number` who outside was called."""

    id: str
    kind: str
    agent_id: int | None
    agent_name: str | None
    why: str
    started_at: datetime
    talk_started_at: datetime | None
    ended_at: datetime | None
    result: str | None
    talked_s: float
    held_s: float
    number: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One fact about a call; `kind` is the fact's name ("OfferMade")."""

    at: datetime
    kind: str
    leg_id: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CallDetail:
    """A call with everything; `agent_ids` are those who talked in it, invited by a colleague or not."""

    call: CallRow
    legs: tuple[LegRow, ...]
    events: tuple[EventRow, ...]
    recording_ids: tuple[str, ...]
    agent_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class CallFilter:
    """None means: any. `agent_id` took part, `result` is "answered", "unanswered", "open" or an EndReason.

    `number` as somebody types it.
    """

    agent_id: int | None = None
    queue_id: int | None = None
    customer_id: int | None = None
    number: str | None = None
    tag: str | None = None
    started_from: datetime | None = None
    started_until: datetime | None = None
    result: str | None = None
    direction: Direction | None = None


class Calls:
    """Calls come from the diary; here people read them, and say what they were."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, wanted: CallFilter, cursor: str | None = None, limit: int = 50) -> Page[CallRow]:
        """List calls, the newest first."""
        limit = clamp(limit)
        query = page_query(wanted, decode_time_and_key(cursor, str)).limit(limit + 1)
        async with self._database.reading() as connection:
            rows = [build(CallRow, row) for row in (await connection.execute(query)).mappings()]
        return make_page(rows, limit, lambda row: (row.started_at, row.id))

    async def get(self, call_id: str) -> CallDetail:
        """Raise NotFound if there is none."""
        legs = (
            select(*CallLeg.__table__.columns, User.name.label("agent_name"))
            .outerjoin(User, User.id == CallLeg.agent_id)
            .where(CallLeg.call_id == call_id)
            .order_by(CallLeg.started_at, CallLeg.id)
        )
        events = (
            select(CallEvent.at, CallEvent.kind, CallEvent.leg_id, CallEvent.detail)
            .where(CallEvent.call_id == call_id)
            .order_by(CallEvent.at, CallEvent.seq)
        )
        recordings = select(Recording.id).where(Recording.call_id == call_id).order_by(Recording.started_at)
        agents = select(CallAgent.agent_id).where(CallAgent.call_id == call_id)
        async with self._database.reading() as connection:
            return CallDetail(
                await _one(connection, call_id),
                tuple(build(LegRow, row) for row in (await connection.execute(legs)).mappings()),
                tuple(build(EventRow, row) for row in (await connection.execute(events)).mappings()),
                tuple(await connection.scalars(recordings)),
                frozenset(await connection.scalars(agents)),
            )

    async def dispose(
        self,
        call_id: str,
        code: str,
        note: str | None,
        by: Actor,
        base: str | None = None,
        also: Sequence[Along] = (),
    ) -> CallRow:
        """Say what the call was; `note` None leaves the note as it is. What is `also` to be saved is, or nothing is.

        `base` is what the writer's page last knew: if something else is there, NoteChanged, and nothing is saved.
        Without it a text is written over whatever is there, but an empty one clears nothing: whose note would it be?
        """
        checks = Checks()
        values: dict[str, Any] = {"disposition": code, "disposed_by": by.user_id}
        text = checks.trimmed("note", note or "", longest=10_000)
        if text or (note is not None and base is not None):
            values["note"] = text
        checks.done()

        async def work(connection: AsyncConnection) -> None:
            now = self._clock.now()
            if base is not None and "note" in values:
                await _check_note(connection, call_id, base, text)
            if not await execute(connection, _DISPOSE, {**values, "disposed_at": now, "wanted": call_id, "code": code}):
                if not await connection.scalar(_ACTIVE, {"wanted": code}):
                    refuse("code", "unknown_disposition", "is not one of the dispositions")
                raise NotFound("call", call_id)
            await note_call(connection, call_id, f"disposed:{now.timestamp()}")
            await append(connection, by, now, "call.dispose", call_id, {"disposition": code})
            for one in also:
                await one.work(connection)

        # The one writer does only what must be done in a row; what it came to is read beside it.
        await self._database.write(work)
        for one in also:
            one.tell()
        return await self._database.read(lambda connection: _one(connection, call_id))

    async def set_note(self, call_id: str, text: str, base: str | None = None) -> None:
        """Save the note while it is being written; not audited, since it comes every few seconds.

        `base` is what the writer's page last knew: if something else is there, NoteChanged. None: whatever is there.
        """
        checks = Checks()
        text = checks.trimmed("text", text, longest=10_000)
        checks.done()

        async def work(connection: AsyncConnection) -> None:
            if base is not None:
                await _check_note(connection, call_id, base, text)
            await self._update(connection, call_id, {"note": text})

        await self._database.write(work)

    async def set_tags(self, call_id: str, codes: Sequence[str], by: Actor) -> CallRow:
        """Mark the call with these and no others; one that is out of use stays where it was."""
        wanted = list(dict.fromkeys(codes))

        async def work(connection: AsyncConnection) -> CallRow:
            row = await _one(connection, call_id)
            usable = set(await connection.scalars(select(CallTag.code).where(CallTag.active.is_(True))))
            if unknown := [code for code in wanted if code not in usable and code not in row.tags]:
                refuse("tags", "unknown_tag", f"has what is none of the tags: {unknown[0][:64]}")
            if len(wanted) > MOST_TAGS:
                refuse("tags", "too_many", f"at most {MOST_TAGS} fit")
            await self._update(connection, call_id, {"tags": wanted})
            await connection.execute(delete(TaggedCall).where(TaggedCall.call_id == call_id))
            marks = [{"tag": code, "started_at": row.started_at, "call_id": call_id} for code in wanted]
            if marks:
                await connection.execute(insert(TaggedCall), marks)
            await append(connection, by, self._clock.now(), "call.tag", call_id, {"tags": wanted})
            return await _one(connection, call_id)

        return await self._database.write(work)

    async def link(self, call_id: str, customer_id: int | None, by: Actor) -> CallRow:
        """Say whose call it was; the timeline follows when the call is over."""

        async def work(connection: AsyncConnection) -> CallRow:
            now = self._clock.now()
            if customer_id is not None:
                query = select(Customer.id).where(Customer.id == customer_id)
                if await connection.scalar(query) is None:
                    raise NotFound("customer", customer_id)
            await self._update(connection, call_id, {"customer_id": customer_id})
            await place_on_timeline(connection, call_id)
            await append(connection, by, now, "call.link", call_id, {"customer_id": customer_id})
            return await _one(connection, call_id)

        return await self._database.write(work)

    async def _update(self, connection: AsyncConnection, call_id: str, values: dict[str, Any]) -> None:
        if await execute(connection, _CHANGE, {**values, "wanted": call_id}) == 0:
            raise NotFound("call", call_id)


async def _check_note(connection: AsyncConnection, call_id: str, base: str, text: str) -> None:
    stored = await connection.scalar(select(Call.note).where(Call.id == call_id).with_for_update())
    if stored is not None and stored not in {base.strip(), text}:
        raise NoteChanged(call_id)


# Built once: to build a statement takes longer than to run it, and every disposition asks these.
_ACTIVE = select(Disposition.active).where(Disposition.code == bindparam("wanted"))
_DISPOSE = update(Call).where(
    Call.id == bindparam("wanted"),
    exists().where(Disposition.code == bindparam("code"), Disposition.active),
)
_CHANGE = update(Call).where(Call.id == bindparam("wanted"))
_CLOSE_LEGS = update(CallLeg).where(CallLeg.call_id == bindparam("wanted"), CallLeg.ended_at.is_(None))
_TAKES_PART = insert(CallAgent).from_select(
    ["agent_id", "started_at", "call_id"],
    select(User.id, Call.started_at, Call.id)
    .select_from(Call)
    .join(User, User.id == bindparam("agent"))
    .where(Call.id == bindparam("wanted"))
    .where(~exists().where(CallAgent.call_id == Call.id, CallAgent.agent_id == User.id)),
)
_OWNED_BY = select(Call.customer_id, Call.started_at, Call.ended_at, Call.agent_id).where(
    Call.id == bindparam("wanted")
)
_STALE = delete(Interaction).where(Interaction.call_id == bindparam("wanted"), Interaction.kind == "call")


async def close_legs(connection: AsyncConnection, call_id: str, at: datetime) -> None:
    """End the legs of a call that is over."""
    await connection.execute(_CLOSE_LEGS, {"wanted": call_id, "ended_at": at})


async def takes_part(connection: AsyncConnection, call_id: str, agent_id: int | None) -> None:
    """Put the call into the agent's own log; once more, or of somebody who is gone, is no error."""
    if agent_id is not None:
        await connection.execute(_TAKES_PART, {"wanted": call_id, "agent": agent_id})


async def place_on_timeline(connection: AsyncConnection, call_id: str) -> None:
    """Make the customer's timeline show an ended call, and nobody else's."""
    call = (await connection.execute(_OWNED_BY, {"wanted": call_id})).first()
    if call is None or call.customer_id is None or call.ended_at is None:
        await connection.execute(_STALE, {"wanted": call_id})
        return
    await add_line(connection, call.customer_id, "call", call.started_at, user_id=call.agent_id, call_id=call_id)


def page_query(wanted: CallFilter, before: tuple[datetime, str] | None) -> Select[*tuple[Any, ...]]:
    """Ask for the newest calls that fit, from the one `before` on; read in the order of an index, and no further."""
    query, started_at, call_id = _calls(), Call.started_at, Call.id
    if wanted.agent_id is not None:
        query = query.join(CallAgent, CallAgent.call_id == Call.id).where(CallAgent.agent_id == wanted.agent_id)
        started_at, call_id = CallAgent.started_at, CallAgent.call_id
    if wanted.tag is not None:
        query = query.join(TaggedCall, TaggedCall.call_id == Call.id).where(TaggedCall.tag == wanted.tag)
        started_at, call_id = TaggedCall.started_at, TaggedCall.call_id
    for column, value in ((Call.queue_id, wanted.queue_id), (Call.customer_id, wanted.customer_id)):
        if value is not None:
            query = query.where(column == value)
    if wanted.direction is not None:
        query = query.where(Call.direction == wanted.direction.value)
    if wanted.number is not None:
        query = query.where(Call.number.in_(normalise(wanted.number).keys))
    if wanted.started_from is not None:
        query = query.where(started_at >= wanted.started_from)
    if wanted.started_until is not None:
        query = query.where(started_at < wanted.started_until)
    if before is not None:
        at, key = before
        query = query.where(started_at <= at, or_(started_at < at, (started_at == at) & (call_id < key)))
    return _with_result(query, wanted.result).order_by(started_at.desc(), call_id.desc())


def _calls() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *Call.__table__.columns,
            Customer.name.label("customer_name"),
            Queue.name.label("queue_name"),
            User.name.label("agent_name"),
            *RECORDING_COLUMNS,
        )
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .outerjoin(Queue, Queue.id == Call.queue_id)
        .outerjoin(User, User.id == Call.agent_id)
        .outerjoin(Recording, Recording.id == last_recording(Call.id))
    )


def _with_result(query: Select[*tuple[Any, ...]], result: str | None) -> Select[*tuple[Any, ...]]:
    if result is None:
        return query
    if result == "answered":
        return query.where(Call.talk_started_at.is_not(None))
    if result == "unanswered":
        return query.where(Call.talk_started_at.is_(None), Call.ended_at.is_not(None))
    if result == "open":
        return query.where(Call.ended_at.is_(None))
    if result not in tuple(EndReason):
        refuse("result", "unknown_choice", "is neither answered, unanswered, open nor a reason why calls end")
    return query.where(Call.end_reason == result)


_ONE = _calls().where(Call.id == bindparam("wanted"))


async def _one(connection: AsyncConnection, call_id: str) -> CallRow:
    row = (await connection.execute(_ONE, {"wanted": call_id})).mappings().first()
    if row is None:
        raise NotFound("call", call_id)
    return build(CallRow, row)
