"""Tables of what helps an agent in a call: scripts, and articles to look up."""

from collections.abc import Sequence

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.table import Table
from crm_core.models.types import BIG_ID, Id, Instant, JsonList, JsonMap, Name, Words


class Script(Table):
    """What is read out in calls of these campaigns and queues (none: of all); `body`: `crm_core.domain.script`."""

    __tablename__ = "scripts"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    language: Mapped[str] = mapped_column(String(8))
    queue_ids: Mapped[JsonList]
    campaign_ids: Mapped[JsonList]
    body: Mapped[JsonMap]
    active: Mapped[bool]
    version: Mapped[int]
    updated_at: Mapped[Instant]


class ScriptVersion(Table):
    """What a script once was; who saved it is not known of those of before this table."""

    __tablename__ = "script_versions"

    script_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("scripts.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[Name]
    body: Mapped[JsonMap]
    saved_at: Mapped[Instant]
    saved_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))


class CallScript(Table):
    """The way that was taken through a script in a call; `path` holds names and titles as they were then."""

    __tablename__ = "call_scripts"

    call_id: Mapped[str] = mapped_column(String(64), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    script_id: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("scripts.id", ondelete="SET NULL"))
    name: Mapped[Name]
    version: Mapped[int]
    path: Mapped[JsonList]
    updated_at: Mapped[Instant]


class Article(Table):
    """Something to look up, in Markdown. `search_words` are its pieces, under the index of the migration."""

    __tablename__ = "articles"

    id: Mapped[Id]
    title: Mapped[Name]
    body: Mapped[str] = mapped_column(Text)
    tags: Mapped[JsonList]
    queue_ids: Mapped[JsonList]
    language: Mapped[str] = mapped_column(String(8))
    active: Mapped[bool]
    search_text: Mapped[str] = mapped_column(Text)
    search_words: Mapped[Sequence[str]] = mapped_column(Words())
    version: Mapped[int]
    updated_at: Mapped[Instant]
    updated_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))


class ArticleVersion(Table):
    """What an article once was."""

    __tablename__ = "article_versions"

    article_id: Mapped[int] = mapped_column(BIG_ID, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[Name]
    body: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[Instant]
    saved_by: Mapped[int | None] = mapped_column(BIG_ID, ForeignKey("users.id"))
