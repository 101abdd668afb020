"""Tables of how calls are led: queues, flows, entry numbers, prompts, and the words that people choose from."""

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import (
    BIG_ID,
    Code,
    Id,
    Instant,
    JsonMap,
    Name,
    OptionalInstant,
    OptionalShort,
    Short,
)


class BusinessCalendar(Table):
    """When it is open, as `ivr.domain.plan` reads it, and what somebody switched by hand."""

    __tablename__ = "calendars"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    body: Mapped[JsonMap]
    switched: Mapped[OptionalShort]
    switched_until: Mapped[OptionalInstant]
    switched_at: Mapped[OptionalInstant]
    switched_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    switched_note: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    updated_at: Mapped[Instant]


class Queue(Table):
    """A waiting line; the columns are those of `cti.domain.values.QueueSettings`.

    With `missed_tasks` a caller whom nobody took becomes a task, due `missed_due_s` after the end of the call.
    """

    __tablename__ = "queues"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    ring_timeout_s: Mapped[float]
    wrap_up_s: Mapped[float]
    max_wait_s: Mapped[float]
    overflow_action: Mapped[Short]
    overflow_prompt: Mapped[str | None] = mapped_column(String(64))
    overflow_queue_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("queues.id"))
    announce_every_s: Mapped[float]
    announcements: Mapped[JsonMap] = mapped_column(server_default="{}")
    callbacks: Mapped[JsonMap] = mapped_column(server_default="{}")
    music_class: Mapped[Short]
    record: Mapped[bool]
    record_on_demand: Mapped[bool]
    consent_prompt: Mapped[str | None] = mapped_column(String(64))
    consent_refusable: Mapped[bool]
    service_level_s: Mapped[float]
    routing: Mapped[JsonMap]
    survey: Mapped[bool]
    missed_tasks: Mapped[bool]
    missed_due_s: Mapped[float]
    voicemail_mail: Mapped[JsonMap] = mapped_column(server_default="{}")
    calendar_id: Mapped[int | None] = mapped_column(BIG_ID)
    closed: Mapped[JsonMap] = mapped_column(server_default="{}")
    active: Mapped[bool]
    version: Mapped[int]
    updated_at: Mapped[Instant]


class Flow(Table):
    """What a caller hears before a person answers; the newest body, the older ones are FlowVersion rows."""

    __tablename__ = "flows"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    body: Mapped[JsonMap]
    version: Mapped[int]
    updated_at: Mapped[Instant]


class FlowVersion(Table):
    """One body that a flow once had."""

    __tablename__ = "flow_versions"

    flow_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("flows.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[JsonMap]
    saved_at: Mapped[Instant]
    saved_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))


class EntryNumber(Table):
    """A number that callers dial, the flow that answers it, and the language in which it begins."""

    __tablename__ = "entry_numbers"

    number: Mapped[Code]
    name: Mapped[Name]
    flow_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("flows.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    calendar_id: Mapped[int | None] = mapped_column(BIG_ID)
    active: Mapped[bool]
    updated_at: Mapped[Instant]


class Prompt(Table):
    """One spoken text in one language; the audio lies in a folder, named by `name` and `language`."""

    __tablename__ = "prompts"
    __table_args__ = (UniqueConstraint("name", "language"),)

    id: Mapped[Id]
    name: Mapped[Short]
    language: Mapped[str] = mapped_column(String(8))
    source: Mapped[Short]
    text: Mapped[str] = mapped_column(Text)
    duration_s: Mapped[float]
    updated_at: Mapped[Instant]


class MusicPiece(Table):
    """A piece of waiting music in one of Asterisk's classes; one that was removed may come back until that is taken."""

    __tablename__ = "music_pieces"

    id: Mapped[Id]
    music_class: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    duration_s: Mapped[float]
    updated_at: Mapped[Instant]
    removed_at: Mapped[OptionalInstant]


class Disposition(Table):
    """What an agent can say that a call was."""

    __tablename__ = "dispositions"

    code: Mapped[Code]
    label_zh: Mapped[Name]
    label_en: Mapped[Name]
    active: Mapped[bool]
    sort: Mapped[int]


class CallTag(Table):
    """What an agent can mark a call with; `color` is a name of the palette (`crm_core.words.COLORS`)."""

    __tablename__ = "call_tags"

    code: Mapped[Code]
    label_zh: Mapped[Name]
    label_en: Mapped[Name]
    color: Mapped[Short]
    active: Mapped[bool]
    sort: Mapped[int]


class PauseReason(Table):
    """Why an agent can be not ready."""

    __tablename__ = "pause_reasons"

    code: Mapped[Code]
    label_zh: Mapped[Name]
    label_en: Mapped[Name]
    active: Mapped[bool]
    sort: Mapped[int]
