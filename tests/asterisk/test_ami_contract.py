"""Our AMI client beside panoramisk on the real Asterisk: same questions, same answers; and Asterisk's limits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from panoramisk import Manager

from cti.ami.connection import AmiConnection, LinkUp
from cti.ami.message import MAX_HEADERS, MAX_LINE_BYTES, Message
from cti.asterisk.pstn import call_in
from cti.errors import ActionRefused
from tests.asterisk.pair import AgiPeer, Pair, agi_server

pytestmark = pytest.mark.asterisk

# Differ from one question to the next by their nature.
_MOVING = {
    "ActionID",
    "CoreCurrentCalls",
    "CoreProcessedCalls",
    "Seconds",
    "TimeToHangup",
    "Duration",
    "Data",
    "content",
}


def login_of(pair: Pair, *, hears: bool) -> tuple[str, str]:
    """The one user hears events, the other may act."""
    settings = pair.settings
    if hears:
        return settings.ami_events_user, settings.secrets.ami_events_secret
    return settings.ami_user, settings.secrets.ami_secret


@asynccontextmanager
async def ours(pair: Pair, *, hears: bool = False) -> AsyncIterator[AmiConnection]:
    link = AmiConnection("127.0.0.1", pair.settings.ami_port, *login_of(pair, hears=hears))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(link.run())
        try:
            assert await link.next_event(5) == LinkUp()
            yield link
        finally:
            running.cancel()


@asynccontextmanager
async def theirs(pair: Pair, *, hears: bool = False) -> AsyncIterator[Manager]:
    user, secret = login_of(pair, hears=hears)
    manager = Manager(
        loop=asyncio.get_running_loop(),
        host="127.0.0.1",
        port=pair.settings.ami_port,
        username=user,
        secret=secret,
        ping_interval=0,
    )
    await manager.connect()
    try:
        yield manager
    finally:
        manager.close()


def plain(message: dict[str, object]) -> dict[str, object]:
    # panoramisk loses a last header whose value is empty.
    return {name: value for name, value in message.items() if name not in _MOVING and value}


def as_dict(message: Message) -> dict[str, object]:
    names = dict.fromkeys(name for name, _ in message.headers)
    values = {name: message.get_all(name) for name in names}
    return {name: each if len(each) > 1 else each[0] for name, each in values.items()}


async def test_both_clients_get_the_same_answers(pair: Pair) -> None:
    there = asyncio.Event()

    async def hold(agi: AgiPeer) -> None:
        there.set()
        await agi.reader.read()

    async with agi_server(pair.settings.agi_port, hold), ours(pair) as link, theirs(pair) as manager:
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", stay_s=30)
        await asyncio.wait_for(there.wait(), 5)
        for name, headers in (
            ("CoreStatus", {}),
            ("DeviceStateList", {}),
            ("Status", {"Variables": "CALLROOM_CALL_ID,CALLROOM_DIALED"}),
            ("CoreShowChannels", {}),
            ("QueueStatus", {}),
            ("BridgeList", {}),
        ):
            answer = await link.call(name, tuple(headers.items()))
            other = await asyncio.wait_for(manager.send_action({"Action": name, **headers}), 5)
            others = other if isinstance(other, list) else [other]
            mine = [as_dict(each) for each in (answer.response, *answer.items)]
            # panoramisk counts the list's end among its items.
            assert [plain(each) for each in mine] == [plain(dict(each)) for each in others[: len(mine)]], name
            assert len(others) in {len(mine), len(mine) + 1}


async def test_both_clients_see_the_same_call_come_and_go(pair: Pair) -> None:
    async def leave(agi: object) -> None:
        return None

    async with (
        agi_server(pair.settings.agi_port, leave),
        ours(pair, hears=True) as link,
        theirs(pair, hears=True) as manager,
    ):
        heard: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        manager.register_event("Hangup", lambda _, message: heard.put_nowait(dict(message)))
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", stay_s=1)
        while True:
            event = await link.next_event(10)
            assert event is not None
            if isinstance(event, Message) and event.event == "Hangup":
                break
        assert plain(as_dict(event)) == plain(await asyncio.wait_for(heard.get(), 5))


async def test_what_we_allow_on_the_wire_asterisk_takes_whole(pair: Pair) -> None:
    async with ours(pair) as link:
        value = "é" * ((MAX_LINE_BYTES - len("Value: \r\n")) // 2)
        await link.call("Setvar", (("Variable", "CALLROOM_PROBE"), ("Value", value)))
        answer = await link.call("Getvar", (("Variable", "CALLROOM_PROBE"),))
        assert answer.response.get("Value") == value
        # The last header that fits still counts.
        stuffing = (("X", "x"),) * (MAX_HEADERS - 4)
        await link.call("Setvar", (*stuffing, ("Variable", "CALLROOM_PROBE"), ("Value", "last")))
        assert (await link.call("Getvar", (("Variable", "CALLROOM_PROBE"),))).response.get("Value") == "last"


async def test_what_we_refuse_asterisk_would_have_taken_for_a_second_header(pair: Pair) -> None:
    """Why the encoder refuses: one bare line feed in a value is enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", pair.settings.ami_port)
    login = f"Username: {pair.settings.ami_user}\r\nSecret: {pair.settings.secrets.ami_secret}\r\n"
    writer.write(f"Action: Login\r\nEvents: off\r\n{login}\r\n".encode())
    writer.write(b"Action: Setvar\r\nVariable: CALLROOM_PROBE\r\nX: harmless\nValue: smuggled\r\n\r\n")
    writer.write(b"Action: Getvar\r\nActionID: g\r\nVariable: CALLROOM_PROBE\r\n\r\n")
    async with asyncio.timeout(5):
        while b"ActionID: g" not in (answer := await reader.readuntil(b"\r\n\r\n")):
            pass
    assert b"Value: smuggled" in answer
    writer.close()


async def test_our_user_may_do_what_the_switch_needs_and_no_more(pair: Pair) -> None:
    async with ours(pair) as link:
        for name, headers in (("CoreStatus", ()), ("Status", ()), ("DeviceStateList", ())):
            assert (await link.call(name, headers)).succeeded
        for name, headers in (
            ("Command", (("Command", "core show version"),)),
            ("GetConfig", (("Filename", "manager.conf"),)),
            ("ModuleLoad", (("LoadType", "reload"),)),
            ("DBPut", (("Family", "x"), ("Key", "y"))),
        ):
            with pytest.raises(ActionRefused, match="denied"):
                await link.call(name, headers)
