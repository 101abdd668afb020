"""Push to many sockets, as the product does (Bus, Hub, Connection) or as a bare aiohttp broadcast.

`python -m tests.bench.push_server callroom|bare PORT`; then on standard input `go PER_S SECONDS` publishes so many
changes of the floor a second, and `report` writes what the process holds and has used.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from agent_ui.push.connection import Connection
from agent_ui.push.hub import Hub
from agent_ui.push.visibility import Viewer
from agent_ui.settings import WebSettings
from cti.bus import Bus
from cti.clock import SystemClock
from cti.domain.facts import Change
from tests.bench.processes import cost

AGENTS = 200


def agent_view(number: int) -> dict[str, Any]:
    """An agent as the floor shows one; `sent_at` is the bench's own."""
    return {
        "agent_id": number,
        "name": f"Agent {number}",
        "extension": str(1000 + number),
        "state": "talking",
        "reason": "",
        "since": "2026-11-22T03:00:00.000Z",
        "call_id": "3f1c0e0a-7f53-4a3e-9e57-6a0f5f0b7d11",
        "next_state": None,
        "wrap_up_until": None,
        "needs_disposition": False,
        "phone_reachable": True,
        "screen_connected": True,
        "queue_ids": [1, 2],
    }


class Floor:
    """Views as the hub asks for them."""

    def __init__(self) -> None:
        self.views = {f"agent:{number}": agent_view(number) for number in range(1, AGENTS + 1)}

    def view(self, key: str) -> dict[str, Any] | None:
        return self.views.get(key)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        return dict(self.views)


class Ours:
    """The product's push; every browser is a supervisor's, who sees everything at once."""

    def __init__(self) -> None:
        self._floor, self._bus, self._clock = Floor(), Bus(), SystemClock()
        self._hub = Hub(self._floor, self._bus, self._look_up, lambda _agent, _here: None, dict)
        self._seq = 0
        self._settings = WebSettings()

    def start(self, group: asyncio.TaskGroup) -> None:
        group.create_task(self._hub.run())

    async def serve(self, request: web.Request) -> web.StreamResponse:
        number = int(request.query["n"])
        connection = Connection(
            request,
            Viewer(number, None, True, frozenset()),
            f"session-{number}",
            self._settings.push_queue_limit,
            self._settings.push_stall_s,
        )
        return await connection.serve(self._hub, self._clock)

    async def tell(self) -> None:
        self._seq += 1
        key = f"agent:{self._seq % AGENTS + 1}"
        self._floor.views[key]["sent_at"] = time.time()
        self._bus.publish(Change(self._seq, datetime.now(UTC), (), (key,)))  # noqa: TID251

    @staticmethod
    async def _look_up(_number: str | None, _customer_id: int | None) -> dict[str, Any]:
        return {}


class Bare:
    """The least that aiohttp can do: one text, to one socket after the other."""

    def __init__(self) -> None:
        self._sockets: list[web.WebSocketResponse] = []
        self._seq = 0

    def start(self, group: asyncio.TaskGroup) -> None:
        """Nothing runs by itself."""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        await socket.send_str("{}")
        self._sockets.append(socket)
        async for _ in socket:
            pass
        return socket

    async def tell(self) -> None:
        self._seq += 1
        view = {**agent_view(self._seq % AGENTS + 1), "sent_at": time.time()}
        text = json.dumps({"type": "change", "seq": self._seq, "objects": {f"agent:{self._seq}": view}})
        for socket in self._sockets:
            await socket.send_str(text)


async def publish(push: Ours | Bare, per_s: float, seconds: float) -> None:
    """Publish at an even pace; a server that is behind is not waited for, but one that is stuck is."""
    due = time.monotonic()
    for _ in range(round(per_s * seconds)):
        await push.tell()
        due += 1 / per_s
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def main() -> None:
    push: Ours | Bare = Ours() if sys.argv[1] == "callroom" else Bare()
    app = web.Application()
    app.router.add_get("/cti", push.serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(sys.argv[2]), backlog=2000).start()
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with asyncio.TaskGroup() as group:
        push.start(group)
        while line := (await reader.readline()).decode().split():
            if line[0] == "go":
                await publish(push, float(line[1]), float(line[2]))
            sys.stdout.write(json.dumps(asdict(cost([os.getpid()]))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
