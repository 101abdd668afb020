"""Pages and headers."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from agent_ui.site.pages import SECURE, Pages, add_security_headers
from tests.agent_ui.world import World


async def client_for(folder: Path) -> TestClient[web.Request, web.Application]:
    app, pages = web.Application(), Pages(folder)
    app[SECURE] = True
    app.on_response_prepare.append(add_security_headers)
    app.router.add_get("/assets/{name:.+}", pages.asset)
    app.router.add_get("/{name:(?!api/|assets/).*}", pages.page)
    client = TestClient(TestServer(app))
    await client.start_server()
    return client


async def test_the_app_is_served_and_cached_as_it_should(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>app")
    (folder / "ring.mp3").write_bytes(b"ring")
    (folder / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    client = await client_for(folder)
    for path in ("/", "/customers/7", "/index.html"):
        response = await client.get(path)
        if path == "/index.html":
            assert response.status == 404
            continue
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-cache"
        assert await response.text() == "<!doctype html>app"
    response = await client.get("/assets/app-1a2b.js")
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Strict-Transport-Security"]
    assert (await client.get("/ring.mp3")).status == 200
    for path in (
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/",
        "/x.js",
        "/" + "a" * 300,
        "/" + "%E4%B8%AD" * 100,
        "/assets/" + "a" * 5000,
        "/assets/" + "a/" * 2000,
    ):
        response = await client.get(path)
        assert response.status == 404, path
    await client.close()


@pytest.mark.parametrize("name", ["wallboard", "callback"])
async def test_a_page_without_a_login_is_one_of_its_own_that_tells_nobody_its_address(world: World, name: str) -> None:
    async with world.stranger().session.get(f"{world.base}/{name}") as response:
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        policy = response.headers["Content-Security-Policy"]
        assert "connect-src 'self';" in policy, "not even to the phones"
        assert "unsafe-" not in policy
        assert "media-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["Permissions-Policy"].startswith("microphone=()")
        page = await response.text()
    assert f'src="/assets/{name}-' in page
    assert "<style" not in page
    assert "/assets/index-" not in page, "nothing of the program that agents sign in to"


async def test_without_a_build_a_page_says_what_to_do(tmp_path: Path) -> None:
    client = await client_for(tmp_path)
    response = await client.get("/")
    assert "make run" in await response.text()
    await client.close()


@pytest.mark.parametrize("path", ["/", "/api/v1/health", "/api/v1/nothing", "/assets/none.js"])
async def test_every_answer_carries_the_headers(world: World, path: str) -> None:
    async with world.stranger().session.get(world.base + path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in response.headers


async def test_what_the_router_refuses_is_json_too(world: World) -> None:
    stranger = world.stranger()
    assert (await stranger.call("GET", "/nothing"))[1]["error"]["code"] == "not_found"
    assert (await stranger.call("PATCH", "/session"))[1]["error"]["code"] == "method_not_allowed"
