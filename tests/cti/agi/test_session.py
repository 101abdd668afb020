"""What a handler can rely on: its own reply, and CallerGone the moment the caller leaves."""

import asyncio

import pytest

from cti.agi.session import AgiSession
from cti.errors import ActionRefused, CallerGone, RemoteProtocolError, UnsafeValue
from tests.agi_peer import FakeAsteriskChannel


async def test_each_method_sends_its_command_and_reads_its_reply():
    channel = FakeAsteriskChannel(variables={"X": 'a) "b\\'}, args=["one", "two words"])
    channel.press("5", during="menu")
    channel.press("42#", during="number")
    channel.press("7", during="WAIT")
    seen = {}

    async def handler(session: AgiSession) -> None:
        await session.answer()
        assert await session.channel_status() == 6
        await session.set_variable("TIMEOUT(absolute)", "12")
        seen["x"] = await session.get_variable("X")
        seen["none"] = await session.get_variable("NO_SUCH")
        seen["number"] = await session.get_variable("CALLERID(num)")
        seen["menu"] = await session.stream_file("/p/menu", "0123456789")
        seen["digits"] = await session.get_data("/p/number", 5, 10)
        seen["digit"] = await session.wait_for_digit(3)
        seen["nothing"] = await session.wait_for_digit(0.5)
        seen["plain"] = await session.stream_file("/p/plain")
        await session.music_on()
        await session.music_off()
        seen["args"] = session.args
        seen["uniqueid"] = session.variables["agi_uniqueid"]

    await channel.run(handler)
    assert seen == {
        "x": 'a) "b\\',
        "none": None,
        "number": "13800138000",
        "menu": "5",
        "digits": "42",
        "digit": "7",
        "nothing": "",
        "plain": "",
        "args": ("one", "two words"),
        "uniqueid": "n1-1700000000.1",
    }
    assert ["EXEC", "Answer", "0,i"] in channel.commands


async def test_a_caller_who_leaves_ends_the_running_command():
    channel = FakeAsteriskChannel()

    async def handler(session: AgiSession) -> None:
        await session.gosub("callroom-join", "PJSIP/1001-00000001")

    async with asyncio.TaskGroup() as group:
        running = group.create_task(channel.run(handler))
        await channel.until(lambda each: each.bridged_with == "PJSIP/1001-00000001")
        channel.hang_up()
    assert running.done()


async def test_the_coroutine_goes_on_when_the_agent_leaves():
    channel = FakeAsteriskChannel()

    async def handler(session: AgiSession) -> None:
        await session.gosub("callroom-join", "leg")
        assert await session.get_variable("BRIDGERESULT") == "SUCCESS"
        await session.set_variable("CALLROOM_DONE", "1")

    async with asyncio.TaskGroup() as group:
        group.create_task(channel.run(handler))
        await channel.until(lambda each: each.bridged_with == "leg")
        channel.end_bridge()
    assert channel.done


async def test_waiting_for_something_else_ends_when_the_caller_leaves():
    channel = FakeAsteriskChannel()
    cancelled = asyncio.Event()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def handler(session: AgiSession) -> None:
        await session.music_on()
        asyncio.get_running_loop().call_soon(channel.hang_up)
        with pytest.raises(CallerGone):
            await session.while_here(forever())
        assert session.is_gone
        await session.wait_gone()
        with pytest.raises(CallerGone):
            await session.while_here(asyncio.sleep(0.1))
        await session.hangup()
        with pytest.raises(CallerGone):
            await session.music_off()

    await channel.run(handler)
    assert cancelled.is_set()


async def test_while_here_returns_the_work_and_lets_its_errors_through():
    channel = FakeAsteriskChannel()

    async def answer() -> int:
        return 42

    async def too_slow() -> None:
        raise TimeoutError

    async def handler(session: AgiSession) -> None:
        assert await session.while_here(answer()) == 42
        with pytest.raises(TimeoutError):
            await session.while_here(too_slow())

    await channel.run(handler)


@pytest.mark.parametrize("held", ["announcement", "wait_for_digit"])
async def test_a_cancelled_command_is_stopped_and_its_reply_mistaken_for_no_other(held):
    channel = FakeAsteriskChannel(variables={"X": "right"})
    channel.hold(held)

    async def handler(session: AgiSession) -> None:
        work = session.stream_file("/p/announcement") if held == "announcement" else session.wait_for_digit(60)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(work, 0.01)
        assert await session.get_variable("X") == "right"

    await channel.run(handler)
    assert channel.commands[-2][:3] == ["GET", "FULL", "VARIABLE"]


