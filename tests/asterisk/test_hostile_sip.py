"""What a hostile carrier sends is text: one leg for each call, nothing more on AMI or AGI, and everybody lives."""

import asyncio
import re
from collections import Counter

import pytest

from cti.agi.server import AgiServer
from cti.agi.session import AgiSession
from cti.asterisk.layout import LOOPBACK
from cti.clock import SystemClock
from cti.errors import CallerGone
from ivr.arrival import Arrival, read_arrival
from tests.asterisk.hostile import HostileCarrier, names, torture
from tests.asterisk.pair import Ami, Pair, ami_of, eventually

pytestmark = pytest.mark.asterisk
SEED, CALLS = 20261122, 200
# All that a caller who is answered and hung up makes Asterisk say (manager.conf's filter is the whole list).
HARMLESS = {"FullyBooted", "Newchannel", "Newstate", "Hangup", "DeviceStateChange", "PeerStatus", "ContactStatus"}


class Desk:
    """Callroom's door: reads who calls, lets them go, and keeps what it read."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []

    async def __call__(self, session: AgiSession) -> None:
        try:
            self.arrivals.append(read_arrival(session, "n1", SystemClock().now()))
            await session.answer()
            await session.set_variable("CALLROOM_DONE", "1")
        except CallerGone:
            return


def whole(ami: Ami) -> None:
    """Every frame is an event that we know, and every header has an ordinary name."""
    for event in ami.events:
        assert event.get("Event") in HARMLESS, event
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name) for name in event), event


async def test_200_hostile_callers_are_200_legs_and_text(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    print("seed", SEED)  # noqa: T201
    desk = Desk()
    server = AgiServer(LOOPBACK, pair.settings.agi_port, desk)
    await server.start()
    try:
        async with ami_of(pair.settings) as ami, HostileCarrier(pair.settings.sip_port) as carrier:
            sample = names(SEED, CALLS)
            few = asyncio.Semaphore(10)

            async def one(place: int, name: bytes) -> int:
                user = (b"+8613800138000", b"%00%0d%0aX", b"anonymous", b"$%7bEXTEN%7d", b"1" * 200)[place % 5]
                identity = b'P-Asserted-Identity: "' + name[:40].replace(b'"', b"") + b'" <sip:10086@x>\r\n'
                extra = identity if place % 3 == 0 and b"\r" not in name[:40] else b""
                async with few:
                    return await carrier.call(name, user, extra)

            statuses = await asyncio.gather(*(one(place, name) for place, name in enumerate(sample)))
            print(Counter(statuses))  # noqa: T201
            accepted = statuses.count(200)
            # A few are no SIP at all (a bare control character, a line's end in a name): refused or ignored whole.
            assert set(statuses) <= {0, 200, 400}, statuses
            assert accepted > CALLS / 2

            async def over() -> bool:
                return not await pair.channels()

            await eventually(over, 20, "all calls are over")

            async def told() -> bool:
                return len([each for each in ami.events if each.get("Event") == "Hangup"]) >= accepted

            await eventually(told, 10, "AMI told of all ends")
            legs = [each["Uniqueid"] for each in ami.events if each.get("Event") == "Newchannel"]
            assert len(legs) == len(set(legs)) == len(desk.arrivals) == accepted
            whole(ami)
            assert (await ami.action("Ping"))["Ping"] == "Pong"
    finally:
        await server.aclose()
    for arrival in desk.arrivals:
        caller = arrival.event.caller
        assert caller.number is None or re.fullmatch(r"\+?[0-9+]*", caller.number), caller
        assert "\n" not in caller.name
        assert "\r" not in caller.name
        assert arrival.event.dialed == "4001"
    assert any("<script>" in arrival.event.caller.name for arrival in desk.arrivals), "text came as it was"
    assert "alert(1)" not in caplog.text
    log = (pair.settings.layout.log / "messages").read_text(errors="replace")
    assert all(re.match(r"\[\d{4}-|\s|$", line) for line in log.split("\n")), "no line of another's making"


async def test_messages_that_are_no_messages_leave_everybody_alive(pair: Pair) -> None:
    async with ami_of(pair.settings) as ami, HostileCarrier(pair.settings.sip_port) as carrier:
        for message in torture():
            carrier.send(message)
            await asyncio.sleep(0.01)
        desk = Desk()
        server = AgiServer(LOOPBACK, pair.settings.agi_port, desk)
        await server.start()
        try:
            assert await carrier.call(b"after the storm") == 200

            async def came() -> bool:
                return any(arrival.event.caller.name == "after the storm" for arrival in desk.arrivals)

            await eventually(came, 10, "an ordinary call afterwards")
        finally:
            await server.aclose()
        assert (await ami.action("Ping"))["Ping"] == "Pong"
        whole(ami)


async def test_nobody_but_the_carrier_is_let_in(pair: Pair) -> None:
    """From another address: no endpoint, no challenge that tells extensions apart, no call."""
    loop = asyncio.get_running_loop()
    answers: asyncio.Queue[bytes] = asyncio.Queue()

    class Stranger(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            answers.put_nowait(data)

    transport, _ = await loop.create_datagram_endpoint(Stranger, ("127.0.0.3", 0))
    port = transport.get_extra_info("sockname")[1]
    said = []
    for user in ("1001", "1050", "9999", "pstn"):
        transport.sendto(
            f"INVITE sip:4001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.3:{port};branch=z9hG4bK{user}\r\n"
            f"From: <sip:{user}@127.0.0.1>;tag=1\r\nTo: <sip:4001@127.0.0.1>\r\nCall-ID: stranger-{user}\r\n"
            f"CSeq: 1 INVITE\r\nContact: <sip:{user}@127.0.0.3:{port}>\r\nContent-Length: 0\r\n\r\n".encode(),
            ("127.0.0.1", pair.settings.sip_port),
        )
        async with asyncio.timeout(5):
            said.append((await answers.get()).split(b"\r\n")[0])
    transport.close()
    assert set(said) == {b"SIP/2.0 401 Unauthorized"}
    assert await pair.channels() == []
