"""The SIP proxy's guard: a browser speaks as its own extension or not at all."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientWebSocketResponse, WSServerHandshakeError
from websockets import Subprotocol
from websockets.asyncio.server import ServerConnection, serve

from agent_ui.sip import SOCKETS_MAX, NotYourExtensionError, check_message
from tests.agent_ui.world import Person, World

REGISTER = (
    "REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\nTo: <sip:1001@127.0.0.1>\r\n"
    "From: {sender};tag=a\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n{more}Content-Length: 0\r\n\r\n"
)
AUTHORIZATION = 'Authorization: Digest algorithm=MD5, username="{}", realm="asterisk", nonce="n"\r\n'


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        ("<sip:1001@127.0.0.1>", ""),
        ('"Li" <sip:1001@127.0.0.1>', AUTHORIZATION.format("1001")),
        ("sip:1001@127.0.0.1", ""),
    ],
)
def test_the_own_extension_passes(sender: str, more: str) -> None:
    check_message(REGISTER.format(sender=sender, more=more), "1001")


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        ("<sip:1002@127.0.0.1>", ""),
        ("<sip:10010@127.0.0.1>", ""),
        ("<sip:1001@127.0.0.1>", AUTHORIZATION.format("1002")),
        ("<sip:1001@127.0.0.1>", "From: <sip:1002@127.0.0.1>\r\n"),
        ("<sip:1001@127.0.0.1>", "f: <sip:1002@127.0.0.1>\r\n"),
        ('"sip:1001@x" <sip:1002@127.0.0.1>', ""),
        ("nobody", ""),
    ],
)
def test_somebody_else_does_not(sender: str, more: str) -> None:
    with pytest.raises(NotYourExtensionError):
        check_message(REGISTER.format(sender=sender, more=more), "1001")


RESPONSE = "SIP/2.0 200 OK\r\nFrom: <sip:2@x>\r\nContent-Length: 0\r\n\r\n"
CARRIER = REGISTER.format(sender="<sip:pstn@x>", more="")


@pytest.mark.parametrize(
    "text",
    [
        CARRIER.replace("REGISTER ", "register ", 1),
        f"\n{CARRIER}",
        f"\r\n{CARRIER}",
        f" {CARRIER}",
        RESPONSE + CARRIER,
        REGISTER.format(sender="<sip:1001@x>", more="") + CARRIER,
        REGISTER.format(sender='"sip:1001@h\r" <sip:pstn@x>', more=""),
        REGISTER.format(sender='"sip:1001@h\r\n " <sip:pstn@x>', more=""),
        REGISTER.format(sender="<sip:1001@x>", more="From\0: <sip:pstn@x>\r\n"),
        REGISTER.format(sender="<sip:1001@x>", more=AUTHORIZATION.format("1002").replace(" Digest", " Digest\r\n ")),
        REGISTER.format(sender="<sip:1001@x>", more="l: 400\r\n"),
        CARRIER.replace("Content-Length: 0\r\n", ""),
        "\r\n" * 40,
    ],
)
def test_what_asterisk_might_read_otherwise_does_not_pass(text: str) -> None:
    with pytest.raises(NotYourExtensionError):
        check_message(text, "1001")


def test_a_body_of_the_announced_length_passes() -> None:
    text = REGISTER.format(sender="<sip:1001@x>", more="").replace("Length: 0", "Length: 6")
    check_message(f"{text}名名", "1001")


@pytest.mark.parametrize("text", ["\r\n\r\n", "\r\n", RESPONSE])
def test_keep_alives_and_responses_pass(text: str) -> None:
    check_message(text, "1001")


OPTIONS = (
    "OPTIONS sip:callroom.invalid SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
    "From: <sip:{}@callroom.invalid>;tag=a\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


@pytest.fixture
async def asterisk() -> AsyncIterator[tuple[str, list[str]]]:
    """Stands in for Asterisk's WebSocket: takes `sip`, answers everything in capitals."""
    heard: list[str] = []

    async def handler(socket: ServerConnection) -> None:
        async for message in socket:
            heard.append(str(message))
            await socket.send(str(message).upper())

    async with serve(handler, "127.0.0.1", 0, subprotocols=[Subprotocol("sip")]) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/ws", heard


async def connect(person: Person) -> ClientWebSocketResponse:
    headers = {"Origin": person.base}
    return await person.session.ws_connect(f"{person.base}/sip", headers=headers, protocols=["sip"])


async def test_messages_pass_both_ways(world: World, asterisk: tuple[str, list[str]]) -> None:
    world.parts.sip._url = asterisk[0]
    person, extension = await world.person("agent"), world.users["agent"].extension
    async with await connect(person) as socket:
        assert socket.protocol == "sip"
        message = OPTIONS.format(extension)
        await socket.send_str(message)
        assert await socket.receive_str(timeout=2) == message.upper()
    assert asterisk[1] == [message]


async def test_speaking_as_somebody_else_ends_it(world: World, asterisk: tuple[str, list[str]]) -> None:
    world.parts.sip._url = asterisk[0]
    person = await world.person("agent")
    async with await connect(person) as socket:
        await socket.send_str(OPTIONS.format("1050"))
        await socket.receive(timeout=2)
        assert socket.close_code == 1008
    assert asterisk[1] == []


async def test_the_end_of_the_session_ends_it(world: World, asterisk: tuple[str, list[str]]) -> None:
    world.parts.sip._url = asterisk[0]
    person = await world.person("agent")
    async with await connect(person) as socket:
        await person.call("DELETE", "/session")
        await socket.receive(timeout=2)
        assert socket.close_code == 1001


async def test_without_asterisk_the_browser_is_told(world: World) -> None:
    person = await world.person("agent")
    with pytest.raises(WSServerHandshakeError) as caught:
        await connect(person)
    assert caught.value.status == 503


async def test_a_new_role_ends_it_at_once(world: World, asterisk: tuple[str, list[str]]) -> None:
    world.parts.sip._url = asterisk[0]
    person, admin = await world.person("agent"), await world.person("admin")
    async with await connect(person) as socket:
        await admin.call("PATCH", f"/users/{world.users['agent'].id}", {"role": "supervisor"})
        await socket.receive(timeout=2)
        assert socket.close_code == 1001


async def test_of_many_sockets_the_newest_few_are_kept(world: World, asterisk: tuple[str, list[str]]) -> None:
    world.parts.sip._url = asterisk[0]
    person, extension = await world.person("agent"), world.users["agent"].extension
    opened = [await connect(person) for _ in range(SOCKETS_MAX + 2)]
    for socket in opened[:2]:
        await socket.receive(timeout=2)
        assert socket.closed
    for socket in opened[2:]:
        await socket.send_str(OPTIONS.format(extension))
        assert (await socket.receive_str(timeout=2)).startswith("OPTIONS")
        await socket.close()
