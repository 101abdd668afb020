"""Long prompts and long waits for a key must not stretch the lease: a Callroom that hangs is noticed in time."""

import asyncio

from cti.agi.session import AgiSession
from ivr.lease import Lease
from ivr.ports import Prompt
from ivr.speaker import Speaker
from tests.agi_peer import FakeAsteriskChannel
from tests.fakes import run_virtual

LEASE_S = 12.0


class Prompts:
    def __init__(self, duration_s: float) -> None:
        self.duration_s = duration_s

    def find(self, name: str, language: str) -> Prompt | None:
        return Prompt(f"/p/{name}", self.duration_s)


def speaker(session: AgiSession, duration_s: float) -> Speaker:
    return Speaker(session, Prompts(duration_s), Lease(session, LEASE_S), "zh")


def terms(channel: FakeAsteriskChannel) -> list[str]:
    return [words[3] for words in channel.commands if words[2] == "TIMEOUT(absolute)"]


def pieces(channel: FakeAsteriskChannel) -> list[str]:
    return [words[4] if len(words) > 4 else "0" for words in channel.commands if words[0] == "STREAM"]


def test_a_prompt_within_the_lease_is_played_whole() -> None:
    async def told() -> None:
        channel = FakeAsteriskChannel()

        async def handler(session: AgiSession) -> None:
            assert await speaker(session, 7.9).say(("hello",)) == ""

        await channel.run(handler)
        assert (terms(channel), pieces(channel)) == (["12"], ["0"])

    run_virtual(told())


def test_a_longer_one_is_played_in_pieces_with_a_renewal_before_each() -> None:
    async def told() -> None:
        channel, loop = FakeAsteriskChannel(), asyncio.get_running_loop()
        channel.hold("/p/long")
        began_s = loop.time()

        async def handler(session: AgiSession) -> None:
            assert await speaker(session, 19.0).say(("long",), "1") == "1"

        async with asyncio.TaskGroup() as group:
            group.create_task(channel.run(handler))
            await channel.until(lambda each: len(pieces(each)) == 3, 60)
            channel.press("1")
        offsets = [int(each) for each in pieces(channel)]
        assert offsets[0] == 0
        assert [round(each / 8000) for each in offsets[1:]] == [8, 16]
        assert terms(channel) == ["12"] * 3
        assert 16 <= loop.time() - began_s < 17

    run_virtual(told())


def test_a_long_wait_for_a_key_is_in_pieces_too() -> None:
    async def told() -> None:
        channel = FakeAsteriskChannel()

        async def handler(session: AgiSession) -> None:
            assert await speaker(session, 1.0).ask(("which",), 20.0) == ""

        await channel.run(handler)
        waits = [int(words[3]) for words in channel.commands if words[0] == "WAIT"]
        assert waits == [8000, 8000, 4000]
        assert terms(channel) == ["12"] * 4

    run_virtual(told())


def test_a_key_ends_a_long_wait() -> None:
    async def told() -> None:
        channel = FakeAsteriskChannel()
        channel.hold("wait_for_digit")

        async def handler(session: AgiSession) -> None:
            assert await speaker(session, 1.0).ask(("which",), 20.0) == "5"

        async with asyncio.TaskGroup() as group:
            group.create_task(channel.run(handler))
            await channel.until(lambda each: each.commands and each.commands[-1][0] == "WAIT")
            channel.press("5")

    run_virtual(told())
