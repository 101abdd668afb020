"""Which audio there is, and in what state; the audio itself lies in a folder that the recordings package owns."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.errors import NotFound
from crm_core.models import Call, Customer, Recording, User
from crm_core.storage.database import Database
from crm_core.storage.fields import refuse
from crm_core.storage.paging import Page, clamp, decode_time_and_key, make_page
from crm_core.storage.rows import build, put
from cti.clock import Clock

STATES = ("recording", "processing", "ready", "partial", "failed", "purged")


def is_paused(pauses: Sequence[Sequence[float | None]]) -> bool:
    """Whether the last pause has no end yet."""
    return bool(pauses) and pauses[-1][1] is None


@dataclass(frozen=True, slots=True)
class RecordingDraft:
    """The state of one recording; saving it again replaces the earlier one. Paths are relative."""

    id: str
    call_id: str | None
    state: str
    started_at: datetime
    agent_id: int | None = None
    duration_s: float = 0.0
    size_bytes: int = 0
    path: str | None = None
    peaks_path: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """A recording with what its list shows."""

    id: str
    call_id: str | None
    state: str
    started_at: datetime
    agent_id: int | None
    agent_name: str | None
    number: str | None
    customer_id: int | None
    customer_name: str | None
    duration_s: float
    size_bytes: int
    path: str | None
    peaks_path: str | None
    error: str
    updated_at: datetime
    pauses: tuple[tuple[float, float | None], ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingFilter:
    """None means: any."""

    state: str | None = None
    agent_id: int | None = None
    started_from: datetime | None = None
    started_until: datetime | None = None


class Recordings:
    """Saved by the recordings service, read by screens."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, recording_id: str) -> RecordingRow:
        """Raise NotFound if there is none."""

        async def look(connection: AsyncConnection) -> RecordingRow:
            row = (await connection.execute(_ONE, {"wanted": recording_id})).mappings().first()
            if row is None:
                raise NotFound("recording", recording_id)
            return build(RecordingRow, row)

        return await self._database.read(look)

    async def save(self, draft: RecordingDraft) -> None:
        """Add a recording or replace all that is known of it."""
        if draft.state not in STATES:
            refuse("state", "unknown_choice", f"must be one of: {', '.join(STATES)}")

        async def work(connection: AsyncConnection) -> None:
            row: dict[str, Any] = {**asdict(draft), "updated_at": self._clock.now()}
            changed = tuple(name for name in row if name != "id")
            await put(connection, Recording, row, ("id",), changed, {"call_id": Call.id, "agent_id": User.id})

        await self._database.write(work)

    async def in_state(self, *states: str) -> tuple[RecordingRow, ...]:
        """List what is in one of the states, the oldest first: what a restart has to finish."""
        query = _recordings().where(Recording.state.in_(states)).order_by(Recording.started_at)
        return await self._list(query)

    async def older_than(self, at: datetime, limit: int = 500) -> tuple[RecordingRow, ...]:
        """List what retention has to remove, the oldest first; what a court may ask for is not among it."""
        free = or_(Customer.hold_reason.is_(None), Customer.hold_reason == "")
        query = _recordings().where(Recording.state != "purged", Recording.started_at < at, free)
        return await self._list(query.order_by(Recording.started_at).limit(limit))

    async def page(self, wanted: RecordingFilter, cursor: str | None = None, limit: int = 50) -> Page[RecordingRow]:
        """List recordings, the newest first."""
        limit = clamp(limit)
        query = _recordings()
        if wanted.state is not None:
            query = query.where(Recording.state == wanted.state)
        if wanted.agent_id is not None:
            query = query.where(Recording.agent_id == wanted.agent_id)
        if wanted.started_from is not None:
            query = query.where(Recording.started_at >= wanted.started_from)
        if wanted.started_until is not None:
            query = query.where(Recording.started_at < wanted.started_until)
        before = decode_time_and_key(cursor, str)
        if before is not None:
            at, key = before
            query = query.where((Recording.started_at < at) | ((Recording.started_at == at) & (Recording.id < key)))
        query = query.order_by(Recording.started_at.desc(), Recording.id.desc()).limit(limit + 1)
        return make_page(await self._list(query), limit, lambda row: (row.started_at, row.id))

    async def _list(self, query: Select[*tuple[Any, ...]]) -> tuple[RecordingRow, ...]:
        async with self._database.reading() as connection:
            return tuple(build(RecordingRow, row) for row in (await connection.execute(query)).mappings())


def _recordings() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *Recording.__table__.columns,
            User.name.label("agent_name"),
            Call.number,
            Call.customer_id,
            Customer.name.label("customer_name"),
        )
        .outerjoin(User, User.id == Recording.agent_id)
        .outerjoin(Call, Call.id == Recording.call_id)
        .outerjoin(Customer, Customer.id == Call.customer_id)
    )


_ONE = _recordings().where(Recording.id == bindparam("wanted"))
