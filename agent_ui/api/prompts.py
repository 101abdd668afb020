"""Prompts: built-in ones, and those that were uploaded or spoken by the machine."""

from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.api.upload import read_upload
from agent_ui.auth.permissions import Permission
from crm_core.campaigns import CampaignRow
from crm_core.domain.campaign_words import FINISHED
from crm_core.errors import InUse, NotFound, UsedByCampaigns
from crm_core.prompts import PromptRow
from ivr.prompts import StoredPrompt
from ivr.wording import builtin_names, wording

LANGUAGES = ("zh", "en")


class Text(Body):
    """What the machine shall say."""

    text: str = Field(max_length=1000)


class PromptAnswer(OwnAnswer):
    """A prompt in one language; `builtin`: it is there again when one's own is deleted."""

    name: str
    language: str
    source: str
    text: str
    duration_s: float | None
    updated_at: datetime | None
    builtin: bool
    warnings: tuple[str, ...] = ()


async def list_prompts(ask: Ask) -> dict[str, Any]:
    """List one's own and the built-in ones that nobody replaced."""
    own = {(row.name, row.language): _own(row) for row in await ask.parts.memory.prompts.all()}
    built = {(name, language): text for language in LANGUAGES for name, text in wording(language).items()}
    missing = [_builtin(ask, *key, text) for key, text in built.items() if key not in own]
    items = [*own.values(), *missing]
    return {"items": sorted(items, key=lambda item: (str(item["name"]), str(item["language"])))}


async def upload_prompt(ask: Ask) -> dict[str, Any]:
    """Take a WAV or MP3 file."""
    data, fields = await read_upload(ask, frozenset({"name", "language"}))
    name, language = fields.get("name", ""), fields.get("language", "")
    stored = await ask.parts.prompts.store(name, language, data)
    return await _keep(ask, stored, "upload", "")


async def speak_prompt(ask: Ask) -> dict[str, Any]:
    """Let the machine speak a text."""
    stored = await ask.parts.prompts.speak(ask.text("name"), ask.text("language"), ask.body.text)
    return await _keep(ask, stored, "spoken", ask.body.text)


async def play_prompt(ask: Ask) -> web.StreamResponse:
    """Send the sound."""
    path = ask.parts.prompts.audio_file(ask.text("name"), ask.text("language"))
    if path is None or not path.is_file():
        raise NotFound("prompt", f"{ask.text('name')}/{ask.text('language')}")
    return web.FileResponse(path, headers={"Content-Type": "audio/wav", "Cache-Control": "no-store"})


async def remove_prompt(ask: Ask) -> None:
    """Delete one's own; a built-in one of this name is heard again."""
    name, language, memory = ask.text("name"), ask.text("language"), ask.parts.memory
    if name not in builtin_names():
        await _check_unused(ask, name)
    await memory.prompts.remove(name, language, ask.actor)
    await ask.parts.prompts.forget(name, language)
    await ask.parts.flows_changed()


async def _check_unused(ask: Ask, name: str) -> None:
    memory = ask.parts.memory
    others = [row for row in await memory.prompts.all() if row.name == name]
    if len(others) > 1:
        return
    for flow in await memory.flows.all():
        nodes = flow.body.get("nodes", {}).values()
        if any(name in node.values() for node in nodes):
            raise InUse("prompt", name, f"the flow {flow.name}")
    for queue in await memory.queues.all(active_only=True):
        if name in (
            queue.settings.overflow.prompt,
            queue.settings.consent_prompt,
            queue.settings.closed.prompt,
            *queue.settings.announcements.comfort,
        ):
            raise InUse("prompt", name, f"the queue {queue.settings.name}")
    if played := tuple(one.name for one in await memory.campaigns.all() if _plays(one, name)):
        raise UsedByCampaigns("prompt", name, played)


def _plays(campaign: CampaignRow, name: str) -> bool:
    return campaign.state != FINISHED and name in (campaign.rules.no_agent.prompt, campaign.rules.machines.prompt)


async def _keep(ask: Ask, stored: StoredPrompt, source: str, text: str) -> dict[str, Any]:
    await ask.parts.memory.prompts.put(
        stored.name, stored.language, source=source, text=text, duration_s=stored.duration_s, by=ask.actor
    )
    await ask.parts.flows_changed()
    row = next(
        row
        for row in await ask.parts.memory.prompts.all()
        if (row.name, row.language) == (stored.name, stored.language)
    )
    return {**_own(row), "warnings": stored.warnings}


def _own(row: PromptRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "language": row.language,
        "source": row.source,
        "text": row.text,
        "duration_s": row.duration_s,
        "updated_at": row.updated_at,
        "builtin": row.name in builtin_names(),
    }


def _builtin(ask: Ask, name: str, language: str, text: str) -> dict[str, Any]:
    found = ask.parts.prompts.find(name, language)
    return {
        "name": name,
        "language": language,
        "source": "builtin",
        "text": text,
        "duration_s": found.duration_s if found else None,
        "updated_at": None,
        "builtin": True,
    }


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.ADMINISTER, handler=handler, summary=summary, **more)


ONE = "/prompts/{name}/{language}"
ROUTES = [
    _route("GET", "/prompts", list_prompts, "List prompts", answer=PageAnswer[PromptAnswer]),
    _route("POST", "/prompts", upload_prompt, "Upload a prompt", uploads=True, answer=PromptAnswer, status=201),
    _route("POST", f"{ONE}/speak", speak_prompt, "Speak a prompt", body=Text, answer=PromptAnswer),
    _route("GET", f"{ONE}/audio", play_prompt, "The sound", raw=True),
    _route("DELETE", ONE, remove_prompt, "Delete one's own prompt"),
]
