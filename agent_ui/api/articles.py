"""Articles to look up: found as somebody types, shown as HTML that is safe to show, kept by administrators."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.markdown import to_html
from crm_core.articles import ArticleDraft, ArticleRow
from crm_core.errors import NotFound


class ArticleQuery(Body):
    """`queue_id` puts the queue's own first; `all` lists also those out of use (administrators)."""

    q: str = Field("", max_length=200)
    queue_id: int | None = None
    all: bool = False


class ArticleBody(Body):
    """A whole article; the body is Markdown."""

    title: str = Field(max_length=200)
    body: str = Field(max_length=20_000)
    tags: list[str] = Field(default_factory=list, max_length=50)
    language: Literal["zh", "en"] = "zh"
    queue_ids: list[int] = Field(default_factory=list, max_length=200)
    active: bool = True


class SavedArticle(ArticleBody):
    """`version` is the one that was read."""

    version: int


class ArticlePreview(Body):
    """Markdown that is being written."""

    body: str = Field(max_length=20_000)


class ArticleLine(OwnAnswer):
    """An article in the list. What administrators publish is nobody's personal data, and no text of it is masked."""

    id: int
    title: str
    tags: tuple[str, ...]
    queue_ids: tuple[int, ...]
    language: str
    active: bool
    version: int
    updated_at: datetime
    updated_by_name: str | None


class ArticleAnswer(ArticleLine):
    """A whole one: as it was written, and as it is shown."""

    body: str
    html: str


class HtmlAnswer(OwnAnswer):
    """As it will be shown."""

    html: str


async def list_articles(ask: Ask) -> dict[str, Any]:
    """Search them."""
    query: ArticleQuery = ask.query
    if query.all:
        ask.need(Permission.ADMINISTER)
    found = await ask.parts.memory.articles.find(query.q, query.queue_id, active_only=not query.all)
    return {"items": found}


async def show_article(ask: Ask) -> dict[str, Any]:
    """Show one; what is out of use is for administrators."""
    row = await ask.parts.memory.articles.get(ask.number("article_id"))
    if not row.active and not ask.me.may(Permission.ADMINISTER):
        raise NotFound("article", row.id)
    return whole_article(row)


async def add_article(ask: Ask) -> dict[str, Any]:
    """Save a new one."""
    return whole_article(await ask.parts.memory.articles.add(_draft(ask.body), ask.actor))


async def save_article(ask: Ask) -> dict[str, Any]:
    """Save a new version, unless somebody else did in between."""
    body: SavedArticle = ask.body
    article_id = ask.number("article_id")
    return whole_article(await ask.parts.memory.articles.save(article_id, body.version, _draft(body), ask.actor))


async def remove_article(ask: Ask) -> None:
    """Delete it."""
    await ask.parts.memory.articles.remove(ask.number("article_id"), ask.actor)


async def preview_article(ask: Ask) -> dict[str, Any]:
    """Show what is being written."""
    return {"html": to_html(ask.body.body)}


def _draft(body: ArticleBody) -> ArticleDraft:
    return ArticleDraft(
        body.title, body.body, tuple(body.tags), body.language, tuple(body.queue_ids), active=body.active
    )


def whole_article(row: ArticleRow) -> dict[str, Any]:
    """Give it as it was written, and as it is shown."""
    names = (*ArticleLine.model_fields, "body")
    return {**{name: getattr(row, name) for name in names}, "html": to_html(row.body)}


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    more = {"permission": Permission.ADMINISTER, **more}
    return Route(method=method, path=path, handler=handler, summary=summary, **more)


ONE = "/articles/{article_id:int}"
READ: dict[str, Any] = {"permission": Permission.SIGNED_IN}
ROUTES = [
    _route(
        "GET", "/articles", list_articles, "Search articles", query=ArticleQuery, answer=PageAnswer[ArticleLine], **READ
    ),
    _route("GET", ONE, show_article, "One article", answer=ArticleAnswer, **READ),
    _route("POST", "/articles", add_article, "Add an article", body=ArticleBody, answer=ArticleAnswer, status=201),
    _route("PUT", ONE, save_article, "Save an article", body=SavedArticle, answer=ArticleAnswer),
    _route("DELETE", ONE, remove_article, "Delete an article"),
    _route("POST", "/articles/preview", preview_article, "Show Markdown", body=ArticlePreview, answer=HtmlAnswer),
]
