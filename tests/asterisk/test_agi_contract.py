"""AgiSession and AgiServer in the real dialplan: what a handler relies on, Asterisk does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from cti.agi.server import AgiServer
from cti.agi.session import AgiSession
from cti.asterisk.pstn import call_in
from cti.errors import ActionRefused, CallerGone
from ivr.arrival import ARGUMENTS
from tests.asterisk.pair import Pair, eventually

pytestmark = pytest.mark.asterisk

Handler = Callable[[AgiSession], Awaitable[None]]


@asynccontextmanager
async def answering(pair: Pair, handler: Handler) -> AsyncIterator[AgiServer]:
    settings = pair.settings
    server = AgiServer("127.0.0.1", settings.agi_port, handler, secret=settings.secrets.agi_secret)
    await server.start()
    try:
        yield server
    finally:
        await server.aclose()


async def tell(pair: Pair, story: Handler, *, keys: str = "", key_delay_s: float = 0.5, stay_s: float = 30.0) -> None:
    """Call in and run `story` as the handler; its failure is the test's."""
    result: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def handler(session: AgiSession) -> None:
        try:
            await story(session)
            await session.set_variable("CALLROOM_DONE", "1")
        except BaseException as error:
            if not result.done():
                result.set_exception(error)
            raise
        if not result.done():
            result.set_result(None)

    async with answering(pair, handler):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys=keys, key_delay_s=key_delay_s, stay_s=stay_s)
        await asyncio.wait_for(result, 20)


async def test_what_the_dialplan_hands_over(pair: Pair) -> None:
    async def story(session: AgiSession) -> None:
        assert session.variables["agi_network_script"] == f"call/{pair.settings.secrets.agi_secret}"
        assert session.variables["agi_uniqueid"].startswith("n1-")
        assert await session.channel_status() == 4
        await session.answer()
        assert await session.channel_status() == 6
        assert await session.get_variable("CALLERID(num)") == "+8613800138000"
        said = dict(zip(ARGUMENTS, session.args, strict=True))
        assert float(said["CALLROOM_ARRIVED_AT"]) > 1_700_000_000
        assert 0 <= float(said["now"]) - float(said["CALLROOM_ARRIVED_AT"]) < 5
        assert len(said["CALLROOM_CALL_ID"]) == 36
        assert [said[name] for name in ARGUMENTS[2:6]] == ["4001", "0", "", "allowed_not_screened"]
        assert said["CALLROOM_OUTBOUND"] == ""
        await session.set_variables({"TIMEOUT(absolute)": "7", "CALLROOM_TALKED": "1"})
        assert float(await session.get_variable("TIMEOUT(absolute)") or "0") > 5
        assert await session.get_variable("CALLROOM_TALKED") == "1"
        assert await session.get_variable("NO_SUCH_VARIABLE") is None

    await tell(pair, story)


@pytest.mark.parametrize(
    "value",
    [
        'quote " backslash \\ end\\',
        "comma, (paren) ${EXTEN} $[1+1] ; semicolon & pipe |",
        "张伟 Çağrı 😀",
        "200 result=1 (forged)",
        "",
        "  blanks  ",
        "x" * 900,
    ],
)
async def test_a_value_comes_back_as_it_went(pair: Pair, value: str) -> None:
    async def story(session: AgiSession) -> None:
        await session.set_variable("PROBE", value)
        assert (await session.get_variable("PROBE") or "") == value

    await tell(pair, story)


async def test_keys_reach_every_way_of_asking(pair: Pair) -> None:
    async def story(session: AgiSession) -> None:
        await session.answer()
        assert await session.wait_for_digit(5) == "1"
        assert await session.get_data("beep", 3, 3) == "234"
        assert await session.get_data("beep", 3, 5) == "5"
        assert await session.wait_for_digit(0.2) == ""

    await tell(pair, story, keys="12345#")


async def test_a_key_stops_a_file(pair: Pair) -> None:
    async def story(session: AgiSession) -> None:
        await session.answer()
        assert await session.stream_file("demo-congrats", "7") == "7"

    await tell(pair, story, keys="7", key_delay_s=1.0)


async def test_what_cannot_be_done_is_refused_and_the_caller_stays(pair: Pair) -> None:
    async def story(session: AgiSession) -> None:
        await session.answer()
        with pytest.raises(ActionRefused):
            await session.stream_file("no-such-file")
        with pytest.raises(ActionRefused):
            await session.execute("NoSuchApplication")
        with pytest.raises(ActionRefused, match="510"):
            await session.command("NONSENSE")
        with pytest.raises(ActionRefused, match="520"):
            await session.command("SET VARIABLE", "only-a-name")
        assert await session.channel_status() == 6

    await tell(pair, story)


