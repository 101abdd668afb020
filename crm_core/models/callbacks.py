"""Tables of callers who are to be called when their turn comes, and of links to forms that ask for it."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, JsonList, Name, OptionalInstant, OptionalShort, Short, TextId


class Callback(Table):
    """One that is not over: the columns are those of `cti.domain.callback_values.CallbackMemory`.

    `asker` says of a form from where it was asked, in a way that only who has the key can compare.
    With its end the row goes, and numbers with it; what became of it stands in the events of `from_call_id`.
    """

    __tablename__ = "callbacks"

    callback_id: Mapped[TextId]
    queue_id: Mapped[int] = mapped_column(BIG_ID)
    number: Mapped[Short]
    caller_number: Mapped[OptionalShort]
    number_key: Mapped[OptionalShort]
    arrived_at: Mapped[Instant]
    queued_at: Mapped[Instant]
    asked_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    from_call_id: Mapped[str] = mapped_column(String(64))
    dialed: Mapped[Short]
    priority: Mapped[int]
    flow_priority: Mapped[int]
    language: Mapped[Short]
    customer_level: Mapped[Short]
    customer_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    preferred_agent_id: Mapped[int | None] = mapped_column(BIG_ID)
    stands_since: Mapped[OptionalInstant]
    state: Mapped[Short]
    attempts: Mapped[int]
    due_at: Mapped[OptionalInstant]
    why: Mapped[Short]
    call_id: Mapped[str | None] = mapped_column(String(64))
    origin: Mapped[Short]
    name: Mapped[Name]
    wish: Mapped[str] = mapped_column(Text)
    asker: Mapped[Short]


class CallbackOrder(Table):
    """One that was asked for on a form, without anything that says by whom; `ended` as in `CallbackResult`.

    `quarter` counts quarters of an hour since 1970. The others are 0 or 1, to be added up.
    """

    __tablename__ = "callback_orders"

    callback_id: Mapped[TextId]
    queue_id: Mapped[int] = mapped_column(BIG_ID)
    asked_at: Mapped[Instant]
    quarter: Mapped[int] = mapped_column(index=True)
    called: Mapped[int]
    reached: Mapped[int]
    expired: Mapped[int]
    ended: Mapped[OptionalShort]


class CallbackLink(Table):
    """One link to a form. What opens it is nowhere: it is signed anew from `id` and `created_at` when it is shown."""

    __tablename__ = "callback_links"

    id: Mapped[Id]
    queue_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("queues.id"))
    name: Mapped[Name]
    origins: Mapped[JsonList]
    abroad: Mapped[bool]
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    revoked_at: Mapped[OptionalInstant]
    revoked_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
