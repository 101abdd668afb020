"""A house with two teams: what belongs to the agent of each, and a request for every route of the table.

`own` and `other` objects differ in nothing but whose they are.
"""

import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import insert

from agent_ui.api.route import Route
from agent_ui.wallboard.choices import Choices
from crm_core.articles import ArticleDraft
from crm_core.audit import SYSTEM, Actor
from crm_core.callback_links import CallbackLinkDraft, CallbackLinkRow
from crm_core.campaigns import CampaignDraft
from crm_core.customer_writing import CustomerDraft, PhoneDraft
from crm_core.importing.lead_importer import LeadImporter
from crm_core.importing.lead_saving import Target
from crm_core.leads import LeadFilter
from crm_core.messages import MessageDraft
from crm_core.models import Call, CallAgent
from crm_core.queues import QueueDraft
from crm_core.recordings import RecordingDraft
from crm_core.report_files import FileDraft
from crm_core.saved_reports import ReportDraft
from crm_core.scripts import ScriptDraft
from crm_core.task_writing import TaskDraft
from crm_core.users import UserDraft
from cti.domain.callback_values import CallbackRules
from dialer.listening.wav import wav_of, write_whole
from tests.agent_ui.world import PASSWORD, World, running_world
from tests.dialer.listening.sounds import speech

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
FAR = datetime(2036, 11, 22, tzinfo=UTC)
# Of routes that are asked for something in particular.
QUERIES = dict.fromkeys(("show_compliance", "export_compliance"), "?first=2026-11-01&last=2026-11-07")
QUERIES |= {"download_staffing": "?format=csv&language=en", "list_missed_offers": "?from=2026-11-01T00:00:00Z"}
CODES = {"dispositions": "order", "pause-reasons": "break", "tags": "complaint"}


@dataclass(slots=True)
class Objects:
    """What one agent has: path parameters of the table, by name."""

    owner: str
    call_id: str
    recording_id: str
    voicemail_id: int
    customer_id: int
    item_id: int
    task_id: int
    queue_id: int
    user_id: int
    flow_id: int
    script_id: int
    article_id: int
    number: str
    import_id: str
    wallboard_id: int
    calendar_id: int
    report_id: int
    export_id: str
    entry_id: int
    link_id: int
    key: str
    campaign_id: int
    list_id: int
    lead_id: int
    bulletin_id: int = 1
    piece_id: int = 1
    announcement_id: str = "empty-1"
    party_id: str = "party-1"
    callback_id: str = "callback-1"
    agent_id: int = 1
    version: int = 1
    name: str = "custom"
    language: str = "zh"
    policy: str = "us-ftc"

    def path(self, route: Route) -> str:
        """The route's path with these in it; a parameter that is not known here is an error of the test."""
        path = route.openapi_path
        for name in route.parameters:
            value = CODES[route.tag] if name == "code" else getattr(self, name)
            path = path.replace(f"{{{name}}}", str(value))
        return path + QUERIES.get(route.name, "")


@asynccontextmanager
async def house(
    home: Path, *, live: bool = False, **environment: str
) -> AsyncIterator[tuple[World, dict[str, Objects]]]:
    """The world's people, and `stranger`, who takes calls from the other queue."""
    async with running_world(home, live=live, **environment) as world:
        memory = world.parts.memory
        queues = {queue.settings.name: queue.id for queue in await memory.queues.all()}
        stored = await world.parts.passwords.hash(PASSWORD)
        draft = UserDraft("stranger", "Stranger", stored, "agent", "zh", (queues["Service"],))
        world.users["stranger"] = await memory.users.add(draft, SYSTEM)
        await world.parts.music.publish("music_01", b"RIFF")
        await memory.music.put("music_01", "Spring", 1.0, SYSTEM)
        lay_announcements(world)
        sales = await make_objects(world, "agent", queues["Sales"])
        service = await make_objects(world, "stranger", queues["Service"])
        yield world, {"agent": sales, "stranger": service}


def lay_announcements(world: World) -> None:
    """One that is known, and one that a call of each heard; nobody compares them anew, and no network is simulated."""
    desk, sound = world.parts.announcements, world.parts.config.home / "sound.wav"
    write_whole(sound, wav_of(speech(1, 2.0)))
    desk.ears.shelf.add("empty-1", "empty", sound)
    for owner in ("agent", "stranger"):
        desk.ears.shelf.keep(f"call-{owner}", speech(2, 2.0))
    desk.sorting.groups = (("call-agent", "call-stranger"), ("call-stranger", "call-agent"))
    desk._program, desk._voice = ("-c", "pass"), None


