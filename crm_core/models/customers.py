"""Tables of who calls: customers, their people and numbers, and their timeline."""

from collections.abc import Sequence

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, JsonList, JsonMap, Name, OptionalInstant, Short, TextId, Words


class Customer(Table):
    """An account: company or household. The folded columns are what search and import compare.

    `search_words` are the pieces of names and numbers (`crm_core.domain.findable`), under the index that
    `crm_core.migrations.search_index` makes.

    While there is a `hold_reason` nothing about this customer may be erased.
    """

    __tablename__ = "customers"
    __table_args__ = (Index(None, "name_folded", "company_folded"), Index(None, "owner_id", "id"))

    id: Mapped[Id]
    name: Mapped[Name]
    company: Mapped[Name]
    name_folded: Mapped[Name]
    company_folded: Mapped[Name]
    search_text: Mapped[str] = mapped_column(Text)
    search_words: Mapped[Sequence[str]] = mapped_column(Words())
    level: Mapped[Short]
    owner_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    language: Mapped[str] = mapped_column(String(8))
    tags: Mapped[JsonList]
    notes: Mapped[str] = mapped_column(Text)
    source: Mapped[Short]
    hold_reason: Mapped[str] = mapped_column(Text)
    last_contact_at: Mapped[OptionalInstant]
    version: Mapped[int]
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class Contact(Table):
    """A person of a customer."""

    __tablename__ = "contacts"

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("customers.id", ondelete="CASCADE"), index=True)
    name: Mapped[Name]
    title: Mapped[Name]


class ContactPoint(Table):
    """A telephone number or address; `value` is the one spelling to look up: E.164, "cn:95588", a folded e-mail."""

    __tablename__ = "contact_points"
    __table_args__ = (UniqueConstraint("customer_id", "kind", "value"), Index(None, "value", "customer_id"))

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("customers.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
    kind: Mapped[Short]
    value: Mapped[Name]
    raw: Mapped[Name]
    extension: Mapped[Short]
    label: Mapped[Short]
    sort: Mapped[int]


class Interaction(Table):
    """One line of a customer's timeline; a call has one of kind "call", so writing it again changes that one."""

    __tablename__ = "interactions"
    __table_args__ = (Index(None, "customer_id", "at", "id"), UniqueConstraint("call_id", "kind"))

    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("customers.id", ondelete="CASCADE"))
    kind: Mapped[Short]
    at: Mapped[Instant]
    user_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    call_id: Mapped[str | None] = mapped_column(String(64), ForeignKey("calls.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    detail: Mapped[JsonMap]


class ImportJob(Table):
    """A file of customers on its way into the tables, or what became of it; the rows themselves are not kept."""

    __tablename__ = "import_jobs"
    __table_args__ = (Index(None, "state"),)

    id: Mapped[TextId]
    user_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
    file_name: Mapped[Name]
    state: Mapped[Short]
    row_count: Mapped[int]
    done: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    rejected_rows: Mapped[int]
    rejected: Mapped[JsonList]
    error: Mapped[Name]
    started_at: Mapped[Instant]
    ended_at: Mapped[OptionalInstant]
