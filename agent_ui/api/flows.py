"""Flows and the numbers that lead to them; a saved flow counts from the next call on."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from agent_ui.api.ask import Ask
from agent_ui.api.problems import invalid
from agent_ui.api.route import Body, OwnAnswer, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.auth.permissions import Permission
from agent_ui.errors import FieldProblem
from agent_ui.joints.campaign_keys import flow_problems
from agent_ui.joints.entries import what_flows_may_name
from crm_core.errors import AlreadyExists, NotFound
from crm_core.flows import EntryNumberRow, FlowRow
from ivr.domain.flow import Flow, parse_flow


class NewFlow(Body):
    """`body` is the flow's document; it is checked as a whole before anything is saved."""

    name: str = Field(max_length=200)
    body: dict[str, Any]


class ChangedFlow(NewFlow):
    """`version` is the one that was read."""

    version: int


class FlowLine(OwnAnswer):
    """A flow in the list."""

    id: int
    name: str
    version: int
    updated_at: datetime
    updated_by: str | None
    numbers: tuple[str, ...]


class FlowAnswer(FlowLine):
    """A flow with its document."""

    body: dict[str, Any]


class EntryBody(Body):
    """A number that callers dial; in a change only what is named changes."""

    number: str | None = Field(None, max_length=21)
    label: str | None = Field(None, max_length=200)
    flow_id: int | None = None
    language: Literal["zh", "en"] | None = None
    calendar_id: int | None = None


class EntryAnswer(OwnAnswer):
    """`id` is the number itself."""

    id: str
    number: str
    label: str
    flow_id: int
    language: str
    calendar_id: int | None


async def list_flows(ask: Ask) -> dict[str, Any]:
    """List flows without their documents."""
    return {"items": [await _answer(ask, flow) for flow in await ask.parts.memory.flows.all()]}


async def show_flow(ask: Ask) -> dict[str, Any]:
    """Show one with its document."""
    return await _answer(ask, await ask.parts.memory.flows.get(ask.number("flow_id")))


async def add_flow(ask: Ask) -> dict[str, Any]:
    """Save a new one."""
    await _check(ask)
    flow = await ask.parts.memory.flows.add(ask.body.name, ask.body.body, ask.actor)
    await ask.parts.flows_changed()
    return await _answer(ask, flow)


async def save_flow(ask: Ask) -> dict[str, Any]:
    """Save a new version; calls that are in the old one go on in it."""
    parsed = await _check(ask)
    if problems := await flow_problems(ask.parts.memory, ask.number("flow_id"), parsed):
        raise invalid(problems)
    body: ChangedFlow = ask.body
    flow = await ask.parts.memory.flows.save(ask.number("flow_id"), body.version, body.name, body.body, ask.actor)
    await ask.parts.flows_changed()
    return await _answer(ask, flow)


async def remove_flow(ask: Ask) -> None:
    """Delete one that no number and no campaign leads to."""
    await ask.parts.memory.flows.remove(ask.number("flow_id"), ask.actor)
    await ask.parts.flows_changed()


async def list_entry_numbers(ask: Ask) -> dict[str, Any]:
    """List them in order."""
    return {"items": [_entry(row) for row in await ask.parts.memory.entry_numbers.all() if row.active]}


async def add_entry_number(ask: Ask) -> dict[str, Any]:
    """Let a number lead to a flow."""
    body: EntryBody = ask.body
    missing = [name for name in ("number", "flow_id") if getattr(body, name) is None]
    if missing:
        raise invalid(FieldProblem(name, "missing", "is needed") for name in missing)
    await _check_free(ask, body.number)
    draft = EntryDraft(
        str(body.number), body.label or "", int(body.flow_id or 0), body.language or "zh", body.calendar_id
    )
    return await _put(ask, draft)


