"""The table of who must not be called: numbers, and customers with all of their numbers."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, Name, OptionalInstant


class DoNotCallEntry(Table):
    """One number (as it is looked up) or one customer; a row that was removed stays, and is used again.

    `digits` is the number as people write it at home, for a search by its beginning.
    """

    __tablename__ = "do_not_call"
    __table_args__ = (Index(None, "added_at", "id"),)

    id: Mapped[Id]
    number: Mapped[str | None] = mapped_column(String(200), unique=True)
    digits: Mapped[str] = mapped_column(String(32), index=True)
    customer_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("customers.id", ondelete="CASCADE"), unique=True)
    reason: Mapped[Name]
    added_at: Mapped[Instant]
    added_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    removed_at: Mapped[OptionalInstant]
    removed_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    removal_reason: Mapped[Name]


class DoNotCallRegister(Table):
    """Up to which day the numbers are compared with the register that a policy asks for, as somebody stated."""

    __tablename__ = "do_not_call_registers"

    policy: Mapped[str] = mapped_column(String(64), primary_key=True)
    as_of: Mapped[Instant]
    source: Mapped[Name]
    noted_at: Mapped[Instant]
    noted_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