async def make_objects(world: World, owner: str, queue_id: int) -> Objects:
    """One of each kind, through the repositories."""
    memory, user = world.parts.memory, world.users[owner]
    by, call_id, recording_id = Actor(user.id), f"call-{owner}", f"00000000-0000-4000-8000-{user.id:012d}"
    customer = await memory.customers.add(
        CustomerDraft(name=f"Customer of {owner}", phones=(PhoneDraft(f"1380013{user.id:04d}"),)), by
    )
    values = {
        "id": call_id,
        "direction": "inbound",
        "started_at": AT,
        "ended_at": AT,
        "agent_id": user.id,
        "queue_id": queue_id,
        "customer_id": customer.id,
        "number": f"+861380013{user.id:04d}",
        "node": "n1",
        "caller_name": "",
        "dialed": "4001",
        "note": f"note of {owner}",
        "waited_s": 0,
        "talked_s": 5,
        "priority": 0,
    }
    mine = {"agent_id": user.id, "started_at": AT, "call_id": call_id}
    await memory.database.write(lambda connection: connection.execute(insert(Call).values(values)))
    await memory.database.write(lambda connection: connection.execute(insert(CallAgent).values(mine)))
    write_sounds(world.parts.config.recordings_folder, world.parts.config.home / "voicemails", recording_id)
    await memory.recordings.save(
        RecordingDraft(recording_id, call_id, "ready", AT, user.id, 5.0, 10, f"{recording_id}.ogg")
    )
    voicemail = MessageDraft(
        key=f"v-{owner}",
        kind="voicemail",
        at=AT,
        queue_id=queue_id,
        path=f"{recording_id}.wav",
        duration_s=3.0,
        number=f"1380013{user.id:04d}",
    )
    flow = await memory.flows.add(f"Flow of {owner}", FLOW, by)
    number = f"400{user.id}"
    await memory.entry_numbers.put(number, "Line", flow.id, by)
    await memory.import_jobs.begin(f"import-{owner}", "list.csv", by)
    board = Choices.model_validate({"queue_ids": [queue_id]}).model_dump(mode="json")
    form = await _form_of(world, owner, queue_id, by)
    link = await memory.wallboards.make(f"wall of {owner}", board, FAR, by)
    hours = await memory.calendars.add(f"hours of {owner}", {"weekly": {}}, by)
    task = await memory.tasks.open(
        TaskDraft(f"task of {owner}", customer_id=customer.id, owner_id=user.id, number=f"+861380013{user.id:04d}"), by
    )
    return Objects(
        owner=owner,
        call_id=call_id,
        recording_id=recording_id,
        voicemail_id=await memory.messages.add(voicemail),
        customer_id=customer.id,
        item_id=task.id,
        task_id=task.id,
        queue_id=queue_id,
        user_id=user.id,
        flow_id=flow.id,
        script_id=(await memory.scripts.add(ScriptDraft(f"script of {owner}", SCRIPT), by)).id,
        article_id=(await memory.articles.add(ArticleDraft(f"article of {owner}", "*Hello*"), by)).id,
        number=number,
        import_id=f"import-{owner}",
        wallboard_id=link.id,
        calendar_id=hours.id,
        report_id=(await memory.saved_reports.add(ReportDraft(f"report of {owner}", {"axis": "day"}), by)).id,
        export_id=await _file_of(world, owner),
        entry_id=(await memory.do_not_call.add_number(f"1390013{user.id:04d}", "asked us", by)).id,
        link_id=form.id,
        key=world.parts.callback_form.key_of(form),
        **await _campaign_of(world, owner, queue_id, by),
    )


async def _campaign_of(world: World, owner: str, queue_id: int, by: Actor) -> dict[str, int]:
    memory = world.parts.memory
    campaign = await memory.campaigns.create(CampaignDraft(f"campaign of {owner}", "preview", queue_id, ("cn",)), by)
    into = await memory.lead_lists.create(campaign.id, "North", "list.csv", 1, by)
    target = Target(campaign.id, into.id)
    importer = LeadImporter(memory.database, world.parts.clock)
    await importer.run(b"name,phone\nLi,13700137000\n", {0: "name", 1: "phone"}, target, by)
    await memory.lead_imports.begin(f"import-{owner}", "list.csv", target, by)
    (lead,) = (await memory.leads.page(LeadFilter(campaign.id))).items
    return {"campaign_id": campaign.id, "list_id": into.id, "lead_id": lead.id}


async def _form_of(world: World, owner: str, queue_id: int, by: Actor) -> CallbackLinkRow:
    """A link to a form, of a queue that promises callbacks; who attacks it all day is told so elsewhere."""
    queues = world.parts.memory.queues
    row = await queues.get(queue_id)
    draft = QueueDraft(row.settings.name, wrap_up_s=row.settings.wrap_up_s, callbacks=CallbackRules(offered=True))
    await queues.save(queue_id, row.version, draft, by)
    await world.parts.roster_changed()
    for limit in (world.parts.callback_form.limits.visits, world.parts.callback_form.limits.asks):
        limit.most = 1_000_000
    return await world.parts.memory.callback_links.make(CallbackLinkDraft(queue_id, f"form of {owner}"), by)


async def _file_of(world: World, owner: str) -> str:
    """A report that this person has made, were it theirs to make."""
    files, by = world.parts.memory.report_files, Actor(world.users[owner].id)
    row = await files.want(FileDraft({"axis": "day"}, AT.date(), AT.date(), "csv", "en"), by)
    begun = await files.begin_next()
    assert begun is not None
    assert begun.id == row.id
    folder = world.parts.config.home / "exports"
    folder.mkdir(exist_ok=True)
    (folder / f"{row.id}.csv").write_text("secret of another")
    assert await files.finish(row.id, 17)
    return row.id


SCRIPT: dict[str, Any] = {"start": "hello", "steps": {"hello": {"title": "Hello", "text": "Hello!", "choices": []}}}
FLOW: dict[str, Any] = {"start": "bye", "nodes": {"bye": {"type": "hang_up"}}}


def write_sounds(recordings: Path, voicemails: Path, name: str) -> None:
    """What recording and voicemail play."""
    for folder in (recordings, voicemails):
        folder.mkdir(parents=True, exist_ok=True)
    (recordings / f"{name}.ogg").write_bytes(b"0123456789")
    (recordings / f"{name}.peaks.json").write_text('{"duration_s": 5.0, "channels": [[0.1], [0.2]]}')
    with wave.open(str(voicemails / f"{name}.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x10\x00" * 8000)


def upload() -> aiohttp.FormData:
    """A small file, for the routes that take one."""
    form = aiohttp.FormData()
    form.add_field("file", b"name,phone\nLi,13800138000\n", filename="list.csv", content_type="text/csv")
    return form
