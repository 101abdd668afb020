"""The phones' door with a main process, without one, and with one that says nothing."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, TCPConnector, WSServerHandshakeError
from websockets import Subprotocol
from websockets.asyncio.server import ServerConnection, serve

from agent_ui.phones import door as door_module
from agent_ui.phones.door import Door
from agent_ui.phones.link import PhonesLink
from agent_ui.phones.place import DoorPlace
from agent_ui.phones.ticket import Ticket, ticket_cookie, write_ticket
from agent_ui.sip import SOCKETS_MAX
from tests.agent_ui.test_sip import OPTIONS
from tests.certificates import make_certificate, trusting

KEY = b"k" * 32
SESSION = "ab" * 32


@dataclass
class Main:
    """The main process: who may have what, and what it was asked."""

    allowed: bool = True
    answers: bool = True
    asked: int = 0

    async def check(self, _session_key: str, _extension: str) -> bool:
        self.asked += 1
        if not self.answers:
            await asyncio.sleep(3600)
        return self.allowed


@dataclass
class Entrance:
    place: DoorPlace
    http: ClientSession
    scheme: str = "http"

    async def connect(
        self, session_key: str = SESSION, extension: str = "1001", origin: str | None = None, key: bytes = KEY
    ) -> ClientWebSocketResponse:
        ticket = write_ticket(Ticket(extension, session_key, int(time.time()) + 60), key)
        headers = {
            "Origin": f"{self.scheme}://127.0.0.1:{self.place.page_port}" if origin is None else origin,
            "Cookie": f"{ticket_cookie(secure=self.place.secure)}={ticket}",
        }
        url = f"{self.scheme}://127.0.0.1:{self.place.port}/sip"
        return await self.http.ws_connect(url, headers=headers, protocols=["sip"])

    @contextlib.asynccontextmanager
    async def main(self, main: Main) -> AsyncIterator[PhonesLink]:
        link = PhonesLink(self.place, main.check)
        running = asyncio.ensure_future(link.run())
        try:
            assert await link.opened(5)
            yield link
        finally:
            running.cancel()
            await asyncio.wait([running])


@pytest.fixture
async def entrance() -> AsyncIterator[Entrance]:
    async with opened() as entrance:
        yield entrance


@contextlib.asynccontextmanager
async def opened(tls: tuple[Path, Path] | None = None) -> AsyncIterator[Entrance]:
    async def asterisk(peer: ServerConnection) -> None:
        async for message in peer:
            await peer.send(str(message).upper())

    with TemporaryDirectory(prefix="door-") as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        async with serve(asterisk, "127.0.0.1", 0, subprotocols=[Subprotocol("sip")]) as server:
            place = DoorPlace(
                "127.0.0.1",
                port,
                Path(home) / "phones.sock",
                f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws",
                8700,
                "",
                secure=tls is not None,
                tls_cert=str(tls[0]) if tls else "",
                tls_key=str(tls[1]) if tls else "",
                key=KEY,
            )
            running = asyncio.ensure_future(Door(place).run())
            connector = TCPConnector(ssl=trusting(tls[0]) if tls else True)
            async with ClientSession(connector=connector) as http, asyncio.timeout(20):
                while not place.socket.exists():
                    await asyncio.sleep(0.01)
                yield Entrance(place, http, "https" if tls else "http")
            running.cancel()
            await asyncio.wait([running])


async def speaks(phone: ClientWebSocketResponse, extension: str = "1001") -> bool:
    message = OPTIONS.format(extension)
    await phone.send_str(message)
    return await phone.receive_str(timeout=2) == message.upper()


async def refused(entrance: Entrance, **how: object) -> int:
    with pytest.raises(WSServerHandshakeError) as caught:
        await entrance.connect(**how)  # type: ignore[arg-type]
    return caught.value.status


async def test_an_ordered_stop_is_no_loss_to_complain_of(entrance: Entrance, caplog: pytest.LogCaptureFixture) -> None:
    async with entrance.main(Main()) as link:
        await link.close_door()
        assert not link.is_open
    assert [record.message for record in caplog.records if record.name == "agent_ui.phones.link"] == []


async def test_a_door_that_is_not_open_yet_when_all_stops_is_ended_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would stay, nobody's, for as long as its home folder is there."""
    place = DoorPlace(
        "127.0.0.1", 0, tmp_path / "phones.sock", "", 8700, "", secure=False, tls_cert="", tls_key="", key=KEY
    )
    link = PhonesLink(place, Main().check)
    spawned: list[subprocess.Popen[bytes]] = []

    def slow() -> int:
        spawned.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]))
        return spawned[0].pid

    monkeypatch.setattr(link, "_spawn", slow)
    running = asyncio.ensure_future(link.run())
    try:
        while not spawned:
            await asyncio.sleep(0.01)
        await link.close_door()
        await asyncio.wait_for(running, 5)
        with pytest.raises(ProcessLookupError):
            os.kill(spawned[0].pid, 0)
    finally:
        running.cancel()
        spawned[0].kill()
        spawned[0].wait()


