"""Table of reports that somebody keeps, and has mailed."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, JsonList, JsonMap, Name, OptionalInstant, Short


class SavedReport(Table):
    """A report with its days by name. Without a timetable `next_at` is None.

    `due_at` is the time of the mail that is being sent or tried again, so that a mail has one name however often it is
    tried; `tries` how often it was. `last_result` is "", "sent" or a code that says why not.
    """

    __tablename__ = "saved_reports"

    id: Mapped[Id]
    name: Mapped[Name]
    choices: Mapped[JsonMap]
    days: Mapped[Short]
    every: Mapped[Short]
    minute: Mapped[int]
    weekday: Mapped[int]
    monthday: Mapped[int]
    format: Mapped[Short]
    language: Mapped[str] = mapped_column(String(8))
    recipients: Mapped[JsonList]
    next_at: Mapped[OptionalInstant] = mapped_column(index=True)
    due_at: Mapped[OptionalInstant]
    tries: Mapped[int]
    last_at: Mapped[OptionalInstant]
    last_result: Mapped[Short]
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
