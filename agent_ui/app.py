"""The only wiring: every part is built here, started in order, and stopped in reverse."""

import logging
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from functools import partial
from importlib.metadata import version
from typing import Any

from aiohttp import web

from agent_ui.announcements.opening import open_dialing
from agent_ui.auth.admission import Admission
from agent_ui.auth.limits import limits_of
from agent_ui.auth.passwords import Passwords
from agent_ui.auth.sessions import Sessions
from agent_ui.callback_form.desk import open_callback_form
from agent_ui.config import Config
from agent_ui.errors import PortTaken
from agent_ui.http_server import server_options
from agent_ui.joints.callbacks import open_callbacks
from agent_ui.joints.callers import CrmLookup, look_up_pop
from agent_ui.joints.campaigns import start_dialer
from agent_ui.joints.desks import interrupt_imports, open_desks
from agent_ui.joints.diary import start_diary
from agent_ui.joints.disks import Disks
from agent_ui.joints.dossier import open_dossier
from agent_ui.joints.entries import load_entries
from agent_ui.joints.inbox import Inbox
from agent_ui.joints.people import CrmPeople, may_have_phone
from agent_ui.joints.postbox import SoundPurge, keep_postbox
from agent_ui.joints.previews import Previews
from agent_ui.joints.prompting import speak_prompts
from agent_ui.joints.reminders import open_reminders
from agent_ui.joints.roster import RosterKeeper
from agent_ui.joints.seats import Seats
from agent_ui.joints.taping import Taping, start_taping
from agent_ui.joints.witness import Witness, notes_path
from agent_ui.memory import Memory, open_memory
from agent_ui.metrics.gauges import Backlogs, FloorGauges, MachineGauges
from agent_ui.metrics.service import Metrics
from agent_ui.parts import Parts
from agent_ui.phones.link import PhonesLink
from agent_ui.phones.place import DoorPlace
from agent_ui.plant import Plant
from agent_ui.push.hub import Hub
from agent_ui.push.presence import keep_sessions
from agent_ui.reporting.office import open_reporting
from agent_ui.settings import WebSettings
from agent_ui.sip import SipProxy
from agent_ui.site.website import make_website
from agent_ui.staffing.desk import StaffingDesk
from agent_ui.wallboard.live import Live
from agent_ui.wallboard.viewers import open_wallboard
from crm_core.diary.journal import Journal
from crm_core.migrations import check_revision
from crm_core.roster import load_memories, load_roster
from cti.agi.server import AgiServer
from cti.bus import Bus
from cti.clock import Clock, SystemClock
from cti.domain.events import RosterChanged
from cti.domain.floor import Floor
from cti.domain.values import Roster
from cti.emergency.spool import Spool
from cti.service import Switch, Telephony
from cti.switch import AmiSwitch
from cti.tasks import TaskSet
from ivr.entries import EntryBook
from ivr.opening import house_hours
from ivr.prompts import PromptLibrary
from ivr.service import CallHandler
from ivr.settings import IvrSettings
from ivr.tools import SoundTools
from ivr.voicemail import VoicemailFolder

_log = logging.getLogger(__name__)
Progress = Callable[[str], None]


class PhonesDoor(Enum):
    """What becomes of the process that browsers' phones go through."""

    AS_IT_IS = "nobody looks after it"
    LEFT_OPEN = "kept there, and left when we stop: Asterisk goes on as well"
    CLOSED_AT_THE_END = "kept there, and ended with all the rest"


def new_id() -> str:
    """Name a leg, a recording or a voicemail."""
    return str(uuid.uuid4())


