"""The FastAGI port over real sockets: strangers, slow peers, failing handlers, orderly ends."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from cti.agi.server import AgiServer
from cti.agi.session import AgiSession
from cti.errors import CallerGone

ENVIRONMENT = b"agi_network: yes\nagi_request: agi://127.0.0.1/call\nagi_uniqueid: n1-1.1\n\n"


@asynccontextmanager
async def serving(handler: Callable[[AgiSession], Awaitable[None]], **options: object) -> AsyncIterator[AgiServer]:
    server = AgiServer("127.0.0.1", 0, handler, **options)
    await server.start()
    try:
        yield server
    finally:
        await server.aclose()


async def play(server: AgiServer, *steps: bytes) -> list[bytes]:
    """Asterisk's side: sends each step after a command came, returns the commands."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(ENVIRONMENT)
    commands = []
    for step in steps:
        commands.append(await reader.readline())
        writer.write(step)
    commands.append(await reader.read())
    writer.close()
    await writer.wait_closed()
    return commands


async def answer_and_finish(session: AgiSession) -> None:
    await session.answer()
    await session.set_variable("CALLROOM_DONE", "1")


async def test_a_call_from_environment_to_end():
    async with serving(answer_and_finish) as server:
        commands = await play(server, b"200 result=0\n", b"200 result=1\n")
        assert commands == [b'EXEC "Answer" "0,i"\n', b'SET VARIABLE "CALLROOM_DONE" "1"\n', b""]
        assert server.sessions == 0


async def test_connections_that_only_come_and_go_do_no_harm():
    async with serving(answer_and_finish) as server:
        for data in (b"", b"\n", b"GET / HTTP/1.1\r\n\r\n", b"agi_network: yes\nagi_requ", b"\xff" * 70000):
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(data)
            writer.close()
        assert (await play(server, b"200 result=0\n", b"200 result=1\n"))[-1] == b""


async def test_a_peer_that_never_says_its_environment_is_let_go():
    async with serving(answer_and_finish, environment_timeout_s=0.05) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"agi_network: yes\n")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_a_call_that_was_given_up_while_nobody_read_is_no_arrival():
    arrivals: list[AgiSession] = []

    async def arrive(session: AgiSession) -> None:
        arrivals.append(session)

    async with serving(arrive) as server:
        # While the loop stands still the kernel takes the connection, the environment and the end.
        with socket.create_connection(("127.0.0.1", server.port)) as stale:
            stale.sendall(ENVIRONMENT)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(ENVIRONMENT)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
    assert len(arrivals) == 1


SECRET = "5e" * 24


def asks(script: bytes) -> bytes:
    """The environment of a session that asks for this."""
    return ENVIRONMENT.replace(b"agi_uniqueid", b"agi_network_script: " + script + b"\nagi_uniqueid")


async def test_only_who_names_the_secret_is_asterisk(caplog):
    arrivals: list[str] = []

    async def arrive(session: AgiSession) -> None:
        arrivals.append(session.variables["agi_network_script"])

    scripts = (b"call", b"call/", b"call/" + b"5f" * 24, b"other/" + SECRET.encode(), b"call/" + SECRET.encode())
    async with serving(arrive, secret=SECRET) as server:
        for environment in (ENVIRONMENT, *map(asks, scripts), asks(b"\xff\xfe")):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(environment)
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()
    assert arrivals == [f"call/{SECRET}"]
    assert SECRET not in caplog.text
    assert caplog.text.count("AGI session refused") == 6


async def test_a_waiting_caller_is_no_slow_peer():
    async def wait(session: AgiSession) -> None:
        await asyncio.sleep(0.1)
        await session.answer()

    async with serving(wait, environment_timeout_s=0.05) as server:
        assert (await play(server, b"200 result=0\n"))[0].startswith(b"EXEC")


async def test_a_failing_handler_lets_the_channel_go_without_done(caplog):
    async def fail(session: AgiSession) -> None:
        await session.answer()
        raise RuntimeError("broken")

    async with serving(fail) as server:
        assert await play(server, b"200 result=0\n") == [b'EXEC "Answer" "0,i"\n', b""]
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.exc_info
    assert "RuntimeError" in str(record.exc_info[0])


async def test_a_caller_who_leaves_is_no_failure(caplog):
    began, gone = asyncio.Event(), asyncio.Event()

    async def wait(session: AgiSession) -> None:
        began.set()
        try:
            await session.while_here(asyncio.Event().wait())
        except CallerGone:
            gone.set()
            raise

    async with serving(wait) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(ENVIRONMENT)
        await asyncio.wait_for(began.wait(), 5)
        writer.write(b"HANGUP\n")
        writer.close()
        await asyncio.wait_for(gone.wait(), 5)
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]


async def test_a_reset_connection_is_a_caller_gone():
    gone = asyncio.Event()

    async def wait(session: AgiSession) -> None:
        await session.wait_gone()
        gone.set()

    async with serving(wait) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(ENVIRONMENT)
        await asyncio.sleep(0.02)
        writer.transport.abort()
        await asyncio.wait_for(gone.wait(), 5)


async def test_nonsense_in_the_middle_ends_the_session():
    ended: list[BaseException] = []

    async def ask(session: AgiSession) -> None:
        try:
            await session.answer()
        except CallerGone as error:
            ended.append(error)

    async with serving(ask) as server:
        assert (await play(server, b"what?\n"))[-1] == b""
    assert len(ended) == 1


async def test_one_call_too_many_is_refused_at_once():
    holding = asyncio.Event()

    async def hold(session: AgiSession) -> None:
        holding.set()
        await session.wait_gone()

    async with serving(hold, max_sessions=1) as server:
        _, first = await asyncio.open_connection("127.0.0.1", server.port)
        first.write(ENVIRONMENT)
        await holding.wait()
        reader, second = await asyncio.open_connection("127.0.0.1", server.port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert server.sessions == 1
        first.close()
        second.close()


async def test_closing_gives_the_handlers_their_time_and_then_stops_them():
    begun, finish = asyncio.Event(), asyncio.Event()
    ends: list[str] = []

    async def handler(session: AgiSession) -> None:
        begun.set()
        try:
            if session.variables["agi_request"]:
                await finish.wait()
            ends.append("finished")
        except asyncio.CancelledError:
            ends.append("stopped")
            raise

    for let_finish, result in ((True, "finished"), (False, "stopped")):
        begun.clear()
        finish.clear()
        server = AgiServer("127.0.0.1", 0, handler)
        assert server.port == 0
        await server.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(ENVIRONMENT)
        await begun.wait()
        if let_finish:
            asyncio.get_running_loop().call_later(0.02, finish.set)
        await server.aclose(grace_s=5.0 if let_finish else 0.0)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert ends.pop() == result
        writer.close()
        await server.aclose()
