"""Dispositions, pause reasons and tags: the words that agents choose from."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.problems import invalid
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.errors import FieldProblem
from crm_core.errors import AlreadyExists, NotFound
from crm_core.words import CallTags, Dispositions, PauseReasons, WordRow


class NewWord(Body):
    """`code` never changes, because calls and states point at it."""

    code: str = Field(max_length=63)
    label_zh: str = Field(max_length=200)
    label_en: str = Field(max_length=200)
    color: str = Field("gray", max_length=20)
    active: bool = True
    sort: int | None = None


class ChangedWord(Body):
    """Only what is named changes."""

    label_zh: str | None = Field(None, max_length=200)
    label_en: str | None = Field(None, max_length=200)
    color: str | None = Field(None, max_length=20)
    active: bool | None = None
    sort: int | None = None


class Order(Body):
    """All codes, in the order of the screen."""

    codes: list[str] = Field(max_length=500)


class WordAnswer(OwnAnswer):
    """One word in both languages."""

    code: str
    label_zh: str
    label_en: str
    color: str = ""
    active: bool
    sort: int


Words = Dispositions | PauseReasons | CallTags
Choose = Callable[[Ask], Words]


def _dispositions(ask: Ask) -> Words:
    return ask.parts.memory.dispositions


def _pause_reasons(ask: Ask) -> Words:
    return ask.parts.memory.pause_reasons


async def _find(words: Words, code: str) -> WordRow:
    for word in await words.all():
        if word.code == code:
            return word
    raise NotFound("word", code)


def _tags(ask: Ask) -> Words:
    return ask.parts.memory.tags


async def _list(ask: Ask, words: Words) -> dict[str, Any]:
    del ask
    return {"items": await words.all()}


async def _add(ask: Ask, words: Words) -> WordRow:
    body: NewWord = ask.body
    present = await words.all()
    if any(word.code == body.code for word in present):
        raise AlreadyExists("word", "code", body.code)
    sort = body.sort if body.sort is not None else max((word.sort for word in present), default=0) + 10
    return await words.put(WordRow(body.code, body.label_zh, body.label_en, body.active, sort, body.color), ask.actor)


async def _change(ask: Ask, words: Words) -> WordRow:
    values = {name: value for name, value in ask.body.model_dump().items() if value is not None}
    return await words.put(replace(await _find(words, ask.text("code")), **values), ask.actor)


async def _retire(ask: Ask, words: Words) -> None:
    await words.retire(ask.text("code"), ask.actor)


async def _order(ask: Ask, words: Words) -> dict[str, Any]:
    present = {word.code: word for word in await words.all()}
    codes: list[str] = ask.body.codes
    if sorted(codes) != sorted(present):
        raise invalid([FieldProblem("codes", "invalid", "must be all codes, each once")])
    for place, code in enumerate(codes, 1):
        if present[code].sort != place * 10:
            await words.put(replace(present[code], sort=place * 10), ask.actor)
    return {"items": await words.all()}


def _bind(
    work: Callable[[Ask, Words], Awaitable[Any]], choose: Choose, name: str, *, changes: bool
) -> Callable[[Ask], Awaitable[Any]]:
    async def handler(ask: Ask) -> Any:
        result = await work(ask, choose(ask))
        if changes:
            await ask.parts.words_changed()
        return result

    handler.__name__ = name
    return handler


def _routes(path: str, kind: str, what: str, choose: Choose) -> list[Route]:
    def admin(method: str, where: str, work: Any, verb: str, **more: Any) -> Route:
        handler = _bind(work, choose, f"{verb}_{kind}", changes=True)
        summary = f"{verb.capitalize()} {what}"
        return Route(
            method=method,
            path=path + where,
            permission=Permission.ADMINISTER,
            handler=handler,
            summary=summary,
            **more,
        )

    return [
        Route(
            method="GET",
            path=path,
            permission=Permission.SIGNED_IN,
            handler=_bind(_list, choose, f"list_{kind}", changes=False),
            summary=f"List {what}",
            answer=PageAnswer[WordAnswer],
        ),
        admin("POST", "", _add, "add", body=NewWord, answer=WordAnswer, status=201),
        admin("PUT", "/order", _order, "order", body=Order, answer=PageAnswer[WordAnswer]),
        admin("PATCH", "/{code}", _change, "change", body=ChangedWord, answer=WordAnswer),
        admin("DELETE", "/{code}", _retire, "retire"),
    ]


ROUTES = [
    *_routes("/dispositions", "dispositions", "dispositions", _dispositions),
    *_routes("/pause-reasons", "pause_reasons", "pause reasons", _pause_reasons),
    *_routes("/tags", "tags", "tags", _tags),
]
