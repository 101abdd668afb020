"""Table of what is to be done: callbacks and follow-ups."""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, Name, OptionalInstant, OptionalShort, Short


class Task(Table):
    """Something to do. Without `owner_id` it is anybody's of the queue, without both anybody's.

    `sort_at` is what its list is in order of: while it is open the time when it is due (the end of time without one),
    then the time of its end. `open_key` is unique: while it is open no second one of the same origin is made; `tries`
    and `tried_at` count how often the caller has tried. `call_id` may name a call that the diary has yet to write.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index(None, "customer_id", "done_at", "due_at"),
        Index(None, "owner_id", "state", "sort_at", "id"),
        Index(None, "owner_id", "queue_id", "state", "sort_at", "id"),
        Index(None, "queue_id", "state", "sort_at", "id"),
        Index(None, "state", "sort_at", "id"),
        Index(None, "state", "remind_at"),
        Index(None, "number", "state"),
    )

    id: Mapped[Id]
    kind: Mapped[Short]
    state: Mapped[Short]
    title: Mapped[Name]
    note: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    customer_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("customers.id", ondelete="CASCADE"))
    number: Mapped[OptionalShort]
    call_id: Mapped[str | None] = mapped_column(String(64), index=True)
    message_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    queue_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("queues.id"))
    owner_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    due_at: Mapped[OptionalInstant]
    sort_at: Mapped[Instant]
    remind_at: Mapped[OptionalInstant]
    tries: Mapped[int]
    tried_at: Mapped[OptionalInstant]
    open_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    changed_at: Mapped[Instant] = mapped_column(index=True)
    done_at: Mapped[OptionalInstant]
    done_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    version: Mapped[int]
