"""Two sessions as one: who waits for whom, and what the loss of either means."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cti.ami import links
from cti.ami.connection import LinkDown, LinkUp, Noted
from cti.ami.links import AmiLinks, Login
from cti.errors import SwitchUnavailable
from tests.ami_peer import FakeAmi, frame

WANTED = frozenset({"FullyBooted", "Hangup"})


@asynccontextmanager
async def linked(ami: FakeAmi) -> AsyncIterator[AmiLinks]:
    both = AmiLinks(("127.0.0.1", ami.port), Login("reader", "try"), Login("writer", "try"), wanted=WANTED)
    running = asyncio.ensure_future(both.run())
    try:
        yield both
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_question_waits_for_the_writer():
    async with FakeAmi() as ami, linked(ami) as both:
        assert (await both.call("CoreStatus")).response.get("CoreStartupTime") == "10:00:00"
        assert await both.next_event(5) == LinkUp()
        assert ami.by_user["reader"] == ["Login"]


async def test_an_order_does_not_wait():
    async with FakeAmi() as ami:
        both = AmiLinks(("127.0.0.1", ami.port), Login("reader", "try"), Login("writer", "try"), wanted=WANTED)
        with pytest.raises(SwitchUnavailable):
            both.post("Hangup")


async def test_a_writer_who_may_not_log_in_is_said_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(links, "CONNECT_TIMEOUT_S", 0.1)
    async with FakeAmi() as ami:
        both = AmiLinks(("127.0.0.1", ami.port), Login("reader", "try"), Login("writer", "wrong"), wanted=WANTED)
        running = asyncio.ensure_future(both.run())
        assert await both.next_event(5) == LinkUp()
        with pytest.raises(SwitchUnavailable, match="writing user"):
            await both.call("CoreStatus")
        running.cancel()


async def test_the_writer_takes_the_reader_along():
    async with FakeAmi() as ami, linked(ami) as both:
        await both.call("CoreStatus")
        assert await both.next_event(5) == LinkUp()
        await both.next_event(5)  # FullyBooted
        ami.cut(user="writer")
        down = await both.next_event(5)
        assert isinstance(down, LinkDown)
        assert down.reason.startswith("the writer was lost")
        assert await both.next_event(5) == LinkUp()
        assert (await both.call("CoreStatus")).succeeded


async def test_dropping_ends_both():
    async with FakeAmi() as ami, linked(ami) as both:
        await both.call("CoreStatus")
        both.drop("enough")
        await ami.until(lambda each: each.by_user.get("writer", []).count("Login") == 2)
        await ami.until(lambda each: each.by_user.get("reader", []).count("Login") == 2)


async def test_what_the_reader_hears_and_what_we_note_come_in_order():
    async with FakeAmi() as ami, linked(ami) as both:
        await both.call("CoreStatus")
        assert await both.next_event(5) == LinkUp()
        await both.next_event(5)  # FullyBooted
        ami.say(frame(Event="Hangup", Uniqueid="n1-1.1") + frame(Event="Newstate", Uniqueid="n1-1.1"))
        heard = await both.next_event(5)
        both.note(("mine",))
        both.settled()
        assert getattr(heard, "event", "") == "Hangup"
        assert await both.next_event(5) == Noted(("mine",))
        assert await both.next_event(0.01) is None
