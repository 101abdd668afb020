"""Tables of who may do what: users, their queues, sessions, settings, and the trace of what they did."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import (
    BIG_ID,
    Code,
    Hash,
    Id,
    Instant,
    JsonMap,
    JsonValue,
    Name,
    Short,
    UtcDateTime,
)


class User(Table):
    """A person who signs in. `login` is folded; `extension` is free again when the user is not active.

    `number_right` is a NumberRight, or "" to follow the role. `phone` is read by domain.agent_phone.
    """

    __tablename__ = "users"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[Short]
    extension: Mapped[str | None] = mapped_column(String(16), unique=True)
    language: Mapped[str] = mapped_column(String(8))
    number_right: Mapped[Short]
    skills: Mapped[JsonMap]
    phone: Mapped[JsonMap]
    active: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class UserQueue(Table):
    """Which queues a user takes calls from; `reserve`: only helps out in."""

    __tablename__ = "user_queues"

    user_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    queue_id: Mapped[int] = mapped_column(
        BIG_ID, ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    reserve: Mapped[bool]


class UserSession(Table):
    """A browser that signed in. Only the hash of its token is kept: a stolen table opens nothing."""

    __tablename__ = "sessions"

    token_hash: Mapped[Code]
    user_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)
    address: Mapped[Short]
    agent: Mapped[Name]


class Setting(Table):
    """One value that an administrator may change while the program runs."""

    __tablename__ = "settings"

    key: Mapped[Code]
    value: Mapped[JsonValue]
    updated_at: Mapped[Instant]


class AuditEntry(Table):
    """Who did what to which object. `user_id` None: the system. `link_hash` covers the row and the one before it."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "object_kind", "object_id", "id"), Index(None, "user_id", "id"))

    id: Mapped[Id]
    at: Mapped[Instant]
    user_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    action: Mapped[Short]
    object_kind: Mapped[Short]
    object_id: Mapped[Short]
    detail: Mapped[JsonMap]
    address: Mapped[Short]
    salt: Mapped[Hash]
    detail_hash: Mapped[Hash]
    link_hash: Mapped[Hash]


class AuditHead(Table):
    """The end of the audit log's chain, moved on by a trigger: one row, with `id` 1."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BIG_ID)
    link_hash: Mapped[Hash]


class AgentStateEntry(Table):
    """Every change of an agent's state; `key` makes a repeated write harmless.

    `call_id` is the call whose wrap-up begins or ends with it.
    """

    __tablename__ = "agent_states"
    __table_args__ = (Index(None, "agent_id", "at"),)

    key: Mapped[Code]
    agent_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("users.id"))
    at: Mapped[Instant]
    state: Mapped[Short]
    reason: Mapped[Short]
    previous: Mapped[Short]
    lasted_s: Mapped[float]
    call_id: Mapped[str | None] = mapped_column(String(64), index=True)


class AgentNow(Table):
    """The last known state of each agent, for a restart."""

    __tablename__ = "agent_now"

    agent_id: Mapped[int] = mapped_column(
        BIG_ID, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[Short]
    reason: Mapped[Short]
    since: Mapped[Instant]
