"""Table of mails about voicemails, written with them and sent behind."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, JsonMap, OptionalInstant, Short


class VoicemailMail(Table):
    """One mail; `rules` are the queue's of that moment. Without `next_at` it is not tried any more.

    From `handed_at` on it is with the mail server, which alone knows whether it has it until `last_result` says so.
    """

    __tablename__ = "voicemail_mails"

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    rules: Mapped[JsonMap]
    created_at: Mapped[Instant]
    next_at: Mapped[OptionalInstant] = mapped_column(index=True)
    handed_at: Mapped[OptionalInstant]
    tries: Mapped[int]
    last_result: Mapped[Short]
