"""Articles to look up in a call: kept with their versions, found as somebody types."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, column, delete, insert, literal, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_core.audit import Actor, append
from crm_core.domain.folding import fold, query_tokens, tokens_of
from crm_core.errors import NotFound
from crm_core.guide_versions import ARTICLES, Comparison, VersionLine, compared, kept, listed, one_before
from crm_core.models import Article, ArticleVersion, Queue, User
from crm_core.models.types import Words
from crm_core.storage.database import Database
from crm_core.storage.fields import LANGUAGES, Checks, refuse
from crm_core.storage.rows import build, execute
from crm_core.storage.versions import bump
from cti.clock import Clock

MOST_TAGS, LONGEST_BODY, MOST_FOUND = 20, 20_000, 50
_SEARCH = table("article_search", column("rowid"), column("article_search"))
_DIGITS = re.compile(r"\d{4,}")


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article that is to be saved; without queues it is for all of them."""

    title: str
    body: str
    tags: tuple[str, ...] = ()
    language: str = "zh"
    queue_ids: tuple[int, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article; `body` is Markdown."""

    id: int
    title: str
    body: str
    tags: list[str]
    queue_ids: list[int]
    language: str
    active: bool
    version: int
    updated_at: datetime
    updated_by_name: str | None


class Articles:
    """Everybody reads those that are in use; administrators write."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(
        self, text: str = "", queue_id: int | None = None, *, active_only: bool = True, limit: int = MOST_FOUND
    ) -> tuple[ArticleRow, ...]:
        """Give those that hold all words of the text, the queue's own first, then the newest."""
        words = query_tokens(text)
        if fold(text) and not words:
            return ()
        async with self._database.reading() as connection:
            query = select(Article.id, Article.queue_ids)
            if words:
                query = query.where(Article.id.in_(matching(words, self._database.dialect)))
                # the index knows pieces: that they stand together the text says
                for term in fold(text).split():
                    query = query.where(Article.search_text.contains(term, autoescape=True))
            if active_only:
                query = query.where(Article.active.is_(True))
            found = await connection.execute(query.order_by(Article.updated_at.desc(), Article.id.desc()))
            fitting = [row for row in found if not active_only or not row[1] or queue_id in (None, *row[1])]
            # only those that are shown are read whole
            ids = [row[0] for row in sorted(fitting, key=lambda row: queue_id not in row[1])[:limit]]
            whole = await connection.execute(_articles().where(Article.id.in_(ids)))
            rows = {row["id"]: build(ArticleRow, row) for row in whole.mappings()}
        return tuple(rows[article_id] for article_id in ids)

    async def get(self, article_id: int) -> ArticleRow:
        """Raise NotFound if there is none."""
        async with self._database.reading() as connection:
            return await _one(connection, article_id)

    async def versions(self, article_id: int) -> tuple[VersionLine, ...]:
        """List what it was, the newest first."""
        async with self._database.reading() as connection:
            await _one(connection, article_id)
            return await listed(connection, ARTICLES, article_id)

    async def compare(self, article_id: int, version: int, against: int | None = None) -> Comparison:
        """Set a version beside another; None: beside the one before it."""
        async with self._database.reading() as connection:
            text = "\n\n".join(await kept(connection, ARTICLES, article_id, version))
            if against is None:
                against = await one_before(connection, ARTICLES, article_id, version)
            other = "\n\n".join(await kept(connection, ARTICLES, article_id, against)) if against else ""
        return compared(version, against, text, other)

    async def add(self, draft: ArticleDraft, by: Actor) -> ArticleRow:
        """Save a new one."""
        values = _checked(draft)

        async def work(connection: AsyncConnection) -> ArticleRow:
            now = self._clock.now()
            await _check_queues(connection, values["queue_ids"])
            row = {**values, "version": 1, "updated_at": now, "updated_by": by.user_id}
            article_id = (await connection.execute(insert(Article).values(row).returning(Article.id))).scalar_one()
            await _keep_version(connection, article_id, row)
            await append(connection, by, now, "article.add", article_id, {"title": values["title"]})
            return await _one(connection, article_id)

        return await self._database.write(work)

    async def save(self, article_id: int, version: int, draft: ArticleDraft, by: Actor) -> ArticleRow:
        """Save a new version."""
        values = _checked(draft)

        async def work(connection: AsyncConnection) -> ArticleRow:
            await _check_queues(connection, values["queue_ids"])
            return await self._change(connection, article_id, version, values, by)

        return await self._database.write(work)

    async def go_back(self, article_id: int, version: int, to: int, by: Actor) -> ArticleRow:
        """Save title and text of an older version as a new one; tags and where it is used stay as they are."""

        async def work(connection: AsyncConnection) -> ArticleRow:
            row = await _one(connection, article_id)
            title, body = await kept(connection, ARTICLES, article_id, to)
            values = _checked(
                ArticleDraft(title, body, tuple(row.tags), row.language, tuple(row.queue_ids), active=row.active)
            )
            return await self._change(connection, article_id, version, values, by, back_to=to)

        return await self._database.write(work)

    async def _change(
        self, connection: AsyncConnection, article_id: int, version: int, values: dict[str, Any], by: Actor, **more: int
    ) -> ArticleRow:
        now = self._clock.now()
        row = {**values, "updated_at": now, "updated_by": by.user_id}
        new = await bump(connection, Article, "article", article_id, version, row)
        await _keep_version(connection, article_id, {**row, "version": new})
        detail = {"title": values["title"], "version": new, **more}
        await append(connection, by, now, "article.restore" if more else "article.change", article_id, detail)
        return await _one(connection, article_id)

    async def remove(self, article_id: int, by: Actor) -> None:
        """Delete it with its versions."""

        async def work(connection: AsyncConnection) -> None:
            if await execute(connection, delete(Article).where(Article.id == article_id)) == 0:
                raise NotFound("article", article_id)
            await append(connection, by, self._clock.now(), "article.remove", article_id)

        await self._database.write(work)


