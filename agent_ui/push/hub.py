"""Spreads the floor's changes over the connected browsers: one subscription, one encoding per shape."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from agent_ui.push.crowd import Browser, Crowd, wake_or_cut
from agent_ui.push.pops import Lookup, Pops
from agent_ui.push.protocol import Notice, encode
from agent_ui.push.visibility import Shape, View, Viewer, participants, project, shape_for
from cti.bus import Bus
from cti.domain.facts import Change
from cti.errors import Overflowed
from cti.tasks import TaskSet

_log = logging.getLogger(__name__)
BUS_CAPACITY = 20_000
# A ring that waits for its pop longer than this goes out without; the pop follows by itself.
HOLD_S = 0.25
# Pages that one session may have open; a page is a socket and a queue.
PAGES_MAX = 8
# What only those who take part see, and who sees the floor.
_OF_FEW = ("call:", "pop:", "callback:")


class FloorViews(Protocol):
    """What the hub needs of the floor."""

    def view(self, key: str) -> dict[str, Any] | None:
        """Return one view as it is now."""

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Return all views."""


Presence = Callable[[int, bool], None]


class Hub:
    """`presence(agent_id, here)` is called when an agent's first browser comes and the last one goes."""

    def __init__(
        self, floor: FloorViews, bus: Bus, lookup: Lookup, presence: Presence, system: Callable[[], dict[str, Any]]
    ) -> None:
        self._floor = floor
        self._bus = bus
        self._presence = presence
        self._system = system
        self._tasks = TaskSet()
        self.pops = Pops(lookup, self._pop_is_ready, self._tasks)
        self._browsers: dict[Browser, None] = {}  # in the order of their coming
        # A view is looked at once for each of them.
        self._crowds: dict[Viewer, Crowd] = {}
        self._pages: dict[int, dict[Browser, None]] = {}  # by user
        self._seats: dict[int, dict[Browser, None]] = {}  # by agent
        # Who has a view that few have: they are to lose it, and nobody else is looked at.
        self._holders: dict[str, dict[Browser, None]] = {}
        self._active: dict[int, Browser] = {}
        self._held: dict[str, set[str]] = {}
        # What is one person's own beside the floor, while they have an open page.
        self._personal: dict[int, dict[str, dict[str, Any]]] = {}
        self._on_arrival: list[Callable[[int], None]] = []
        # views that are not the floor's own
        self._posted: dict[str, View] = {}

    @property
    def browsers(self) -> int:
        """How many are connected."""
        return len(self._browsers)

    def sessions(self) -> set[tuple[str, int | None]]:
        """Each session with open pages, and whose seat it is."""
        return {(browser.session_key, browser.viewer.agent_id) for browser in self._browsers}

    def users(self) -> set[int]:
        """Who has open pages."""
        return set(self._pages)

    def people(self) -> dict[int, Viewer]:
        """Who has open pages, and what they see."""
        return {browser.viewer.user_id: browser.viewer for browser in self._browsers}

    def on_arrival(self, listener: Callable[[int], None]) -> None:
        """Call `listener` with each person whose first page comes."""
        self._on_arrival.append(listener)

    def show(self, user_id: int, kind: str, view: dict[str, Any] | None) -> None:
        """Give all pages of one person a view of their own, `kind:user_id`, until there is another; None: no more."""
        key = f"{kind}:{user_id}"
        pages = list(self._pages.get(user_id, ()))
        if not pages:
            return
        own = self._personal.setdefault(user_id, {})
        own.pop(key, None)
        if view is not None:
            own[key] = view
        for browser in pages:
            shape = Shape.HIDDEN if view is None else shape_for(browser.viewer, key, view)
            self._tell(browser, key, self._encode(key, view, shape, browser.viewer.sees_numbers))

    @property
    def is_floor_seen(self) -> bool:
        """Somebody's page may show the floor."""
        return any(viewer.sees_floor for viewer in self._crowds)

    def post(self, key: str, view: View | None) -> None:
        """Show a view that is not the floor's, or (None) no more; what is as before is not told."""
        if view == self._posted.get(key):
            return
        if view is None:
            del self._posted[key]
        else:
            self._posted[key] = view
        self._spread(key, view)

    async def run(self) -> None:
        """Follow the bus; after an overflow everyone gets a snapshot."""
        while True:
            with self._bus.subscribe_newest("push", BUS_CAPACITY) as subscription:
                self._prefetch(self._floor.snapshot())
                self._resync_all()
                try:
                    async for change in subscription:
                        self._follow([change, *subscription.take_all()])
                    return
                except Overflowed:
                    _log.warning("Push fell behind the floor; browsers get snapshots")

    async def aclose(self) -> None:
        """Close every browser and end the lookups."""
        for browser in list(self._browsers):
            browser.end()
        await self._tasks.aclose()

    def join(self, browser: Browser) -> None:
        """A page connected: it gets its snapshot."""
        agent_id = browser.viewer.agent_id
        is_first, is_new = agent_id not in self._seats, browser.viewer.user_id not in self._pages
        self._browsers[browser] = None
        self._pages.setdefault(browser.viewer.user_id, {})[browser] = None
        if agent_id is not None:
            self._seats.setdefault(agent_id, {})[browser] = None
        alike = browser.viewer.crowd
        if alike not in self._crowds:
            self._crowds[alike] = Crowd(alike)
        self._crowds[alike].members[browser] = None
        self._make_room(browser.session_key)
        self.resync(browser)
        if is_new:
            for listener in self._on_arrival:
                listener(browser.viewer.user_id)
        if agent_id is not None and is_first:
            self._presence(agent_id, True)

    def _make_room(self, session_key: str) -> None:
        """The newest pages stay, and the one with the telephone; the oldest other one is told and closed."""
        pages = [one for one in self._browsers if one.session_key == session_key]
        if len(pages) > PAGES_MAX:
            oldest = next(one for one in pages if self._active.get(one.viewer.user_id) is not one)
            oldest.copy.notify(Notice.CROWDED)
            oldest.end()

    def leave(self, browser: Browser) -> None:
        """A page is gone; once more is nothing."""
        if self._browsers.pop(browser, self) is self:
            return
        user_id, agent_id = browser.viewer.user_id, browser.viewer.agent_id
        crowd = self._crowds[browser.viewer.crowd]
        del crowd.members[browser]
        if not crowd.members:
            crowd.close()
            del self._crowds[browser.viewer.crowd]
        if _take(self._pages, user_id, browser):
            self._personal.pop(user_id, None)
        if self._active.get(user_id) is browser:
            del self._active[user_id]
        if agent_id is not None and _take(self._seats, agent_id, browser):
            self._presence(agent_id, False)

    def claim(self, browser: Browser) -> None:
        """This page is the one with the phone now; the one before it is told."""
        previous = self._active.get(browser.viewer.user_id)
        self._active[browser.viewer.user_id] = browser
        if previous is not None and previous is not browser:
            previous.copy.notify(Notice.REPLACED)
            previous.wake()

    def resync(self, browser: Browser) -> None:
        """Give this page everything that it may see."""
        own = self._personal.get(browser.viewer.user_id, {})
        views: dict[str, View] = {**self._floor.snapshot(), **self._posted, **own}
        for call_id in [key[5:] for key in views if key.startswith("call:")]:
            self._add_pop(views, call_id)
        objects: dict[str, bytes] = {}
        for key, view in views.items():
            shape = shape_for(browser.viewer, key, view)
            if shape is not Shape.HIDDEN:
                whole = self._complete(key, view)
                objects[key] = encode(project(shape, whole, sees_numbers=browser.viewer.sees_numbers))
                self._hold(browser, key, objects[key])
        browser.copy.reset(objects)
        browser.wake()

    def end_session(self, session_key: str) -> None:
        """The session is over (signed out, revoked): its pages are told and closed."""
        for browser in [one for one in self._browsers if one.session_key == session_key]:
            browser.copy.notify(Notice.SIGNED_OUT)
            browser.end()

    def change_viewer(self, user_id: int, viewer: Viewer) -> None:
        """An administrator changed what this person may see."""
        for browser in list(self._pages.get(user_id, ())):
            self.leave(browser)
            browser.viewer = viewer
            browser.copy.me = viewer.agent_id
            self.join(browser)

    def touch(self, keys: Iterable[str]) -> None:
        """Spread these views as they are now."""
        for key in keys:
            self._spread(key, self._view(key))

    def _follow(self, changes: list[Change]) -> None:
        touched = dict.fromkeys(key for change in changes for key in change.touched)
        # calls first: whether a ring is held back decides about the agent's own view
        for key in sorted(touched, key=lambda key: not key.startswith("call:")):
            self._touched(key)

    def _touched(self, key: str) -> None:
        view = self._floor.view(key)
        kind, _, name = key.partition(":")
        if kind == "call":
            self._watch_call(name, view)
        call_id = name if kind == "call" else view.get("call_id") if kind == "agent" and view else None
        if call_id in self._held:
            self._held[call_id].add(key)
            return
        self._spread(key, view)
        if kind == "call":
            self._spread(f"pop:{name}", self._view(f"pop:{name}"))

    def _watch_call(self, call_id: str, view: dict[str, Any] | None) -> None:
        if view is None:
            self.pops.forget(call_id)
            self._held.pop(call_id, None)
            return
        self._want_pop(call_id, view)
        if view["agent_id"] is not None and self.pops.is_pending(call_id) and call_id not in self._held:
            self._held[call_id] = set()
            asyncio.get_running_loop().call_later(HOLD_S, self._release, call_id)

    def _prefetch(self, views: dict[str, dict[str, Any]]) -> None:
        for key, view in views.items():
            if key.startswith("call:"):
                self._want_pop(key[5:], view)

    def _want_pop(self, call_id: str, view: View) -> None:
        self.pops.want(call_id, view["caller"]["number"], view.get("customer_id"))

    def _pop_is_ready(self, call_id: str) -> None:
        self.touch([f"pop:{call_id}"])
        self._release(call_id)

    def _release(self, call_id: str) -> None:
        self.touch(self._held.pop(call_id, ()))

    def _resync_all(self) -> None:
        # What was missed is told by nothing else: what waits of before would come after it.
        for crowd in self._crowds.values():
            crowd.forget()
        self._holders.clear()
        for browser in self._browsers:
            self.resync(browser)

    def _view(self, key: str) -> View | None:
        if not key.startswith("pop:"):
            return self._floor.view(key)
        views: dict[str, View] = {}
        call = self._floor.view(f"call:{key[4:]}")
        if call is not None:
            views[f"call:{key[4:]}"] = call
            self._add_pop(views, key[4:])
        return views.get(key)

    def _add_pop(self, views: dict[str, View], call_id: str) -> None:
        pop = self.pops.pop(call_id)
        if pop is not None:
            call = views[f"call:{call_id}"]
            parties = [{"agent_id": party["agent_id"]} for party in call.get("parties", ())]
            views[f"pop:{call_id}"] = {**pop, "call_id": call_id, "agent_id": call["agent_id"], "parties": parties}

    def _complete(self, key: str, view: View) -> View:
        return {**view, **self._system()} if key == "system" else view

    def _spread(self, key: str, view: View | None) -> None:
        encoded: dict[tuple[Shape, bool], bytes | None] = {}

        def body(shape: Shape, *, sees_numbers: bool) -> bytes | None:
            if (shape, sees_numbers) not in encoded:
                encoded[shape, sees_numbers] = self._encode(key, view, shape, sees_numbers)
            return encoded[shape, sees_numbers]

        own = frozenset() if view is None else participants(view)
        for viewer, crowd in list(self._crowds.items()):
            shape = Shape.HIDDEN if view is None else shape_for(viewer, key, view)
            shown = body(shape, sees_numbers=viewer.sees_numbers)
            if shown is not None and (shape is Shape.COLLEAGUE or (key.startswith("queue:") and not viewer.sees_floor)):
                crowd.keep(key, shown, own)
                continue
            crowd.drop(key)
            for browser in self._concerned(crowd, key, view, shown):
                if browser.viewer.agent_id not in own:
                    self._tell(browser, key, shown)
                    self._hold(browser, key, shown)
        for browser in [one for agent_id in own for one in self._seats.get(agent_id, ())]:
            shape = Shape.HIDDEN if view is None else shape_for(browser.viewer, key, view)
            shown = body(shape, sees_numbers=browser.viewer.sees_numbers)
            self._tell(browser, key, shown)
            self._hold(browser, key, shown)
        if view is None:
            self._holders.pop(key, None)

    def _concerned(self, crowd: Crowd, key: str, view: View | None, shown: bytes | None) -> list[Browser]:
        """Who is to be told: of what few have, those who may not see it any more; all else they never had."""
        if shown is not None or crowd.viewer.sees_floor:
            return list(crowd.members)
        if key.startswith(_OF_FEW):
            return [one for one in self._holders.get(key, ()) if one in crowd.members]
        return list(crowd.members) if view is None else []

    def _hold(self, browser: Browser, key: str, shown: bytes | None) -> None:
        if shown is not None and not browser.viewer.sees_floor and key.startswith(_OF_FEW):
            self._holders.setdefault(key, {})[browser] = None

    @staticmethod
    def _tell(browser: Browser, key: str, view: bytes | None) -> None:
        if browser.copy.change(key, view):
            wake_or_cut(browser)

    def _encode(self, key: str, view: View | None, shape: Shape, sees_numbers: bool) -> bytes | None:
        if view is None or shape is Shape.HIDDEN:
            return None
        return encode(project(shape, self._complete(key, view), sees_numbers=sees_numbers))


def _take(index: dict[int, dict[Browser, None]], key: int, browser: Browser) -> bool:
    """Take a page out; True: it was the last one there."""
    del index[key][browser]
    if index[key]:
        return False
    del index[key]
    return True