@asynccontextmanager
async def running(
    config: Config,
    progress: Progress,
    clock: Clock | None = None,
    switches: Sequence[Switch] | None = None,
    phones: PhonesDoor = PhonesDoor.AS_IT_IS,
) -> AsyncIterator[Parts]:
    """Start everything but the Asterisks; on leaving, calls stay with the dialplan and all that waits is written."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        memory = await _start_memory(stack, config, clock)
        tasks = TaskSet()
        stack.push_async_callback(tasks.aclose)
        _watch_audit(stack, config, memory, clock, tasks)
        taping = await start_taping(config, memory, clock, tasks)
        live, bus = Live(memory.database, config.telephone.zone), Bus()
        journal = await start_diary(stack, config, memory, bus)
        telephony = await _start_floor(bus, config, memory, clock, switches, taping, live)
        tasks.start(live.run(), name="today")
        menu = await _start_menu(stack, config, memory, telephony, clock, progress, tasks)
        parts = await _make_parts(stack, config, memory, telephony, clock, tasks, Behind(menu, taping, live, journal))
        start_dialer(parts.dialer, memory, telephony, journal, tasks)
        _start_push(parts, taping, tasks)
        if phones is not PhonesDoor.AS_IT_IS:
            tasks.start(parts.phones.run(), name="phones")
            if not await parts.phones.opened():
                progress(f"browsers' phones have no door of their own at port {parts.phones.port}; see log/phones.out")
        await _start_site(stack, parts, tasks)
        # stopped before all others: what the floor still decides must find the diary open
        loop = TaskSet()
        stack.push_async_callback(loop.aclose)
        loop.start(telephony.run(), name="telephony")
        try:
            yield parts
        finally:
            # from here on the dialplan looks after callers: their coroutines end without ending the calls
            telephony.leave_calls()
            if phones is PhonesDoor.CLOSED_AT_THE_END:
                await parts.phones.close_door()


async def _start_memory(stack: AsyncExitStack, config: Config, clock: Clock) -> Memory:
    await check_revision(config.database_url)
    memory = open_memory(config, clock)
    await memory.database.start()
    stack.push_async_callback(memory.database.aclose)
    await memory.sessions.purge()
    await interrupt_imports(memory)
    return memory


def _watch_audit(stack: AsyncExitStack, config: Config, memory: Memory, clock: Clock, tasks: TaskSet) -> None:
    witness = Witness(memory.audit, notes_path(config.home), clock)
    stack.push_async_callback(witness.note_or_say)
    tasks.start(witness.run(), name="audit witness")


async def _start_floor(
    bus: Bus,
    config: Config,
    memory: Memory,
    clock: Clock,
    switches: Sequence[Switch] | None,
    taping: Taping,
    live: Live,
) -> Telephony:
    now, zone = clock.now(), config.telephone.zone
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    floor = Floor(await load_roster(memory.database), new_id, now, zone=zone)
    floor.set_longest_pause(config.recordings.longest_pause_s)
    floor.set_park_time(config.telephone.park_s)
    before = await load_memories(memory.database, midnight)
    floor.restore(now, before.agents, before.calls, before.queues, before.callbacks)
    taping.follow(bus)
    live.follow(bus, now)
    links = switches or [AmiSwitch(Plant(config).link)]
    return Telephony(links, floor, bus, clock, lambda _queue_id: taping.disks.may_record())


async def _start_menu(
    stack: AsyncExitStack,
    config: Config,
    memory: Memory,
    telephony: Telephony,
    clock: Clock,
    progress: Progress,
    tasks: TaskSet,
) -> "Menu":
    tools = Plant(config).tools_or_names()
    prompts = PromptLibrary(config.home / "prompts", SoundTools(tools.espeak, tools.ffmpeg))
    problems = await speak_prompts(prompts, progress)
    book = EntryBook()
    await load_entries(memory, prompts, book, config.telephone)
    telephony.floor.set_hours(house_hours(book, clock).queue_is_open)
    spool = Spool(Plant(config).switch.emergency_spool)
    inbox = Inbox(memory.messages, memory.fallback_calls, config.home / "voicemails", spool, config.asterisk.node)
    handler = CallHandler(
        telephony,
        book,
        CrmLookup(memory.views),
        prompts,
        VoicemailFolder(config.home / "voicemails", new_id, clock, inbox.take_voicemail),
        clock,
        IvrSettings(node=config.asterisk.node, recordings_folder=str(config.recordings_folder / "incoming")),
        open_callbacks(config, memory, telephony, book, clock, tasks),
    )
    server = AgiServer("127.0.0.1", config.ports.agi, handler, secret=_agi_secret(config))
    try:
        await server.start()
    except OSError as error:
        raise PortTaken(config.ports.agi, "FastAGI") from error
    stack.push_async_callback(server.aclose)
    tasks.start(inbox.run(), name="emergency inbox")
    return Menu(prompts, book, inbox, problems)


def _agi_secret(config: Config) -> str | None:
    secret = Plant(config).agi_secret()
    if secret is None:
        # Refusing would leave every caller to the fallback. The doctor says it, too.
        _log.warning("The dialplan is an older one: whoever connects to the AGI port is taken for Asterisk")
    return secret


@dataclass(frozen=True, slots=True)
class Menu:
    """What the pages need of the telephone menu."""

    prompts: PromptLibrary
    book: EntryBook
    inbox: Inbox
    problems: dict[str, str]

    def parts(self) -> dict[str, Any]:
        """Those of them that stand among the parts by their own names."""
        return {"prompts": self.prompts, "inbox": self.inbox, "problems": self.problems}


@dataclass(frozen=True, slots=True)
class Behind:
    """What runs behind the pages."""

    menu: Menu
    taping: Taping
    live: Live
    journal: Journal

    def parts(self) -> dict[str, Any]:
        """What pages ask of it."""
        return {"disks": self.taping.disks, "diary_state": lambda: self.journal.state}


def _sessions(memory: Memory, clock: Clock, settings: WebSettings) -> Sessions:
    idle_s, absolute_s = settings.session_idle_s, settings.session_absolute_s
    return Sessions(memory.sessions, CrmPeople(memory.users, memory.settings), clock, idle_s, absolute_s)


async def _make_parts(
    stack: AsyncExitStack,
    config: Config,
    memory: Memory,
    telephony: Telephony,
    clock: Clock,
    tasks: TaskSet,
    behind: Behind,
) -> Parts:
    menu, taping, sessions = behind.menu, behind.taping, _sessions(memory, clock, config.web)
    stack.callback((passwords := Passwords()).close)
    hub = _make_hub(stack, memory, telephony, tasks, taping.disks, menu.problems)
    return Parts(
        config=config,
        version=version("callroom"),
        clock=clock,
        memory=memory,
        passwords=passwords,
        sessions=sessions,
        admission=Admission(limits_of(config.web), passwords, memory.users.credentials, clock),
        telephony=telephony,
        hub=hub,
        sip=SipProxy(f"ws://127.0.0.1:{config.ports.ws}/ws"),
        phones=_make_phones(config, sessions),
        **menu.parts(),
        music=Plant(config).music(),
        **open_desks(memory, clock, tasks, taping.disks.may_go_on),
        dossier=open_dossier(config, memory),
        demo_caller=Plant(config).call_in if config.demo.enabled else None,
        reload_roster=_keep_roster(memory, telephony, tasks).reload,
        reload_flows=partial(load_entries, memory, menu.prompts, menu.book, config.telephone),
        **behind.parts(),
        metrics=Metrics(config.secrets.metrics_token),
        wallboard=open_wallboard(config, memory, telephony.floor, behind.live, clock, hub),
        callback_form=open_callback_form(config, memory, telephony, menu.book, clock),
        reporting=open_reporting(config, memory, menu.inbox.audio_path).start(tasks),
        reminders=open_reminders(config, memory, hub, clock, behind.journal),
        **open_dialing(config, memory, telephony, clock, tasks, taping.disks.may_collect),
        staffing=StaffingDesk(tasks),
    )


def _start_metrics(parts: Parts, tasks: TaskSet) -> None:
    telephony, database = parts.telephony, parts.memory.database

    def backlogs() -> Backlogs:
        return Backlogs(database.writer.waiting, telephony.bus.lengths(), parts.hub.browsers)

    parts.metrics.look_at(FloorGauges(telephony.floor.snapshot, backlogs))
    parts.metrics.look_at(MachineGauges(parts.disks.rooms, lambda: database.trouble is None))
    tasks.start(parts.metrics.floor.follow(telephony.bus), name="metrics")
    tasks.start(parts.metrics.watch_loop(), name="loop lag")


def _make_phones(config: Config, sessions: Sessions) -> PhonesLink:
    return PhonesLink(DoorPlace.of(config), partial(may_have_phone, sessions), str(config.home / "log" / "phones.out"))


def _start_push(parts: Parts, taping: Taping, tasks: TaskSet) -> None:
    hub, sessions = parts.hub, parts.sessions
    sessions.on_end(hub.end_session)
    sessions.on_end(parts.sip.end_session)
    sessions.on_end(parts.phones.end_session)
    tasks.start(hub.run(), name="push")
    tasks.start(parts.wallboard.feed.run(), name="figures")
    tasks.start(parts.reminders.run(), name="reminders")
    tasks.start(Previews(parts.desk, parts.dialer, parts.memory.lead_cards, hub).run(), name="previews")
    tasks.start(keep_postbox(parts.memory.messages, hub), name="postbox")
    purge = SoundPurge(parts.memory.messages, parts.inbox.audio_path, parts.clock, parts.config.recordings.keep_days)
    tasks.start(purge.run(), name="old messages")
    tasks.start(taping.watch(hub), name="disk")
    tasks.start(keep_sessions(hub, sessions, parts.telephony.floor), name="sessions")


def _make_hub(
    stack: AsyncExitStack,
    memory: Memory,
    telephony: Telephony,
    tasks: TaskSet,
    disks: Disks,
    problems: dict[str, str],
) -> Hub:
    def system() -> dict[str, Any]:
        # the words are for those who administer (health detail); screens have their own for each code
        trouble = memory.database.trouble
        database = {"ok": trouble is None, "reason": trouble}
        return {**disks.view(), "database": database, "problems": sorted(problems)}

    pop = partial(look_up_pop, memory.views)
    hub = Hub(telephony.floor, telephony.bus, pop, Seats(telephony, tasks).seen, system)
    stack.push_async_callback(hub.aclose)
    memory.database.on_trouble(lambda: hub.touch(["system"]))
    return hub


def _keep_roster(memory: Memory, telephony: Telephony, tasks: TaskSet) -> RosterKeeper:
    async def tell(roster: Roster) -> None:
        await telephony.request(RosterChanged(roster))

    keeper = RosterKeeper(partial(load_roster, memory.database), tell)
    tasks.start(keeper.watch(), name="roster")
    return keeper


async def _start_site(stack: AsyncExitStack, parts: Parts, tasks: TaskSet) -> None:
    settings = parts.config.web
    await parts.words_changed()
    await parts.supervision_sight_changed()
    _start_metrics(parts, tasks)
    runner = web.AppRunner(
        make_website(parts), access_log=None, shutdown_timeout=2, handler_cancellation=False, **server_options()
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    # before the runner's own clean-up: open sockets would make it wait
    stack.push_async_callback(parts.hub.aclose)
    stack.callback(parts.wallboard.close)
    tls = settings.tls
    context = None if tls is None else tls.context()
    if tls is not None:
        tasks.start(tls.watch(), name="certificate")
    site = web.TCPSite(runner, settings.host, settings.port, reuse_address=True, ssl_context=context)
    try:
        await site.start()
    except OSError as error:
        raise PortTaken(settings.port, "pages") from error
