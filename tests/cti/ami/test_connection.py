"""The link under bad weather: halves, cuts, silence, floods; and nothing sent twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cti.ami.connection import AmiConnection, LinkDown, LinkUp, Noted
from cti.ami.message import Message
from cti.ami.protocol import Times
from cti.errors import ActionRefused, ActionTimedOut, SwitchUnavailable, UnsafeValue
from tests.ami_peer import FakeAmi, frame, listed

QUICK = Times(login_s=0.3, action_s=0.3, idle_s=0.1, ping_s=0.1)


@asynccontextmanager
async def linked(ami: FakeAmi, **options: object) -> AsyncIterator[AmiConnection]:
    connection = AmiConnection("127.0.0.1", ami.port, "u", "try", jitter=lambda: 0.0, **options)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(connection.run())
        try:
            yield connection
        finally:
            running.cancel()


async def soon(connection: AmiConnection) -> object:
    return await connection.next_event(5.0)


async def test_a_session_in_single_bytes():
    async with FakeAmi() as ami:
        ami.chunk = 1
        ami.answers["Status"] = lambda action: listed(
            action["ActionID"], "StatusComplete", frame(Event="Status", CallerIDName="Çağrı 张伟")
        )
        async with linked(ami) as connection:
            assert await soon(connection) == LinkUp()
            booted = await soon(connection)
            assert isinstance(booted, Message)
            assert booted.event == "FullyBooted"
            answer = await connection.call("Status")
            assert [each.get("CallerIDName") for each in answer.items] == ["Çağrı 张伟"]
            assert await soon(connection) == answer.items[0]


async def test_a_refusal_carries_asterisks_words():
    async with FakeAmi() as ami:
        ami.answers["Hangup"] = lambda action: frame(
            Response="Error", ActionID=action["ActionID"], Message="No such channel"
        )
        async with linked(ami) as connection:
            await soon(connection)
            with pytest.raises(ActionRefused, match="No such channel"):
                await connection.call("Hangup", (("Channel", "x"),))


async def test_an_action_without_an_answer_or_without_its_lists_end_times_out():
    async with FakeAmi() as ami:
        ami.answers["Status"] = lambda action: frame(Response="Success", ActionID=action["ActionID"], EventList="start")
        async with linked(ami) as connection:
            await soon(connection)
            with pytest.raises(ActionTimedOut):
                await connection.call("Status", timeout_s=0.05)
            abandoned = connection.post("Status", timeout_s=0.05)
            abandoned.cancel()
            assert (await connection.call("Ping")).succeeded
            await asyncio.sleep(0.06)
            assert (await connection.call("Ping")).succeeded


async def test_an_answer_that_nobody_waits_for_any_more_is_dropped():
    async with FakeAmi() as ami, linked(ami) as connection:
        await soon(connection)
        connection.post("Ping").cancel()
        assert (await connection.call("Ping")).succeeded


async def test_unsafe_values_are_refused_before_the_wire():
    async with FakeAmi() as ami, linked(ami) as connection:
        await soon(connection)
        with pytest.raises(UnsafeValue):
            connection.post("Hangup", (("Channel", "x\nAction: Command"),))
        await connection.call("Ping")
        assert ami.names() == ["Login", "Ping"]


async def test_a_cut_fails_what_is_open_at_once_and_sends_no_originate_again():
    async with FakeAmi() as ami:
        ami.answers["Originate"] = lambda _: None
        async with linked(ami) as connection:
            await soon(connection)
            pending = connection.post("Originate", (("Channel", "PJSIP/1001"),), 60)
            forgotten = connection.post("Originate", (("Channel", "PJSIP/1002"),), 60)
            forgotten.cancel()
            await ami.until(lambda each: each.names().count("Originate") == 2)
            ami.cut(b"Event: Hangup\r\nUniq")
            with pytest.raises(SwitchUnavailable):
                await asyncio.wait_for(pending, 0.15)
            await ami.until(lambda each: each.names().count("Login") == 2)
            seen = [await soon(connection) for _ in range(3)]
            assert [type(each) for each in seen] == [Message, LinkDown, LinkUp]
            await connection.call("Ping")
            assert ami.names().count("Originate") == 2


async def test_a_half_open_peer_is_noticed():
    async with FakeAmi() as ami, linked(ami, times=QUICK) as connection:
        assert await soon(connection) == LinkUp()
        ami.mute = True
        while not isinstance(event := await soon(connection), LinkDown):
            pass
        assert event.reason == "the peer is silent"
        ami.mute = False
        assert await soon(connection) == LinkUp()
        assert "Ping" in ami.names()


async def test_a_login_that_is_refused_or_never_answered_is_tried_again():
    async with FakeAmi() as ami:
        ami.mute = True
        async with linked(ami, times=QUICK) as connection:
            assert await soon(connection) == LinkDown("no login in time")
            ami.mute, ami.secret = False, "other"
            assert await soon(connection) == LinkDown("the login was refused")
            ami.secret = "try"
            assert await soon(connection) == LinkUp()


async def test_asterisk_may_be_started_later():
    ami = FakeAmi()
    await ami.open()
    port = ami.port
    await ami.aclose()
    connection = AmiConnection("127.0.0.1", port, "u", "try", jitter=lambda: 0.0)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(connection.run())
        assert await connection.next_event(0.05) is None
        with pytest.raises(SwitchUnavailable):
            connection.post("Ping")
        await ami.open(port)
        assert await soon(connection) == LinkUp()
        connection.settled()
        running.cancel()
    await ami.aclose()


async def test_a_reader_who_falls_behind_loses_the_session_and_not_single_events():
    async with FakeAmi() as ami, linked(ami, max_events=10) as connection:
        assert await soon(connection) == LinkUp()
        connection.note("kept")
        ami.say(frame(Event="Hangup", Uniqueid="n1-1.1") * 100)
        await ami.until(lambda each: each.sessions == 2)
        seen = [await soon(connection) for _ in range(3)]
        assert seen == [Noted("kept"), LinkDown("events came faster than they were taken"), LinkUp()]


async def test_only_wanted_events_are_kept():
    async with FakeAmi() as ami, linked(ami, wanted=frozenset({"Hangup"})) as connection:
        assert await soon(connection) == LinkUp()
        ami.say(frame(Event="VarSet") * 50 + frame(Event="Hangup"))
        event = await soon(connection)
        assert isinstance(event, Message)
        assert event.event == "Hangup"


async def test_an_event_storm_is_delivered_whole_and_in_order():
    async with FakeAmi() as ami, linked(ami, wanted=frozenset({"Hangup"})) as connection:
        assert await soon(connection) == LinkUp()
        ami.say(b"".join(frame(Event="Hangup", Uniqueid=str(n)) for n in range(10_000)))
        seen = [await soon(connection) for _ in range(10_000)]
        assert [each.get("Uniqueid") for each in seen if isinstance(each, Message)] == [str(n) for n in range(10_000)]
