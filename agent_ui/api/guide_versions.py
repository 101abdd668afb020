"""What scripts and articles once were: listed, compared, and gone back to by administrators."""

from datetime import datetime
from typing import Any

from pydantic import Field

from agent_ui.api.articles import ONE as ARTICLE
from agent_ui.api.articles import ArticleAnswer, whole_article
from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.scripts import ONE as SCRIPT
from agent_ui.api.scripts import ScriptAnswer
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from crm_core.domain.line_changes import Kind
from crm_core.guide_versions import Comparison
from crm_core.scripts import ScriptRow


class Against(Body):
    """The version to compare with: null the one before, 0 nothing (all of the text is new then)."""

    against: int | None = Field(None, ge=0)


class Back(Body):
    """`version` is the one that was read: what somebody saved in between is not undone unseen."""

    version: int


class VersionAnswer(OwnAnswer):
    """When it was saved, and by whom; null: nobody wrote it down."""

    version: int
    title: str
    saved_at: datetime
    saved_by_name: str | None


class LineAnswer(OwnAnswer):
    """A line that is in both, was taken out or put in; or a gap, for lines that are in both."""

    kind: Kind
    text: str


class ComparisonAnswer(OwnAnswer):
    """What is different; no lines: the texts are the same."""

    version: int
    against: int
    changes: tuple[LineAnswer, ...]


async def list_article_versions(ask: Ask) -> dict[str, Any]:
    """List what it was."""
    return {"items": await ask.parts.memory.articles.versions(ask.number("article_id"))}


async def compare_article_versions(ask: Ask) -> Comparison:
    """Say what a version changed."""
    articles, key = ask.parts.memory.articles, ask.number("article_id")
    return await articles.compare(key, ask.number("version"), ask.query.against)


async def go_back_to_article_version(ask: Ask) -> dict[str, Any]:
    """Make an older text the newest version."""
    articles, key = ask.parts.memory.articles, ask.number("article_id")
    return whole_article(await articles.go_back(key, ask.body.version, ask.number("version"), ask.actor))


async def list_script_versions(ask: Ask) -> dict[str, Any]:
    """List what it was."""
    return {"items": await ask.parts.memory.scripts.versions(ask.number("script_id"))}


async def compare_script_versions(ask: Ask) -> Comparison:
    """Say what a version changed."""
    scripts, key = ask.parts.memory.scripts, ask.number("script_id")
    return await scripts.compare(key, ask.number("version"), ask.query.against)


async def go_back_to_script_version(ask: Ask) -> ScriptRow:
    """Make older steps the newest version."""
    scripts, key = ask.parts.memory.scripts, ask.number("script_id")
    return await scripts.go_back(key, ask.body.version, ask.number("version"), ask.actor)


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.ADMINISTER, handler=handler, summary=summary, **more)


VERSION = "versions/{version:int}"
COMPARED: dict[str, Any] = {"query": Against, "answer": ComparisonAnswer}
ROUTES = [
    _route("GET", f"{ARTICLE}/versions", list_article_versions, "What it was", answer=PageAnswer[VersionAnswer]),
    _route("GET", f"{ARTICLE}/{VERSION}", compare_article_versions, "What a version changed", **COMPARED),
    _route(
        "POST",
        f"{ARTICLE}/{VERSION}/restore",
        go_back_to_article_version,
        "Go back to a version",
        body=Back,
        answer=ArticleAnswer,
    ),
    _route("GET", f"{SCRIPT}/versions", list_script_versions, "What it was", answer=PageAnswer[VersionAnswer]),
    _route("GET", f"{SCRIPT}/{VERSION}", compare_script_versions, "What a version changed", **COMPARED),
    _route(
        "POST",
        f"{SCRIPT}/{VERSION}/restore",
        go_back_to_script_version,
        "Go back to a version",
        body=Back,
        answer=ScriptAnswer,
    ),
]
