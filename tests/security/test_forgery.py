"""What another site's page can make a browser send is refused, by every route that changes something."""

from pathlib import Path
from typing import Any

import aiohttp

from agent_ui.api.route import API_PREFIX, SAFE_METHODS
from agent_ui.api.table import ROUTES
from tests.security.house import house, upload
from tests.security.requests import BODIES
from tests.security.test_rights import contents

# Each is what some browser sends for a page elsewhere; none has our Origin. `{}` is no browser, and no page of ours.
FOREIGN: list[dict[str, str]] = [
    {},
    {"Referer": "http://evil.example/trap"},
    {"Referer": "{base}/calls"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "{base}.evil.example"},
    {"Origin": "http://evil.example", "Referer": "{base}/"},
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
]
# Bodies that a form can send without asking first (CORS "simple" requests)
SIMPLE = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]


async def ask(
    session: aiohttp.ClientSession, method: str, address: str, headers: dict[str, str], **body: Any
) -> tuple[int, str]:
    """Status and code, as they came."""
    async with session.request(method, address, headers=headers, **body) as answer:
        return answer.status, (await answer.json())["error"]["code"]


async def test_what_does_not_come_from_our_pages_is_refused(tmp_path: Path) -> None:
    async with house(tmp_path) as (world, objects):
        session = (await world.person("admin")).session
        before = contents(tmp_path)
        for route in ROUTES:
            if route.method in SAFE_METHODS:
                continue
            address = world.base + API_PREFIX + objects["agent"].path(route)
            for foreign in FOREIGN:
                headers = {name: value.replace("{base}", world.base) for name, value in foreign.items()}
                body: dict[str, Any] = {"data": upload()} if route.uploads else {"json": BODIES.get(route.name, {})}
                found = await ask(session, route.method, address, headers, **body)
                assert found == (403, "foreign_origin"), (route.name, foreign)
        assert contents(tmp_path) == before, "a refusal had an effect"


async def test_what_a_form_can_send_is_refused_even_from_our_origin(tmp_path: Path) -> None:
    """The second lock, should the first be picked: no form can send JSON."""
    async with house(tmp_path) as (world, objects):
        session = (await world.person("admin")).session
        before = contents(tmp_path)
        tried = 0
        for route in ROUTES:
            if route.method in SAFE_METHODS or route.uploads:
                continue
            address = world.base + API_PREFIX + objects["agent"].path(route)
            for kind in SIMPLE:
                headers = {"Origin": world.base, "Content-Type": kind}
                found = await ask(session, route.method, address, headers, data=b'{"name": "x"}=')
                expected = (400, "body_unexpected") if route.body is None else (415, "json_expected")
                assert found == expected, (route.name, kind)
                tried += 1
        assert tried > 100
        assert contents(tmp_path) == before, "a refusal had an effect"


async def test_reading_changes_nothing(tmp_path: Path) -> None:
    """GET needs no Origin, so it must not be a way around."""
    async with house(tmp_path) as (world, objects):
        person = await world.person("admin")
        before = contents(tmp_path)
        for route in ROUTES:
            if route.method in SAFE_METHODS:
                path = world.base + API_PREFIX + objects["agent"].path(route)
                async with person.session.get(path, headers={"Referer": "http://evil.example"}) as answer:
                    await answer.read()
                    assert "Access-Control-Allow-Origin" not in answer.headers
        assert contents(tmp_path) == before