async def test_a_door_to_which_the_link_is_down_is_closed_too(entrance: Entrance) -> None:
    await PhonesLink(entrance.place, Main().check).close_door()
    with pytest.raises(OSError, match="Connect"):
        await entrance.connect()


async def test_a_ticket_is_enough_while_the_main_process_is_away(entrance: Entrance) -> None:
    phone = await entrance.connect()
    assert await speaks(phone)
    await phone.close()


async def test_a_forged_ticket_and_a_foreign_page_are_not(entrance: Entrance) -> None:
    assert await refused(entrance, key=b"x" * 32) == 401
    assert await refused(entrance, origin="http://evil.example") == 403
    async with entrance.http.get(f"http://127.0.0.1:{entrance.place.port}/sip") as answer:
        assert answer.status == 403


async def test_with_a_certificate_it_speaks_wss_only(tmp_path: Path) -> None:
    async with opened(make_certificate(tmp_path)) as entrance:
        phone = await entrance.connect()
        assert await speaks(phone)
        # The page of the same host without TLS is another site, and so is its cookie.
        assert await refused(entrance, origin="http://127.0.0.1:8700") == 403
        ticket = write_ticket(Ticket("1001", SESSION, int(time.time()) + 60), KEY)
        headers = {"Origin": "https://127.0.0.1:8700", "Cookie": f"{ticket_cookie(secure=False)}={ticket}"}
        url = f"https://127.0.0.1:{entrance.place.port}/sip"
        with pytest.raises(WSServerHandshakeError) as caught:
            await entrance.http.ws_connect(url, headers=headers, protocols=["sip"])
        assert caught.value.status == 401
        with pytest.raises(ClientError):
            await entrance.http.ws_connect(url.replace("https:", "http:"), headers=headers, protocols=["sip"])
        await phone.close()


async def test_the_main_process_has_the_last_word_while_it_is_there(entrance: Entrance) -> None:
    main = Main(allowed=False)
    async with entrance.main(main):
        assert await refused(entrance) == 403
        main.allowed = True
        assert await speaks(await entrance.connect())
    assert main.asked == 2


async def test_one_that_hangs_keeps_nobody_out(entrance: Entrance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "ANSWER_LIMIT_S", 0.1)
    async with entrance.main(Main(answers=False)):
        assert await speaks(await entrance.connect())


async def test_the_end_of_a_session_cuts_its_phone_at_once_and_for_good(entrance: Entrance) -> None:
    async with entrance.main(Main()) as link:
        phone, other = await entrance.connect(), await entrance.connect(session_key="cd" * 32)
        link.end_session(SESSION)
        await phone.receive(timeout=2)
        assert phone.close_code == 1001
        assert await speaks(other)
        assert await refused(entrance) == 401
    assert await refused(entrance) == 401, "also when nobody is there to be asked"


async def test_a_session_that_ended_while_nobody_could_say_so_is_cut_on_return(entrance: Entrance) -> None:
    phone = await entrance.connect()
    async with entrance.main(Main(allowed=False)):
        await phone.receive(timeout=2)
        assert phone.close_code == 1001


async def test_the_phone_outlives_the_main_process(entrance: Entrance) -> None:
    async with entrance.main(Main()):
        phone = await entrance.connect()
        assert await speaks(phone)
    assert await speaks(phone)
    async with entrance.main(Main()):
        assert await speaks(phone)


async def test_speaking_as_somebody_else_and_too_many_sockets_end_as_before(entrance: Entrance) -> None:
    phone = await entrance.connect()
    await phone.send_str(OPTIONS.format("1050"))
    await phone.receive(timeout=2)
    assert phone.close_code == 1008
    phones = [await entrance.connect() for _ in range(SOCKETS_MAX + 1)]
    await phones[0].receive(timeout=2)
    assert phones[0].closed
    assert await speaks(phones[-1])


async def test_it_closes_when_it_is_told_to(entrance: Entrance) -> None:
    async with entrance.main(Main()) as link:
        await link.close_door()
    with pytest.raises(OSError, match="Connect"):
        await entrance.connect()
