"""Tables of what happened on the telephone: calls, legs, events, recordings, and messages that callers left."""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import (
    BIG_ID,
    Code,
    Id,
    Instant,
    JsonList,
    JsonMap,
    Name,
    OptionalInstant,
    OptionalShort,
    Short,
    TextId,
)


class Call(Table):
    """One person's visit. `number` is canonical like ContactPoint.value; `number_raw` is what the trunk said."""

    __tablename__ = "calls"
    __table_args__ = (
        Index(None, "started_at", "id"),
        Index(None, "agent_id", "started_at", "id"),
        Index(None, "queue_id", "started_at", "id"),
        Index(None, "number", "started_at", "id"),
        Index(None, "customer_id", "started_at", "id"),
        Index(None, "ended_at"),
    )

    id: Mapped[TextId]
    direction: Mapped[Short]
    node: Mapped[Short]
    number: Mapped[OptionalShort]
    number_raw: Mapped[OptionalShort]
    caller_name: Mapped[Name]
    dialed: Mapped[Short]
    customer_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("customers.id", ondelete="SET NULL"))
    queue_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("queues.id"))
    agent_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    priority: Mapped[int]
    started_at: Mapped[Instant]
    queued_at: Mapped[OptionalInstant]
    talk_started_at: Mapped[OptionalInstant]
    ended_at: Mapped[OptionalInstant]
    end_reason: Mapped[OptionalShort]
    cause: Mapped[int | None]
    waited_s: Mapped[float]
    talked_s: Mapped[float]
    held_s: Mapped[float] = mapped_column(server_default="0")
    rating: Mapped[int | None]
    disposition: Mapped[str | None] = mapped_column(String(64), ForeignKey("dispositions.code"))
    disposed_at: Mapped[OptionalInstant]
    disposed_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text)
    tags: Mapped[JsonList] = mapped_column(server_default="[]")


class TaggedCall(Table):
    """Which calls have a tag; by it the log is read for one tag, in the order of the calls' beginnings."""

    __tablename__ = "tagged_calls"

    tag: Mapped[str] = mapped_column(String(64), ForeignKey("call_tags.code"), primary_key=True)
    started_at: Mapped[Instant] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class CallLeg(Table):
    """One channel of a call. `result` of an agent's leg is an OfferResult, of an invited one's a PartyResult.

    `kind`: customer, agent, invited (a colleague in somebody else's call), outside (`number`).
    """

    __tablename__ = "call_legs"
    __table_args__ = (
        Index(None, "call_id", "started_at"),
        Index(None, "agent_id", "started_at"),
        Index(None, "number", "started_at"),
    )

    id: Mapped[TextId]
    call_id: Mapped[str] = mapped_column(String(64), ForeignKey("calls.id", ondelete="CASCADE"))
    kind: Mapped[Short]
    agent_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    why: Mapped[Name]
    started_at: Mapped[Instant]
    talk_started_at: Mapped[OptionalInstant]
    ended_at: Mapped[OptionalInstant]
    result: Mapped[OptionalShort]
    talked_s: Mapped[float]
    held_s: Mapped[float] = mapped_column(server_default="0")
    number: Mapped[OptionalShort]


class CallAgent(Table):
    """Which agents took part in a call; by it each one's own log is read, in the order of the calls' beginnings."""

    __tablename__ = "call_agents"

    agent_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("users.id"), primary_key=True)
    started_at: Mapped[Instant] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class CallEvent(Table):
    """One fact about a call, as the floor decided it; `key` makes a repeated write harmless."""

    __tablename__ = "call_events"
    __table_args__ = (Index(None, "call_id", "at", "seq"),)

    key: Mapped[Code]
    call_id: Mapped[str] = mapped_column(String(64), ForeignKey("calls.id", ondelete="CASCADE"))
    leg_id: Mapped[OptionalShort]
    at: Mapped[Instant]
    seq: Mapped[int] = mapped_column(BIG_ID)
    kind: Mapped[Short]
    detail: Mapped[JsonMap]


class Recording(Table):
    """The audio of one talk; paths are relative to the recordings folder and made by the server.

    `pauses` are pairs of seconds from its beginning between which it is silent; the second is None while it lasts.
    """

    __tablename__ = "recordings"
    __table_args__ = (Index(None, "state", "started_at"),)

    id: Mapped[TextId]
    call_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("calls.id", ondelete="SET NULL"), index=True)
    agent_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    state: Mapped[Short]
    started_at: Mapped[Instant]
    duration_s: Mapped[float]
    size_bytes: Mapped[int] = mapped_column(BIG_ID)
    path: Mapped[str | None] = mapped_column(String(200))
    peaks_path: Mapped[str | None] = mapped_column(String(200))
    error: Mapped[str] = mapped_column(Text)
    pauses: Mapped[JsonList] = mapped_column(server_default="[]")
    updated_at: Mapped[Instant]


class Message(Table):
    """A voicemail or a wish to be called back; `key` names its source so that picking it up twice is harmless."""

    __tablename__ = "messages"
    __table_args__ = (Index(None, "state", "at", "id"),)

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(128), unique=True)
    kind: Mapped[Short]
    source: Mapped[Short]
    call_id: Mapped[str | None] = mapped_column(String(64), index=True)
    customer_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    queue_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("queues.id"))
    number: Mapped[OptionalShort]
    number_raw: Mapped[OptionalShort]
    at: Mapped[Instant]
    path: Mapped[str | None] = mapped_column(String(200))
    duration_s: Mapped[float]
    state: Mapped[Short]
    heard_at: Mapped[OptionalInstant]
    heard_by: Mapped[int | None] = mapped_column(BIG_ID)
    done_at: Mapped[OptionalInstant]
    done_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text)
