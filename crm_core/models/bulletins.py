"""Tables of what supervisors tell agents on their pages, and who has read it."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, OptionalInstant


class Bulletin(Table):
    """One message; plain text, over at `expires_at`."""

    __tablename__ = "bulletins"

    id: Mapped[Id]
    text: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    expires_at: Mapped[Instant]


class BulletinReceipt(Table):
    """For whom it is, as the line was when it was sent; and when they said that they have read it."""

    __tablename__ = "bulletin_receipts"

    bulletin_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("bulletins.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        BIG_ID, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    acknowledged_at: Mapped[OptionalInstant]