async def change_entry_number(ask: Ask) -> dict[str, Any]:
    """Change label, flow, language or the number itself."""
    body: EntryBody = ask.body
    present = await _find_entry(ask)
    number = body.number or present.number
    if number != present.number:
        await _check_free(ask, number)
    draft = EntryDraft(
        number,
        present.name if body.label is None else body.label,
        body.flow_id or present.flow_id,
        body.language or present.language,
        body.calendar_id if "calendar_id" in body.model_fields_set else present.calendar_id,
    )
    answer = await _put(ask, draft)
    if number != present.number:
        await ask.parts.memory.entry_numbers.remove(present.number, ask.actor)
        await ask.parts.flows_changed()
    return answer


async def remove_entry_number(ask: Ask) -> None:
    """Let the number lead nowhere; who dials it still reaches the first queue."""
    await ask.parts.memory.entry_numbers.remove(ask.text("number"), ask.actor)
    await ask.parts.flows_changed()


async def _check(ask: Ask) -> Flow:
    """Raise FlowInvalid with every problem; paths are those of the document, as the editor has it."""
    return parse_flow(
        ask.body.body, await what_flows_may_name(ask.parts.memory, ask.parts.prompts, ask.parts.config.telephone)
    )


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry number with all that it shall have."""

    number: str
    label: str
    flow_id: int
    language: str
    calendar_id: int | None


async def _check_free(ask: Ask, number: str | None) -> None:
    if any(row.number == number and row.active for row in await ask.parts.memory.entry_numbers.all()):
        raise AlreadyExists("entry number", "number", number)


async def _put(ask: Ask, draft: EntryDraft) -> dict[str, Any]:
    await ask.parts.memory.entry_numbers.put(
        draft.number, draft.label, draft.flow_id, ask.actor, language=draft.language, calendar_id=draft.calendar_id
    )
    await ask.parts.flows_changed()
    return {"id": draft.number, **asdict(draft)}


async def _find_entry(ask: Ask) -> EntryNumberRow:
    for row in await ask.parts.memory.entry_numbers.all():
        if row.number == ask.text("number"):
            return row
    raise NotFound("entry_number", ask.text("number"))


def _entry(row: EntryNumberRow) -> dict[str, Any]:
    return {
        "id": row.number,
        "number": row.number,
        "label": row.name,
        "flow_id": row.flow_id,
        "language": row.language,
        "calendar_id": row.calendar_id,
    }


async def _answer(ask: Ask, flow: FlowRow) -> dict[str, Any]:
    memory = ask.parts.memory
    newest = next(iter(await memory.flows.versions(flow.id)), None)
    numbers = [row.number for row in await memory.entry_numbers.all() if row.flow_id == flow.id and row.active]
    return {
        "id": flow.id,
        "name": flow.name,
        "version": flow.version,
        "updated_at": flow.updated_at,
        "updated_by": newest.saved_by_name if newest else None,
        "numbers": numbers,
        "body": flow.body,
    }


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    return Route(method=method, path=path, permission=Permission.ADMINISTER, handler=handler, summary=summary, **more)


FLOW, ENTRY = "/flows/{flow_id:int}", "/entry-numbers/{number}"
ROUTES = [
    _route("GET", "/flows", list_flows, "List flows", answer=PageAnswer[FlowLine]),
    _route("POST", "/flows", add_flow, "Add a flow", body=NewFlow, answer=FlowAnswer, status=201),
    _route("GET", FLOW, show_flow, "One flow", answer=FlowAnswer),
    _route("PUT", FLOW, save_flow, "Save a flow", body=ChangedFlow, answer=FlowAnswer),
    _route("DELETE", FLOW, remove_flow, "Delete a flow"),
    _route("GET", "/entry-numbers", list_entry_numbers, "List entry numbers", answer=PageAnswer[EntryAnswer]),
    _route(
        "POST",
        "/entry-numbers",
        add_entry_number,
        "Add an entry number",
        body=EntryBody,
        answer=EntryAnswer,
        status=201,
    ),
    _route("PATCH", ENTRY, change_entry_number, "Change an entry number", body=EntryBody, answer=EntryAnswer),
    _route("DELETE", ENTRY, remove_entry_number, "Delete an entry number"),
]
