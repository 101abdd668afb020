"""Scripts: kept by administrators, read by agents beside the call with the customer's data filled in."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.calls import check_mine, once_written
from agent_ui.api.route import Answer, Body, OwnAnswer, OwnText, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from crm_core.domain.script import MOST_CHOICES, NAMES, fill
from crm_core.scripts import ScriptDraft, ScriptRow


class ChoiceBody(Body):
    """Where a word of the caller leads."""

    label: str = Field(max_length=100)
    to: str = Field(max_length=40)


class StepBody(Body):
    """What is said, and what may come next; none: the end."""

    title: str = Field(max_length=100)
    text: str = Field(max_length=4000)
    choices: list[ChoiceBody] = Field(default_factory=list, max_length=MOST_CHOICES)


class ScriptDocument(Body):
    """Steps by name, and the first of them."""

    start: str = Field(max_length=40)
    steps: dict[str, StepBody] = Field(max_length=100)


class ScriptBody(Body):
    """A whole script; without queues and campaigns it is for all calls."""

    name: str = Field(max_length=200)
    language: Literal["zh", "en"] = "zh"
    queue_ids: list[int] = Field(default_factory=list, max_length=200)
    campaign_ids: list[int] = Field(default_factory=list, max_length=200)
    active: bool = True
    body: ScriptDocument


class SavedScript(ScriptBody):
    """`version` is the one that was read."""

    version: int


class Preview(Body):
    """A script that is being written, and values to try."""

    body: ScriptDocument
    values: dict[str, str] = Field(default_factory=dict, max_length=20)


class Walk(Body):
    """The steps so far, from the first."""

    script_id: int
    path: list[str] = Field(max_length=200)


class ScriptAnswer(OwnAnswer):
    """One script as it is kept."""

    id: int
    name: str
    language: str
    queue_ids: tuple[int, ...]
    campaign_ids: tuple[int, ...]
    active: bool
    body: dict[str, Any]
    version: int
    updated_at: datetime


class ScriptsAnswer(PageAnswer[ScriptAnswer]):
    """All of them, and the names of the places that are filled."""

    places: tuple[OwnText, ...]


class PieceAnswer(Answer):
    """What to read, or the name of what is not known (`gap`)."""

    text: str
    gap: OwnText


class FilledChoice(Answer):
    """Where it leads."""

    label: str
    to: OwnText


class FilledStep(Answer):
    """One step, ready to be read out."""

    name: OwnText
    title: str
    pieces: tuple[PieceAnswer, ...]
    choices: tuple[FilledChoice, ...]


class FilledScript(Answer):
    """A script for one call; `path` is how far the agent came."""

    id: int
    name: str
    start: OwnText
    steps: tuple[FilledStep, ...]
    path: tuple[OwnText, ...]


class CallScriptAnswer(Answer):
    """`script` null: there is none for this call."""

    script: FilledScript | None


async def list_scripts(ask: Ask) -> dict[str, Any]:
    """List them by name."""
    return {"items": await ask.parts.memory.scripts.all(), "places": NAMES}


async def add_script(ask: Ask) -> ScriptRow:
    """Save a new one."""
    return await ask.parts.memory.scripts.add(_draft(ask.body), ask.actor)


async def save_script(ask: Ask) -> ScriptRow:
    """Save all of it, unless somebody else did in between."""
    body: SavedScript = ask.body
    return await ask.parts.memory.scripts.save(ask.number("script_id"), body.version, _draft(body), ask.actor)


async def remove_script(ask: Ask) -> None:
    """Delete it."""
    await ask.parts.memory.scripts.remove(ask.number("script_id"), ask.actor)


async def preview_script(ask: Ask) -> dict[str, Any]:
    """Fill what is being written, as a call would."""
    body: Preview = ask.body
    return {"script": _filled(0, "", body.body.model_dump(), body.values, [body.body.start])}


async def show_call_script(ask: Ask) -> dict[str, Any]:
    """Give the script for one's call."""
    call_id = ask.text("call_id")
    await check_mine(ask, call_id)
    scripts, me = ask.parts.memory.scripts, ask.me.user_id
    # the page asks when it hears whose call it is, and the diary is written behind that
    live = ask.parts.telephony.floor.view(f"call:{call_id}")
    customer_id = None if live is None else live.get("customer_id")
    found = await once_written(ask, call_id, lambda: scripts.for_call(call_id, me, customer_id))
    if found is None:
        return {"script": None}
    return {"script": _filled(found.script.id, found.script.name, found.script.body, found.values, found.path)}


async def walk_call_script(ask: Ask) -> None:
    """Keep the way through it."""
    call_id, body = ask.text("call_id"), ask.body
    await check_mine(ask, call_id)
    scripts = ask.parts.memory.scripts
    await once_written(ask, call_id, lambda: scripts.walk(call_id, body.script_id, body.path))


def _draft(body: ScriptBody) -> ScriptDraft:
    return ScriptDraft(
        body.name,
        body.body.model_dump(),
        body.language,
        tuple(body.queue_ids),
        tuple(body.campaign_ids),
        active=body.active,
    )


def _filled(key: int, name: str, body: dict[str, Any], values: dict[str, str], path: list[str]) -> dict[str, Any]:
    steps = [
        {"name": step, "title": one["title"], "pieces": fill(one["text"], values), "choices": one["choices"]}
        for step, one in body["steps"].items()
    ]
    return {"id": key, "name": name, "start": body["start"], "steps": steps, "path": path}


def _admin(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.ADMINISTER, handler=handler, summary=summary, **more)


def _agent(method: str, handler: Any, summary: str, **more: Any) -> Route:
    path, permission = "/calls/{call_id}/script", Permission.SEE_OWN_CALLS
    return Route(method=method, path=path, permission=permission, handler=handler, summary=summary, **more)


ONE = "/scripts/{script_id:int}"
ROUTES = [
    _admin("GET", "/scripts", list_scripts, "List scripts", answer=ScriptsAnswer),
    _admin("POST", "/scripts", add_script, "Add a script", body=ScriptBody, answer=ScriptAnswer, status=201),
    _admin("PUT", ONE, save_script, "Save a script", body=SavedScript, answer=ScriptAnswer),
    _admin("DELETE", ONE, remove_script, "Delete a script"),
    _admin("POST", "/scripts/preview", preview_script, "Fill a script", body=Preview, answer=CallScriptAnswer),
    _agent("GET", show_call_script, "The script for a call", answer=CallScriptAnswer),
    _agent("PUT", walk_call_script, "Keep the way through it", body=Walk),
]
