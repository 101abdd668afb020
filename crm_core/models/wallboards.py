"""Table of the links that open a wallboard."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, JsonMap, Name, OptionalInstant


class WallboardLink(Table):
    """One link. What opens it is nowhere: it is signed anew from `id` and `expires_at` whenever it is shown."""

    __tablename__ = "wallboard_links"

    id: Mapped[Id]
    name: Mapped[Name]
    board: Mapped[JsonMap]
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    expires_at: Mapped[Instant]
    revoked_at: Mapped[OptionalInstant]
    revoked_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
