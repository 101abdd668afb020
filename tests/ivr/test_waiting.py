import asyncio
from dataclasses import replace

import pytest

from cti.domain.commands import StopWaiting
from cti.domain.values import Announcements, EndReason, Overflow, OverflowAction
from tests.ivr.stories import GOODBYE, JOIN, QUEUE
from tests.ivr.telephone import Story, talks, waits


async def test_place_and_expected_wait_are_announced_then_the_music_goes_on() -> None:
    story = Story(QUEUE)
    story.floor.place = (3, 100.0)
    async with story.running() as channel:
        await channel.until(lambda c: any("keep_waiting" in path for path in c.played))
        await channel.until(waits)
        channel.hang_up()
    said = "position_is number_3 position_end expected_wait number_2_counted minutes keep_waiting"
    assert story.said == said.split()


async def test_comfort_is_spoken_in_turn_between_the_places() -> None:
    story = Story(QUEUE)
    plan = Announcements(comfort=("summer_sale", "our_app"), comfort_every_s=1.0)
    story.source.queues[1] = replace(story.source.queues[1], announcements=plan, announce_every_s=0)
    async with story.running() as channel:
        await channel.until(lambda c: len(c.played) >= 2)
        channel.hang_up()
    assert story.said == ["summer_sale", "our_app"]


async def test_a_line_that_announces_nothing_only_plays_music() -> None:
    story = Story(QUEUE)
    story.source.queues[1] = replace(story.source.queues[1], announce_every_s=0)
    async with story.running() as channel:
        await channel.until(lambda _: len(story.commands("SET", "VARIABLE", "TIMEOUT(absolute)")) > 8)
        channel.hang_up()
    assert story.said == []


async def test_an_answer_that_comes_when_asterisk_is_late_with_the_end_is_heard() -> None:
    story = Story(QUEUE)
    story.channel.hold("please_wait")  # 10 ms by its file, and it does not end
    async with story.running() as channel:
        await channel.until(lambda c: bool(c.played))
        await asyncio.sleep(0.05)
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.hang_up()


async def test_an_answer_cuts_an_announcement_short() -> None:
    story = Story(QUEUE)
    story.channel.hold("please_wait")
    async with story.running() as channel:
        await channel.until(lambda c: bool(c.played))
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.hang_up()
    assert story.said == ["please_wait"]


async def test_a_caller_who_gives_up_while_waiting() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        channel.hang_up()
    assert story.floor.end is None
    assert not channel.done


async def test_a_floor_that_ended_the_call_ends_the_coroutine() -> None:
    story = Story(QUEUE)
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.line.cut()  # type: ignore[union-attr]
    assert not channel.done


async def test_missing_music_is_silence(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(QUEUE)
    story.channel.reply("SET", "MUSIC", "ON", text="200 result=-1")
    async with story.running() as channel:
        await channel.until(lambda c: any("please_wait" in path for path in c.played))
        channel.hang_up()
    assert "Music cannot be played" in caplog.messages


async def test_an_agent_who_is_there_already_spares_the_music() -> None:
    story = Story(QUEUE)
    story.channel.when("1:3:zh", lambda: story.floor.order(JOIN))
    async with story.running() as channel:
        await channel.until(talks)
        channel.hang_up()
    assert story.said == []
    assert story.commands("SET", "MUSIC", "ON") == []


@pytest.mark.parametrize("refusal", ["520 Invalid command syntax.", "200 result=-1", "200 result=-2"])
async def test_music_that_cannot_be_stopped_stops_neither_word_nor_talk(
    refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    story = Story(QUEUE)
    story.channel.reply("SET", "MUSIC", "OFF", text=refusal)
    async with story.running() as channel:
        await channel.until(lambda c: any("please_wait" in path for path in c.played))
        story.floor.order(JOIN)
        await channel.until(talks)
        channel.end_bridge()
        story.floor.order(GOODBYE)
    assert story.floor.names() == ["CallArrived", "CallQueued", "JoinEnded", "CallLeft"], "no rescue on the way"
    assert (story.floor.end, channel.done) == (EndReason.AGENT_HUNG_UP, True)
    assert caplog.messages == ["Music cannot be stopped"] * len(story.commands("SET", "MUSIC", "OFF"))
    assert len(caplog.messages) >= 2


async def test_music_that_cannot_be_stopped_does_not_stop_the_overflow(caplog: pytest.LogCaptureFixture) -> None:
    story = Story(QUEUE)
    story.channel.reply("SET", "MUSIC", "OFF", text="520 Invalid command syntax.")
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.VOICEMAIL)))
    assert (story.floor.end, channel.done) == (EndReason.VOICEMAIL, True)
    assert set(caplog.messages) == {"Music cannot be stopped"}
