"""Slow, broken and hostile clients on a raw socket."""

import asyncio
import logging
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from agent_ui import http_server
from agent_ui.api import answering, upload
from agent_ui.errors import ApiError
from agent_ui.http_server import server_options
from agent_ui.site.website import make_website
from tests.agent_ui.world import World, running_world

SIGN_IN = "POST /api/v1/session HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Type: application/json\r\n"
PATIENCE_S = 60


async def connect(world: World) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", urlsplit(world.base).port)


def head(world: World, *more: str) -> bytes:
    lines = "".join(f"{line}\r\n" for line in more)
    return (SIGN_IN.format(host=urlsplit(world.base).netloc) + lines + "\r\n").encode()


async def answer_to(world: World, *pieces: bytes) -> bytes:
    """All that comes until the server closes."""
    reader, writer = await connect(world)
    for piece in pieces:
        writer.write(piece)
    async with asyncio.timeout(PATIENCE_S):
        answer = await reader.read()
    writer.close()
    return answer


async def test_a_deflate_bomb_is_not_inflated(world: World) -> None:
    bomb = zlib.compress(bytes(20_000_000))
    answer = await answer_to(world, head(world, "Content-Encoding: deflate", f"Content-Length: {len(bomb)}"), bomb)
    assert answer.startswith(b"HTTP/1.1 415 ")
    assert b"encoding_unexpected" in answer


async def test_after_a_body_too_large_the_connection_ends(world: World) -> None:
    answer = await answer_to(world, head(world, "Content-Length: 900000"), b"x" * 20_000)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Connection: close" in answer


async def test_half_a_body_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "BODY_LIMIT_S", 0.1)
    answer = await answer_to(world, head(world, "Content-Length: 100"), b"{")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"too_slow" in answer


async def test_half_a_file_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "STALL_LIMIT_S", 0.1)
    admin = await world.person("admin")
    cookie = "; ".join(f"{one.key}={one.value}" for one in admin.session.cookie_jar)
    first = head(world, "Content-Length: 5000", f"Cookie: {cookie}").replace(b"/session", b"/prompts")
    first = first.replace(b"application/json", b"multipart/form-data; boundary=b")
    for rest in (b"", b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF'):
        answer = await answer_to(world, first, rest)
        assert answer.startswith(b"HTTP/1.1 408 "), answer


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_half_a_header_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(http_server, "IDLE_LIMIT_S", 0.3)
    async with running_world(tmp_path) as world:
        assert await answer_to(world, sent) == b""


async def test_who_leaves_within_a_body_leaves_no_trace(world: World, caplog: pytest.LogCaptureFixture) -> None:
    reading, answered = asyncio.Event(), asyncio.Event()
    read, refuse = answering._read_limited, answering.error_response

    async def started(request: web.Request, limit: int) -> bytes:
        reading.set()
        return await read(request, limit)

    def refused(error: ApiError) -> web.Response:
        answered.set()
        return refuse(error)

    # as app.py does it: aiohttp's own test server cancels handlers instead
    runner = web.AppRunner(make_website(world.parts), handler_cancellation=False, **server_options())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "_read_limited", started)
        patch.setattr(answering, "error_response", refused)
        _, writer = await asyncio.open_connection(host, port)
        writer.write((SIGN_IN.format(host=f"{host}:{port}") + "Content-Length: 100\r\n\r\n{").encode())
        async with asyncio.timeout(PATIENCE_S):
            await reading.wait()
            writer.transport.abort()
            await answered.wait()
    await runner.cleanup()
    assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 40_000 + b"\r\n",
        b"GET / HTTP/1.1\r\na: " + b"b" * 100_000 + b"\r\n\r\n",
        b"\x16\x03\x01 no HTTP\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_one_line(world: World, caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    caplog.set_level(logging.INFO)
    reader, writer = await connect(world)
    writer.write(sent)
    async with asyncio.timeout(PATIENCE_S):
        assert (await reader.readline()).startswith(b"HTTP/1.")
    writer.close()
    assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.WARNING] == []
    records = [record for record in caplog.records if record.name == "agent_ui.http_server"]
    assert [record.getMessage() for record in records] in ([], ["Malformed request"])
