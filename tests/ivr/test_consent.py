"""The key by which callers refuse to be recorded: when it counts, what they hear, and how long it holds."""

import pytest

from cti.domain.commands import StopWaiting
from cti.domain.events import CallQueued
from cti.domain.values import NoRecording, Overflow, OverflowAction, QueueSettings
from tests.ivr.stories import QUEUE
from tests.ivr.telephone import Story, waits

NOTICE, OFFER, DONE = "recording_notice", "recording_refusal", "recording_refused"
REFUSABLE = QueueSettings(1, "Support", consent_prompt=NOTICE, consent_refusable=True)


def story_with(queue: QueueSettings = REFUSABLE, **variables: str) -> Story:
    story = Story(QUEUE, variables=variables)
    story.source.queues[1] = queue
    return story


def whys(story: Story) -> list[NoRecording | None]:
    return [event.no_recording for event in story.floor.told if isinstance(event, CallQueued)]


async def until_in_line(story: Story) -> None:
    """Stand in line, and leave when the wait is over."""
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.HANG_UP)))


@pytest.mark.parametrize(("during", "said"), [(NOTICE, [NOTICE, DONE]), (OFFER, [NOTICE, OFFER, DONE])])
async def test_the_key_counts_during_both_sentences(during: str, said: list[str]) -> None:
    story = story_with()
    story.channel.press("9", during=during)
    await until_in_line(story)
    assert (whys(story), story.said[:-1]) == ([NoRecording.REFUSED], said)


async def test_and_for_a_moment_after_them() -> None:
    story = story_with()
    story.channel.press("59", during="WAIT")
    await until_in_line(story)
    assert (whys(story), story.said[:-1]) == ([NoRecording.REFUSED], [NOTICE, OFFER, DONE])


@pytest.mark.parametrize("keys", ["", "1", "05#"])
async def test_no_key_or_another_is_no_refusal(keys: str) -> None:
    story = story_with()
    story.channel.press(keys, during=OFFER)
    await until_in_line(story)
    assert (whys(story), story.said[:-1]) == ([None], [NOTICE, OFFER])


async def test_without_the_offer_the_key_means_nothing() -> None:
    story = story_with(QueueSettings(1, "Support", consent_prompt=NOTICE))
    story.channel.press("9", during=NOTICE)
    await until_in_line(story)
    assert (whys(story), story.said[:-1]) == ([None], [NOTICE])


async def test_whom_the_key_could_not_be_told_is_not_recorded() -> None:
    story = story_with()
    story.prompts.missing = {OFFER}
    await until_in_line(story)
    assert whys(story) == [NoRecording.NOT_TOLD]


async def test_a_refusal_holds_in_the_next_line_and_is_not_asked_again() -> None:
    story = story_with()
    story.source.queues[2] = QueueSettings(2, "Other", consent_prompt="other_notice")
    story.channel.press("9", during=OFFER)
    async with story.running() as channel:
        await channel.until(waits)
        assert channel.variables["CALLROOM_LINE"] == "1:3:zh:refused"
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.QUEUE, queue_id=2)))
        await channel.until(lambda c: c.variables.get("CALLROOM_LINE") == "2:0:zh:refused")
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.HANG_UP)))
    assert whys(story) == [NoRecording.REFUSED] * 2
    assert "other_notice" not in story.said


async def test_the_channel_remembers_it_over_a_restart_of_callroom() -> None:
    story = story_with(CALLROOM_LINE="1:0:zh:refused", CALLROOM_ARRIVED_AT="1795390000")
    await until_in_line(story)
    assert (whys(story), story.said) == ([NoRecording.REFUSED], ["goodbye"])


async def test_who_did_not_refuse_in_one_line_may_in_the_next_that_offers_it() -> None:
    story = story_with(QueueSettings(1, "Support", consent_prompt=NOTICE))
    story.source.queues[2] = QueueSettings(2, "Other", consent_prompt=NOTICE, consent_refusable=True)
    story.channel.press("9", during=OFFER)
    async with story.running() as channel:
        await channel.until(waits)
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.QUEUE, queue_id=2)))
        await channel.until(lambda c: c.variables.get("CALLROOM_LINE") == "2:0:zh:refused")
        story.floor.order(StopWaiting("c1", Overflow(OverflowAction.HANG_UP)))
    assert whys(story) == [None, NoRecording.REFUSED]
    assert story.said.count(NOTICE) == 1
