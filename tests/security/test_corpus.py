"""Hostile texts in every parameter of every route: no fault of ours, and nothing of what they want to happen.

Each place gets the next few of the list in turn (a header one), so that every kind of place (path, query, body, form)
and every header meets the whole list, while a single parameter meets a part of it. All is sent as an administrator, who
gets furthest: what the other roles may not is asked in test_rights.
"""

import asyncio
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from sqlalchemy import text
from yarl import URL

from agent_ui.api.route import API_PREFIX
from agent_ui.api.table import ROUTES
from crm_core.audit import AuditFilter
from tests.agent_ui.world import Person, World, running_world
from tests.crm_core.conftest import migrated_data, own_cluster
from tests.crm_core.postgres import Cluster
from tests.security.corpus import ALL, HEADER, HEADERS, LINES, PATHS, SECRET, SLEEP_S, SQL, SUM, Place, places, put
from tests.security.house import Objects, house
from tests.security.requests import BODIES

__all__ = ["migrated_data", "own_cluster"]
PER_PLACE = 8
# What a fake Asterisk and missing programs are answered with: named, not broken
EXCUSED = {"switch_unavailable", "tool_missing"}
SEED = 20261122
PWNED = Path("/tmp/callroom-pwned")  # noqa: S108


async def ask(person: Person, place: Place, text: str, objects: Objects) -> tuple[int, dict[str, str], bytes]:
    """Send it, and return status, headers and body as they came."""
    route, path = place.route, objects.path(place.route)
    headers, more = {"Origin": person.base}, {}
    body: Any = BODIES.get(route.name)
    if place.kind == "path":
        path = _path(place, text, objects)
    elif place.kind == "query":
        more["params"] = {str(place.path[0]): _sendable(text)}
    elif place.kind == "body":
        body = put(body, place.path, text)
    elif place.kind == "header":
        headers[str(place.path[0])] = _printable(text)
    if route.uploads:
        more["data"] = _form(place, text)
    elif body is not None:
        more["json"] = body
    address = URL(person.base + API_PREFIX + path, encoded=True)
    async with person.session.request(route.method, address, headers=headers, **more) as answer:
        return answer.status, dict(answer.headers), await answer.read()


def _path(place: Place, text: str, objects: Objects) -> str:
    route = place.route
    filled = route.openapi_path.replace(f"{{{place.path[0]}}}", quote(_sendable(text), safe="") or "%20")
    for name in route.parameters:
        filled = filled.replace(f"{{{name}}}", quote(str(getattr(objects, name, "order")), safe=""))
    return filled


def _form(place: Place, text: str) -> aiohttp.FormData:
    values = {"content": "name,phone\nLi,13800138000\n", "filename": "list.csv", "mapping": '{"0": "name"}'}
    if place.kind == "form":
        values[str(place.path[0])] = _printable(text) if place.path == ("filename",) else _sendable(text)
    form = aiohttp.FormData()
    form.add_field("file", values.pop("content").encode(), filename=values.pop("filename"), content_type="text/csv")
    for name, value in values.items():
        form.add_field(name, value)
    return form


def _sendable(text: str) -> str:
    """Half a surrogate pair cannot be written as UTF-8 at all; in JSON it can."""
    return text.encode("utf-8", "replace").decode()


def _printable(text: str) -> str:
    """What a header may hold; line ends are tried by hand below."""
    return "".join(sign for sign in text if sign.isprintable()).encode("latin-1", "replace").decode("latin-1")[:4000]


def kind_of(place: Place) -> str:
    """Every header is a kind of its own: one place in each route."""
    return str(place.path[0]) if place.kind == "header" else place.kind


class Turns:
    """Deals texts to places, those of each kind in turn, in an order of its own."""

    def __init__(self, texts: Sequence[str]) -> None:
        dice = random.Random(SEED)  # noqa: S311
        self._left = defaultdict[str, Iterator[str]](lambda: cycle(dice.sample(texts, len(texts))))
        self.dealt = defaultdict[str, set[str]](set)

    def deal(self, place: Place, count: int) -> list[str]:
        kind = kind_of(place)
        # of headers nothing is read but a few, and those by every route alike
        dealt = list(islice(self._left[kind], 1 if place.kind == "header" else count))
        self.dealt[kind].update(dealt)
        return dealt


