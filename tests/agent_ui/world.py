"""A running website on a real SQLite database and a real floor, without Asterisk: what API tests stand on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from agent_ui.auth.limits import LoginLimits
from agent_ui.auth.passwords import Passwords
from agent_ui.auth.sessions import Sessions
from agent_ui.config import load_config
from agent_ui.memory import open_memory
from agent_ui.messages import Inbox
from agent_ui.parts import Parts
from agent_ui.people import CrmPeople
from agent_ui.push.hub import Hub
from agent_ui.sip import SipProxy
from agent_ui.website import make_website
from crm_core.audit import SYSTEM
from crm_core.models import Table
from crm_core.queues import QueueDraft
from crm_core.users import UserDraft, UserRow
from crm_core.words import WordRow
from cti.bus import Bus
from cti.clock import SystemClock
from cti.emergency.spool import Spool
from cti.tasks import TaskSet
from ivr.prompts import PromptLibrary
from ivr.tools import SoundTools

PASSWORD = "a long password"


class FakeFloor:
    """Views as the test sets them."""

    def __init__(self) -> None:
        self.views: dict[str, dict[str, Any]] = {"system": {"node_up": {"n1": True}, "stale_since": None}}

    def view(self, key: str) -> dict[str, Any] | None:
        return self.views.get(key)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        return dict(self.views)


class FakeTelephony:
    def __init__(self) -> None:
        self.bus = Bus()
        self.floor = FakeFloor()
        self.requests: list[object] = []
        self.refusal: Exception | None = None

    async def request(self, event: object) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.requests.append(event)


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
    def __init__(self, parts: Parts, telephony: FakeTelephony, base: str) -> None:
        self.parts = parts
        self.telephony = telephony
        self.base = base
        self.users: dict[str, UserRow] = {}
        self.presence: list[tuple[int, bool]] = []
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
async def running_world(home: Path, **environment: str) -> AsyncIterator[World]:
    config = load_config({"CALLROOM_HOME": str(home), **environment})
    clock = SystemClock()
    memory = open_memory(config, clock)
    async with memory.database._writer_engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    await memory.database.start()
    telephony, passwords, tasks = FakeTelephony(), Passwords(memory_kib=64, passes=1), TaskSet()
    presence: list[tuple[int, bool]] = []
    pops: dict[str | None, dict[str, Any]] = {}

    async def lookup(number: str | None, customer_id: int | None) -> dict[str, Any]:
        return pops.get(number, {"number_e164": number, "withheld": number is None, "matches": []})

    hub = Hub(telephony.floor, telephony.bus, lookup, lambda *seen: presence.append(seen), dict)
    parts = Parts(
        config=config,
        version="0.0.0",
        clock=clock,
        memory=memory,
        passwords=passwords,
        sessions=Sessions(memory.sessions, CrmPeople(memory.users), clock, 3600, 36000),
        limits=LoginLimits(5, 20, timedelta(minutes=5)),
        telephony=telephony,  # type: ignore[arg-type]
        hub=hub,
        sip=SipProxy("ws://127.0.0.1:1/ws"),
        prompts=PromptLibrary(home / "prompts", SoundTools()),
        inbox=Inbox(memory.messages, home / "voicemails", Spool(home / "spool")),
    )
    parts.sessions.on_end(hub.end_session)
    parts.sessions.on_end(parts.sip.end_session)
    server = TestServer(make_website(parts))
    await server.start_server()
    tasks.start(hub.run(), name="hub")
    world = World(parts, telephony, str(server.make_url("")).rstrip("/"))
    world.presence = presence
    await _people(world)
    try:
        yield world
    finally:
        await world.aclose()
        await hub.aclose()
        telephony.bus.close()
        await tasks.aclose()
        await server.close()
        passwords.close()
        await memory.database.aclose()


async def _people(world: World) -> None:
    memory = world.parts.memory
    queue = await memory.queues.add(QueueDraft("Sales"), SYSTEM)
    await memory.queues.add(QueueDraft("Service"), SYSTEM)
    await memory.pause_reasons.put(WordRow("meal", "用餐", "Meal"), SYSTEM)
    await world.parts.words_changed()
    stored = await world.parts.passwords.hash(PASSWORD)
    for login, role in (("admin", "admin"), ("supervisor", "supervisor"), ("agent", "agent"), ("agent2", "agent")):
        queues = (queue.id,) if role == "agent" else ()
        draft = UserDraft(login, login.capitalize(), stored, role, "zh", queues)
        world.users[login] = await memory.users.add(draft, SYSTEM)
