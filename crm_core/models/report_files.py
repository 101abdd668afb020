"""Tables of files that are made of reports, for a person or for a mail."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Instant, JsonMap, Name, OptionalInstant, Short, TextId


class ReportFile(Table):
    """A file that somebody asked for; `state` is one of `crm_core.domain.report_file`, `tries` how often it was begun.

    `choices` are the report's, as the person might see it when it was asked for. `error` is "" or a code.
    """

    __tablename__ = "report_files"
    __table_args__ = (Index(None, "user_id", "wanted_at"), Index(None, "state", "wanted_at"))

    id: Mapped[TextId]
    user_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("users.id"))
    state: Mapped[Short]
    choices: Mapped[JsonMap]
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    format: Mapped[Short]
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[Name]
    done: Mapped[int]
    row_count: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(BIG_ID)
    error: Mapped[Short]
    tries: Mapped[int]
    wanted_at: Mapped[Instant]
    ended_at: Mapped[OptionalInstant]
    expires_at: Mapped[OptionalInstant]