async def throw_all(world: World, objects: Objects, choose: Callable[[Place], Sequence[str]]) -> int:
    """Throw what `choose` gives into every place."""
    person, sent = await world.person("admin"), 0
    for route in ROUTES:
        if route.name == "sign_out":
            continue
        for place in places(route):
            for thrown in choose(place):
                async with asyncio.timeout(SLEEP_S / 2):
                    status, headers, body = await ask(person, place, thrown, objects)
                sent += 1
                told = f"{place}: {thrown[:60]!r} -> {status} {body[:200]!r}"
                assert status < 500 or any(code.encode() in body for code in EXCUSED), told
                assert status != 401 or place.path == ("Cookie",) or route.name in {"sign_in", "watch_wallboard"}, told
                assert HEADER not in headers, told
                assert SUM.encode() not in body, told
                assert SECRET.encode() not in body, told
                assert b"root:x:" not in body, told
    return sent


async def nothing_happened(world: World, before: int) -> None:
    assert not await asyncio.to_thread(PWNED.exists)
    logins = {user.login for user in await world.parts.memory.users.all()}
    assert logins >= {"admin", "supervisor", "agent", "agent2", "stranger"}
    check, broken = await world.parts.memory.audit.verify({})
    assert broken is None
    assert check.count >= before
    # nobody but the people of the house and those who were added by name got in
    opened = await world.parts.memory.audit.page(AuditFilter(action="session.opened"), limit=200)
    assert {row.user_name for row in opened.items} <= {"Admin", "Agent2"}


async def test_no_text_in_any_parameter_does_harm(tmp_path: Path) -> None:
    async with house(tmp_path, live=True) as (world, objects):
        before = (await world.parts.memory.audit.head()).entry_id
        turns = Turns(ALL)
        sent = await throw_all(world, objects["agent"], lambda place: turns.deal(place, PER_PLACE))
        assert sent > 1200, "the table got smaller, or the places are not found any more"
        missed = {kind: set(ALL) - dealt for kind, dealt in turns.dealt.items()}
        assert missed == {kind: set() for kind in ("path", "query", "body", "form", *HEADERS)}
        await nothing_happened(world, before)


@pytest.mark.postgres
async def test_no_text_in_any_parameter_does_harm_on_postgresql(tmp_path: Path, own_cluster: Cluster) -> None:
    """Every place gets a `pg_sleep` that would last 30 s, and others' texts that mean something to this server."""
    async with house(tmp_path, live=True, CALLROOM_DATABASE_URL=own_cluster.url("postgres")) as (world, objects):
        assert world.parts.memory.database.dialect == "postgresql"
        before = (await world.parts.memory.audit.head()).entry_id
        # one of each kind: behind a text's end, as a number's condition, in the middle of a text
        sleeps, others = [text for text in SQL if "pg_sleep" in text], (*SQL, *PATHS, *LINES)
        turns = Turns(others)

        def choose(place: Place) -> list[str]:
            return sleeps[:1] if place.kind == "header" else [*sleeps, *turns.deal(place, 2)]

        sent = await throw_all(world, objects["agent"], choose)
        assert sent > 900, "the table got smaller, or the places are not found any more"
        await nothing_happened(world, before)
        async with world.parts.memory.database.reading() as connection:
            running = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            assert (await connection.execute(text(running))).scalar_one() == 0


RAW = (
    b"GET /api/v1/calls?cursor=%0d%0aX-Injected:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\r\nX-Injected: 1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%0d%0aX-Injected:%201 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\rX-Injected: 1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\nX-Injected: 1\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /assets/../../../config.py HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /assets/%2e%2e/%2e%2e/config.py HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /assets//etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET //etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET /%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /assets/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: x\r\nCookie: callroom=x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"GET / HTTP/1.1\r\nHost: x\r\nCookie: callroom=" + b"\xff\xfe\x00"[:2] + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
)


async def test_what_no_browser_sends_is_refused_or_harmless(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with running_world(tmp_path) as world:
        for request in RAW:
            answer = await _say(URL(world.base), request)
            assert answer == b"" or int(answer.split(b" ")[1]) < 500, (request[:80], answer[:300])
            assert b"\r\nX-Injected" not in answer, request[:80]
            assert b"root:x:" not in answer, request[:80]
            assert b"class Config" not in answer, request[:80]
        assert (await world.stranger().call("GET", "/health"))[0] == 200
    assert "Request failed" not in caplog.text


async def _say(address: URL, request: bytes) -> bytes:
    """Send the bytes as they are; an answer is read to its end, as a browser would."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(request)
    answer = b""
    try:
        async with asyncio.timeout(30):
            answer = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", answer)
            answer += await reader.readexactly(int(length[1]) if length else 0)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # cut without a word
    finally:
        writer.close()
    return answer
