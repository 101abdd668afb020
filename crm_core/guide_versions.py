"""The versions of scripts and articles: when, by whom, and what is different between two of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.domain.line_changes import LineChange, line_changes
from crm_core.errors import NotFound
from crm_core.models import ArticleVersion, ScriptVersion, User
from crm_core.storage.rows import build

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One in the list."""

    version: int
    title: str
    saved_at: datetime
    saved_by_name: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A version beside another one (`against`); 0 is before the first, when nothing was written."""

    version: int
    against: int
    changes: tuple[LineChange, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where versions stand: their kind, whose they are and what they are called, as columns of their table."""

    kind: str
    owner: Any
    title: Any
    table: type[ArticleVersion] | type[ScriptVersion]


ARTICLES = Shelf("article", ArticleVersion.article_id, ArticleVersion.title, ArticleVersion)
SCRIPTS = Shelf("script", ScriptVersion.script_id, ScriptVersion.name, ScriptVersion)


async def listed(connection: AsyncConnection, shelf: Shelf, key: int) -> tuple[VersionLine, ...]:
    """List what it was, the newest first."""
    table = shelf.table
    query = (
        select(table.version, shelf.title.label("title"), table.saved_at, User.name.label("saved_by_name"))
        .outerjoin(User, User.id == table.saved_by)
        .where(shelf.owner == key)
        .order_by(table.version.desc())
        .limit(MOST_LISTED)
    )
    return tuple(build(VersionLine, row) for row in (await connection.execute(query)).mappings())


async def kept(connection: AsyncConnection, shelf: Shelf, key: int, version: int) -> tuple[str, Any]:
    """Give title and body of one; raise NotFound if there is none."""
    query = select(shelf.title, shelf.table.body).where(shelf.owner == key, shelf.table.version == version)
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"{shelf.kind} version", f"{key}/{version}")
    return row[0], row[1]


async def one_before(connection: AsyncConnection, shelf: Shelf, key: int, version: int) -> int:
    """Give the version before it; 0 if there was none. Numbers may have holes: scripts are kept since this table is."""
    query = select(shelf.table.version).where(shelf.owner == key, shelf.table.version < version)
    found: int | None = await connection.scalar(query.order_by(shelf.table.version.desc()).limit(1))
    return found or 0


def compared(version: int, against: int, text: str, other: str) -> Comparison:
    """Say what became of `other` in `text`."""
    return Comparison(version, against, line_changes(other, text))
