"""At a machine that answered: silence, a message after its beep, or nothing."""

from cti.domain.commands import AwaitBeep, BeginAttempt, HoldForAgent, KeepWaiting, LeaveMessage
from cti.domain.values import EndReason
from tests.ivr.stories import JOIN, QUEUE
from tests.ivr.telephone import Story, talks, waits


def dialed() -> Story:
    story = Story(QUEUE, variables={"CALLROOM_OUTBOUND": "1"})
    story.floor.first = (BeginAttempt("c1", 1, "en"), KeepWaiting("c1", 1))
    return story


async def test_after_the_beep_a_message_is_left_without_music_or_a_goodbye() -> None:
    story = dialed()
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(AwaitBeep("c1", 5.0))
        await channel.until(lambda one: one.music is None)
        assert story.said == []
        story.floor.order(HoldForAgent("c1"), LeaveMessage("c1", "please_call"))
    assert story.said == ["en/please_call"]
    assert story.floor.end is EndReason.MESSAGE_LEFT


async def test_also_when_an_agent_was_with_it() -> None:
    story = dialed()
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(JOIN)
        await channel.until(talks)
        story.floor.order(AwaitBeep("c1", 5.0), LeaveMessage("c1", "please_call"))
        channel.end_bridge()
    assert story.said == ["en/please_call"]
    assert story.floor.end is EndReason.MESSAGE_LEFT


async def test_without_a_beep_nothing_is_said_to_it() -> None:
    story = dialed()
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(AwaitBeep("c1", 0.05))
    assert (story.said, story.floor.end) == ([], EndReason.MACHINE)
