"""A person at Callroom's HTTP API and push socket, without a browser."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from yarl import URL

from tests.installation import Installation

_PATIENCE_S = 15.0


class Seat:
    """Signed in; `objects` is what the push socket has told."""

    def __init__(self, installation: Installation, http: aiohttp.ClientSession) -> None:
        self._url = f"{installation.url}/api/v1"
        self._http = http
        self.objects: dict[str, Any] = {}
        self._changed = asyncio.Event()

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the answer's JSON, None when it has none."""
        content = await self._content(method, path, json=body)
        return json.loads(content) if content else None

    async def upload(self, path: str, file: str, **fields: str) -> Any:
        """Send a table, and return the answer's JSON."""
        form = aiohttp.FormData()
        form.add_field("file", file.encode(), filename="list.csv")
        for name, value in fields.items():
            form.add_field(name, value)
        return json.loads(await self._content("POST", path, data=form))

    async def download(self, path: str) -> bytes:
        """Return the answer as it is."""
        return await self._content("GET", path)

    async def all_of(self, path: str) -> list[dict[str, Any]]:
        """Return what is on all pages; `path` with its query."""
        rows: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self.ask("GET", f"{path}&limit=200{cursor}")
            rows += page["items"]
            if not page["next_cursor"]:
                return rows
            cursor = f"&cursor={page['next_cursor']}"

    async def _content(self, method: str, path: str, **more: Any) -> bytes:
        async with self._http.request(method, f"{self._url}{path}", **more) as answer:
            content = await answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {content.decode()}")
            return content

    def sip(self, port: int | None) -> Any:
        """Open the way to Asterisk as pages do, at the phones' door if there is one; a context."""
        origin = URL(self._url).origin()
        return self._http.ws_connect(origin.with_port(port or origin.port) / "sip", protocols=("sip",))

    @property
    def me(self) -> dict[str, Any]:
        """The agent's own view."""
        return next((view for key, view in self.objects.items() if key.startswith("agent:") and "call_id" in view), {})

    async def until(self, state: str) -> None:
        """Wait until the floor has this agent in that state."""
        async with asyncio.timeout(_PATIENCE_S):
            while self.me.get("state") != state:
                self._changed.clear()
                await self._changed.wait()

    async def get_ready(self) -> None:
        """Sign in to the floor and be ready; the phone must be there."""
        await self.ask("POST", "/agent/sign-in", {})
        async with asyncio.timeout(_PATIENCE_S):
            while not self.me.get("phone_reachable"):
                self._changed.clear()
                await self._changed.wait()
        await self.ask("POST", "/agent/ready", {})
        await self.until("ready")

    async def classify(self) -> None:
        """Say what the call was and be ready again."""
        await self.until("wrap_up")
        await self.ask("POST", f"/calls/{self.me['call_id']}/disposition", {"code": "resolved", "note": ""})
        if self.me["state"] != "ready":
            await self.ask("POST", "/agent/ready", {})
        await self.until("ready")

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Follow the push socket until it is closed."""
        async for message in socket:
            said = json.loads(message.data)
            if said["type"] == "snapshot":
                self.objects = said["objects"]
            self.objects.update(said.get("objects", {}))
            self.objects = {key: view for key, view in self.objects.items() if view is not None}
            self._changed.set()


@contextlib.asynccontextmanager
async def seat(
    installation: Installation, login: str, password: str = "", kind: type[Seat] = Seat
) -> AsyncIterator[Seat]:
    """Sign somebody in for a while, push socket and all; without `password` with that of the installation's own."""
    jar = aiohttp.CookieJar(unsafe=True)
    tcp = aiohttp.TCPConnector(ssl=installation.ssl)
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": installation.url}, connector=tcp) as http:
        person = kind(installation, http)
        await person.ask("POST", "/session", {"login": login, "password": password or installation.passwords[login]})
        async with http.ws_connect(f"{installation.url}/cti") as socket, asyncio.TaskGroup() as group:
            listening = group.create_task(person.listen(socket))
            yield person
            listening.cancel()


async def straight_to_queue(admin: Seat, number: str, login: str) -> None:
    """Set up an entry number whose flow is nothing but a queue of this agent alone; nothing is recorded there."""
    queue = await admin.ask("POST", "/queues", {"name": f"Bench {number}", "record": False, "wrap_up_s": 0})
    body = {"start": "line", "nodes": {"line": {"type": "queue", "queue": queue["id"]}}}
    flow = await admin.ask("POST", "/flows", {"name": f"Bench {number}", "body": body})
    await admin.ask("POST", "/entry-numbers", {"number": number, "label": "Bench", "flow_id": flow["id"]})
    users = (await admin.ask("GET", "/users"))["items"]
    user = next(user for user in users if user["login"] == login)
    await admin.ask("PATCH", f"/users/{user['id']}", {"version": user["version"], "queue_ids": [queue["id"]]})
