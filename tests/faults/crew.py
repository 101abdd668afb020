"""Agents without a browser: each signs in over the API, follows the push socket, and has a scripted phone.

They go on whatever happens to Callroom or Asterisk: sign in again, register again, ask again.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from websockets.exceptions import WebSocketException

from cti.asterisk.layout import InstanceSettings, callroom_settings
from cti.asterisk.secrets import load_or_create, sip_password
from tests.asterisk.sip_phone import SipPhone
from tests.installation import Installation

_REGISTER_EVERY_S = 200.0
_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Manners:
    """How an agent works: seconds until they answer, how long they talk, and how often they are the one to hang up.

    Phones without media talk less than 15 s: Asterisk then takes the page for crashed (rtp_timeout).
    """

    answers_after_s: tuple[float, float] = (0.2, 1.2)
    talks_s: tuple[float, float] = (2.0, 7.0)
    hangs_up: float = 1.0


class Handset(SipPhone):
    """Takes one call at a time, as the page does; two at once are noted in `collisions`.

    `hung_up` has the moment at which this phone ended which call.
    """

    def __init__(self, extension: str, password: str, dice: random.Random, manners: Manners) -> None:
        super().__init__(extension, password, "ring")
        self._dice = dice
        self._manners = manners
        self._at_work: asyncio.Task[None] | None = None
        self.held: str | None = None
        self.collisions: list[str] = []
        self.hung_up: dict[str, datetime] = {}

    def _invited(self, text: str) -> None:
        before = len(self.invites)
        super()._invited(text)
        if len(self.invites) == before:
            return
        now = datetime.now(UTC)  # noqa: TID251 - to be found in the logs
        call_id = f"{_header_of(text, 'X-Callroom-Call')} ({_header_of(text, 'Call-ID')}, {now:%H:%M:%S.%f})"
        if self.held is not None:
            self.collisions.append(f"{self.extension} is offered {call_id} while it has {self.held}")
        self.held = call_id
        self._at_work = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        await asyncio.sleep(self._dice.uniform(*self._manners.answers_after_s))
        self.answer()
        await asyncio.sleep(self._dice.uniform(*self._manners.talks_s))
        if self._dice.random() < self._manners.hangs_up:
            self.hung_up[_header_of(self.invites[-1], "X-Callroom-Call")] = datetime.now(UTC)  # noqa: TID251 - as above
            self.hang_up()
            self.held = None

    def hang_up(self) -> None:
        """As the page does for a person who presses the button while Callroom may be away (cti.domain.rejoin)."""
        send = self._send
        reason = "Reason: Q.850;cause=31\r\nContent-Length: 0"
        self._send = lambda text: send(text.replace("Content-Length: 0", reason, 1))
        try:
            super().hang_up()
        finally:
            self._send = send

    def _received(self, text: str) -> None:
        super()._received(text)
        if text.startswith(("BYE ", "CANCEL ")):
            self.held = None
            if self._at_work is not None:
                self._at_work.cancel()

    async def aclose(self) -> None:
        if self._at_work is not None:
            self._at_work.cancel()
        await super().aclose()


def _header_of(invite: str, name: str) -> str:
    for line in invite.split("\r\n"):
        if line.lower().startswith(f"{name.lower()}:"):
            return line.partition(":")[2].strip()
    return "?"


@dataclass
class Agent:
    """One person at work until cancelled; `acknowledged` are the dispositions that the API confirmed."""

    installation: Installation
    switch: InstanceSettings
    login: str
    password: str
    dice: random.Random
    manners: Manners
    acknowledged: dict[str, str] = field(default_factory=dict)
    collisions: list[str] = field(default_factory=list)
    hung_up: dict[str, datetime] = field(default_factory=dict)
    me: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    system: dict[str, Any] = field(default_factory=dict)
    history: list[tuple[str, str | None]] = field(default_factory=list)

    async def work(self) -> None:
        jar = aiohttp.CookieJar(unsafe=True)
        headers = {"Origin": self.installation.url}
        timeout = aiohttp.ClientTimeout(total=15)
        async with (
            aiohttp.ClientSession(cookie_jar=jar, headers=headers, timeout=timeout) as http,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(self._sit(http))
            group.create_task(self._hold_phone(http))

    # --- the screen ---

    async def _sit(self, http: aiohttp.ClientSession) -> None:
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                await self._sign_in(http)
                async with http.ws_connect(f"{self.installation.url}/cti", timeout=aiohttp.ClientWSTimeout(5)) as push:
                    await self._follow(http, push)
            self.me = {}
            await asyncio.sleep(_PAUSE_S)

    async def _sign_in(self, http: aiohttp.ClientSession) -> None:
        async with http.get(f"{self.installation.url}/api/v1/session") as answer:
            if answer.status == 200:
                return
        body = {"login": self.login, "password": self.password}
        async with http.post(f"{self.installation.url}/api/v1/session", json=body) as answer:
            if answer.status >= 400:
                raise aiohttp.ClientError(await answer.text())

    async def _follow(self, http: aiohttp.ClientSession, push: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            # What was refused a moment ago may be possible now, without any news.
            with contextlib.suppress(TimeoutError):
                message = await push.receive(timeout=1.0)
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                said = json.loads(message.data)
                if said["type"] == "snapshot":
                    self.objects = {}
                self.objects.update(said.get("objects", {}))
            self.system = self.objects.get("system") or self.system
            views = (view for key, view in self.objects.items() if key.startswith("agent:"))
            self.me = next((view for view in views if view and "call_id" in view), {})
            now = (self.me.get("state", ""), self.me.get("call_id"))
            if not self.history or self.history[-1] != now:
                self.history.append(now)
            await self._react(http)

    async def _react(self, http: aiohttp.ClientSession) -> None:
        match self.me:
            case {"state": "signed_out"}:
                await self._post(http, "/agent/sign-in", {})
            case {"state": "not_ready", "phone_reachable": True}:
                await self._post(http, "/agent/ready", {})
            case {"state": "wrap_up", "needs_disposition": True, "call_id": str(call_id)}:
                body = {"code": "resolved", "note": ""}
                if await self._post(http, f"/calls/{call_id}/disposition", body):
                    self.acknowledged[call_id] = "resolved"
                    await self._post(http, "/agent/ready", {})
            case {"state": "wrap_up", "needs_disposition": False}:
                await self._post(http, "/agent/ready", {})

    async def _post(self, http: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> bool:
        async with http.post(f"{self.installation.url}/api/v1{path}", json=body) as answer:
            await answer.read()
            return answer.status < 300

    # --- the phone ---

    async def _hold_phone(self, http: aiohttp.ClientSession) -> None:
        while not self.me.get("extension"):
            await asyncio.sleep(0.05)
        extension = str(self.me["extension"])
        password = sip_password(self.switch.secrets.sip_key, extension)
        while True:
            handset = Handset(extension, password, self.dice, self.manners)
            handset.collisions, handset.hung_up = self.collisions, self.hung_up
            try:
                await handset.open_ws(self.switch.ws_port)
                await self._stay_registered(handset)
            except (OSError, WebSocketException, TimeoutError):
                pass
            finally:
                with contextlib.suppress(OSError, WebSocketException):
                    await handset.aclose()
            await asyncio.sleep(_PAUSE_S)

    async def _stay_registered(self, handset: Handset) -> None:
        while True:
            if " 200" not in await handset.register(expires_s=600):
                return
            assert handset._reader is not None
            done, _ = await asyncio.wait({handset._reader}, timeout=_REGISTER_EVERY_S)
            if done:
                return


def settings_of(installation: Installation) -> InstanceSettings:
    secrets = load_or_create(installation.home / "secrets.toml")
    return callroom_settings(installation.home, installation.base_port, secrets)


@contextlib.asynccontextmanager
async def crew(
    installation: Installation, passwords: dict[str, str], seed: int, manners: Manners | None = None
) -> AsyncIterator[list[Agent]]:
    """These people at work for a while; the block begins when all of them are ready."""
    switch = settings_of(installation)
    agents = [
        Agent(installation, switch, login, password, random.Random(f"{seed}{login}"), manners or Manners())
        for login, password in passwords.items()
    ]
    async with at_work(agents):
        yield agents


@contextlib.asynccontextmanager
async def at_work(agents: Sequence[Agent]) -> AsyncIterator[None]:
    """Let them work for a while; the block begins when all of them are ready."""
    working = [asyncio.ensure_future(agent.work()) for agent in agents]
    try:
        async with asyncio.timeout(60):
            while not all(agent.me.get("state") == "ready" for agent in agents):
                for task in working:
                    if task.done():
                        task.result()
                await asyncio.sleep(0.1)
        yield
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
