"""Who looks on: lets in by the link, tells at most once a second what is new, and sends away when the link is over."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Protocol

import msgspec
from aiohttp import web

from agent_ui.config import Config
from agent_ui.errors import ApiError
from agent_ui.memory import Memory
from agent_ui.wallboard.board import Scene, make_board, scopes
from agent_ui.wallboard.choices import Choices
from agent_ui.wallboard.floor_feed import FloorFeed, Pages
from agent_ui.wallboard.live import Live
from agent_ui.wallboard.thresholds import ThresholdBook
from agent_ui.wallboard.token import Token, read_token, token_key, write_token
from crm_core.errors import NotFound
from crm_core.wallboards import LinkRow
from cti.clock import Clock

_log = logging.getLogger(__name__)
EVERY_S = 1.0
# A page that hears nothing for three times as long says that it is stale.
ALIVE_S = 4.0
MOST_VIEWERS = 60
HEADERS = {
    "Content-Type": "application/x-ndjson",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep the lines until it has some kilobytes
}
REFUSALS = {
    "link_unknown": "This link opens nothing here; ask a supervisor for a new one.",
    "link_expired": "This link is over; ask a supervisor for a new one.",
    "link_revoked": "This link was taken back; ask a supervisor for a new one.",
}
_encode = msgspec.json.Encoder().encode


class FloorViews(Protocol):
    """What a board needs of the floor."""

    def snapshot(self) -> Mapping[str, Mapping[str, Any]]:
        """Return all views."""


@dataclass(slots=True, eq=False)
class _Viewer:
    link_id: int
    over: asyncio.Event = field(default_factory=asyncio.Event)
    code: str | None = None

    def end(self, code: str | None) -> None:
        self.code = code
        self.over.set()


class Wallboard:
    """`key` seals the links. Nobody is counted for who does not look on."""

    def __init__(
        self,
        memory: Memory,
        floor: FloorViews,
        live: Live,
        clock: Clock,
        feed: FloorFeed,
        key: bytes,
        zone: tzinfo,
        stall_s: float,
    ) -> None:
        self._links = memory.wallboards
        self._floor = floor
        self._live = live
        self._clock = clock
        self.feed = feed
        self.thresholds = feed.thresholds
        self._key = key
        self._zone = zone
        self._stall_s = stall_s
        self._viewers: dict[_Viewer, None] = {}
        self._said: dict[int, tuple[float, bytes]] = {}
        self._seen: tuple[float, Mapping[str, Mapping[str, Any]]] | None = None
        self._closed = False

    def token(self, row: LinkRow) -> str:
        """Return what the link to this board ends with."""
        return write_token(Token(row.id, row.expires_at), self._key)

    def revoked(self, link_id: int) -> None:
        """Send away who came by it."""
        for viewer in self._viewers:
            if viewer.link_id == link_id:
                viewer.end("link_revoked")

    def close(self) -> None:
        """We stop: the pages come back by themselves."""
        self._closed = True
        for viewer in self._viewers:
            viewer.end(None)

    async def serve(self, request: web.Request, text: str) -> web.StreamResponse:
        """Stay until either side ends it; raises ApiError for whom the link does not let in."""
        token = read_token(text, self._key)
        if token is None:
            raise _refusal("link_unknown")
        if self._closed or len(self._viewers) >= MOST_VIEWERS:
            raise ApiError(503, "too_many_viewers", "Too many wallboards are open; close some that nobody looks at.")
        viewer = _Viewer(token.link_id)
        # before the row is read: a link that is taken back in this moment must reach this viewer, too
        self._viewers[viewer] = None
        try:
            row = await self._admit(token)
            response = web.StreamResponse(headers=HEADERS)
            await response.prepare(request)
            await self._follow(request, response, viewer, row)
            return response
        finally:
            del self._viewers[viewer]

    async def _admit(self, token: Token) -> LinkRow:
        try:
            row = await self._links.get(token.link_id)
        except NotFound:
            raise _refusal("link_unknown") from None
        if row.expires_at != token.expires_at:
            # of another database than ours
            raise _refusal("link_unknown")
        if row.revoked_at is not None:
            raise _refusal("link_revoked")
        if row.expires_at <= self._clock.now():
            raise _refusal("link_expired")
        return row

    async def _follow(self, request: web.Request, response: web.StreamResponse, viewer: _Viewer, row: LinkRow) -> None:
        try:
            await self._tell(response, viewer, row)
            if viewer.code is not None:
                await self._say(response, _encode({"type": "end", "code": viewer.code}))
            await response.write_eof()
        except TimeoutError:
            _log.warning("Wallboard cut: it does not read", extra={"link_id": row.id})
            if request.transport is not None:
                request.transport.abort()
        except ConnectionError:
            pass  # the page is gone

    async def _tell(self, response: web.StreamResponse, viewer: _Viewer, row: LinkRow) -> None:
        loop, choices = asyncio.get_running_loop(), Choices.model_validate(row.board)
        before, spoke_s = b"", 0.0
        while not viewer.over.is_set():
            now = self._clock.now()
            if row.expires_at <= now:
                viewer.end("link_expired")
                return
            body = await self._body(row, choices, now)
            if body != before or loop.time() - spoke_s >= ALIVE_S:
                said = body if body != before else b'{"type":"alive"}'
                at = b'"at":%b,' % _encode(now)
                await self._say(response, said[:1] + at + said[1:])
                before, spoke_s = body, loop.time()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await viewer.over.wait()

    async def _say(self, response: web.StreamResponse, line: bytes) -> None:
        async with asyncio.timeout(self._stall_s):
            await response.write(line + b"\n")

    async def _body(self, row: LinkRow, choices: Choices, now: datetime) -> bytes:
        """Made once in a second for all who came by the same link."""
        now_s = asyncio.get_running_loop().time()
        said = self._said.get(row.id)
        if said is not None and now_s - said[0] < EVERY_S / 2:
            return said[1]
        scene = Scene(self._views(now_s), self._live.today, now, self._zone, self.thresholds.all())
        if scene.today is not None:
            for scope in scopes(choices, scene.views):
                for _ in scene.today.count(scope, choices.limits, now):
                    await asyncio.sleep(0)
        body = _encode({"type": "board", **make_board(row.name, choices, scene)})
        self._said[row.id] = now_s, body
        return body

    def _views(self, now_s: float) -> Mapping[str, Mapping[str, Any]]:
        if self._seen is None or now_s - self._seen[0] >= EVERY_S / 2:
            self._seen = now_s, self._floor.snapshot()
        return self._seen[1]


def _refusal(code: str) -> ApiError:
    return ApiError(403, code, REFUSALS[code])


def open_wallboard(
    config: Config, memory: Memory, floor: FloorViews, live: Live, clock: Clock, pages: Pages
) -> Wallboard:
    """Build it from the settings; `live` is run by who opens it."""
    key = token_key(config.secrets.asterisk.sip_key)
    thresholds = ThresholdBook(memory.settings, pages.post)
    feed = FloorFeed(floor, live, clock, pages, thresholds)
    return Wallboard(memory, floor, live, clock, feed, key, config.telephone.zone, config.web.push_stall_s)