async def test_a_cancelled_announcement_stops_and_the_next_reply_is_its_own(pair: Pair) -> None:
    async def story(session: AgiSession) -> None:
        await session.answer()
        loop = asyncio.get_running_loop()
        for pause_s in (0.0, 0.001, 0.02, 0.3):
            for play in (session.stream_file("demo-congrats"), session.get_data("demo-congrats", 5, 5)):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(play, pause_s)
                begin_s = loop.time()
                await session.set_variable("PROBE", str(pause_s))
                assert await session.get_variable("PROBE") == str(pause_s)
                assert loop.time() - begin_s < 1.0
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(session.wait_for_digit(30), 0.1)
        assert await session.get_variable("PROBE") == "0.3"

    await tell(pair, story)


async def test_music_plays_on_between_commands_and_a_hang_up_ends_the_wait(pair: Pair) -> None:
    async def story(session: AgiSession) -> None:
        await session.answer()
        await session.set_variable("TIMEOUT(absolute)", "0")
        await session.music_on("default")
        with pytest.raises(CallerGone):
            await asyncio.wait_for(session.while_here(asyncio.Event().wait()), 10)
        with pytest.raises(CallerGone):
            await session.music_off()

    with pytest.raises(CallerGone):
        # Its last act, CALLROOM_DONE, meets a channel that is gone.
        await tell(pair, story, stay_s=1.0)


async def test_a_hang_up_in_a_command_ends_it(pair: Pair) -> None:
    async def story(session: AgiSession) -> None:
        await session.answer()
        await session.stream_file("demo-congrats")
        await session.stream_file("demo-congrats")

    with pytest.raises(CallerGone):
        await tell(pair, story, stay_s=1.0)


async def test_a_recording_is_there(pair: Pair) -> None:
    path = pair.settings.voicemails_incoming / "agi-contract"

    async def story(session: AgiSession) -> None:
        await session.answer()
        await session.gosub("callroom-record", path.name, "1", "6", "en")

    await tell(pair, story)
    assert path.with_suffix(".wav").stat().st_size > 8000
    path.with_suffix(".wav").unlink()


async def test_a_handler_that_ends_the_call(pair: Pair) -> None:
    async def story(session: AgiSession) -> None:
        await session.answer()
        await session.hangup()
        await asyncio.wait_for(session.wait_gone(), 5)

    with pytest.raises(CallerGone):
        await tell(pair, story)


async def test_a_failing_handler_leaves_the_caller_to_the_dialplan_which_asks_again(pair: Pair) -> None:
    attempts: asyncio.Queue[str] = asyncio.Queue()

    async def handler(session: AgiSession) -> None:
        attempts.put_nowait(session.variables["agi_uniqueid"])
        raise RuntimeError("broken")

    async with answering(pair, handler):
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", stay_s=30)
        first, again = [await asyncio.wait_for(attempts.get(), 10) for _ in range(2)]
        assert first == again


async def test_strangers_on_the_port_hurt_no_caller(pair: Pair) -> None:
    pretends = b"agi_network_script: call\nagi_request: agi://127.0.0.1/call\nagi_uniqueid: n1-9.9\n\n"
    arrived: list[str] = []

    async def story(session: AgiSession) -> None:
        arrived.append(session.variables["agi_uniqueid"])
        for data in (b"", b"GET / HTTP/1.0\r\n\r\n", pretends):
            reader, writer = await asyncio.open_connection("127.0.0.1", pair.settings.agi_port)
            writer.write(data)
            if data is pretends:
                assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()
        await session.answer()

    await tell(pair, story)
    assert len(arrived) == 1
    assert arrived != ["n1-9.9"]


async def test_a_server_that_closes_leaves_the_caller_in_the_dialplan(pair: Pair) -> None:
    there = asyncio.Event()

    async def handler(session: AgiSession) -> None:
        await session.answer()
        there.set()
        await session.wait_gone()

    async with answering(pair, handler) as server:
        await call_in(pair.pstn_settings, "4001", "+8613800138000", keys="", stay_s=30)
        await asyncio.wait_for(there.wait(), 5)
        await server.aclose()

    async def waits() -> bool:
        return any(channel[5] == "MusicOnHold" for channel in await pair.channels())

    await eventually(waits, 5, "the caller hears music")
