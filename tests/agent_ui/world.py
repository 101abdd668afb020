"""A running website on a real SQLite database and a real floor, without Asterisk: what API tests stand on."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from ssl import SSLContext
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from agent_ui.announcements.opening import open_dialing
from agent_ui.auth.admission import Admission
from agent_ui.auth.limits import LoginLimits
from agent_ui.auth.passwords import Passwords
from agent_ui.auth.sessions import Sessions
from agent_ui.callback_form.desk import open_callback_form
from agent_ui.config import Config, load_config
from agent_ui.http_server import server_options
from agent_ui.joints.callers import look_up_pop
from agent_ui.joints.desks import open_desks
from agent_ui.joints.disks import Disks, limits_of
from agent_ui.joints.dossier import open_dossier
from agent_ui.joints.inbox import Inbox
from agent_ui.joints.people import CrmPeople
from agent_ui.joints.reminders import open_reminders
from agent_ui.joints.seats import Seats
from agent_ui.memory import Memory, open_memory
from agent_ui.metrics.service import Metrics
from agent_ui.parts import Parts
from agent_ui.phones.link import PhonesLink
from agent_ui.phones.place import DoorPlace
from agent_ui.push.hub import Hub
from agent_ui.reporting.office import open_reporting
from agent_ui.sip import SipProxy
from agent_ui.site.website import make_website
from agent_ui.staffing.desk import StaffingDesk
from agent_ui.wallboard.live import Live
from agent_ui.wallboard.viewers import open_wallboard
from crm_core.audit import SYSTEM
from crm_core.diary.journal import DiaryState, Journal
from crm_core.diary.spool import Spool as DiarySpool
from crm_core.migrations import upgrade
from crm_core.queues import QueueDraft
from crm_core.roster import load_roster
from crm_core.users import UserDraft, UserRow
from cti.bus import Bus
from cti.clock import SystemClock
from cti.domain.events import RosterChanged
from cti.domain.floor import Floor
from cti.emergency.spool import Spool
from cti.service import Telephony
from cti.tasks import TaskSet
from ivr.entries import EntryBook
from ivr.music import MusicLibrary
from ivr.prompts import PromptLibrary
from ivr.tools import SoundTools
from tests.fakes import FakeSwitch

PASSWORD = "a long password"
_EMPTY_DATABASE: list[bytes] = []


async def no_phone(_session_key: str, _extension: str) -> bool:
    return False


class FakeFloor:
    """Views as the test sets them."""

    def __init__(self) -> None:
        self.views: dict[str, dict[str, Any]] = {"system": {"node_up": {"n1": True}, "stale_since": None}}
        self.is_open: Callable[[int, datetime], bool] = lambda _queue_id, _at: True

    def view(self, key: str) -> dict[str, Any] | None:
        return self.views.get(key)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        return dict(self.views)

    def attending(self, _agent_id: int) -> None:
        """Nobody is there."""

    def line_is_open(self, queue_id: int, at: datetime) -> bool:
        return self.is_open(queue_id, at)


class FakeTelephony:
    def __init__(self) -> None:
        self.bus = Bus()
        self.floor = FakeFloor()
        self.requests: list[object] = []
        self.refusal: Exception | None = None
        self.steps: list[object] = []
        self.step_refusal: Exception | None = None

    async def request(self, event: object) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.requests.append(event)

    def step(self, event: object) -> None:
        if self.step_refusal is not None:
            raise self.step_refusal
        self.steps.append(event)


class Person:
    """A browser that is signed in as somebody."""

    def __init__(self, session: ClientSession, base: str) -> None:
        self.session = session
        self.base = base

    async def call(self, method: str, path: str, json: object = None, **more: Any) -> tuple[int, Any]:
        headers = {"Origin": self.base} | more.pop("headers", {})
        body = {} if json is None else {"json": json}
        async with self.session.request(
            method, f"{self.base}/api/v1{path}", headers=headers, **body, **more
        ) as response:
            return response.status, await _content(response)

    async def sign_in(self, login: str, password: str = PASSWORD) -> tuple[int, Any]:
        return await self.call("POST", "/session", {"login": login, "password": password})


class World:
    def __init__(self, parts: Parts, telephony: Any, base: str) -> None:
        self.parts = parts
        self.telephony = telephony
        self.base = base
        self.users: dict[str, UserRow] = {}
        self.presence: list[tuple[int, bool]] = []
        self.switch = FakeSwitch()
        self._sessions: list[ClientSession] = []

    def stranger(self) -> Person:
        session = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self._sessions.append(session)
        return Person(session, self.base)

    async def person(self, login: str) -> Person:
        person = self.stranger()
        status, answer = await person.sign_in(login)
        assert status == 200, answer
        return person

    async def aclose(self) -> None:
        for session in self._sessions:
            await session.close()


async def _content(response: ClientResponse) -> Any:
    if response.content_type == "application/json":
        return await response.json()
    return await response.read()


@asynccontextmanager
async def running_world(
    home: Path, *, live: bool = False, todo: bool = False, tls: SSLContext | None = None, **environment: str
) -> AsyncIterator["World"]:
    """With `live` the floor is the real one with its diary, on a fake switch; else it does as the test says.

    With `todo` pages are told what their people have to do.
    """
    config = load_config({"CALLROOM_HOME": str(home), **environment})
    clock, passwords, tasks = SystemClock(), Passwords(memory_kib=64, passes=1), TaskSet()
    memory = open_memory(config, clock)
    await _make_tables(config)
    await memory.database.start()
    users = await _people(memory, passwords)
    telephony: Any = FakeTelephony()
    switch = FakeSwitch()
    writing: asyncio.Task[None] | None = None
    journal: Journal | None = None
    if live:
        floor = Floor(await load_roster(memory.database), lambda: str(uuid.uuid4()), clock.now())
        telephony = Telephony([switch], floor, Bus(), clock)
        spool = DiarySpool(home / "diary")
        journal = Journal(memory.database, telephony.bus.subscribe_lossless("diary"), spool)
        writing = tasks.start(journal.run(), name="diary")
        tasks.start(telephony.run(), name="telephony")
    presence: list[tuple[int, bool]] = []

    async def lookup(number: str | None, customer_id: int | None) -> dict[str, Any]:
        return await look_up_pop(memory.views, number, customer_id)

    seats = Seats(telephony, tasks)

    def seen(agent_id: int, here: bool) -> None:
        presence.append((agent_id, here))
        if live:
            seats.seen(agent_id, here)

    async def reload_roster() -> None:
        await telephony.request(RosterChanged(await load_roster(memory.database)))

    figures = Live(memory.database, config.telephone.zone)
    figures.follow(telephony.bus, clock.now())
    tasks.start(figures.run(), name="today")
    hub = Hub(telephony.floor, telephony.bus, lookup, seen, dict)
    reminders = open_reminders(config, memory, hub, clock, journal)
    if todo:
        tasks.start(reminders.run(), name="reminders")
    wallboard = open_wallboard(config, memory, telephony.floor, figures, clock, hub)
    await wallboard.thresholds.load()
    parts = Parts(
        config=config,
        version="0.0.0",
        clock=clock,
        memory=memory,
        passwords=passwords,
        sessions=Sessions(memory.sessions, CrmPeople(memory.users, memory.settings), clock, 3600, 36000),
        admission=Admission(LoginLimits(5, 20, timedelta(minutes=5)), passwords, memory.users.credentials, clock),
        telephony=telephony,
        hub=hub,
        sip=SipProxy("ws://127.0.0.1:1/ws"),
        phones=PhonesLink(DoorPlace.of(config), no_phone),
        prompts=PromptLibrary(home / "prompts", SoundTools()),
        music=MusicLibrary(home / "music", SoundTools()),
        **open_desks(memory, clock, tasks),
        inbox=Inbox(memory.messages, memory.fallback_calls, home / "voicemails", Spool(home / "spool")),
        metrics=Metrics(config.secrets.metrics_token),
        dossier=open_dossier(config, memory),
        disks=Disks(home, home, limits_of(config)),
        reporting=open_reporting(config, memory, lambda _: None),
        reminders=reminders,
        diary_state=lambda: DiaryState.WRITING if journal is None else journal.state,
        **open_dialing(config, memory, telephony, clock, tasks, lambda: True),
        staffing=StaffingDesk(tasks),
        wallboard=wallboard,
        callback_form=open_callback_form(config, memory, telephony, EntryBook(), clock),
        reload_roster=reload_roster,
    )
    await parts.words_changed()
    parts.sessions.on_end(hub.end_session)
    parts.sessions.on_end(parts.sip.end_session)
    server = TestServer(make_website(parts))
    await server.start_server(ssl=tls, **server_options())
    tasks.start(hub.run(), name="hub")
    world = World(parts, telephony, str(server.make_url("")).rstrip("/"))
    world.presence, world.users, world.switch = presence, users, switch
    try:
        yield world
    finally:
        await world.aclose()
        await hub.aclose()
        parts.wallboard.close()
        telephony.bus.close()
        if writing is not None:
            await writing
        await tasks.aclose()
        await server.close()
        passwords.close()
        await memory.database.aclose()


async def _make_tables(config: Config) -> None:
    """Migrate once for each process of tests, then copy: the migrations have tests of their own."""
    path = config.home / "callroom.db"
    if not config.database_url.startswith("sqlite"):
        return  # a server's tables were made by who started it
    if not _EMPTY_DATABASE:
        await upgrade(config.database_url)
        _EMPTY_DATABASE.append(path.read_bytes())
    path.write_bytes(_EMPTY_DATABASE[0])


async def _people(memory: Memory, passwords: Passwords) -> dict[str, UserRow]:
    queue = await memory.queues.add(QueueDraft("Sales", wrap_up_s=0), SYSTEM)
    await memory.queues.add(QueueDraft("Service"), SYSTEM)
    stored = await passwords.hash(PASSWORD)
    users = {}
    for login, role in (("admin", "admin"), ("supervisor", "supervisor"), ("agent", "agent"), ("agent2", "agent")):
        queues = (queue.id,) if role == "agent" else ()
        draft = UserDraft(login, login.capitalize(), stored, role, "zh", queues)
        users[login] = await memory.users.add(draft, SYSTEM)
    return users


def asked_of(world: World) -> list[Any]:
    """What people asked of the floor, which is also told the roster when rules change."""
    return [one for one in world.telephony.requests if not isinstance(one, RosterChanged)]
