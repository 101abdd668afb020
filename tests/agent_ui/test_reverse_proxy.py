"""The nginx set-up of the README, with a real nginx: one public name, secure cookies, true addresses."""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from crm_core.audit import AuditFilter
from tests.agent_ui.world import PASSWORD, World, running_world
from tests.architecture.tree import ROOT
from tests.certificates import make_certificate, trusting

NAME = "calls.example.test"
BROWSER = "127.0.0.5"


def documented() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```nginx\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def nginx(folder: Path, port: int, upstream: str) -> AsyncIterator[Path]:
    """Run the README's own words, with this test's files and ports in them."""
    cert, key = make_certificate(folder)
    site = documented()
    for old, new in (
        ("443 ssl", f"127.0.0.1:{port} ssl"),
        ("calls.example.org", NAME),
        ("/etc/ssl/calls.pem", str(cert)),
        ("/etc/ssl/calls.key", str(key)),
        ("http://127.0.0.1:8700", upstream),
    ):
        assert old in site
        site = site.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log stderr; daemon off; master_process off; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{site}\n}}\n"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    running = await asyncio.create_subprocess_exec(
        program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")
    )
    try:
        await reachable(port)
        yield cert
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()


async def reachable(port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    pytest.fail("nginx does not listen")


class Resolver(aiohttp.abc.AbstractResolver):
    """The public name is this machine."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[aiohttp.abc.ResolveResult]:
        return [
            aiohttp.abc.ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None: ...


async def addresses(world: World) -> list[str]:
    page = await world.parts.memory.audit.page(AuditFilter(action="session.opened"))
    return [row.address for row in page.items]


async def test_the_documented_set_up_works(tmp_path: Path) -> None:
    port = free_port()
    public = f"https://{NAME}:{port}"
    settings = {"CALLROOM_WEB_PUBLIC_ORIGIN": public, "CALLROOM_WEB_TRUSTED_PROXIES": "127.0.0.1"}
    async with (
        running_world(tmp_path / "home", **settings) as world,
        nginx(tmp_path / "nginx", port, world.base) as cert,
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trusting(cert), resolver=Resolver(), local_addr=(BROWSER, 0)),
            cookie_jar=aiohttp.CookieJar(),
        ) as http,
    ):
        body = {"login": "agent", "password": PASSWORD}
        headers = {"Origin": public, "X-Forwarded-For": "198.51.100.66"}
        for foreign in (world.base, f"http://{NAME}:{port}", f"https://{NAME}", "https://evil.example", "null"):
            async with http.post(f"{public}/api/v1/session", json=body, headers={"Origin": foreign}) as answer:
                assert answer.status == 403, foreign
        async with http.post(f"{public}/api/v1/session", json=body, headers=headers) as answer:
            assert answer.status == 200
            assert "Secure" in answer.headers["Set-Cookie"]
            assert answer.headers["Set-Cookie"].startswith("__Host-callroom=")
            assert answer.headers.getall("Strict-Transport-Security") == ["max-age=31536000"]
        # nginx tells the browser's own address, and what the browser claimed about itself counts for nothing
        assert await addresses(world) == [BROWSER]
        async with http.get(f"{public}/api/v1/session") as answer:
            assert answer.status == 200
        async with http.ws_connect(f"{public}/cti", headers={"Origin": public}) as push:
            assert (await push.receive_json(timeout=30))["type"] == "snapshot"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(f"{public}/cti", headers={"Origin": "https://evil.example"})


async def test_who_is_not_trusted_is_not_believed(tmp_path: Path) -> None:
    async with running_world(tmp_path) as world:
        person = world.stranger()
        body = {"login": "agent", "password": PASSWORD}
        status, _ = await person.call("POST", "/session", body, headers={"X-Forwarded-For": "198.51.100.66"})
        assert status == 200
        assert await addresses(world) == ["127.0.0.1"]