def matching(words: Sequence[str], dialect: str) -> Select[Any]:
    """Ask the index for the ids of those that have all of these pieces."""
    if dialect == "sqlite":
        wanted = " ".join(f'"{word}"' for word in words)
        return select(_SEARCH.c.rowid).where(_SEARCH.c.article_search.op("MATCH")(wanted))
    return select(Article.id).where(Article.search_words.op("@>")(literal(list(words), Words())))


def _checked(draft: ArticleDraft) -> dict[str, Any]:
    checks = Checks()
    title = checks.trimmed("title", draft.title, required=True)
    body = checks.trimmed("body", draft.body, longest=LONGEST_BODY, required=True)
    tags = [checks.trimmed(f"tags.{n}", tag, longest=40, required=True) for n, tag in enumerate(draft.tags)]
    if len(tags) > MOST_TAGS:
        checks.add("tags", "too_many", f"at most {MOST_TAGS} fit")
    checks.choice("language", draft.language, LANGUAGES)
    checks.done()
    text = fold("\n".join([title, *tags, body]))
    return {
        "title": title,
        "body": body,
        "tags": list(dict.fromkeys(tags)),
        "queue_ids": sorted(set(draft.queue_ids)),
        "language": draft.language,
        "active": draft.active,
        "search_text": text,
        "search_words": sorted(tokens_of([text], _DIGITS.findall(text))),
    }


async def _check_queues(connection: AsyncConnection, queue_ids: list[int]) -> None:
    known = set(await connection.scalars(select(Queue.id)))
    if unknown := set(queue_ids) - known:
        refuse("queue_ids", "unknown_queue", f"has what is none of the queues: {min(unknown)}")


async def _keep_version(connection: AsyncConnection, article_id: int, row: dict[str, Any]) -> None:
    text = {name: row[name] for name in ("version", "title", "body")}
    saved = {"article_id": article_id, "saved_at": row["updated_at"], "saved_by": row["updated_by"]}
    await connection.execute(insert(ArticleVersion).values({**text, **saved}))


def _articles() -> Select[*tuple[Any, ...]]:
    return select(*Article.__table__.columns, User.name.label("updated_by_name")).outerjoin(
        User, User.id == Article.updated_by
    )


async def _one(connection: AsyncConnection, article_id: int) -> ArticleRow:
    row = (await connection.execute(_articles().where(Article.id == article_id))).mappings().first()
    if row is None:
        raise NotFound("article", article_id)
    return build(ArticleRow, row)
