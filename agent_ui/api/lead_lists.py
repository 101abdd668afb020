"""Lists of campaigns and the people on them: from files, looked through, taken out by hand."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from tempfile import TemporaryFile
from typing import Any

from agent_ui.api.ask import Ask
from agent_ui.api.campaign_bodies import (
    LeadAnswer,
    LeadImportAnswer,
    LeadsQuery,
    ListAnswer,
    ListBody,
    NewListBody,
    import_answer,
    lead_answer,
    list_answer,
)
from agent_ui.api.importing import (
    FORMAT_FIELDS,
    LOOK_FIELDS,
    PreviewAnswer,
    look,
    preview_answer,
    read_format,
    read_mapping,
)
from agent_ui.api.numbers import ID_DIGITS
from agent_ui.api.probing import spend_probe
from agent_ui.api.problems import invalid
from agent_ui.api.route import OwnText, Route
from agent_ui.api.shapes import PageAnswer
from agent_ui.api.upload import save_upload
from agent_ui.auth.permissions import Permission
from agent_ui.errors import ApiError, FieldProblem
from agent_ui.joints.campaign_law import asking_consent, uncovered_by
from crm_core.errors import NotFound
from crm_core.importing.lead_importer import preview_leads
from crm_core.importing.lead_jobs import LeadImportRow
from crm_core.importing.lead_saving import Target
from crm_core.importing.opened import check_leads
from crm_core.lead_lists import LeadListRow, NewList, Progress
from crm_core.leads import LeadFilter, LeadRow

YES = "true"
_IMPORT_FIELDS = FORMAT_FIELDS | {"mapping", "name", "skip_elsewhere", "list_name"}


class LeadPreviewAnswer(PreviewAnswer):
    """`uncovered`: countries of which no policy of the campaign is; `asks_consent`: its policies that ask for it."""

    uncovered: tuple[OwnText, ...]
    asks_consent: tuple[OwnText, ...]


async def list_lead_lists(ask: Ask) -> dict[str, Any]:
    """List those of a campaign, each with how far it is."""
    campaign_id, lists = ask.number("campaign_id"), ask.parts.memory.lead_lists
    await ask.parts.memory.campaigns.get(campaign_id)
    progress = await lists.progress(campaign_id)
    return {"items": [list_answer(row, progress.get(row.id, Progress())) for row in await lists.of(campaign_id)]}


async def add_lead_list(ask: Ask) -> dict[str, Any]:
    """Make an empty one."""
    body: NewListBody = ask.body
    lists = ask.parts.memory.lead_lists
    row = await lists.create(ask.number("campaign_id"), body.name, body.source, body.share, ask.actor)
    return list_answer(row, Progress())


async def change_lead_list(ask: Ask) -> dict[str, Any]:
    """Give it another name or share; the share holds from the next call on, and what is left out stays."""
    body: ListBody = ask.body
    row, lists = await _list(ask), ask.parts.memory.lead_lists
    row = await lists.change(row.id, body.name, body.share, ask.actor)
    return list_answer(row, (await lists.progress(row.campaign_id)).get(row.id, Progress()))


async def remove_lead_list(ask: Ask) -> None:
    """Remove it with its people; what was dialed of them stays on record."""
    row = await _list(ask)
    await ask.parts.memory.lead_lists.remove(row.id, ask.actor)


async def list_leads(ask: Ask) -> dict[str, Any]:
    """List people in the order in which they are due, or find somebody by a number."""
    query: LeadsQuery = ask.query
    if query.number and not ask.me.sees_numbers:
        await spend_probe(ask, query.number)
    wanted = LeadFilter(ask.number("campaign_id"), query.state, query.list_id, query.number)
    page = await ask.parts.memory.leads.page(wanted, query.cursor, query.limit)
    return {"items": [lead_answer(row) for row in page.items], "next_cursor": page.next_cursor}


async def take_out_lead(ask: Ask) -> dict[str, Any]:
    """Call somebody no more."""
    row = await lead_of(ask)
    return lead_answer(await ask.parts.memory.leads.take_out(row.id, ask.actor))


async def put_back_lead(ask: Ask) -> dict[str, Any]:
    """Have somebody called after all whom a hand took out."""
    row = await lead_of(ask)
    return lead_answer(await ask.parts.memory.leads.put_back(row.id, ask.actor))


async def preview_lead_import(ask: Ask) -> dict[str, Any]:
    """Look at the file; nothing is saved."""
    found, fields = await look(ask, preview_leads, LOOK_FIELDS | {"campaign_id"})
    law: dict[str, list[str]] = {"uncovered": [], "asks_consent": []}
    if text := fields.get("campaign_id", ""):
        campaign = await ask.parts.memory.campaigns.get(_id_of("campaign_id", text))
        law["uncovered"] = uncovered_by(campaign.policies, found.numbers.countries)
        law["asks_consent"] = asking_consent(campaign.policies)
    return preview_answer(found) | law


def _id_of(path: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= ID_DIGITS):
        raise invalid([FieldProblem(path, "invalid", "must be the number of one")])
    return int(text)


async def start_lead_import(ask: Ask) -> dict[str, Any]:
    """Import with the mapping that a person confirmed; the answer comes when it has begun."""
    into = await _list(ask)
    return await _start(ask, lambda _: Target(into.campaign_id, into.id))


async def start_list_import(ask: Ask) -> dict[str, Any]:
    """Import onto a new list, there from the first person on: a file with nobody to call leaves none behind."""
    campaign_id = ask.number("campaign_id")

    def named(fields: Mapping[str, str]) -> Target:
        return Target(campaign_id, None, list_name=fields.get("list_name", ""), source=fields.get("name", ""))

    return await _start(ask, named)


async def _start(ask: Ask, target_of: Callable[[Mapping[str, str]], Target]) -> dict[str, Any]:
    desk = ask.parts.lead_imports
    file = TemporaryFile()  # noqa: SIM115 - the import closes it, long after this request
    try:
        fields = await save_upload(ask, file, _IMPORT_FIELDS)
        target = replace(target_of(fields), skip_elsewhere=fields.get("skip_elsewhere") == YES)
        if target.list_id is None:
            made = NewList(target.campaign_id, target.list_name, target.source)
            await ask.parts.memory.lead_lists.check_new(made)
        mapping, as_ = read_mapping(fields.get("mapping", "")), read_format(fields)
        await asyncio.to_thread(check_leads, file, mapping, as_)
        job_id = await desk.start(file, fields.get("name", ""), mapping, target, ask.actor, as_)
    except BaseException:
        file.close()
        raise
    if job_id is None:
        file.close()
        raise ApiError(409, "import_running", "Another import runs already; wait for its end, or stop it.")
    return import_answer(await desk.look(job_id))


async def list_lead_imports(ask: Ask) -> dict[str, Any]:
    """List the last ones of a campaign, the newest first."""
    desk = ask.parts.lead_imports
    rows = await ask.parts.memory.lead_imports.of(ask.number("campaign_id"))
    return {"items": [import_answer(desk.now(row)) for row in rows]}


async def show_lead_import(ask: Ask) -> dict[str, Any]:
    """Say how far it is."""
    return import_answer(await _import(ask))


async def stop_lead_import(ask: Ask) -> dict[str, Any]:
    """Stop after the rows it is at; those that were saved stay, and the same file again takes the others."""
    row = await _import(ask)
    ask.parts.lead_imports.stop(row.id)
    return import_answer(await ask.parts.lead_imports.look(row.id))


async def _list(ask: Ask) -> LeadListRow:
    row = await ask.parts.memory.lead_lists.get(ask.number("list_id"))
    if row.campaign_id != ask.number("campaign_id"):
        raise NotFound("lead_list", row.id)
    return row


async def lead_of(ask: Ask) -> LeadRow:
    """Give whom the path names, if they are of its campaign."""
    row = await ask.parts.memory.leads.get(ask.number("lead_id"))
    if row.campaign_id != ask.number("campaign_id"):
        raise NotFound("lead", row.id)
    return row


async def _import(ask: Ask) -> LeadImportRow:
    row = await ask.parts.lead_imports.look(ask.text("import_id"))
    if row.campaign_id != ask.number("campaign_id"):
        raise NotFound("lead_import", row.id)
    return row


def _route(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    permission, path = Permission.MANAGE_CAMPAIGNS, f"/campaigns/{path}"
    return Route(method=method, path=path, permission=permission, handler=handler, summary=summary, **more)


_LISTS, _LIST = "{campaign_id:int}/lists", "{campaign_id:int}/lists/{list_id:int}"
_OUT = "{campaign_id:int}/leads/{lead_id:int}/removal"
_IMPORT = "{campaign_id:int}/imports/{import_id}"
ROUTES = [
    _route("GET", _LISTS, list_lead_lists, "Lists of a campaign", answer=PageAnswer[ListAnswer]),
    _route("POST", _LISTS, add_lead_list, "Make an empty list", body=NewListBody, answer=ListAnswer, status=201),
    _route("PUT", _LIST, change_lead_list, "Name and share of a list", body=ListBody, answer=ListAnswer),
    _route(
        "GET", "{campaign_id:int}/leads", list_leads, "People of a campaign", query=LeadsQuery,
        answer=PageAnswer[LeadAnswer],
    ),
    _route("POST", _OUT, take_out_lead, "Call somebody no more", answer=LeadAnswer),
    _route("DELETE", _OUT, put_back_lead, "Have somebody called after all", answer=LeadAnswer),
    _route(
        "POST", "leads/preview", preview_lead_import, "Look at a file of people", answer=LeadPreviewAnswer,
        uploads=True,
    ),
    _route(
        "POST", f"{_LIST}/import", start_lead_import, "Begin to import a file of people", answer=LeadImportAnswer,
        uploads=True, status=202,
    ),
    _route(
        "POST", f"{_LISTS}/import", start_list_import, "Begin to import a file of people onto a new list",
        answer=LeadImportAnswer, uploads=True, status=202,
    ),
    _route(
        "GET", "{campaign_id:int}/imports", list_lead_imports, "Imports of a campaign",
        answer=PageAnswer[LeadImportAnswer],
    ),
    _route("GET", _IMPORT, show_lead_import, "How far an import of people is", answer=LeadImportAnswer),
    _route("DELETE", _IMPORT, stop_lead_import, "Stop an import of people", answer=LeadImportAnswer),
    _route("DELETE", _LIST, remove_lead_list, "Remove a list with its people"),
]  # fmt: skip
