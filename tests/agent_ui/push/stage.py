"""A hub with a floor and pages, without sockets."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from agent_ui.push.hub import Hub
from agent_ui.push.protocol import BrowserCopy
from agent_ui.push.visibility import Viewer
from cti.bus import Bus
from cti.domain.facts import Change

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LI = Viewer(user_id=7, agent_id=7, sees_floor=False, queue_ids=frozenset({1}))
WANG = Viewer(user_id=8, agent_id=8, sees_floor=False, queue_ids=frozenset())
BOSS = Viewer(user_id=2, agent_id=None, sees_floor=True, queue_ids=frozenset())


def call(
    state: str = "waiting", agent_id: int | None = None, number: str | None = "+861", customer_id: int | None = None
) -> dict[str, Any]:
    return {
        "state": state,
        "agent_id": agent_id,
        "caller": {"number": number, "name": ""},
        "customer_id": customer_id,
    }


class Floor:
    def __init__(self) -> None:
        self.views: dict[str, dict[str, Any]] = {"system": {"stale_since": None}}

    def view(self, key: str) -> dict[str, Any] | None:
        return self.views.get(key)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        return dict(self.views)


def tell_waiting(hub: Hub) -> None:
    """What is told in a moment; no test waits for that."""
    for crowd in hub._crowds.values():
        crowd._gather()
        while crowd._left:
            crowd._tell_some()


class Page:
    def __init__(self, viewer: Viewer, session_key: str = "s", limit: int = 50) -> None:
        self.viewer, self.session_key = viewer, session_key
        self.copy = BrowserCopy(viewer.agent_id, limit)
        self.woken: list[str] = []
        self.was_cut = self.was_ended = False
        self.hub: Hub | None = None

    def wake(self) -> None:
        self.woken.append("now")

    def cut(self) -> None:
        self.was_cut = True

    def end(self) -> None:
        self.was_ended = True

    def take(self) -> list[Any]:
        if self.hub is not None:
            tell_waiting(self.hub)
        messages = []
        while (text := self.copy.next_message(NOW)) is not None:
            messages.append(json.loads(text))
        return messages

    def objects(self) -> dict[str, Any]:
        return {key: view for message in self.take() for key, view in message.get("objects", {}).items()}


class Stage:
    def __init__(self) -> None:
        self.floor, self.bus = Floor(), Bus()
        self.presence: list[tuple[int, bool]] = []
        self.answers: dict[str | None, asyncio.Future[dict[str, Any]]] = {}
        self.lookups = 0
        system = {"recording": {"ok": True, "reason": None}}
        self.hub = Hub(self.floor, self.bus, self.lookup, lambda *seen: self.presence.append(seen), lambda: system)
        self.seq = 0

    async def lookup(self, number: str | None, customer_id: int | None) -> dict[str, Any]:
        self.lookups += 1
        if number in self.answers:
            return await self.answers[number]
        return {"number_e164": number, "withheld": number is None, "matches": []}

    def page(self, viewer: Viewer, **more: Any) -> Page:
        page = Page(viewer, **more)
        page.hub = self.hub
        self.hub.join(page)
        return page

    async def set(self, **views: dict[str, Any] | None) -> None:
        keys = []
        for name, view in views.items():
            key = name.replace("_", ":")
            keys.append(key)
            if view is None:
                self.floor.views.pop(key, None)
            else:
                self.floor.views[key] = view
        self.seq += 1
        self.bus.publish(Change(self.seq, NOW, (), tuple(keys)))
        for _ in range(5):
            await asyncio.sleep(0)
