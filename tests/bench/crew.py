"""Agents without browsers: session, push socket, SIP through Callroom's own proxy; each takes every call at once.

What a browser would do is done: registration, 180 and 200, a disposition after every call, G.711 both ways. Only the
media is plain RTP (no DTLS-SRTP), which is what other contact centers' telephones send too.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
import msgspec

from cti.asterisk.layout import LOOPBACK
from cti.asterisk.secrets import sip_password
from cti.tasks import TaskSet
from tests.asterisk.sip_phone import SipPhone
from tests.bench.caller import header
from tests.bench.pump import Pump, Talking
from tests.bench.seat import Seat, seat
from tests.installation import Installation

_decode = msgspec.json.decode
SIGN_IN_AT_ONCE = 8


def media_address(text: str) -> tuple[str, int] | None:
    """Where the other side of an SDP wants its sound."""
    host = re.search(r"^c=IN IP4 (\S+)\r?$", text, re.MULTILINE)
    port = re.search(r"^m=audio (\d+) ", text, re.MULTILINE)
    return (host[1], int(port[1])) if host and port else None


class Sound(Protocol):
    """What a telephone speaks with."""

    def take(self) -> Talking | None:
        """Return where it listens."""

    def talk(self, talking: Talking, to: tuple[str, int]) -> None:
        """Send there from now on."""

    def stop(self, talking: Talking) -> None:
        """Send nothing more."""


class Phone(SipPhone):
    """Answers at once and sends sound until the other side hangs up."""

    def __init__(self, extension: str, password: str, sound: Sound, on_answer: Callable[[str], None]) -> None:
        super().__init__(extension, password)
        self._sound = sound
        self._on_answer = on_answer
        self._talking: Talking | None = None
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._out: asyncio.Queue[str] = asyncio.Queue()

    async def open_through(self, socket: aiohttp.ClientWebSocketResponse, tasks: TaskSet) -> None:
        """Speak over a WebSocket that is open already."""
        self._contact = f"sip:{self.extension}@df7jal23ls0d.invalid;transport=ws"
        self._via = "SIP/2.0/WS df7jal23ls0d.invalid"
        self._send = self._out.put_nowait
        tasks.start(self._write(socket), name="phone writes")
        tasks.start(self._read(socket), name="phone reads")

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await socket.send_str(await self._out.get())

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            self._received(message.data)

    def _invited(self, text: str) -> None:
        super()._invited(text)
        caller = re.search(r"sip:([^@>]*)@", header(text, "From"))
        to = media_address(text)
        if to is not None and self._talking is not None:
            # Asterisk names the machine's own address for media, as browsers need it; a phone of 127.0.0.1 stays there.
            self._sound.talk(self._talking, (LOOPBACK, to[1]))
        self._on_answer(caller[1] if caller else "")
        del self.invites[:-2]

    def _received(self, text: str) -> None:
        super()._received(text)
        if text.startswith(("BYE ", "CANCEL ")) and self._talking is not None:
            self._sound.stop(self._talking)
            self._talking = None

    def _sdp(self, invite: str) -> str:
        if self._talking is None:
            self._talking = self._sound.take()
            assert self._talking is not None, "there are more ports than phones"
        return self._talking.sdp()


@dataclass
class Crew:
    """All agents; `answered` has the moment at which a phone took the call of each caller's number."""

    answered: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    agents: list[Seat] = field(default_factory=list)
    on_answer: Callable[[str], None] | None = None

    def took(self, number: str) -> None:
        self.answered[number] = time.monotonic()
        if self.on_answer is not None:
            self.on_answer(number)


