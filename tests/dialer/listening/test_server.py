"""The socket as Asterisk uses it, with Asterisk's bytes and a real listener."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from dialer.listening.listener import LineListener
from dialer.listening.matching import Index, Known
from dialer.listening.server import MOST_FRAMES, ListeningServer
from dialer.listening.sound import Samples
from dialer.listening.words import Label, LineVerdict, Phase
from tests.dialer.listening.sounds import frames, silence, speech

EMPTY = speech(1, 4.0)
OPENED: list[asyncio.StreamWriter] = []
INDEX = Index([Known("cm/empty", "empty", EMPTY)])


class Ears:
    def __init__(self) -> None:
        self.said: list[LineVerdict] = []
        self.over = asyncio.Event()

    def hear(self, _attempt_id: str, verdict: LineVerdict, is_last: bool) -> None:
        self.said.append(verdict)
        if is_last:
            self.over.set()


@pytest.fixture
async def server() -> AsyncIterator[ListeningServer]:
    async with ListeningServer(most_lines=2).running() as running:
        yield running


@pytest.fixture(autouse=True)
async def closed() -> AsyncIterator[None]:
    yield
    while OPENED:
        writer = OPENED.pop()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def opened(server: ListeningServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    OPENED.append(writer)
    return reader, writer


def listener() -> LineListener:
    return LineListener(Phase.EARLY, INDEX, ())


def expected(server: ListeningServer) -> tuple[str, Ears]:
    attempt_id, ears = str(uuid.uuid4()), Ears()
    assert server.expect(attempt_id, listener(), ears.hear)
    return attempt_id, ears


async def connect(server: ListeningServer, attempt_id: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await opened(server)
    writer.write(b"\x01\x00\x10" + uuid.UUID(attempt_id).bytes)
    return reader, writer


def packets(samples: Samples) -> bytes:
    return b"".join(b"\x10\x01\x40" + frame.astype("<i2").tobytes() for frame in frames(samples))


async def test_a_line_is_heard_and_its_last_verdict_comes_with_its_end(server: ListeningServer):
    attempt_id, ears = expected(server)
    _, writer = await connect(server, attempt_id)
    # at most what is kept for a slow listener: none is dropped, however slow this machine is
    writer.write(packets(EMPTY[: MOST_FRAMES * 160]) + b"\x00\x00\x00")
    await asyncio.wait_for(ears.over.wait(), 10)
    assert [each.label for each in ears.said if each.is_final] == [Label.EMPTY] * 3, "known, confirmed, and at its end"
    assert server.frames_dropped == 0
    writer.close()


async def test_who_is_not_expected_is_closed_and_so_is_who_says_nothing_of_himself(server: ListeningServer):
    reader, writer = await connect(server, str(uuid.uuid4()))
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    reader, writer = await opened(server)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_a_line_comes_once(server: ListeningServer):
    attempt_id, ears = expected(server)
    _, first = await connect(server, attempt_id)
    first.write(b"\x00\x00\x00")
    await asyncio.wait_for(ears.over.wait(), 5)
    reader, second = await connect(server, attempt_id)
    assert await asyncio.wait_for(reader.read(), 5) == b""
    first.close()
    second.close()


async def test_there_is_an_end_of_lines_and_a_forgotten_one_makes_room(server: ListeningServer):
    first, _ = expected(server)
    expected(server)
    assert not server.expect(str(uuid.uuid4()), listener(), Ears().hear)
    server.forget(first)
    expected(server)


async def test_who_is_faster_than_the_listener_loses_the_oldest_frames_and_it_is_said(
    server: ListeningServer, caplog: pytest.LogCaptureFixture
):
    attempt_id, ears = expected(server)
    _, writer = await connect(server, attempt_id)
    writer.write(packets(speech(5, 60.0)) + b"\x00\x00\x00")
    await asyncio.wait_for(ears.over.wait(), 30)
    assert server.frames_dropped > 0
    last = ears.said[-1]
    assert last.at_ms == 60_000
    assert last.heard_ms == 60_000 - 20 * server.frames_dropped
    assert "Frames of a line were dropped" in caplog.text
    writer.close()


async def test_the_answer_is_heard_as_the_line_goes_on(server: ListeningServer):
    attempt_id, ears = expected(server)
    server.answered(attempt_id)
    server.answered("nobody")
    _, writer = await connect(server, attempt_id)
    writer.write(packets(silence(3200)) + b"\x00\x00\x00")
    await asyncio.wait_for(ears.over.wait(), 10)
    assert ears.said[0].label is Label.SILENCE
    assert ears.said[0].at_ms == 3000, "counted from the answer"
    writer.close()


async def test_a_line_that_is_forgotten_while_it_is_heard_ends(server: ListeningServer):
    attempt_id, ears = expected(server)
    _, writer = await connect(server, attempt_id)
    writer.write(packets(silence(200)))
    while attempt_id not in server._open:
        await asyncio.sleep(0)
    server.forget(attempt_id)
    writer.write(packets(silence(20)))
    await asyncio.wait_for(ears.over.wait(), 5)
    writer.close()


async def test_what_becomes_no_sound_ends_the_line_and_is_logged(
    server: ListeningServer, caplog: pytest.LogCaptureFixture
):
    attempt_id, ears = expected(server)
    _, writer = await connect(server, attempt_id)
    while attempt_id not in server._open:
        await asyncio.sleep(0)
    writer.write(b"\x10\xff\xff")
    await asyncio.wait_for(ears.over.wait(), 5)
    assert "broke off" in caplog.text
    writer.close()


async def test_a_connection_that_breaks_off_ends_its_line(server: ListeningServer):
    attempt_id, ears = expected(server)
    _, writer = await connect(server, attempt_id)
    writer.write(packets(silence(200)))
    writer.close()
    await asyncio.wait_for(ears.over.wait(), 5)
    assert ears.said[-1].label is Label.SILENCE


async def test_at_the_end_nothing_listens_and_lines_are_closed():
    async with ListeningServer().running() as server:
        attempt_id, ears = expected(server)
        _, writer = await connect(server, attempt_id)
        writer.write(packets(silence(200)))
        while attempt_id not in server._open:
            await asyncio.sleep(0)
    await asyncio.wait_for(ears.over.wait(), 5)
    assert server.port == 0
    writer.close()