async def test_a_missing_file_is_a_refusal_and_not_the_callers_end():
    channel = FakeAsteriskChannel()
    channel.missing("/p/none")
    channel.reply("EXEC", "Nonsense", text="200 result=-2")
    channel.reply(
        "SET", "MUSIC", text="520-Invalid command syntax.  Proper usage follows:\nx\n520 End of proper usage."
    )

    async def handler(session: AgiSession) -> None:
        await session.answer()
        with pytest.raises(ActionRefused, match="STREAM FILE"):
            await session.stream_file("/p/none")
        with pytest.raises(ActionRefused, match="result=-2"):
            await session.execute("Nonsense")
        with pytest.raises(ActionRefused, match="520"):
            await session.music_off()
        with pytest.raises(ActionRefused, match="510"):
            await session.command("SPEECH CREATE")

    await channel.run(handler)


async def test_a_dead_channel_is_a_caller_gone():
    channel = FakeAsteriskChannel()
    channel.reply("SET", "MUSIC", text="511 Command Not Permitted on a dead channel or intercept routine")
    channel.reply("EXEC", "Playback", text="200 result=-1")

    async def handler(session: AgiSession) -> None:
        with pytest.raises(CallerGone):
            await session.music_off()
        channel.is_up = False
        with pytest.raises(CallerGone):
            await session.execute("Playback", "x")

    await channel.run(handler)


@pytest.mark.parametrize(
    "call",
    [
        lambda session: session.set_variable("X\nHANGUP", "1"),
        lambda session: session.set_variable("X", "1\nHANGUP"),
        lambda session: session.set_variables({"X": "1\nHANGUP"}),
        lambda session: session.set_variables({"X": "1,Y=2"}),
        lambda session: session.set_variables({"X=1,Y": "2"}),
        lambda session: session.get_variable("SHELL(${X})"),
        lambda session: session.execute("MixMonitor", "a,b"),
        lambda session: session.execute("Mix Monitor"),
        lambda session: session.stream_file("a\rb"),
        lambda session: session.stream_file("a", "x y"),
        lambda session: session.stream_file("a" * 9000),
    ],
)
async def test_what_would_break_the_line_is_refused_and_the_session_goes_on(call):
    channel = FakeAsteriskChannel()

    async def handler(session: AgiSession) -> None:
        with pytest.raises(UnsafeValue):
            await call(session)
        await session.music_on()

    await channel.run(handler)
    assert len(channel.commands) == 1


async def test_hangup_ends_the_channel():
    channel = FakeAsteriskChannel()

    async def handler(session: AgiSession) -> None:
        await session.hangup()
        await session.wait_gone()

    await channel.run(handler)
    assert not channel.is_up


async def test_a_peer_that_talks_nonsense_is_a_caller_gone():
    session = AgiSession(bytearray().extend)
    with pytest.raises(RemoteProtocolError):
        session.feed(b"GET / HTTP/1.1\r\n")
    with pytest.raises(CallerGone):
        await session.begin()


async def test_the_end_of_the_stream_right_after_the_hang_up_disturbs_nobody():
    session = AgiSession(lambda _data: None)
    session.feed(b"agi_network: yes\nagi_request: agi://127.0.0.1/call\n\n")
    waiting = asyncio.ensure_future(session.while_here(asyncio.sleep(60)))
    await asyncio.sleep(0)

    session.feed(b"HANGUP\n")
    for _ in range(2):  # until the scope expires, and its work has not been told yet
        await asyncio.sleep(0)
        session.feed_eof()

    with pytest.raises(CallerGone):
        await waiting


async def test_a_stream_that_ends_without_a_hangup_was_cut_off():
    session = AgiSession(lambda _: None)
    session.feed_eof()
    with pytest.raises(CallerGone) as gone:
        await session.answer()
    assert gone.value.cut_off


async def test_a_stream_that_ends_after_a_hangup_was_not():
    session = AgiSession(lambda _: None)
    session.feed(b"agi_request: agi://x\n\nHANGUP\n")
    session.feed_eof()
    for attempt in (session.answer(), session.while_here(asyncio.sleep(0))):
        with pytest.raises(CallerGone) as gone:
            await attempt
        assert not gone.value.cut_off