class LeanSeat(Seat):
    """Keeps only its own view of what push says: a hundred of them share one process with the stopwatch."""

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            text = message.data
            if '"call_id"' not in text:
                continue  # of colleagues the call is not told
            said = _decode(text)
            for name, view in said.get("objects", {}).items():
                if name.startswith("agent:") and view is not None and "call_id" in view:
                    self.objects[name] = view
                    self._changed.set()

    async def work(self, faults: list[str]) -> None:
        """Classify every call when it is over."""
        while True:
            await self.leave_state("wrap_up")
            try:
                call_id = self.me.get("call_id")
                if call_id is None:
                    continue
                await self.ask("POST", f"/calls/{call_id}/disposition", {"code": "resolved", "note": ""})
                if self.me.get("state") == "wrap_up" and self.me.get("call_id") == call_id:
                    await self.ask("POST", "/agent/ready", {})
            except (RuntimeError, aiohttp.ClientError, TimeoutError) as error:
                faults.append(f"disposition: {error}")
            await self.while_state("wrap_up")

    async def leave_state(self, state: str) -> None:
        while self.me.get("state") != state:
            self._changed.clear()
            await self._changed.wait()

    async def while_state(self, state: str) -> None:
        while self.me.get("state") == state:
            self._changed.clear()
            await self._changed.wait()

    async def stay_ready(self, faults: list[str]) -> None:
        """Come back when the floor has paused this agent, and write down why."""
        while True:
            await self.leave_state("not_ready")
            faults.append(f"paused: {self.me.get('reason')}")
            await asyncio.sleep(0.5)
            try:
                await self.ask("POST", "/agent/ready", {})
            except (RuntimeError, aiohttp.ClientError, TimeoutError) as error:
                faults.append(f"ready: {error}")


async def hire(installation: Installation, admin: Seat, count: int, queue_id: int) -> dict[str, str]:
    """Add users who take this queue's calls; return their passwords by login."""
    passwords: dict[str, str] = {}
    for number in range(1, count + 1):
        login = f"bench{number}"
        body = {"login": login, "name": f"Bench {number}", "role": "agent", "queue_ids": [queue_id]}
        # A phone that is told the number knows whose call it took.
        body["number_right"] = "see"
        passwords[login] = (await admin.ask("POST", "/users", body))["password"]
    installation_passwords = installation.passwords
    return {**installation_passwords, **passwords}


@asynccontextmanager
async def own_phone(
    agent: Seat, sip_key: str, sound: Sound, on_answer: Callable[[str], None], tasks: TaskSet
) -> AsyncIterator[Phone]:
    """Register this person's telephone through Callroom's SIP proxy."""
    account = await agent.ask("GET", "/softphone")
    extension = str(account["extension"])
    phone = Phone(extension, sip_password(sip_key, extension), sound, on_answer)
    async with agent.sip(account["ws_port"]) as sip:
        await phone.open_through(sip, tasks)
        assert "200" in await phone.register(expires_s=600)
        yield phone


@asynccontextmanager
async def crew(installation: Installation, passwords: dict[str, str], sip_key: str, pump: Pump) -> AsyncIterator[Crew]:
    """Sign everybody in whose login begins with "bench", and let them work until the block ends."""
    all_of_them, tasks = Crew(), TaskSet()
    logins = [login for login in passwords if login.startswith("bench")]
    places = asyncio.Semaphore(SIGN_IN_AT_ONCE)
    over = asyncio.Event()
    ready = [asyncio.Event() for _ in logins]

    async def one(login: str, is_ready: asyncio.Event) -> None:
        try:
            async with AsyncExitStack() as stack:
                async with places:
                    agent = await stack.enter_async_context(seat(installation, login, passwords[login], LeanSeat))
                    assert isinstance(agent, LeanSeat)
                    mine = TaskSet()
                    stack.push_async_callback(mine.aclose)
                    phone = await stack.enter_async_context(own_phone(agent, sip_key, pump, all_of_them.took, mine))
                    await agent.get_ready()
                    mine.start(_register_again(phone), name="registers")
                mine.start(agent.work(all_of_them.faults), name="works")
                mine.start(agent.stay_ready(all_of_them.faults), name="stays ready")
                all_of_them.agents.append(agent)
                is_ready.set()
                await over.wait()
        except Exception as error:
            all_of_them.faults.append(f"{login}: {error!r}")
            is_ready.set()

    for login, is_ready in zip(logins, ready, strict=True):
        tasks.start(one(login, is_ready), name=login)
    for is_ready in ready:
        await is_ready.wait()
    if all_of_them.faults:
        raise RuntimeError(f"agents did not come: {all_of_them.faults[:3]}")
    try:
        yield all_of_them
    finally:
        over.set()
        await asyncio.sleep(0.5)
        await tasks.aclose()


async def _register_again(phone: Phone) -> None:
    while True:
        await asyncio.sleep(280)
        await phone.register(expires_s=600)
